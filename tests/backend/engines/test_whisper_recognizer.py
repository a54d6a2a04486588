"""What Whisper's recognizer makes of sounds: what of its writing was said, in which language, and when it looks.

The models are made here, and run by faster-whisper's own code in this process.
"""

import time
from collections.abc import Callable
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from numpy.typing import NDArray

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, Samples
from parley.engines import whisper_recognizer
from parley.engines.whisper_recognizer import MAX_TOKENS, Recognizer
from tests.fakes.speech import quiet, voiced_noise
from tests.fakes.whisper_model import random_weights, scripted

SENTENCE = "how much memory do i have"


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scripted(tmp_path_factory.mktemp("whisper"), SENTENCE)


Open = Callable[..., Recognizer]


@pytest.fixture
def recognizer(model: Path) -> Open:
    def open_it(
        folder: Path = model, language: str = "auto", hint_words: str = "", short_window: bool = False
    ) -> Recognizer:
        return whisper_recognizer.load(str(folder), language, hint_words, short_window, "auto")

    return open_it


def hear(it: Recognizer, sound: Samples) -> str:
    it.start()
    it.feed(sound.tobytes())
    return it.finish()[0]


def count_encodings(it: Recognizer) -> list[int]:
    """Frames of each, as they are made."""
    made: list[int] = []
    encode = it._model.encode

    def counted(features: NDArray[np.float32]) -> object:
        made.append(features.shape[-1])
        return encode(features)

    it._model.encode = counted  # type: ignore[method-assign]
    return made


def count_transcriptions(it: Recognizer) -> list[float]:
    """Seconds of sound of each, as they are made."""
    made: list[float] = []
    transcribe = it._said

    def counted(sound: Samples, voiced_s: float) -> str:
        made.append(sound.size / MIC_RATE_HZ)
        return transcribe(sound, voiced_s)

    it._said = counted  # type: ignore[method-assign]
    return made


@pytest.fixture(scope="session")
def inventing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scripted(tmp_path_factory.mktemp("inventing"), "thank you for watching")


@pytest.mark.parametrize(
    "sound",
    [quiet(2), np.zeros(32_000, np.int16), voiced_noise(0.03), voiced_noise(0.2)],
    ids=["a quiet room", "digital silence", "a click", "a cough"],
)
def test_what_is_written_into_silence_is_not_said(recognizer: Open, inventing: Path, sound: Samples) -> None:
    assert hear(recognizer(inventing), sound) == ""


def test_what_is_said_is_not_taken_for_invented(recognizer: Open, inventing: Path) -> None:
    assert hear(recognizer(inventing), voiced_noise(1.5)) == "thank you for watching"


def test_silence_is_not_even_transcribed(recognizer: Open) -> None:
    it = recognizer()
    made = count_transcriptions(it)
    assert hear(it, quiet(2)) == ""
    assert made == []


@pytest.fixture(scope="session")
def german(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scripted(tmp_path_factory.mktemp("german"), "wie spät ist es", language="de")


def test_it_is_detected_once_and_kept(recognizer: Open, german: Path) -> None:
    it = recognizer(german)
    assert it.language() is None, "the noise of its warm-up is no language"
    encodings = count_encodings(it)
    assert hear(it, voiced_noise(1.0)) == "wie spät ist es"
    assert it.language() == "de"
    assert hear(it, voiced_noise(1.0)) == "wie spät ist es"
    assert len(encodings) == 2, "nothing is encoded a second time for its language"
    assert it.language() == "de"


def test_a_word_too_short_to_tell_by_decides_nothing(recognizer: Open, german: Path) -> None:
    it = recognizer(german)
    assert hear(it, voiced_noise(0.4)) == "wie spät ist es"
    assert it.language() is None


def test_one_that_is_set_is_taken(recognizer: Open, german: Path) -> None:
    it = recognizer(german, language="fr")
    hear(it, voiced_noise(1.0))
    assert it.language() == "fr"


def test_an_english_model_knows_english(recognizer: Open, tmp_path: Path) -> None:
    it = recognizer(scripted(tmp_path, SENTENCE, multilingual=False))
    assert hear(it, voiced_noise(1.0)) == SENTENCE
    assert it.language() == "en"


def test_it_is_asked_for_anew_where_the_kept_one_fits_badly(recognizer: Open, tmp_path: Path) -> None:
    it = recognizer(scripted(tmp_path, "wie spät", language="de", certainty=0.22))
    it._language = "en"
    assert hear(it, voiced_noise(1.0)) == "wie spät"
    assert it.language() is None


def test_nothing_is_transcribed_again_after_a_pause(recognizer: Open) -> None:
    it = recognizer()
    made = count_transcriptions(it)
    sound = voiced_noise(1.0, around_s=0.5)
    it.start()
    it.feed(sound.tobytes())
    while not it.partial()[0]:
        time.sleep(0.005)
    it.feed(quiet(0.5).tobytes())
    assert it.finish()[0] == SENTENCE
    assert made == [pytest.approx(sound.size / MIC_RATE_HZ)]


def test_what_comes_after_the_last_look_is_heard(recognizer: Open) -> None:
    it = recognizer()
    made = count_transcriptions(it)
    it.start()
    it.feed(voiced_noise(1.0).tobytes())
    while not it.partial()[0]:
        time.sleep(0.005)
    it.feed(voiced_noise(0.5).tobytes())
    assert it.finish()[0] == SENTENCE
    assert len(made) == 2


def test_never_two_at_a_time(recognizer: Open) -> None:
    it = recognizer()
    made = count_transcriptions(it)
    at_work = 0
    said = it._said

    def watched(sound: Samples, voiced_s: float) -> str:
        nonlocal at_work
        at_work += 1
        assert at_work == 1
        try:
            return said(sound, voiced_s)
        finally:
            at_work -= 1

    it._said = watched  # type: ignore[method-assign]
    it.start()
    for window in np.split(voiced_noise(3.0), range(WINDOW, 4 * MIC_RATE_HZ, WINDOW)):
        it.feed(window.tobytes())
        it.partial()
    assert it.finish()[0] == SENTENCE
    # As fast as a file is read: the looks did not keep up, and were left out.
    assert 1 <= len(made) < 10


def test_a_look_at_an_utterance_that_was_given_up_is_nobodys(recognizer: Open) -> None:
    it = recognizer()
    it.start()
    it.feed(voiced_noise(1.0).tobytes())
    it.partial()
    it.start()
    assert it.partial()[:2] == ("", 0)
    assert it.finish()[0] == ""


def test_more_than_a_window_is_heard_to_its_end(recognizer: Open) -> None:
    assert hear(recognizer(), voiced_noise(34.0)) == f"{SENTENCE} {SENTENCE}"


def test_hint_words_are_in_the_prompt(recognizer: Open) -> None:
    """The model goes by places: behind a longer prompt, it begins at a later word."""
    assert hear(recognizer(hint_words="memory"), voiced_noise(1.0)) == "memory do i have"


@pytest.mark.parametrize(("short", "frames"), [(False, 3000), (True, 1000)])
def test_the_window_is_the_trained_one_unless_asked(recognizer: Open, short: bool, frames: int) -> None:
    it = recognizer(short_window=short)
    assert hear(it, voiced_noise(1.0)) == SENTENCE
    assert it._model.encoded.shape[1] == frames / 2


def test_a_model_with_more_bands_says_so_itself(recognizer: Open, tmp_path: Path) -> None:
    scripted(tmp_path, SENTENCE, n_mels=128)
    (tmp_path / "preprocessor_config.json").unlink()
    assert hear(recognizer(tmp_path), voiced_noise(1.0)) == SENTENCE


def test_a_decoder_that_finds_no_end_is_cut(recognizer: Open, tmp_path: Path) -> None:
    it = recognizer(random_weights(tmp_path, "micro"))
    lengths: list[int] = []
    generate = it._model.generate_with_fallback

    def noted(*arguments: object) -> object:
        found = generate(*arguments)
        lengths.append(len(found[0].sequences_ids[0]))
        return found

    it._model.generate_with_fallback = noted
    hear(it, voiced_noise(1.0))
    hear(it, voiced_noise(20.0))
    assert 24 <= lengths[0] <= 24 + 25 * 2
    assert lengths[1] <= MAX_TOKENS


def test_a_card_that_does_not_work_is_done_without(recognizer: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    it = recognizer()
    assert it.device() == "cpu"
    assert it._model.model.compute_type.startswith("int8")
