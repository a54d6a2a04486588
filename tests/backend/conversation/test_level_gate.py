"""The level gate on curves of levels: a room, a fan, people who talk."""

import math
import random

import numpy as np
import pytest

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, WINDOW_S, from_float, rms
from parley.conversation.level_gate import LevelGate


def windows(seconds: float) -> int:
    return round(seconds / WINDOW_S)


def room(level: float, seconds: float, seed: int = 0) -> list[float]:
    """Levels of steady noise; a window's level varies by some 6 %."""
    chance = random.Random(seed)
    return [level * chance.uniform(0.9, 1.1) for _ in range(windows(seconds))]


def fan(level: float, seconds: float, lowest_hz: float) -> list[float]:
    """Levels of real noise that falls by 6 dB per octave from `lowest_hz` on, as a fan's does."""
    chance = np.random.default_rng(0)
    size = windows(seconds) * WINDOW
    hz = np.fft.rfftfreq(size, 1 / MIC_RATE_HZ)
    spectrum = chance.normal(size=hz.size) + 1j * chance.normal(size=hz.size)
    sound = np.fft.irfft(spectrum / np.maximum(hz, lowest_hz) * np.minimum(1, hz / lowest_hz) ** 2, size)
    samples = from_float(sound / np.std(sound) * level / 32768)
    return [rms(window) for window in samples.reshape(-1, WINDOW)]


def talk(peak: float, floor: float, seconds: float, seed: int = 1) -> list[float]:
    """Levels of speech without a pause: syllables of 0.15 to 0.35 s that swell and ebb, and word gaps."""
    chance = random.Random(seed)
    levels: list[float] = []
    while len(levels) < windows(seconds):
        count = windows(chance.uniform(0.15, 0.35))
        loudest = peak * chance.uniform(0.3, 1)
        for i in range(count):
            syllable = loudest * max(math.sin(math.pi * (i + 1) / (count + 1)) ** 1.5, 0.05)
            levels.append(math.hypot(syllable, floor * chance.uniform(0.9, 1.1)))
        if chance.random() < 0.1:
            levels += [floor * chance.uniform(0.9, 1.1)] * windows(chance.uniform(0.05, 0.15))
    return levels


def quiet(gate: LevelGate, levels: list[float], speaking: bool = False) -> list[bool]:
    return [gate.is_quiet(level, speaking) for level in levels]


def share(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


def accustomed(level: float) -> LevelGate:
    """A gate that has heard this room for a minute and a half."""
    gate = LevelGate()
    quiet(gate, room(level, 90))
    return gate


@pytest.mark.parametrize("level", [0.0, 1.0, 7.9])
def test_digital_silence_is_quiet_at_once(level: float) -> None:
    assert all(quiet(LevelGate(), [level] * 100))


def test_a_hiss_after_digital_silence_is_quiet() -> None:
    assert all(quiet(LevelGate(), [0.0] * 1000 + [7.9]))


@pytest.mark.parametrize("level", [10.0, 100.0, 2000.0])
def test_a_steady_room_is_passed_over(level: float) -> None:
    gate = accustomed(level)
    assert share(quiet(gate, room(level, 60, seed=2))) == 1
    assert gate.floor == pytest.approx(level, rel=0.1)


def test_a_rumbling_fan_is_mostly_passed_over() -> None:
    levels = fan(200, 120, lowest_hz=80)
    answers = quiet(LevelGate(), levels)
    assert share(answers[len(answers) // 2 :]) > 0.8


def test_a_fan_that_is_switched_on_is_passed_over_after_a_while() -> None:
    answers = quiet(accustomed(30), room(300, 60))
    assert not any(answers[: windows(5)])
    assert all(answers[windows(20) :])


@pytest.mark.parametrize("level", [10.0, 60.0, 1000.0])
def test_speech_6_db_above_the_room_opens_with_its_first_window(level: float) -> None:
    gate = accustomed(level)
    for start in room(level, 20, seed=3):
        answers = quiet(gate, [start, 2 * level])
        assert answers[1] is False
        quiet(gate, room(level, 1))


def test_speech_in_a_rumble_opens_with_its_first_window() -> None:
    level = 200.0
    gate = LevelGate()
    levels = fan(level, 120, lowest_hz=80)
    opened = []
    for i, noise in enumerate(levels):
        if i > len(levels) // 2 and i % 50 == 0:
            opened.append(not gate.is_quiet(math.hypot(noise, math.sqrt(3) * level), False))
        else:
            gate.is_quiet(noise, False)
    assert len(opened) > 30 and all(opened)


@pytest.mark.parametrize(("level", "peak"), [(50.0, 1500.0), (50.0, 250.0), (300.0, 1500.0), (50.0, 20_000.0)])
def test_who_talks_all_the_time_never_becomes_the_floor(level: float, peak: float) -> None:
    """The hard case: nobody tells the gate that it is speech."""
    gate = accustomed(level)
    levels = talk(peak, level, 30)
    answers = quiet(gate, levels)
    above = [answer for answer, heard in zip(answers, levels, strict=True) if heard >= 2 * level]
    assert len(above) > 300
    assert share(above) < 0.05
    assert gate.floor < 0.2 * peak + level


def test_talk_at_the_very_start_is_heard() -> None:
    levels = talk(1500, 50, 30)
    answers = quiet(LevelGate(), levels)
    assert share([a for a, heard in zip(answers, levels, strict=True) if heard >= 100]) < 0.05


def test_it_is_open_and_learns_no_higher_floor_while_someone_speaks() -> None:
    gate = accustomed(50)
    before = gate.floor
    assert not any(quiet(gate, room(3000, 60), speaking=True))
    assert gate.floor <= before
    assert not any(quiet(gate, [0.0] * 10, speaking=True))


def test_it_stays_open_for_the_tail() -> None:
    gate = accustomed(50)
    assert gate.is_quiet(500, speaking=False) is False
    answers = quiet(gate, [50.0] * windows(2))
    open_s = answers.index(True) * WINDOW_S
    assert open_s == pytest.approx(0.5, abs=WINDOW_S)
    assert all(answers[answers.index(True) :])


def test_the_tail_counts_from_the_end_of_the_utterance() -> None:
    gate = accustomed(50)
    quiet(gate, [50.0] * windows(2), speaking=True)
    assert quiet(gate, [50.0] * windows(1)).index(True) * WINDOW_S == pytest.approx(0.5, abs=WINDOW_S)


def test_one_lost_window_changes_little() -> None:
    gate = accustomed(100)
    quiet(gate, [0.0])
    assert gate.floor > 80
    assert all(quiet(gate, room(100, 5)))


def test_after_the_fan_stops_a_soft_voice_is_heard_within_half_a_second() -> None:
    gate = accustomed(1000)
    quiet(gate, room(50, 0.5))
    assert gate.is_quiet(400, speaking=False) is False
