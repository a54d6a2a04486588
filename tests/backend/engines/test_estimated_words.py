"""When words are said, by guess: in order, within the sound, near the truth; and how speech is cut meanwhile."""

from contextlib import aclosing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.audio.pcm import Samples
from parley.engines.espeak import EspeakSynthesizer
from parley.engines.estimated_words import CHARS_PER_S, EstimatedWords
from parley.engines.ports import SpeechPiece, WordTime
from parley.engines.speech_pieces import AHEAD_S, PIECE_S, SpeechPieces
from parley.engines.spoken_words import spoken_words
from tests.fakes.sound_of_words import tone

RATE_HZ = 24_000
SENTENCE = "Café naïve, it’s “fine” — really: 23 $5."
WORDS = ["Café", "naïve", "it’s", "fine", "really", "23", "$5"]


def seen(sentence: str, words: list[WordTime]) -> list[str]:
    return [sentence[word.first_char : word.first_char + word.char_count] for word in words]


def test_words_are_those_that_people_see() -> None:
    words = spoken_words(SENTENCE)
    assert [SENTENCE[word.first_char : word.first_char + word.char_count] for word in words] == WORDS
    assert SENTENCE[words[3].start : words[3].end] == "“fine”"


@given(st.lists(st.integers(1, 9000), min_size=1, max_size=20), st.floats(3, 60))
def test_every_word_is_told_once_in_order_and_in_time(sizes: list[int], chars_per_s: float) -> None:
    words = EstimatedWords(SENTENCE, RATE_HZ, chars_per_s)
    told: list[WordTime] = []
    at = 0
    for number, size in enumerate(sizes):
        samples = tone("x" * 1, RATE_HZ, size / RATE_HZ) if size % 3 else np.zeros(size, np.int16)
        new = words.begun(samples) if number < len(sizes) - 1 else words.rest(samples)
        assert all(at <= word.first_sample < at + max(1, samples.size) for word in new)
        told += new
        at += samples.size
    assert seen(SENTENCE, told) == WORDS
    assert [word.first_sample for word in told] == sorted(word.first_sample for word in told)


def test_silence_takes_no_words_along() -> None:
    words = EstimatedWords("one two", RATE_HZ)
    assert words.begun(np.zeros(RATE_HZ, np.int16)) == ()
    assert [word.first_sample for word in words.begun(tone("x", RATE_HZ))] == [RATE_HZ, RATE_HZ + 5520]
    assert words.begun(np.zeros(RATE_HZ, np.int16)) == ()


def test_the_pace_is_learned() -> None:
    slow = EstimatedWords("one two three four five six seven eight nine ten", RATE_HZ)
    slow.rest(np.tile(tone("x", RATE_HZ, 1.0), 10))
    assert 5 < slow.pace < CHARS_PER_S
    silent = EstimatedWords("one", RATE_HZ, 7.0)
    silent.rest(np.zeros(100, np.int16))
    assert silent.pace == 7.0


@pytest.mark.anyio
async def test_estimates_are_near_what_a_synthesizer_says_itself() -> None:
    """espeak-ng tells the truth about its own speech. A second off would be the wrong word."""
    voice = await EspeakSynthesizer.load()
    sentence = "The weather in Paris is mild, with some rain expected towards the evening of 24 May."
    truth: dict[int, int] = {}
    pieces: list[Samples] = []
    async with aclosing(voice.speak(sentence)) as speech:
        async for piece in speech:
            pieces.append(piece.samples)
            truth |= {word.first_char: word.first_sample for word in piece.words}
    await voice.aclose()
    sound = np.concatenate(pieces)
    words = EstimatedWords(sentence, voice.sample_rate_hz)
    guess = {word.first_char: word.first_sample for word in words.rest(sound)}
    assert guess.keys() == truth.keys()
    off = [abs(guess[char] - sample) / voice.sample_rate_hz for char, sample in truth.items()]
    assert max(off) < 0.5 and sum(off) / len(off) < 0.2


def joined(pieces: list[SpeechPiece]) -> Samples:
    return np.concatenate([np.zeros(0, np.int16), *(piece.samples for piece in pieces)])


def test_speech_is_cut_short_and_stays_whole() -> None:
    sound = tone(SENTENCE, RATE_HZ)
    pieces = SpeechPieces(EstimatedWords(SENTENCE, RATE_HZ), RATE_HZ)
    pieces.feed(sound)
    told = [*pieces.due(0.0), *pieces.due(1.0), *pieces.flush()]
    assert np.array_equal(joined(told), sound)
    assert all(0 < piece.samples.size <= PIECE_S * RATE_HZ for piece in told)
    assert seen(SENTENCE, [word for piece in told for word in piece.words]) == WORDS
    assert pieces.flush() == [] and pieces.due(9.0) == []


def test_what_is_not_needed_yet_is_kept_back() -> None:
    pieces = SpeechPieces(EstimatedWords(SENTENCE, RATE_HZ), RATE_HZ)
    assert pieces.due_in(0.0) == float("inf")
    pieces.feed(tone("x", RATE_HZ, 5.0))
    assert joined(pieces.due(0.0)).size == AHEAD_S * RATE_HZ
    assert pieces.due(0.05) == []
    assert pieces.due_in(0.05) == pytest.approx(PIECE_S)
    assert joined(pieces.due(0.25)).size == 0.2 * RATE_HZ
    assert pieces.seconds == 5.0


def test_one_sample_stays_for_the_words_at_the_end() -> None:
    pieces = SpeechPieces(EstimatedWords("one two three", RATE_HZ), RATE_HZ)
    pieces.feed(tone("x", RATE_HZ, 0.1))
    assert joined(pieces.due(0.0)).size == 0.1 * RATE_HZ - 1
    [last] = pieces.flush()
    assert last.samples.size == 1
    assert seen("one two three", list(last.words)) == ["two", "three"]


def test_what_came_before_it_broke_off_is_passed_on() -> None:
    pieces = SpeechPieces(EstimatedWords("one two three", RATE_HZ), RATE_HZ)
    pieces.feed(tone("x", RATE_HZ, 0.3))
    told = pieces.broken_off()
    assert joined(told).size == 0.3 * RATE_HZ
    assert seen("one two three", [word for piece in told for word in piece.words]) == ["one", "two"]
