"""What `auto` takes, what is said of an engine that was chosen and is not there, and who takes over from whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import psutil
import pytest

from parley.credentials import Credentials
from parley.engines import loading, local_speech
from parley.engines.espeak import EspeakSynthesizer
from parley.engines.kokoro import KokoroSynthesizer
from parley.engines.loading import concerned, load_port
from parley.engines.local_models import VoicePython
from parley.engines.local_speech import KokoroWithSpare
from parley.engines.pocketsphinx import PocketsphinxTranscriber
from parley.engines.slots import Engines
from parley.engines.whisper import WhisperTranscriber
from parley.engines.worker_process import WorkerProcess
from parley.settings import Settings
from parley.wire.messages import EngineState
from tests.backend.engines.test_synthesizer_contract import check_words, sound_of, speak
from tests.fakes.speech import voiced_noise
from tests.fakes.whisper_model import scripted

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
SENTENCE = "how much memory do i have"
NO_KEYS = Credentials()


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
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARLEY_MODELS", str(tmp_path))
    return tmp_path


@pytest.fixture
def tiny(models: Path) -> Path:
    return scripted(models / "whisper-tiny", SENTENCE)


async def test_auto_takes_whisper_where_a_model_is(engines: Engines, told: list[EngineState], tiny: Path) -> None:
    pocketsphinx = engines.transcriber.current
    await load_port("transcriber", engines, Settings(), NO_KEYS)
    whisper = engines.transcriber.current
    assert isinstance(whisper, WhisperTranscriber) and isinstance(pocketsphinx, PocketsphinxTranscriber)
    assert [(state.engine, state.state) for state in told] == [("whisper", "loading"), ("whisper", "ready")]
    await engines.let_go()
    assert pocketsphinx._worker.pid is None
    await whisper.start()
    await whisper.feed(voiced_noise(1.0))
    assert await whisper.finish() == SENTENCE
    await pocketsphinx.start()
    assert pocketsphinx._worker.pid is not None, "who still holds it is served"


def test_what_the_models_are_to_serve(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "find_voice_python", lambda: VoicePython(Path("python")))
    assert loading.local_speech(Settings()) == ["transcriber"]
    assert loading.local_speech(Settings(transcriber="pocketsphinx")) == []
    monkeypatch.setattr(loading, "find_model", lambda _: Path("kokoro"))
    assert loading.local_speech(Settings()) == ["transcriber", "synthesizer"]
    assert loading.local_speech(Settings(synthesizer="espeak")) == ["transcriber"]
    monkeypatch.setattr(loading, "find_voice_python", lambda: None)
    assert loading.local_speech(Settings()) == ["transcriber"]
    assert loading.local_speech(Settings(synthesizer="kokoro")) == ["transcriber", "synthesizer"]


@pytest.mark.parametrize("transcriber", ["auto", "pocketsphinx"])
async def test_without_a_model_or_a_wish_for_it_the_default_serves(
    engines: Engines, models: Path, transcriber: str
) -> None:
    if transcriber == "pocketsphinx":
        scripted(models / "whisper-tiny", SENTENCE)
    await load_port("transcriber", engines, Settings(transcriber=transcriber), NO_KEYS)  # type: ignore[arg-type]
    assert engines.transcriber.state.engine == "pocketsphinx"


async def test_what_was_chosen_and_is_missing_is_said_and_the_default_goes_on(
    engines: Engines, told: list[EngineState], models: Path
) -> None:
    settings = Settings(transcriber="whisper", whisper_model="small", synthesizer="kokoro")
    await load_port("transcriber", engines, settings, NO_KEYS)
    await load_port("synthesizer", engines, settings, NO_KEYS)
    failed = {state.engine: state.remedy for state in told if state.state == "failed"}
    assert failed["whisper"] == "The Whisper model small is not on this computer"
    assert str(failed["kokoro"]).startswith("The Kokoro voice is not on this computer")
    assert [state.engine for state in told if state.state == "ready"] == ["pocketsphinx", "espeak"]


def test_a_change_of_what_they_take_with_them_loads_them_anew() -> None:
    assert concerned(Settings(), Settings(whisper_model="base")) == ["transcriber"]
    assert concerned(Settings(), Settings(kokoro_voice="bf_emma", kokoro_speed=1.2)) == ["synthesizer"]


async def test_a_kokoro_that_dies_has_espeak_go_on_and_comes_back(
    engines: Engines, told: list[EngineState], models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    kokoro = KokoroSynthesizer(WorkerProcess("tests.fakes.stubborn_speaker"))

    async def load(*_: object) -> KokoroSynthesizer:
        return kokoro

    monkeypatch.setattr(KokoroSynthesizer, "load", load)
    monkeypatch.setattr(local_speech, "find_model", lambda _: models)
    monkeypatch.setattr(local_speech, "find_voice_python", lambda: VoicePython(Path("python")))
    await load_port("synthesizer", engines, Settings(synthesizer="kokoro"), NO_KEYS)
    voice = engines.synthesizer.current
    assert isinstance(voice, KokoroWithSpare) and voice.info.wants_short_start
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(engines.watch)
        tones = sound_of(await speak(voice, "one two three"))
        assert tones.size == 3 * 2400
        sentence = "one, two, crash three four"
        check_words(sentence, await speak(voice, sentence))
        assert engines.synthesizer.state.engine == "espeak" and not voice.info.wants_short_start
        assert "(exit code 3); espeak serves meanwhile" in str(engines.synthesizer.state.remedy)
        with anyio.fail_after(10):
            while engines.synthesizer.state.engine != "kokoro":  # noqa: ASYNC110  (nobody tells)
                await anyio.sleep(0.05)
        assert sound_of(await speak(voice, "one two three")).size == 3 * 2400
        tasks.cancel_scope.cancel()


async def test_a_kokoro_that_was_replaced_lets_go_of_its_memory(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    espeak = engines.synthesizer.current
    assert isinstance(espeak, EspeakSynthesizer)
    kokoro = KokoroSynthesizer(WorkerProcess("tests.fakes.stubborn_speaker"))
    engines.synthesizer.ready(KokoroWithSpare(kokoro, espeak))
    await speak(kokoro, "hello")
    pid = kokoro._worker.pid
    engines.synthesizer.ready(espeak)
    await engines.let_go()
    assert kokoro._worker.pid is None and not psutil.pid_exists(pid or 0)
