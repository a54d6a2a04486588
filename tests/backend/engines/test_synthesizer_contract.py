"""What every synthesizer must do, and how espeak's words fall on what people read."""

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import anyio
import numpy as np
import pytest

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, Samples, rms
from parley.engines import espeak_data
from parley.engines.espeak import EspeakSynthesizer
from parley.engines.fallback import Pair
from parley.engines.fallback_synthesizer import FallbackSynthesizer
from parley.engines.kokoro import KokoroSynthesizer
from parley.engines.openai_http import AudioServer as AudioClient
from parley.engines.openai_speech import OpenAISynthesizer
from parley.engines.ports import SpeechPiece, Synthesizer, WordTime
from parley.engines.silero import SileroVad
from parley.engines.speech_address import tcp_address
from parley.engines.word_times import WordTimes
from parley.engines.worker_process import WorkerProcess
from parley.engines.wyoming_speech import WyomingSynthesizer
from parley.errors import EngineMissing, SynthesizerFailed
from tests.fakes.audio_server import AudioServer
from tests.fakes.engines import FakeSynthesizer
from tests.fakes.wyoming_server import WyomingServer

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]

SENTENCES = [
    "It is noon.",
    "Café naïve, it’s “fine” — really.",
    "On 23 November 2026 it costs $1,250.50 (twice)!",
    "Smile 😀 and wave, Dr. Smith.",
    "e\u0301te\u0301 is summer",
    "日本 and Привет",
]


@pytest.fixture(
    params=[
        *("fake", "fake in a thread", "espeak", "kokoro"),
        *("wyoming", "openai", "openai pcm", "with a spare", "by a spare"),
    ]
)
async def synthesizer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Synthesizer]:
    """Kokoro's adapter with a worker that makes tones: test_kokoro_true_size.py has the real one."""
    engine: Synthesizer
    async with AsyncExitStack() as servers:
        match request.param:
            case "espeak":
                engine = await EspeakSynthesizer.load()
            case "kokoro":
                monkeypatch.setenv("PYTHONPATH", str(ROOT))
                engine = KokoroSynthesizer(WorkerProcess("tests.fakes.stubborn_speaker"))
            case "wyoming":
                wyoming = await servers.enter_async_context(WyomingServer())
                engine = WyomingSynthesizer(tcp_address(wyoming.address))
            case "openai" | "openai pcm" as param:
                openai = await servers.enter_async_context(AudioServer())
                client = await AudioClient.open(openai.address)
                engine = OpenAISynthesizer(client, response_format="pcm" if param.endswith("pcm") else "wav")
            case "with a spare":
                engine = with_spare(FakeSynthesizer(), FakeSynthesizer(error=SynthesizerFailed("not asked for")))
            case "by a spare":
                engine = with_spare(Broken(), await EspeakSynthesizer.load())
            case param:
                engine = FakeSynthesizer(threaded=param.endswith("thread"))
        yield engine
        await engine.aclose()


class Broken(FakeSynthesizer):
    """Says nothing."""

    async def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        raise SynthesizerFailed("broken")
        yield


def with_spare(main: Synthesizer, spare: Synthesizer) -> Synthesizer:
    async def revive() -> None:
        """Nothing brings it back here."""

    return FallbackSynthesizer(Pair(main, spare, revive, "The main engine"))


@pytest.fixture
async def voice() -> AsyncIterator[EspeakSynthesizer]:
    engine = await EspeakSynthesizer.load()
    yield engine
    await engine.aclose()


async def speak(synthesizer: Synthesizer, sentence: str) -> list[SpeechPiece]:
    async with aclosing(synthesizer.speak(sentence)) as pieces:
        return [piece async for piece in pieces]


def sound_of(pieces: list[SpeechPiece]) -> Samples:
    return np.concatenate([piece.samples for piece in pieces])


def shown(sentence: str, pieces: list[SpeechPiece]) -> list[str]:
    times = [word for piece in pieces for word in piece.words]
    return [sentence[word.first_char : word.first_char + word.char_count] for word in times]


def check_words(sentence: str, pieces: list[SpeechPiece]) -> None:
    """They are timed, in order, inside the sound."""
    sound = sound_of(pieces)
    assert sound.dtype == np.int16
    assert rms(sound) > 300
    first_samples = []
    end = 0
    at = 0
    for piece in pieces:
        at += piece.samples.size
        for word in piece.words:
            assert word.first_char >= end
            assert word.char_count > 0
            end = word.first_char + word.char_count
            # Told with its own piece or an earlier one, never too late to be highlighted.
            assert word.first_sample >= at - piece.samples.size
            first_samples.append(word.first_sample)
    assert end <= len(sentence)
    assert first_samples == sorted(first_samples)
    assert 0 <= first_samples[0] <= first_samples[-1] < sound.size


@pytest.mark.parametrize("sentence", SENTENCES)
async def test_words_are_timed_in_order_inside_the_sound(synthesizer: Synthesizer, sentence: str) -> None:
    check_words(sentence, await speak(synthesizer, sentence))


async def test_pieces_are_short(synthesizer: Synthesizer) -> None:
    pieces = await speak(synthesizer, "The quick brown fox jumps over the lazy dog.")
    assert all(0 < piece.samples.size <= 0.25 * synthesizer.sample_rate_hz for piece in pieces)


async def test_leaving_early_stops_the_work(synthesizer: Synthesizer) -> None:
    async with aclosing(synthesizer.speak("one two three four five " * 20)) as pieces:
        async for piece in pieces:
            assert piece.samples.size
            break
    assert shown("Next.", await speak(synthesizer, "Next.")) in (["Next"], ["Next."])


async def test_cancelling_stops_the_work(synthesizer: Synthesizer) -> None:
    heard = anyio.Event()

    async def listen() -> None:
        async with aclosing(synthesizer.speak("one two three four five " * 20)) as pieces:
            async for _ in pieces:
                heard.set()
                await anyio.sleep_forever()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        await heard.wait()
        tasks.cancel_scope.cancel()
    assert sound_of(await speak(synthesizer, "Next.")).size > 0


async def test_one_sentence_after_another(synthesizer: Synthesizer) -> None:
    alone = sound_of(await speak(synthesizer, "It is noon."))
    await speak(synthesizer, "Something else came between.")
    again = sound_of(await speak(synthesizer, "It is noon."))
    # espeak goes on with the wave that it left, so a sentence may be some samples longer or shorter.
    assert abs(again.size - alone.size) < 0.002 * synthesizer.sample_rate_hz


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Café naïve, it’s “fine” — really.", ["Café", "naïve", "it’s", "fine", "really"]),
        ("On 23 November 2026, $1,250.50!", ["On", "23", "November", "2026", "$1,250.50"]),
        ("Smile 😀 and wave, Dr. Smith.", ["Smile", "😀", "and", "wave", "Dr", "Smith"]),
        ("a\nb\tc d", ["a", "b", "c", "d"]),
        ("日本 and Привет", ["日本", "and", "Привет"]),
        ("well-known x<b>y</b> [[foo]]", ["well-known", "x<b>y</b>", "foo"]),
    ],
)
async def test_espeak_words_are_those_that_people_see(
    voice: EspeakSynthesizer, sentence: str, words: list[str]
) -> None:
    assert shown(sentence, await speak(voice, sentence)) == words


@pytest.mark.parametrize("sentence", ["", "   ", "...", "!!!", "—"])
async def test_espeak_says_nothing_where_there_is_nothing(voice: EspeakSynthesizer, sentence: str) -> None:
    assert await speak(voice, sentence) == []


async def test_espeak_text_does_not_end_at_a_nul(voice: EspeakSynthesizer) -> None:
    assert shown("one\0two", await speak(voice, "one\0two")) == ["one", "two"]


@pytest.mark.parametrize(("sentence", "pause_s"), [("Hello there.", 0.22), ("Hello there,", 0.12)])
async def test_espeak_pauses_as_people_do(voice: EspeakSynthesizer, sentence: str, pause_s: float) -> None:
    sound = sound_of(await speak(voice, sentence))
    silence_s = (sound.size - np.flatnonzero(np.abs(sound) > 100)[-1]) / voice.sample_rate_hz
    assert pause_s <= silence_s < pause_s + 0.05


async def test_espeak_speaks_at_its_pace() -> None:
    slow = await EspeakSynthesizer.load(words_per_minute=100)
    fast = await EspeakSynthesizer.load(words_per_minute=300)
    sentence = "one two three four five six seven eight"
    slow_size = sound_of(await speak(slow, sentence)).size
    # Two voices share one library; neither changes the other's pace.
    assert sound_of(await speak(fast, sentence)).size < 0.6 * slow_size
    assert sound_of(await speak(slow, sentence)).size == pytest.approx(slow_size, rel=0.01)
    await slow.aclose()
    await fast.aclose()


async def test_espeak_says_which_voice_it_does_not_know() -> None:
    with pytest.raises(EngineMissing, match="af_heart"):
        await EspeakSynthesizer.load("af_heart")


async def test_espeak_speech_is_speech(voice: EspeakSynthesizer) -> None:
    vad = await SileroVad.load()
    sound = sound_of(await speak(voice, "The quick brown fox jumps over the lazy dog."))
    position = np.arange(0, sound.size, voice.sample_rate_hz / MIC_RATE_HZ)
    heard = np.interp(position, np.arange(sound.size), sound).astype(np.int16)
    windows = [heard[at : at + WINDOW] for at in range(0, heard.size - WINDOW, WINDOW)]
    assert np.mean([vad.probability(window) > 0.5 for window in windows]) > 0.6


def test_espeak_data_behind_a_long_path_is_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    short = espeak_data.short_path("/data/espeak-ng-data")
    assert short == "/data/espeak-ng-data"
    link = espeak_data.short_path(f"{tmp_path}/{'x' * 200}/espeak-ng-data")
    assert len(link) <= espeak_data.MAX_DATA_PATH


def test_a_sign_without_an_event_begins_with_the_next_word() -> None:
    times = WordTimes("a * b")
    assert times.begun([(0, 5)], 0, 100) == (WordTime(0, 1, 5),)
    assert times.begun([(4, 130)], 100, 100) == (WordTime(2, 1, 130), WordTime(4, 1, 130))


def test_words_that_are_run_together_share_their_time_by_their_letters() -> None:
    times = WordTimes("it is in the garden")
    told = times.begun([(0, 0), (3, 100), (6, 200), (13, 700)], 0, 1000)
    assert [word.first_sample for word in told] == [0, 100, 200, 400, 700]
    first = WordTimes("of the house")
    assert [word.first_sample for word in first.begun([(7, 600)], 0, 1000)] == [0, 240, 600]
    later = WordTimes("in the garden")
    assert [word.first_sample for word in later.begun([(0, 0)], 0, 100)] == [0]
    assert [word.first_sample for word in later.begun([(7, 500)], 300, 300)] == [200, 500], "known later"


def test_word_times_stay_inside_their_piece() -> None:
    times = WordTimes("one two")
    assert times.begun([(0, -3)], 0, 100) == (WordTime(0, 3, 0),)
    assert times.begun([(4, 205)], 100, 100) == (WordTime(4, 3, 199),)
    assert times.begun([(0, 210), (4, 220), (99, 230)], 200, 100) == ()


async def test_espeaks_voices_are_told_and_each_can_be_chosen() -> None:
    told = (await EspeakSynthesizer.load("de")).info
    assert told.voice_setting == "voice" and told.sample.startswith("Hallo")
    names = {voice.name: voice.title for voice in told.voices}
    assert (names["de"], names["en-us"]) == ("German", "English (America)")
    assert "en-gb" in names and "fo" not in names
    for name in names:
        await (await EspeakSynthesizer.load(name)).aclose()
    with pytest.raises(EngineMissing, match="no voice called 'en-nowhere'"):
        await EspeakSynthesizer.load("en-nowhere")
