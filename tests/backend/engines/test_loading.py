"""What `auto` takes, what is said of an engine that was chosen and is not there, and who takes over from whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from parley.engines.espeak import EspeakSynthesizer
from parley.engines.kokoro import KokoroSynthesizer
from parley.engines.loading import keep_voice, load_recognizer
from parley.engines.model_store import ModelStore
from parley.engines.pocketsphinx import PocketsphinxTranscriber
from parley.engines.slots import Engines
from parley.engines.whisper import WhisperTranscriber
from parley.engines.worker_process import WorkerProcess
from parley.settings import Settings
from parley.wire.messages import EngineState
from tests.fakes.speech import voiced_noise
from tests.fakes.whisper_model import scripted

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
SENTENCE = "how much memory do i have"


@pytest.fixture
async def engines() -> AsyncIterator[Engines]:
    """The embedded ones, as they are before anything else is looked for."""
    it = Engines()
    it.transcriber.ready(await PocketsphinxTranscriber.load())
    it.synthesizer.ready(await EspeakSynthesizer.load())
    yield it
    await it.aclose()


@pytest.fixture
def told(engines: Engines) -> list[EngineState]:
    states: list[EngineState] = []
    engines.subscribe(states.append)
    return states


@pytest.fixture
def models(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path)


async def test_auto_takes_whisper_where_a_model_is(
    engines: Engines, told: list[EngineState], models: ModelStore
) -> None:
    scripted(models.folder_of("whisper-tiny"), SENTENCE)
    pocketsphinx = engines.transcriber.current
    await load_recognizer(engines, Settings(), models)
    whisper = engines.transcriber.current
    assert isinstance(whisper, WhisperTranscriber) and isinstance(pocketsphinx, PocketsphinxTranscriber)
    assert [(state.engine, state.state) for state in told] == [("whisper", "loading"), ("whisper", "ready")]
    assert pocketsphinx._worker.pid is None, "its process is let go"
    await whisper.start()
    await whisper.feed(voiced_noise(1.0))
    assert await whisper.finish() == SENTENCE
    await pocketsphinx.start()
    assert pocketsphinx._worker.pid is not None, "who still holds it is served"


@pytest.mark.parametrize("transcriber", ["auto", "pocketsphinx"])
async def test_without_a_model_or_a_wish_for_it_nothing_changes(
    engines: Engines, told: list[EngineState], models: ModelStore, transcriber: str
) -> None:
    if transcriber == "pocketsphinx":
        scripted(models.folder_of("whisper-tiny"), SENTENCE)
    await load_recognizer(engines, Settings(transcriber=transcriber), models)  # type: ignore[arg-type]
    await keep_voice(engines, Settings(), models)
    await keep_voice(engines, Settings(synthesizer="espeak"), models)
    assert told == []


async def test_what_was_chosen_and_is_missing_is_said_and_the_default_goes_on(
    engines: Engines, told: list[EngineState], models: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelStore, "find_voice_python", lambda _: None)
    await load_recognizer(engines, Settings(transcriber="whisper", whisper_model="small"), models)
    await keep_voice(engines, Settings(synthesizer="kokoro"), models)
    failed = {state.engine: state.remedy for state in told if state.state == "failed"}
    assert failed["whisper"] == "The Whisper model small is not on this computer"
    assert str(failed["kokoro"]).startswith("The Kokoro voice is not on this computer")
    ready = [state.engine for state in told if state.state == "ready"]
    assert ready == ["pocketsphinx", "espeak"]


async def test_a_kokoro_that_cannot_be_kept_gives_espeak_its_place_back(
    engines: Engines, told: list[EngineState], models: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    espeak = engines.synthesizer.current
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    kokoro = KokoroSynthesizer(WorkerProcess("tests.fakes.stubborn_speaker"))

    async def load(*_: object) -> KokoroSynthesizer:
        return kokoro

    monkeypatch.setattr(KokoroSynthesizer, "load", load)
    monkeypatch.setattr(ModelStore, "find_model", lambda *_: models.folder_of("kokoro"))
    monkeypatch.setattr(ModelStore, "find_voice_python", lambda _: Path("python"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_voice, engines, Settings(), models)
        with anyio.fail_after(5):
            while not kokoro._pace._recent:  # noqa: ASYNC110  (nobody tells)
                await anyio.sleep(0.005)
        assert engines.synthesizer.current is kokoro
        kokoro._worker._starts.extend([anyio.current_time()] * 5)
        assert kokoro._worker._process is not None
        kokoro._worker._process.kill()
    assert engines.synthesizer.current is espeak
    assert [(state.engine, state.state) for state in told] == [
        *[("kokoro", "loading"), ("kokoro", "ready")],
        *[("kokoro", "failed"), ("espeak", "ready")],
    ]
    assert "ended 5 times within 120 s" in str(told[-2].remedy)
