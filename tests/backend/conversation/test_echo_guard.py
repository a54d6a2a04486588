"""The assistant's own voice in the microphone is known by its sound and by its words; the user's is not."""

from functools import cache

import numpy as np
import pytest

from parley.audio.likeness import Shapes
from parley.audio.pcm import MIC_RATE_HZ, Samples
from parley.conversation.echo_guard import EchoGuard, OwnVoice, is_echo, played, sounding
from parley.conversation.history import SpokenSentence
from parley.conversation.playhead import Playhead
from parley.engines.ports import WordTime
from parley.wire.messages import Playback, PlaybackState
from tests.fakes.speech import needs_flite, say

ANSWER = "The weather in the hills is fine, but it will rain in the evening, and then we all go home for dinner."


@cache
def own_voice() -> OwnVoice:
    voice = OwnVoice(turn_id=1)
    speech = say(ANSWER, "slt", around_s=0.0)
    for start in range(0, len(speech), 1000):
        voice.feed(speech[start : start + 1000], MIC_RATE_HZ)
    return voice


def now_at(position_s: float) -> Shapes:
    """What the loudspeaker has played around when it is there: it began at 0 s and plays without a pause."""
    playhead = Playhead()
    for when_s in np.arange(0.0, position_s, 0.4):
        heard = round(when_s * MIC_RATE_HZ)
        playhead.report(Playback(turn_id=1, heard_samples=heard, state="playing"), float(when_s))
    return played([own_voice()], playhead, position_s)


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
    assert guard.is_own(now_at(at_s + delay_s))


@needs_flite
@pytest.mark.parametrize("at_s", [1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("text", ["what about tomorrow then", "please stop it now", "wait a moment I have a question"])
def test_the_users_is_not_even_where_both_are_one_voice(text: str, at_s: float) -> None:
    guard = EchoGuard()
    guard.hear(say(text, "slt")[: round(1.0 * MIC_RATE_HZ)])
    assert not guard.is_own(now_at(at_s))


@needs_flite
@pytest.mark.parametrize("at_s", [1.5, 3.0])
def test_who_speaks_over_an_echo_is_heard(at_s: float) -> None:
    end = round(at_s * MIC_RATE_HZ)
    echo = in_a_room(say(ANSWER, "slt", around_s=0.0), 0.1)[end - 9600 : end]
    guard = EchoGuard()
    guard.hear(echo + say("wait a moment I have a question", "rms", around_s=0.0)[2000 : 2000 + 9600])
    assert not guard.is_own(now_at(at_s))


@needs_flite
def test_silences_of_the_loudspeaker_are_part_of_its_sound() -> None:
    """It was held for a second, and has just gone on."""
    speech = say(ANSWER, "slt", around_s=0.0)
    held_at, on_at = 24_000, 24_000 + MIC_RATE_HZ
    playhead = Playhead()
    reports: list[tuple[PlaybackState, int, int]] = [
        ("playing", 0, 0),
        ("paused", held_at, held_at),
        ("playing", held_at, on_at),
    ]
    for state, heard, when in reports:
        playhead.report(Playback(turn_id=1, heard_samples=heard, state=state), when / MIC_RATE_HZ)
    around = played([own_voice()], playhead, (on_at + 4000) / MIC_RATE_HZ)
    guard = EchoGuard()
    guard.hear(in_a_room(np.concatenate((np.zeros(5600, np.int16), speech[held_at : held_at + 4000])), 0.25))
    assert guard.is_own(around)


@needs_flite
def test_the_last_words_of_one_answer_are_known_in_the_next() -> None:
    speech = say(ANSWER, "slt", around_s=0.0)
    playhead = Playhead()
    playhead.report(Playback(turn_id=1, heard_samples=16_000, state="playing"), 1.0)
    playhead.report(Playback(turn_id=1, heard_samples=32_000, state="finished"), 2.0)
    playhead.report(Playback(turn_id=2, heard_samples=0, state="playing"), 2.1)
    guard = EchoGuard()
    guard.hear(in_a_room(np.concatenate((speech[24_000:32_000], np.zeros(1600, np.int16))), 0.25))
    assert guard.is_own(played([own_voice(), OwnVoice(turn_id=2)], playhead, 2.15))


def test_before_the_first_sound_there_is_no_echo() -> None:
    guard = EchoGuard()
    guard.hear(np.ones(9600, np.int16))
    assert not guard.is_own(played([OwnVoice()], Playhead(), 0.0))


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
