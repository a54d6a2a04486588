"""The user's own speech servers through a whole sidecar: they hear, speak, are lost in mid-turn, and come back."""

from pathlib import Path
from typing import Any, Literal

import anyio
import numpy as np
import pytest

from parley.audio.pcm import MIC_RATE_HZ
from parley.engines import fallback, fallback_synthesizer, fallback_transcriber, patience
from parley.engines.ports import EngineInfo
from parley.engines.slots import Engines
from parley.engines.spoken_words import spoken_words
from parley.settings import Settings
from parley.wire.codec import Frame
from parley.wire.messages import (
    EngineState,
    Failure,
    MicClose,
    MicOpen,
    Ready,
    ReplySentence,
    Say,
    Secret,
    SettingsChange,
    Shutdown,
    SpeechStart,
    Subtitle,
    Transcript,
    TurnEnd,
)
from tests.fakes.audio_server import AudioServer
from tests.fakes.client import Client, connected
from tests.fakes.conversation import engines, frames
from tests.fakes.engines import FakeLanguageModel, FakeSynthesizer, FakeTranscriber, FakeVad
from tests.fakes.sidecar import service, sidecar
from tests.fakes.speech import needs_flite, quiet, say, words
from tests.fakes.wyoming_server import WyomingServer

pytestmark = pytest.mark.anyio

Protocol = Literal["wyoming", "openai"]
ANSWER = "It is half past nine in the evening."
SPEECH = (1.0, 2.0)


class SpareEar(FakeTranscriber):
    info = EngineInfo(name="spare-ear", basic=True)


class SpareMouth(FakeSynthesizer):
    info = EngineInfo(name="spare-mouth", basic=True)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hangs in a test hangs on purpose, and is back at once."""
    for module, name in (
        (fallback_transcriber, "FINISH_S"),
        (fallback_synthesizer, "FIRST_S"),
        (fallback_synthesizer, "GAP_S"),
    ):
        monkeypatch.setattr(module, name, 0.25)
    monkeypatch.setattr(patience, "BEYOND_S", 0.75)
    monkeypatch.setattr(fallback, "RETRY_S", (0.01,))
    monkeypatch.setattr(fallback, "TRY_S", 1.0)


def server_of(protocol: Protocol, **script: Any) -> WyomingServer | AudioServer:
    return WyomingServer(**script) if protocol == "wyoming" else AudioServer(**script)


def embedded() -> Engines:
    model = FakeLanguageModel([ANSWER])
    return engines(FakeVad([SPEECH]), SpareEar(["heard by the spare"]), model, SpareMouth(22_050))


def settings(protocol: Protocol, server: WyomingServer | AudioServer) -> Settings:
    return Settings(
        transcriber=protocol,
        transcriber_server=server.address,
        synthesizer=protocol,
        synthesizer_server=server.address,
    )


async def serving(client: Client, port: str, engine: str, since: int = 0) -> EngineState:
    """That the engine serves, told as that item or a later one."""
    return await client.until(
        EngineState,
        lambda state: (
            (state.port, state.engine, state.state) == (port, engine, "ready")
            and any(state is item for item in client.received.items[since:])
        ),
    )


def now(client: Client) -> int:
    return len(client.received.items)


async def talk(client: Client, stream: int = 1) -> Transcript:
    """Say something into the microphone; wait until it is answered."""
    before = len(client.of(TurnEnd))
    await client.send(MicOpen(stream=stream, mode="hands_free"))
    await client.hear(frames(4.0, [SPEECH], stream))
    await client.send(MicClose(stream=stream, sample_count=4 * MIC_RATE_HZ))
    await client.until(TurnEnd, count=before + 1)
    return client.of(Transcript)[-1]


def told_words(client: Client, turn_id: int) -> list[int]:
    """Where the words begin whose speech was told of."""
    return [word.first_char for one in client.of(Subtitle) if one.turn_id == turn_id for word in one.words]


@pytest.mark.parametrize("protocol", ["wyoming", "openai"])
async def test_a_turn_is_heard_and_spoken_by_the_users_server(protocol: Protocol) -> None:
    async with server_of(protocol, texts=["what time is it"]) as server:
        async with service(embedded(), settings=settings(protocol, server)) as it, connected(it) as client:
            await serving(client, "transcriber", protocol)
            await serving(client, "synthesizer", protocol)
            heard = await talk(client)
    assert heard.text == "what time is it"
    assert client.of(TurnEnd)[0].outcome == "completed" and not client.of(Failure)
    assert client.of(SpeechStart)[0].sample_rate_hz == 24_000
    sound = np.frombuffer(client.received.speech(1), "<i2")
    assert sound.size == pytest.approx(0.3 * len(ANSWER.split()) * 24_000, abs=30)
    assert len(told_words(client, 1)) == len(ANSWER.split())


@pytest.mark.parametrize("fault", ["silent", "hangs_up"])
@pytest.mark.parametrize("protocol", ["wyoming", "openai"])
async def test_a_server_that_is_lost_while_it_listens_is_replaced_in_the_same_turn(
    protocol: Protocol, fault: Any
) -> None:
    async with server_of(protocol, texts=["what time is it"]) as server:
        async with service(embedded(), settings=settings(protocol, server)) as it, connected(it) as client:
            await serving(client, "transcriber", protocol)
            await serving(client, "synthesizer", protocol)
            server.fault, since = fault, now(client)
            heard = await talk(client)
            told = await serving(client, "transcriber", "spare-ear", since)
            assert (await serving(client, "synthesizer", "spare-mouth", since)).basic
            server.fault, since = None, now(client)
            await serving(client, "transcriber", protocol, since)
            await serving(client, "synthesizer", protocol, since)
            again = await talk(client, 2)
    assert heard.text == "heard by the spare"
    assert client.of(TurnEnd)[0].outcome == "completed" and not client.of(Failure)
    assert len(told_words(client, 1)) == len(ANSWER.split()), "the answer was spoken, too, each word once"
    assert told.basic and isinstance(told.remedy, str)
    assert server.address in told.remedy and told.remedy.endswith("spare-ear serves meanwhile.")
    assert again.text == "what time is it"
    assert not client.of(Failure)


@pytest.mark.parametrize("fault", ["stalls", "cut"])
@pytest.mark.parametrize("protocol", ["wyoming", "openai"])
async def test_a_server_that_is_lost_while_it_speaks_is_replaced_in_the_same_sentence(
    protocol: Protocol, fault: Any
) -> None:
    filled = embedded()
    spare = filled.synthesizer.current
    assert isinstance(spare, SpareMouth)
    after = {"wyoming": 16_000 // 1024, "openai": 32_000 // 1001}[protocol]  # Two thirds of a second.
    async with server_of(protocol, fault_after=after) as server:
        async with service(filled, settings=settings(protocol, server)) as it, connected(it) as client:
            await serving(client, "synthesizer", protocol)
            server.fault, since = fault, now(client)
            end = await client.say("What time is it?")
            await serving(client, "synthesizer", "spare-mouth", since)
    assert end.outcome == "completed" and not client.of(Failure)
    text = client.of(ReplySentence)[0].text
    assert text == ANSWER
    [rest] = spare.spoken
    assert text.endswith(rest) and 0 < len(rest) < len(text), "only what was not said yet"
    assert told_words(client, 1) == [word.first_char for word in spoken_words(text)], "each word, once"
    starts = [frame.first_sample for frame in client.of(Frame)]
    lengths = [frame.sample_count for frame in client.of(Frame)]
    assert starts == [sum(lengths[:number]) for number in range(len(lengths))], "without a gap"
    assert end.sample_count == sum(lengths)
    assert len(client.of(SpeechStart)) == 1


@pytest.mark.parametrize("protocol", ["wyoming", "openai"])
async def test_a_server_that_is_not_there_at_the_start_is_taken_when_it_comes(protocol: Protocol) -> None:
    async with server_of(protocol) as server:
        pass
    async with service(embedded(), settings=settings(protocol, server)) as it, connected(it) as client:
        await client.until(EngineState, lambda one: f"{server.address} does not answer; spare-ear" in str(one.remedy))
        assert (await talk(client)).text == "heard by the spare"
        async with server:
            await serving(client, "transcriber", protocol)
            await serving(client, "synthesizer", protocol)
            assert (await talk(client, 2)).text == "hello"
    assert not client.of(Failure)


async def test_a_setting_that_cannot_be_used_is_said_and_the_embedded_engines_serve() -> None:
    wrong = Settings(transcriber="wyoming", synthesizer="openai", synthesizer_server="tcp://127.0.0.1:1")
    async with service(embedded(), settings=wrong) as it, connected(it) as client:
        for port, said in (("transcriber", "transcriber_server names no server"), ("synthesizer", "no address of")):
            state = await client.until(EngineState, lambda one, said=said: said in str(one.remedy))  # type: ignore[misc]
            assert state.port == port
        assert (await talk(client)).text == "heard by the spare"


@pytest.mark.parametrize("protocol", ["wyoming", "openai"])
async def test_a_server_is_chosen_and_left_again_in_the_middle_of_a_conversation(protocol: Protocol) -> None:
    async with server_of(protocol, texts=["heard by the server"]) as server:
        async with service(embedded()) as it, connected(it) as client:
            assert (await talk(client)).text == "heard by the spare"
            chosen: dict[str, Any] = {"transcriber": protocol, "transcriber_server": server.address}
            await client.send(SettingsChange(id="s-1", values=chosen))
            await serving(client, "transcriber", protocol)
            assert (await talk(client, 2)).text == "heard by the server"
            since = now(client)
            await client.send(SettingsChange(id="s-2", values={"transcriber": "auto"}))
            await serving(client, "transcriber", "spare-ear", since)
            assert (await talk(client, 3)).text == "heard by the spare"
    assert [end.outcome for end in client.of(TurnEnd)] == ["completed"] * 3
    assert not client.of(Failure)


async def test_offline_no_other_computer_is_asked() -> None:
    offline = Settings(offline=True, transcriber="wyoming", transcriber_server="tcp://192.168.1.20:10300")
    async with service(embedded(), settings=offline) as it, connected(it) as client:
        await client.until(EngineState, lambda state: "Parley is set to offline" in str(state.remedy))
    async with WyomingServer() as server:
        here = Settings(offline=True, transcriber="wyoming", transcriber_server=server.address)
        async with service(embedded(), settings=here) as it, connected(it) as client:
            await serving(client, "transcriber", "wyoming")


async def test_a_key_is_taken_when_it_is_set_and_is_in_no_log_line_argument_or_message(tmp_path: Path) -> None:
    key = "sk-planted-0123456789"
    async with AudioServer(["my secret"], key=key) as server:
        async with sidecar(
            tmp_path,
            PARLEY_LOG_LEVEL="DEBUG",
            PARLEY_LANGUAGE_MODEL="offline",
            PARLEY_SYNTHESIZER="openai",
            PARLEY_SYNTHESIZER_SERVER=server.address,
            OPENAI_AUDIO_KEY="sk-planted-and-wrong",
        ) as it:
            await it.until(Ready)
            async with connected(it) as client:
                await client.until(EngineState, lambda state: "refused the key" in str(state.remedy))
                await it.send(Secret(name="openai_audio_key", value=key))
                await serving(client, "synthesizer", "openai")
                await client.say("What can you do?")
            told = [str(item) for item in client.received.items if not isinstance(item, Frame)]
            seen = [" ".join(process.cmdline()) for process in it.tree()]
            inherited = [str(process.environ()) for process in it.tree()[1:]]
            await it.send(Shutdown())
            assert await it.ended() == 0
    assert any(request.authorization == f"Bearer {key}" for request in server.requests)
    assert not [text for text in (*told, *seen, *inherited, it.log, str(it.lines)) if "planted" in text]


@needs_flite
@pytest.mark.slow
async def test_a_real_sidecar_goes_on_with_its_embedded_engines(tmp_path: Path) -> None:
    """A process of its own, real speech, pocketsphinx and espeak as spares; the server dies while the user speaks."""
    question = "how much memory do i have"
    sound = np.concatenate([say(question), quiet(1.5)])
    microphone = [Frame("mic", 1, at, sound[at : at + 512].tobytes()) for at in range(0, sound.size // 512 * 512, 512)]
    async with WyomingServer(["this is what the server understood"], voices=["a", "b"]) as server:
        async with sidecar(
            tmp_path,
            PARLEY_LANGUAGE_MODEL="offline",
            PARLEY_TRANSCRIBER="wyoming",
            PARLEY_TRANSCRIBER_SERVER=server.address,
            PARLEY_SYNTHESIZER="wyoming",
            PARLEY_SYNTHESIZER_SERVER=server.address,
            PARLEY_SYNTHESIZER_VOICE="b",
        ) as it:
            await it.until(Ready)
            async with connected(it) as client:
                await serving(client, "transcriber", "wyoming")
                await serving(client, "synthesizer", "wyoming")
                await client.send(Say(id="1", text="What can you do?"))
                await client.until(TurnEnd)
                assert any(getattr(asked, "voice", None) for asked in server.asked)
                await client.send(MicOpen(stream=1, mode="hands_free"))
                await client.hear(microphone[: len(microphone) // 3])
                with anyio.fail_after(10):
                    while len(server.asked) < 2 or not server.connections:
                        await anyio.lowlevel.checkpoint()
                since = now(client)
                await server.__aexit__(None, None, None)
                await client.hear(microphone[len(microphone) // 3 :])
                await client.until(TurnEnd, count=2)
                heard = client.of(Transcript)[-1]
                told = await serving(client, "transcriber", "pocketsphinx", since)
                await serving(client, "synthesizer", "espeak", since)
    assert len(set(words(heard.text)) & set(words(question))) >= 4, heard.text
    assert isinstance(told.remedy, str) and told.remedy.endswith("pocketsphinx serves meanwhile.")
    assert client.of(TurnEnd)[1].outcome == "completed" and client.of(TurnEnd)[1].sample_count > 10_000
    assert not client.of(Failure)
    assert question not in it.log and "what the server understood" not in it.log
