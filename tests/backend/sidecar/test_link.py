"""One real socket between a client and the service, with everything that can go wrong with it."""

import asyncio
import json
import threading
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

import aiohttp
import anyio
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from parley.audio.pcm import MIC_RATE_HZ
from parley.conversation.outbox import MAX_UNACKED_BYTES
from parley.credentials import Credentials
from parley.engines.claude import ClaudeModel
from parley.engines.model_thread import Emit, ModelThread
from parley.engines.ports import ChatMessage, SpeechPiece, ToolCall, ToolSpec
from parley.settings import Settings
from parley.sidecar import link
from parley.wire.codec import MAX_MESSAGE_BYTES, Frame, decode_server, encode, encode_frame
from parley.wire.messages import (
    Activity,
    Failure,
    MicAck,
    MicClose,
    MicOpen,
    Ready,
    ReplySentence,
    RoleChanged,
    Say,
    ServerHello,
    Transcript,
    TurnEnd,
)
from tests.fakes.client import At, Received, connected, open_socket, seqs
from tests.fakes.conversation import engines, frames
from tests.fakes.engines import FakeLanguageModel, FakeSynthesizer, FakeTranscriber, LoudVad
from tests.fakes.messages_server import MessagesServer
from tests.fakes.relay import relay
from tests.fakes.sidecar import Running, service

pytestmark = pytest.mark.anyio

PATIENCE_S = 5.0


@asynccontextmanager
async def raw(it: Running) -> AsyncIterator[ClientWebSocketResponse]:
    async with open_socket(it.port, {"Authorization": f"Bearer {it.token}"}) as socket:
        yield socket


async def farewell(socket: ClientWebSocketResponse) -> tuple[list[Failure], int | None]:
    """The failures that come before the sidecar closes, and its code."""
    failures: list[Failure] = []
    with anyio.fail_after(PATIENCE_S):
        async for message in socket:
            received = decode_server(message.data) if message.type is WSMsgType.TEXT else None
            failures += [received] if isinstance(received, Failure) else []
    return failures, socket.close_code


HELLO = '{"type":"hello","protocol_version":1,"role":"speaker"}'


# The first message.


@pytest.mark.parametrize("version", [2, 65535])
async def test_s9_another_protocol_version_is_named_and_closed_with_4002(version: int) -> None:
    async with service(engines()) as it, raw(it) as socket:
        await socket.send_str(HELLO.replace("1", str(version)))
        failures, code = await farewell(socket)
        assert [failure.code for failure in failures] == ["version_mismatch"] and not failures[0].retryable
        assert str(version) in failures[0].message and code == 4002


@pytest.mark.parametrize(
    "first",
    ['{"type":"say","id":"1","text":"hi"}', '{"type":"ack","last_seq":0}', encode_frame(Frame("mic", 1, 0, b"\0\0"))],
)
async def test_s25_anything_before_hello_is_closed_with_1008(first: str | bytes) -> None:
    async with service(engines()) as it, raw(it) as socket:
        await (socket.send_str(first) if isinstance(first, str) else socket.send_bytes(first))
        failures, code = await farewell(socket)
        assert [failure.code for failure in failures] == ["bad_message"] and code == 1008


async def test_a_connection_that_says_nothing_is_closed_with_1008(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "HELLO_S", 0.05)
    async with service(engines()) as it, raw(it) as socket:
        assert await farewell(socket) == ([], 1008)


async def test_a_session_that_is_not_known_begins_anew() -> None:
    async with service(engines()) as it:
        received = Received(last_seq=41, turn_id=7, samples=48_510)
        async with connected(it, session_id="of another day", received=received) as client:
            assert not client.hello.resumed and client.hello.session_id != "of another day"
            assert (await client.say("hello")).turn_id == 1
            assert seqs(client.received.items)[0] == 1


# What breaks the protocol.

BAD_TEXTS = [
    "",
    "{",
    "null",
    "[]",
    "NaN",
    '"say"',
    '{"type":"of a later version"}',
    '{"type":"server_hello"}',
    "{}",
    '{"type":"say"}',
    '{"type":"say","id":"1"}',
    '{"type":"say","id":1,"text":"x"}',
    '{"type":"say","id":null,"text":"x"}',
    '{"type":"ack","last_seq":-1}',
    '{"type":"ack","last_seq":1e400}',
    '{"type":"ack","last_seq":NaN}',
    '{"type":"ack","last_seq":99999999999999999999999}',
    '{"type":"playback","turn_id":0,"heard_samples":0,"state":"playing"}',
    '{"type":"playback","turn_id":1,"heard_samples":4294967296,"state":"playing"}',
    '{"type":"playback","turn_id":1,"heard_samples":0,"state":"dancing"}',
    '{"type":"mic_open","stream":1,"mode":"always"}',
    HELLO,
    '{"type":"say","id":"","text":"x"}',
    '{"type":"say","id":"' + "x" * 65 + '","text":"x"}',
    "[" * 60_000,
    '{"type":"say","id":"1","text":' + "[" * 50_000 + "]" * 10_000 + "}",
    '{"type":"say","id":"1","text":"x","later":' + '{"a":' * 12_000 + "1" + "}" * 100,
]
BAD_FRAMES = [
    b"",
    b"\x01",
    b"\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00",
    encode_frame(Frame("mic", 1, 0, b"\0\0\0")),
    encode_frame(Frame("speech", 1, 0, b"\0\0")),
    encode_frame(Frame("mic", 0, 0, b"\0\0" * 512)),
    b"\x02" + encode_frame(Frame("mic", 1, 0, b"\0\0"))[1:],
    b"\x01\x09" + encode_frame(Frame("mic", 1, 0, b"\0\0"))[2:],
]


async def test_s25_what_breaks_the_protocol_is_named_and_closed_with_1007_and_nobody_else_notices() -> None:
    async with service(engines()) as it, connected(it) as other:
        cases: list[str | bytes] = [*BAD_TEXTS, *BAD_FRAMES]
        for bad in cases:
            async with raw(it) as socket:
                await socket.send_str(HELLO)
                await (socket.send_str(bad) if isinstance(bad, str) else socket.send_bytes(bad))
                failures, code = await farewell(socket)
            assert [failure.code for failure in failures] == ["bad_message"], bad[:80]
            assert not failures[0].retryable and code == 1007, bad[:80]
            assert "of a later version" not in failures[0].message
        assert (await other.say("hello")).outcome == "completed"


async def test_s25_a_message_over_the_limit_is_closed_with_1009_and_one_at_the_limit_is_not() -> None:
    async with service(engines()) as it, connected(it) as other:
        for content in ("x" * (MAX_MESSAGE_BYTES + 1), b"\x01\x01" + b"\0" * MAX_MESSAGE_BYTES):
            async with raw(it) as socket:
                await socket.send_str(HELLO)
                await (socket.send_str(content) if isinstance(content, str) else socket.send_bytes(content))
                _, code = await farewell(socket)
                assert code == 1009
        full = json.dumps({"type": "say", "id": "1", "text": "x"})
        async with raw(it) as socket:
            await socket.send_str(HELLO)
            await socket.send_str(full + " " * (MAX_MESSAGE_BYTES - 1 - len(full)))
            with anyio.fail_after(PATIENCE_S):
                async for message in socket:
                    if message.type is WSMsgType.TEXT and isinstance(decode_server(message.data), TurnEnd):
                        break
            assert not socket.closed
        assert (await other.say("hello")).outcome == "completed"


async def test_s25_text_that_is_no_utf8_is_closed_with_1007() -> None:
    async with service(engines()) as it, connected(it) as other:
        for bad in (b"\xff\xfe", b'{"type":"say","id":"1","text":"\xc3"}', b"\xed\xa0\x80"):
            async with raw(it) as socket:
                await socket.send_str(HELLO)
                await socket.send_frame(bad, aiohttp.WSMsgType.TEXT)
                _, code = await farewell(socket)
                assert code == 1007
        assert (await other.say("hello")).outcome == "completed"


async def test_s25_a_frame_of_a_capture_that_was_not_opened_harms_nobody() -> None:
    async with service(engines()) as it, connected(it) as other, connected(it) as client:
        for frame in (
            Frame("mic", 9, 0, b"\0\0" * 512),
            Frame("mic", 9, 4_294_967_295, b"\0\0" * 512),
            Frame("mic", 9, 0, b""),
        ):
            await client.hear([frame])
        await client.send(MicClose(stream=77, sample_count=5))
        assert (await client.say("hello")).outcome == "completed"
        assert (await other.say("hello")).outcome == "completed"


async def test_the_end_of_an_old_capture_does_not_close_the_new_one() -> None:
    async with service(engines(LoudVad())) as it, connected(it) as client:
        await client.send(MicOpen(stream=1, mode="hands_free"))
        await client.send(MicOpen(stream=2, mode="hands_free"))
        await client.until(Activity, lambda activity: activity.state == "listening")
        await client.send(MicClose(stream=1, sample_count=0))
        await client.hear(frames(2.0, [(0.5, 2.0)], stream=2))
        await client.until(Activity, lambda activity: activity.state == "hearing")
        assert [activity.state for activity in client.of(Activity)] == ["idle", "listening", "hearing"]


async def test_fields_of_a_later_version_are_ignored() -> None:
    async with service(engines()) as it, raw(it) as socket:
        await socket.send_str('{"later":{"a":[1]},"type":"hello","protocol_version":1,"role":"speaker"}')
        answer = decode_server(await socket.receive_str(timeout=PATIENCE_S))
        assert isinstance(answer, ServerHello)


async def test_no_more_windows_than_bearable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "MAX_SOCKETS", 2)
    async with service(engines()) as it, connected(it) as first, connected(it):
        async with raw(it) as third:
            failures, code = await farewell(third)
        assert [failure.code for failure in failures] == ["too_many_connections"] and code == 1013
        assert (await first.say("hello")).outcome == "completed"
    async with service(engines()) as it:
        async with connected(it), connected(it):
            pass
        async with connected(it) as again:
            assert (await again.say("hello")).outcome == "completed", "those that left are not counted"


# A connection that is lost.

ANSWER = ["One is the first. ", "Two comes after it, ", "and that is **not** all. ", "Three."]


async def undisturbed() -> Received:
    async with service(engines(language_model=FakeLanguageModel(ANSWER))) as it, connected(it) as client:
        await client.say("count")
        return client.received


def reply(received: Received) -> list[tuple[str, object]]:
    """What of an answer must be the same however it came: text, speech, and its end."""
    text = [(sentence.sentence, sentence.text) for sentence in received.of(ReplySentence)]
    ends = [(end.outcome, end.sample_count) for end in received.of(TurnEnd)]
    return [("text", text), ("speech", received.speech(1)), ("ends", ends)]


def expect_whole(received: Received) -> None:
    """Every number once and in order, the speech without gap or overlap."""
    assert seqs(received.items) == [*range(1, received.last_seq + 1)]
    position = 0
    for frame in received.of(Frame):
        assert frame.first_sample == position
        position += frame.sample_count


CUTS = [1, 130, 200, 900, 1000, 1500, 4000, 9999, 25_000, 60_001]


async def test_s23_a_reply_survives_any_number_of_lost_connections() -> None:
    whole = await undisturbed()
    received = Received()
    session_id: str | None = None
    losses = 0
    async with service(engines(language_model=FakeLanguageModel(ANSWER))) as it:
        for cut_after in [*CUTS, None]:
            async with relay(it.port, cut_after) as between:
                headers = {"Authorization": f"Bearer {it.token}", "Host": f"127.0.0.1:{it.port}"}
                try:
                    async with connected(
                        At(between.port, it.token), received=received, session_id=session_id, headers=headers
                    ) as client:
                        session_id = session_id or client.hello.session_id
                        if not received.of(Transcript):  # As a window does until it has its receipt.
                            await client.send(Say(id="c-1", text="count"))
                        assert client.hello.session_id == session_id
                        if cut_after is None:
                            await client.until(TurnEnd)
                        else:
                            await client.closed()
                            losses += 1
                except* (aiohttp.ClientError, AssertionError, ConnectionError):
                    assert cut_after is not None
                    losses += 1
    assert losses == len(CUTS)
    expect_whole(received)
    assert reply(received) == reply(whole)
    assert [hello.resumed for hello in received.of(ServerHello)][1:] == [True] * (len(received.of(ServerHello)) - 1)


async def test_s23_what_was_sent_twice_is_done_once() -> None:
    """The receipt was lost with the connection, so the client sends the message again with its id."""
    async with service(engines()) as it:
        received = Received()
        async with connected(it, received=received) as client:
            await client.send(Say(id="c-1", text="hello"))
            session_id = client.hello.session_id
            await client.until(Transcript)
        async with connected(it, received=received, session_id=session_id) as client:
            await client.send(Say(id="c-1", text="hello"))
            await client.until(TurnEnd)
            await client.say("and again", "c-2")
        assert [transcript.text for transcript in received.of(Transcript)] == ["hello", "and again"]
        expect_whole(Received([item for item in received.items if not isinstance(item, Frame)], received.last_seq))


async def test_s23_what_was_acknowledged_is_not_sent_again_and_the_rest_is() -> None:
    async with service(engines()) as it:
        async with connected(it, acks=False) as client:
            await client.say("hello")
            session_id, first = client.hello.session_id, client.received
        # It got everything, and says that it got a part.
        some = [*first.items[: len(first.items) // 2]]
        half = Received()
        for item in some:
            half.take(item)
        async with connected(it, received=half, session_id=session_id) as client:
            await client.until(TurnEnd)
        expect_whole(half)
        assert reply(half) == reply(first)


async def test_s23_speech_into_the_microphone_survives_a_lost_connection() -> None:
    said = [*frames(4.6, [(2.2, 3.2)], stream=3)]
    transcriber = FakeTranscriber(["what time is it"])
    # Begun in the pause, the answer would need no more than its beginning.
    settings = Settings(language_model="offline", speculate="never")
    async with service(engines(LoudVad(), transcriber), settings=settings) as it:
        received = Received()
        async with connected(it, received=received) as client:
            session_id = client.hello.session_id
            await client.send(MicOpen(stream=3, mode="hands_free"))
            await client.hear(said[:85])
            await client.until(MicAck, lambda ack: ack.sample > 0)
        async with connected(it, received=received, session_id=session_id) as client:
            [place] = client.hello.mic_streams
            assert place.stream == 3 and 0 < place.sample < 2.2 * MIC_RATE_HZ, "its speech is not settled"
            await client.send(MicOpen(stream=3, mode="hands_free"))
            await client.hear(frame for frame in said if frame.first_sample + 512 > place.sample)
            await client.send(MicClose(stream=3, sample_count=len(said) * 512))
            await client.until(TurnEnd)
            await client.until(MicAck, lambda ack: ack.sample >= len(said) * 512)
        [transcript] = received.of(Transcript)
    assert transcript.text == "what time is it" and transcript.stream == 3
    assert isinstance(transcript.first_sample, int) and isinstance(transcript.sample_count, int)
    # Every sample of the utterance reached the recognizer once: pre-roll, speech, and the pause that ended it.
    assert transcriber.samples_fed == transcript.sample_count


async def test_s23_a_second_connection_of_the_speaker_takes_over_while_the_first_still_seems_alive() -> None:
    async with service(engines()) as it, connected(it) as old:
        async with connected(it, session_id=old.hello.session_id, received=old.received) as new:
            assert (await old.until(RoleChanged)).role == "viewer"
            assert (await new.say("hello")).outcome == "completed"
            assert new.received.speech(1)


# Engines and the loop.


class Callback(FakeSynthesizer):
    """Gets its pieces as some libraries give them: in a callback, on a thread of their own that has no event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._model = ModelThread("callback")
        self.threads: set[int] = set()

    async def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        pieces = self._pieces(sentence)

        def work(emit: Emit[SpeechPiece]) -> None:
            def on_piece(piece: SpeechPiece) -> None:
                self.threads.add(threading.get_ident())
                with pytest.raises(RuntimeError):
                    asyncio.get_running_loop()
                with warnings.catch_warnings(action="ignore"), pytest.raises(RuntimeError):
                    asyncio.get_event_loop()
                emit(piece)

            def make() -> None:
                for piece in pieces:
                    on_piece(piece)

            library = threading.Thread(target=make)
            library.start()
            library.join()

        async with aclosing(self._model.stream(work)) as stream:
            async for piece in stream:
                yield piece

    async def aclose(self) -> None:
        self._model.close()


async def test_engine_callback_on_a_foreign_thread_reaches_the_client() -> None:
    whole = await undisturbed()
    synthesizer = Callback()
    async with service(engines(language_model=FakeLanguageModel(ANSWER), synthesizer=synthesizer)) as it:
        async with connected(it) as client:
            assert (await client.say("count")).outcome == "completed"
        expect_whole(client.received)
        assert reply(client.received) == reply(whole)
    assert synthesizer.threads and threading.get_ident() not in synthesizer.threads


async def test_s30_an_unreachable_language_model_fails_the_turn_and_the_next_one_works() -> None:
    async with MessagesServer(["It is ", "noon."]) as server:
        target = int(server.base_url.rsplit(":", 1)[1])
        async with relay(target) as way:
            port = way.port
        model = await ClaudeModel.load(
            Settings(base_url=f"http://127.0.0.1:{port}"), Credentials(anthropic_api_key="a-key")
        )
        async with service(engines(language_model=model)) as it, connected(it) as client:
            assert (await client.say("What time is it?")).outcome == "failed"
            [failure] = client.of(Failure)
            assert failure.code == "model_unreachable" and failure.retryable and failure.turn_id == 1
            assert "What time" not in failure.message
            async with relay(target, port=port):
                assert (await client.say("What time is it?", "c-2")).outcome == "completed"
            assert "".join(sentence.text for sentence in client.of(ReplySentence)) == "It is noon."
            assert client.received.speech(2) and not client.received.speech(1)


# A client that is slow.

LONG = [f"This is sentence number {number} of a very long answer. " for number in range(12)]


class LongOrShort(FakeLanguageModel):
    """Has a long answer to those who want everything."""

    async def stream(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        for piece in LONG if "everything" in messages[-1].text else ["Yes. "]:
            yield piece


SENTENCE_BYTES = 2 * 10 * 24_000 * 3 // 10
"""Ten words at 0.3 s each, as FakeSynthesizer speaks them."""


def unacked(it: Running, session_id: str) -> int:
    assert it.service._host is not None
    return it.service._host._sessions._kept[session_id].session.outbox.unacked_bytes


async def test_s24_a_client_that_does_not_acknowledge_holds_its_own_answer_and_nobody_elses() -> None:
    synthesizer = FakeSynthesizer()
    async with service(engines(language_model=LongOrShort(), synthesizer=synthesizer)) as it:
        async with connected(it, acks=False) as slow, connected(it) as other:
            session_id = slow.hello.session_id
            await slow.send(Say(id="1", text="everything, please"))
            await slow.until(Frame, count=10)
            # Another's whole turn, and nothing more to do for anyone: the slow one's producers are held.
            assert (await other.say("hello")).outcome == "completed"
            await held(it, session_id)
            spoken = len(synthesizer.spoken)
            assert MAX_UNACKED_BYTES <= unacked(it, session_id) <= MAX_UNACKED_BYTES + SENTENCE_BYTES + 64 * 256
            assert (await other.say("hello", "2")).outcome == "completed"
            assert len(synthesizer.spoken) == spoken + 1, "the slow one's synthesis stands still"
            assert slow.of(TurnEnd) == []
            # It acknowledges again, and gets the rest.
            slow.acks = True
            await slow.send(slow.received.ack())
            await slow.until(TurnEnd)
            expect_whole(slow.received)
            assert [sentence.text for sentence in slow.of(ReplySentence)] == LONG
            assert len(slow.received.speech(1)) == SENTENCE_BYTES * len(LONG)


async def held(it: Running, session_id: str) -> None:
    """Wait until nothing more is produced for a session."""
    with anyio.fail_after(PATIENCE_S):
        while unacked(it, session_id) < MAX_UNACKED_BYTES:
            await anyio.wait_all_tasks_blocked()
        before = -1
        while before != unacked(it, session_id):
            before = unacked(it, session_id)
            await anyio.wait_all_tasks_blocked()


async def test_s24_a_client_that_does_not_read_is_bounded_too_and_gets_everything_later() -> None:
    async with service(engines(language_model=FakeLanguageModel(LONG))) as it, relay(it.port) as between:
        headers = {"Authorization": f"Bearer {it.token}", "Host": f"127.0.0.1:{it.port}"}
        async with open_socket(between.port, headers) as socket:
            await socket.send_str(HELLO)
            hello = decode_server(await socket.receive_str(timeout=PATIENCE_S))
            assert isinstance(hello, ServerHello)
            await socket.send_str(encode(Say(id="1", text="everything, please")))
            await held(it, hello.session_id)
            assert unacked(it, hello.session_id) <= MAX_UNACKED_BYTES + SENTENCE_BYTES + 64 * 256
        async with connected(it, session_id=hello.session_id) as client:
            assert client.hello.resumed
            await client.until(TurnEnd)
            expect_whole(client.received)
            assert len(client.received.speech(1)) == SENTENCE_BYTES * len(LONG)


async def test_s24_a_viewer_never_acknowledges_and_holds_nobody() -> None:
    async with service(engines(language_model=FakeLanguageModel(LONG))) as it, connected(it) as speaker:
        session_id = speaker.hello.session_id
        async with connected(it, session_id=session_id, role="viewer", acks=False) as viewer:
            assert (await speaker.say("everything, please")).outcome == "completed"
            expect_whole(speaker.received)
            await viewer.until(TurnEnd)
            assert seqs(viewer.received.items) == seqs(speaker.received.items)
            assert viewer.of(Frame) == [], "viewers get no audio"


async def test_ready_is_announced_once() -> None:
    async with service(engines()) as it:
        assert len(it.of(Ready)) == 1
