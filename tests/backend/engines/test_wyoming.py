"""Wyoming: framing, and a server over a real socket that does everything wrong that a server can."""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import anyio
import numpy as np
import pytest
import wyoming
from hypothesis import given
from hypothesis import strategies as st
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.tts import Synthesize

from parley.audio.pcm import MIC_RATE_HZ, Samples
from parley.engines import speech_server, wyoming_connection, wyoming_speech
from parley.engines.ports import SpeechPiece
from parley.engines.speech_address import TcpAddress, tcp_address
from parley.engines.speech_server import ServerFailed
from parley.engines.wyoming_connection import connected, describe
from parley.engines.wyoming_events import MAX_JSON_BYTES, BadEvent, EventReader, encode_event
from parley.engines.wyoming_speech import WyomingSynthesizer, WyomingTranscriber
from parley.errors import EngineError, EngineMissing, SynthesizerFailed, TranscriberFailed
from tests.fakes.speech import quiet
from tests.fakes.wyoming_server import Fault, WyomingServer

pytestmark = pytest.mark.anyio

SPOKEN = np.random.default_rng(0).normal(0, 3000, MIC_RATE_HZ).astype(np.int16)
SENTENCE = "It is my secret that it is noon."


@pytest.fixture
def hurry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a server that is silent on purpose. Those that answer wrongly have their time."""
    callspec = getattr(request.node, "callspec", None)
    if callspec is not None and callspec.params.get("fault", "silent") not in ("silent", "stalls", "drip", "deaf"):
        return
    for module, name in (
        (speech_server, "ANSWER_S"),
        (speech_server, "STALL_S"),
        (speech_server, "STARVED_S"),
        (wyoming_speech, "ANSWER_S"),
        (wyoming_connection, "PROBE_S"),
        (wyoming_connection, "STALL_S"),
    ):
        monkeypatch.setattr(module, name, 0.1)


def reveals_nothing(error: EngineError) -> None:
    """Neither what was said, nor the server's own words, which may repeat it."""
    assert "secret" not in str(error) and "heard" not in str(error)


async def transcribe(transcriber: WyomingTranscriber, samples: Samples = SPOKEN) -> str:
    await transcriber.start()
    for at in range(0, samples.size, 512):
        await transcriber.feed(samples[at : at + 512])
    return await transcriber.finish()


async def speak(synthesizer: WyomingSynthesizer, pieces: list[SpeechPiece], sentence: str = SENTENCE) -> None:
    async with aclosing(synthesizer.speak(sentence)) as speech:
        async for piece in speech:
            pieces.append(piece)  # noqa: PERF401  # what came before an error counts too


EVENTS = st.builds(
    Event,
    type=st.text(min_size=1, max_size=20),
    data=st.dictionaries(st.text(max_size=10), st.none() | st.integers(-(2**53), 2**53) | st.text(), max_size=4),
    payload=st.none() | st.binary(min_size=1, max_size=200),
)


@given(st.lists(EVENTS, max_size=5), st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_events_come_through_whatever_the_pieces(events: list[Event], sizes: list[int]) -> None:
    data = b"".join(map(encode_event, events))
    reader = EventReader()
    read: list[Event] = []
    number = 0
    while data:
        size = sizes[number % len(sizes)]
        read += reader.feed(data[:size])
        data = data[size:]
        number += 1
    assert read == events


@given(EVENTS)
def test_the_package_reads_what_is_written_here(event: Event) -> None:
    async def through_the_package() -> Event | None:
        stream = asyncio.StreamReader()
        stream.feed_data(encode_event(event))
        stream.feed_eof()
        return await async_read_event(stream)

    assert asyncio.run(through_the_package()) == event


async def test_what_the_package_writes_is_read_here() -> None:
    event = AudioChunk(rate=16_000, width=2, channels=1, audio=b"\n\n\0\xff").event()
    written = bytearray()

    class Writer:
        def write(self, data: bytes) -> None:
            written.extend(data)

        def writelines(self, lines: list[bytes]) -> None:
            written.extend(b"".join(lines))

        async def drain(self) -> None:
            pass

    await async_write_event(event, Writer())  # type: ignore[arg-type]
    assert EventReader().feed(bytes(written)) == [event]


def test_data_beside_the_header_goes_over_what_is_in_it() -> None:
    header = b'{"type": "info", "data": {"a": 1, "b": 2}, "data_length": 8, "future": []}\n{"b": 3}'
    assert EventReader().feed(header) == [Event("info", {"a": 1, "b": 3})]


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\n",
        b"[]\n",
        b'{"type": 7}\n',
        b'{"no": "type"}\n',
        b'{"type": "a", "data": []}\n',
        b'{"type": "a", "data_length": 3}\nno!',
        b'{"type": "a", "data_length": -1}\n',
        b'{"type": "a", "payload_length": 100000000000}\n',
        b'{"type": "a", "data": ' + b'{"a":' * 100_000 + b"\n",
        b"\xff" * (MAX_JSON_BYTES + 1),
    ],
)
def test_what_is_no_event_is_refused(data: bytes) -> None:
    with pytest.raises(BadEvent):
        EventReader().feed(data)


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_no_bytes_do_anything_else(pieces: list[bytes]) -> None:
    reader = EventReader()
    try:
        for piece in pieces:
            reader.feed(piece)
    except BadEvent:
        pass


def test_the_package_has_no_exceptions_of_its_own() -> None:
    """It raises what Python raises about fields that are missing, which `understand` catches. If it ever has some,
    they belong there, too."""
    ours = ("wyoming.http", "wyoming.zeroconf")  # Not imported by us, and their libraries are not here.
    names = [one.name for one in pkgutil.walk_packages(wyoming.__path__, "wyoming.") if not one.name.startswith(ours)]
    assert "wyoming.asr" in names
    found = [
        value
        for name in names
        for value in vars(importlib.import_module(name)).values()
        if isinstance(value, type) and issubclass(value, BaseException) and value.__module__.startswith("wyoming")
    ]
    assert found == []


async def test_the_server_is_asked_for_what_was_set() -> None:
    async with WyomingServer() as server:
        address = tcp_address(server.address)
        await transcribe(WyomingTranscriber(address, "base", "de"))
        await transcribe(WyomingTranscriber(address))
        await speak(WyomingSynthesizer(address, "de_DE-thorsten-medium"), [])
        await speak(WyomingSynthesizer(address), [])
    assert server.asked[0] == Transcribe(name="base", language="de")
    assert server.asked[1] == Transcribe()
    named, unnamed = server.asked[2], server.asked[3]
    assert isinstance(named, Synthesize) and named.voice is not None and named.voice.name == "de_DE-thorsten-medium"
    assert unnamed == Synthesize(text=SENTENCE)


async def test_the_server_hears_what_was_said() -> None:
    async with WyomingServer() as server:
        await transcribe(WyomingTranscriber(tcp_address(server.address)))
    assert np.array_equal(server.heard[0], SPOKEN)


async def test_a_pause_that_is_the_end_is_sent_once_and_one_that_is_none_anew_from_its_beginning() -> None:
    async with WyomingServer() as server:
        transcriber = WyomingTranscriber(tcp_address(server.address))
        await transcriber.start()
        await transcriber.feed(SPOKEN)
        assert await transcriber.peek() == await transcriber.finish()
        assert server.connections == 1
        await transcriber.start()
        await transcriber.feed(SPOKEN)
        await transcriber.peek()
        await transcriber.feed(quiet(0.5))
        await transcriber.finish()
        await transcriber.aclose()
    assert server.connections == 3
    assert [one.size for one in server.heard] == [SPOKEN.size, SPOKEN.size, SPOKEN.size + MIC_RATE_HZ // 2]


async def test_chunks_of_a_transcript_are_stable() -> None:
    async with WyomingServer(["what time is it"], streams=True) as server:
        transcriber = WyomingTranscriber(tcp_address(server.address))
        await transcriber.start()
        await transcriber.feed(SPOKEN)
        with anyio.fail_after(5):
            while not (partial := await transcriber.partial()).text:
                pass
        assert partial.text == "what time is"
        assert partial.stable_chars == len(partial.text)
        assert await transcriber.finish() == "what time is it"


@pytest.mark.parametrize(("rate_hz", "channels"), [(16_000, 1), (22_050, 2), (24_000, 1), (48_000, 1)])
async def test_speech_has_one_rate_whatever_the_server_sends(rate_hz: int, channels: int) -> None:
    async with WyomingServer(rate_hz=rate_hz, channels=channels) as server:
        synthesizer = WyomingSynthesizer(tcp_address(server.address))
        pieces: list[SpeechPiece] = []
        await speak(synthesizer, pieces)
    seconds = sum(piece.samples.size for piece in pieces) / synthesizer.sample_rate_hz
    assert seconds == pytest.approx(0.3 * len(SENTENCE.split()), abs=0.001)


async def test_nothing_to_say_is_not_asked_for() -> None:
    async with WyomingServer() as server:
        pieces: list[SpeechPiece] = []
        await speak(WyomingSynthesizer(tcp_address(server.address)), pieces, " …! ")
    assert pieces == [] and server.connections == 0


async def test_leaving_early_closes_the_connection() -> None:
    async with WyomingServer(fault="endless") as server:
        async with aclosing(WyomingSynthesizer(tcp_address(server.address)).speak(SENTENCE)) as speech:
            await anext(speech)
        with anyio.fail_after(5):
            await server.disconnected.wait()


async def test_an_utterance_that_is_given_up_leaves_no_connection() -> None:
    async with WyomingServer() as server:
        transcriber = WyomingTranscriber(tcp_address(server.address))
        for _ in range(3):
            await transcriber.start()
            await transcriber.feed(SPOKEN)
        await transcriber.aclose()
        with anyio.fail_after(5):
            await server.left_alone.wait()
    assert server.connections == 3 and server.heard == []


PROTOCOL = "does not speak the Wyoming protocol"
TRANSCRIPTION_FAULTS: list[tuple[Fault, str]] = [
    ("silent", "does not answer"),
    ("drip", "does not answer"),
    ("deaf", "does not answer"),
    ("hangs_up", "ended the connection without an answer"),
    ("cut", "the connection"),
    ("error", "reports an error"),
    ("garbage", PROTOCOL),
    ("no_event", PROTOCOL),
    ("huge_header", PROTOCOL),
    ("huge_payload", PROTOCOL),
    ("no_fields", "without what belongs in it"),
    ("wrong_type", "a transcript that is no text"),
]


@pytest.mark.parametrize(("fault", "said"), TRANSCRIPTION_FAULTS)
@pytest.mark.usefixtures("hurry")
async def test_a_transcription_that_goes_wrong(fault: Fault, said: str) -> None:
    async with WyomingServer(fault=fault) as server:
        transcriber = WyomingTranscriber(tcp_address(server.address))
        with pytest.raises(TranscriberFailed, match=said) as raised:
            await transcribe(transcriber)
        assert server.address in str(raised.value)
        reveals_nothing(raised.value)
        server.fault = None
        assert await transcribe(transcriber) == "hello", "the next utterance works"


SPEECH_FAULTS: list[tuple[Fault, str, bool]] = [
    ("silent", "does not answer", False),
    ("drip", "stopped in the middle of a sentence|does not answer", False),
    ("deaf", "does not answer", False),
    ("hangs_up", "ended the connection without an answer", False),
    ("stalls", "stopped in the middle of a sentence", True),
    ("cut", "the connection", True),
    ("error", "reports an error", False),
    ("garbage", PROTOCOL, False),
    ("no_event", PROTOCOL, False),
    ("huge_header", PROTOCOL, False),
    ("huge_payload", PROTOCOL, False),
    ("no_fields", "without what belongs in it", False),
    ("odd_rate", "sound that cannot be played", False),
    ("no_sound", "said nothing", False),
    ("endless", "does not come to the end", True),
]


@pytest.mark.parametrize(("fault", "said", "begins"), SPEECH_FAULTS)
@pytest.mark.usefixtures("hurry")
async def test_speech_that_goes_wrong(fault: Fault, said: str, begins: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech_server, "MAX_SENTENCE_S", 10.0)
    async with WyomingServer(fault=fault) as server:
        synthesizer = WyomingSynthesizer(tcp_address(server.address))
        pieces: list[SpeechPiece] = []
        with pytest.raises(SynthesizerFailed, match=said) as raised:
            await speak(synthesizer, pieces)
        assert server.address in str(raised.value)
        reveals_nothing(raised.value)
        assert bool(pieces) is begins
        server.fault = None
        await speak(synthesizer, pieces)


@pytest.mark.usefixtures("hurry")
async def test_a_caller_that_takes_its_time_is_not_taken_for_a_slow_server() -> None:
    async with WyomingServer(rate_hz=24_000, chunk_s=0.005) as server:
        samples = 0
        async with aclosing(WyomingSynthesizer(tcp_address(server.address)).speak(SENTENCE)) as speech:
            async for piece in speech:
                samples += piece.samples.size
                if samples < 10_000:
                    await anyio.sleep(0.15)
    assert samples == 0.3 * 24_000 * len(SENTENCE.split())


async def test_all_that_came_before_the_cut_is_heard() -> None:
    async with WyomingServer(fault="cut", fault_after=40, rate_hz=24_000) as server:
        pieces: list[SpeechPiece] = []
        with pytest.raises(SynthesizerFailed):
            await speak(WyomingSynthesizer(tcp_address(server.address)), pieces)
    assert sum(piece.samples.size for piece in pieces) == 40 * 1024


@pytest.mark.usefixtures("hurry")
async def test_a_server_that_does_not_read_holds_nobody() -> None:
    async with WyomingServer(fault="deaf") as server:
        transcriber = WyomingTranscriber(tcp_address(server.address))
        await transcriber.start()
        with pytest.raises(TranscriberFailed, match="does not take what is sent"):
            await transcriber.feed(np.zeros(20_000_000, np.int16))
        await transcriber.aclose()


@pytest.fixture
async def unused() -> TcpAddress:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        return TcpAddress("127.0.0.1", int(listener.extra(anyio.abc.SocketAttribute.local_port)))


@pytest.mark.parametrize("host", ["", "no-such-host.invalid", "x" * 300])
async def test_nobody_is_there(host: str, unused: TcpAddress) -> None:
    address = TcpAddress(host or unused.host, unused.port)
    transcriber = WyomingTranscriber(address)
    with pytest.raises(TranscriberFailed, match="does not answer"):
        await transcribe(transcriber)
    with pytest.raises(TranscriberFailed, match="does not answer"):
        await transcriber.partial()
    with pytest.raises(SynthesizerFailed, match="does not answer"):
        await speak(WyomingSynthesizer(address), [])
    with pytest.raises(ServerFailed, match="does not answer"):
        await transcriber.probe()


async def test_the_server_goes_while_the_user_speaks() -> None:
    async with WyomingServer() as server:
        transcriber = WyomingTranscriber(tcp_address(server.address))
        await transcriber.start()
        await transcriber.feed(SPOKEN)
    with pytest.raises(TranscriberFailed):
        await transcriber.finish()


async def test_an_utterance_without_sound_is_nothing() -> None:
    async with WyomingServer() as server:
        assert await transcribe(WyomingTranscriber(tcp_address(server.address)), quiet(0.0)) == ""
    assert server.heard == []


async def test_a_server_tells_what_it_offers() -> None:
    async with WyomingServer() as server:
        info = await describe(tcp_address(server.address))
    assert [model.name for model in info.asr[0].models] == ["tiny", "base"]
    assert info.tts[0].voices[1].languages == ["de_DE"]


@pytest.mark.parametrize(
    ("models", "voices", "said"),
    [
        (["tiny"], ["en"], "has no (model|voice) called 'base'"),
        ([], [], "does not (recognize speech|speak)"),
    ],
)
async def test_a_server_that_lacks_what_was_set_is_not_used(models: list[str], voices: list[str], said: str) -> None:
    async with WyomingServer(models=models, voices=voices) as server:
        address = tcp_address(server.address)
        for engine in (WyomingTranscriber(address, "base"), WyomingSynthesizer(address, "base")):
            with pytest.raises(EngineMissing, match=said):
                await engine.probe()
        server.models, server.voices = ["base"], ["base"]
        await WyomingTranscriber(address, "base").probe()
        await WyomingSynthesizer(address, "base").probe()


@pytest.mark.parametrize("fault", ["silent", "hangs_up", "error", "garbage", "huge_header", "wrong_type"])
@pytest.mark.usefixtures("hurry")
async def test_a_description_that_goes_wrong(fault: Fault) -> None:
    async with WyomingServer(fault=fault) as server:
        with pytest.raises(ServerFailed) as raised:
            await describe(tcp_address(server.address))
        reveals_nothing(raised.value)


@asynccontextmanager
async def answering(data: bytes) -> AsyncIterator[TcpAddress]:
    """A server that sends this to everybody, and then nothing."""

    async def serve(client: anyio.abc.SocketStream) -> None:
        async with client:
            await client.send(data)
            await anyio.sleep_forever()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        yield TcpAddress("127.0.0.1", int(listener.extra(anyio.abc.SocketAttribute.local_port)))
        tasks.cancel_scope.cancel()


async def test_cancelling_a_receive_loses_nothing() -> None:
    event = Event("one", {"a": 1}, b"payload")
    data = encode_event(event)
    async with answering(data[:10]) as address, connected(address) as connection:
        with anyio.move_on_after(0.05) as scope:
            await connection.receive()
        assert scope.cancelled_caught
        assert connection._reader.feed(data[10:]) == [event]
