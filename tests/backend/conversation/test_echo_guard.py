"""The assistant's own voice in the microphone is known by its sound and by its words; the user's is not."""

from functools import cache

import numpy as np
import pytest

from parley.audio.pcm import MIC_RATE_HZ, Samples
from parley.conversation.echo_guard import EchoGuard, OwnVoice, is_echo, sounding
from parley.conversation.history import SpokenSentence
from parley.engines.ports import WordTime
from tests.fakes.speech import needs_flite, say

ANSWER = "The weather in the hills is fine, but it will rain in the evening, and then we all go home for dinner."


@cache
def own_voice() -> OwnVoice:
    voice = OwnVoice()
    speech = say(ANSWER, "slt", around_s=0.0)
    for start in range(0, len(speech), 1000):
        voice.feed(speech[start : start + 1000], MIC_RATE_HZ)
    return voice


def in_a_room(sound: Samples, gain: float) -> Samples:
    """Through the air: softer, with the room's reverberation and noise."""
    noise = np.random.default_rng(5)
    tail = noise.normal(0, 0.06, 1600) * np.exp(-np.arange(1600) / 500)
    wet = np.convolve(sound.astype(float), np.concatenate([[1.0], tail]))[: len(sound)]
    samples: Samples = (gain * wet + noise.normal(0, 10, len(sound))).astype(np.int16)
    return samples


@needs_flite
@pytest.mark.parametrize("at_s", [1.0, 1.7, 2.4, 3.1])
@pytest.mark.parametrize("delay_s", [0.0, 0.2, 0.5])
@pytest.mark.parametrize("gain", [0.25, 0.06], ids=["-12 dB", "-24 dB"])
def test_the_assistants_voice_is_known_by_its_sound(at_s: float, delay_s: float, gain: float) -> None:
    guard = EchoGuard()
    guard.hear(in_a_room(say(ANSWER, "slt", around_s=0.0), gain)[: round(at_s * MIC_RATE_HZ)])
    assert guard.is_own(own_voice(), round((at_s + delay_s) * MIC_RATE_HZ))


@needs_flite
@pytest.mark.parametrize("at_s", [1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("text", ["what about tomorrow then", "please stop it now", "wait a moment I have a question"])
def test_the_users_is_not_even_where_both_are_one_voice(text: str, at_s: float) -> None:
    guard = EchoGuard()
    guard.hear(say(text, "slt")[: round(1.0 * MIC_RATE_HZ)])
    assert not guard.is_own(own_voice(), round(at_s * MIC_RATE_HZ))


@needs_flite
@pytest.mark.parametrize("at_s", [1.5, 3.0])
def test_who_speaks_over_an_echo_is_heard(at_s: float) -> None:
    end = round(at_s * MIC_RATE_HZ)
    echo = in_a_room(say(ANSWER, "slt", around_s=0.0), 0.1)[end - 9600 : end]
    guard = EchoGuard()
    guard.hear(echo + say("wait a moment I have a question", "rms", around_s=0.0)[2000 : 2000 + 9600])
    assert not guard.is_own(own_voice(), end)


def test_before_the_first_sound_there_is_no_echo() -> None:
    guard = EchoGuard()
    guard.hear(np.ones(9600, np.int16))
    assert not guard.is_own(OwnVoice(), 0)


@pytest.mark.parametrize(
    ("heard", "echo"),
    [
        ("it will rain in the evening", True),
        ("It'll rain in the evening.", True),
        ("rain evening", True),
        ("", False),
        ("stop", False),
        ("evening the in rain", False),
        ("will it snow tomorrow", False),
        ("and what about the morning then", False),
    ],
)
def test_by_its_words(heard: str, echo: bool) -> None:
    assert is_echo(heard, "but it will rain in the evening and then".split()) == echo


def test_only_the_words_that_sound_meanwhile_count() -> None:
    text = "One two. Three four five."
    words = [WordTime(first, 3, index * 1000) for index, first in enumerate([0, 4, 9, 15, 20])]
    sentences = [SpokenSentence(text, 0, words)]
    assert sounding(sentences, 100, first=2000, end=4000) == ["thr", "fou"]
    assert sounding(sentences, 1000, first=2000, end=2001) == ["two", "thr"]
