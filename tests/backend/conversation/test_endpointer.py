"""The endpointer, fed durations: no audio, no clock."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.conversation.endpointer import (
    Endpointer,
    SpeechEnded,
    SpeechStarted,
    pause_needed,
)

WINDOW_S = 0.032
SPEECH, BETWEEN, SILENCE = 0.9, 0.4, 0.1

Event = SpeechStarted | SpeechEnded


def about(seconds: float, within: float = 1e-6) -> Any:
    """Equal but for rounding; `Any`, so that it may stand in an event."""
    return pytest.approx(seconds, abs=within)


def feed(endpointer: Endpointer, *stretches: tuple[float, float]) -> list[tuple[float, Event]]:
    """Feed (probability, seconds) in windows; return what was reported, with the seconds fed until then."""
    events = []
    fed = 0
    for probability, seconds in stretches:
        for _ in range(round(seconds / WINDOW_S)):
            fed += 1
            event = endpointer.feed(probability, WINDOW_S)
            if event is not None:
                events.append((fed * WINDOW_S, event))
    return events


def test_one_second_of_speech() -> None:
    (started_at, started), (ended_at, ended) = feed(Endpointer(), (SILENCE, 0.96), (SPEECH, 0.992), (SILENCE, 2.0))
    assert started_at == about(0.96 + 3 * WINDOW_S)
    assert started == SpeechStarted(speech_s=about(3 * WINDOW_S))
    assert ended_at == about(0.96 + 0.992 + 0.8)
    assert ended == SpeechEnded(silence_s=about(0.8), speech_s=about(0.992))


def test_long_windows_work_too() -> None:
    endpointer = Endpointer()
    assert endpointer.feed(SPEECH, 1.0) == SpeechStarted(speech_s=1.0)
    assert endpointer.feed(SILENCE, 0.5) is None
    assert endpointer.feed(SILENCE, 0.5) == SpeechEnded(silence_s=1.0, speech_s=1.0)


@pytest.mark.parametrize("windows", [1, 2])
def test_a_click_begins_nothing(windows: int) -> None:
    endpointer = Endpointer()
    assert feed(endpointer, (SPEECH, windows * WINDOW_S), (SILENCE, 3)) == []
    assert not endpointer.speaking


def test_clicks_apart_begin_nothing() -> None:
    assert feed(Endpointer(), *[(SPEECH, 2 * WINDOW_S), (SILENCE, 0.224)] * 20) == []


def test_a_soft_onset_may_flicker() -> None:
    flicker = [(SPEECH, WINDOW_S), (BETWEEN, WINDOW_S)] * 3
    ((at, event),) = feed(Endpointer(), *flicker)
    assert at == about(5 * WINDOW_S)
    assert event == SpeechStarted(speech_s=about(5 * WINDOW_S))


def test_the_beginning_is_the_first_speech_of_the_onset_only() -> None:
    events = feed(Endpointer(), (SPEECH, WINDOW_S), (SILENCE, 0.256), (SPEECH, 3 * WINDOW_S))
    assert [event for _, event in events] == [SpeechStarted(speech_s=about(3 * WINDOW_S))]


@pytest.mark.parametrize("probability", [0.5, 0.51, 1.0])
def test_the_start_threshold_counts_as_speech(probability: float) -> None:
    assert len(feed(Endpointer(), (probability, 3 * WINDOW_S))) == 1


@pytest.mark.parametrize("probability", [0.0, 0.35, 0.499, float("nan")])
def test_less_begins_nothing(probability: float) -> None:
    assert feed(Endpointer(), (probability, 5.0)) == []


def test_between_the_thresholds_speech_goes_on() -> None:
    endpointer = Endpointer()
    assert len(feed(endpointer, (SPEECH, 0.32), (BETWEEN, 5.0))) == 1
    assert endpointer.speaking and endpointer.silence_s == 0


@pytest.mark.parametrize(("probability", "ends"), [(0.34, True), (0.35, False)])
def test_a_pause_begins_below_the_end_threshold(probability: float, ends: bool) -> None:
    events = feed(Endpointer(), (SPEECH, 0.32), (probability, 0.8))
    assert (len(events) == 2) is ends


def test_between_the_thresholds_a_pause_goes_on() -> None:
    endpointer = Endpointer()
    events = feed(endpointer, (SPEECH, 0.32), (SILENCE, WINDOW_S), (BETWEEN, 0.8 - WINDOW_S))
    assert len(events) == 2 and not endpointer.speaking


def test_one_window_of_speech_resets_the_pause() -> None:
    endpointer = Endpointer()
    pause = (SILENCE, 24 * WINDOW_S)  # one window short of the end
    events = feed(endpointer, (SPEECH, 0.32), pause, (SPEECH, WINDOW_S), pause)
    assert len(events) == 1 and endpointer.speaking
    (ended,) = feed(endpointer, (SILENCE, WINDOW_S))
    assert ended[1] == SpeechEnded(silence_s=about(0.8), speech_s=about(0.32 + 25 * WINDOW_S))


def test_the_silence_is_known_all_the_time() -> None:
    endpointer = Endpointer()
    feed(endpointer, (SILENCE, 0.32))
    assert endpointer.silence_s == about(0.32)
    feed(endpointer, (SPEECH, 0.32))
    assert endpointer.silence_s == 0
    feed(endpointer, (SILENCE, 0.096))
    assert endpointer.silence_s == about(0.096) and endpointer.speaking
    feed(endpointer, (SILENCE, 0.96))
    assert endpointer.silence_s == about(1.056) and not endpointer.speaking


@pytest.mark.parametrize("pause_s", [0.3, 0.5, 0.8, 1.2, 3.0])
def test_the_pause_can_be_set(pause_s: float) -> None:
    started, ended = feed(Endpointer(pause_s), (SPEECH, 0.32), (SILENCE, 5.0))
    assert 0 <= ended[0] - 0.32 - pause_s < WINDOW_S


def test_a_second_utterance_is_like_the_first() -> None:
    stretch = [(SPEECH, 0.32), (SILENCE, 1.6)]
    events = feed(Endpointer(), *stretch, *stretch)
    assert [event for _, event in events[:2]] == [event for _, event in events[2:]]


def test_a_long_utterance_ends_at_a_short_dip() -> None:
    talk = [(SPEECH, 2.88), (SILENCE, 0.32)]
    (_, started), (ended_at, ended) = feed(Endpointer(), *talk * 10)
    assert isinstance(ended, SpeechEnded)
    assert 30 < ended_at < 33.3
    assert ended.silence_s == about(0.224)  # the first window at which it is 0.2


def test_a_long_utterance_never_needs_a_longer_pause() -> None:
    _, (ended_at, _) = feed(Endpointer(0.128), (SPEECH, 32.0), (SILENCE, 1.0))
    assert ended_at == about(32.128)


def test_speech_without_any_dip_ends_too_and_begins_again() -> None:
    events = feed(Endpointer(), (SPEECH, 61))
    assert [type(event) for _, event in events] == [SpeechStarted, SpeechEnded, SpeechStarted]
    assert events[1][0] == about(60, WINDOW_S)
    assert events[1][1] == SpeechEnded(silence_s=0.0, speech_s=about(60, WINDOW_S))


def test_reset_forgets_an_utterance_and_an_onset() -> None:
    endpointer = Endpointer()
    feed(endpointer, (SPEECH, 0.32))
    endpointer.reset()
    assert not endpointer.speaking and endpointer.silence_s == 0
    feed(endpointer, (SPEECH, 2 * WINDOW_S))
    endpointer.reset()
    assert feed(endpointer, (SPEECH, 2 * WINDOW_S)) == []


def test_what_was_said_decides_how_long_to_wait() -> None:
    assert pause_needed("", 0.8) == 0.8
    assert pause_needed("It is noon.", 0.8) == about(0.48)
    assert pause_needed("I would like", 0.8) == about(1.4)
    assert pause_needed("It is noon.", 1.6) == about(0.96)


def test_a_word_that_comes_in_the_pause_changes_the_wait() -> None:
    endpointer = Endpointer()
    feed(endpointer, (SPEECH, 0.992), (SILENCE, 0.768))
    assert endpointer.feed(SILENCE, WINDOW_S, "I would like") is None
    assert isinstance(endpointer.feed(SILENCE, WINDOW_S, "I would like tea please."), SpeechEnded)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.34, 0.35, 0.49, 0.5, 1.0]), st.integers(1, 40)), max_size=60),
    st.sampled_from([0.3, 0.8]),
)
def test_beginnings_and_ends_take_turns_and_fit_the_time(stretches: list[tuple[float, int]], pause_s: float) -> None:
    endpointer = Endpointer(pause_s)
    speaking = False
    fed_s = ended_at_s = 0.0
    for probability, windows in stretches:
        for _ in range(windows):
            event = endpointer.feed(probability, WINDOW_S)
            fed_s += WINDOW_S
            match event:
                case SpeechStarted(speech_s=speech_s):
                    assert not speaking and probability >= 0.5
                    assert 0.09 <= speech_s <= fed_s - ended_at_s + 1e-6
                    speaking = True
                case SpeechEnded(silence_s=silence_s, speech_s=speech_s):
                    assert speaking and silence_s >= 0.2 - 1e-6
                    assert silence_s + speech_s <= 60 + WINDOW_S
                    speaking, ended_at_s = False, fed_s
                case None:
                    pass
            assert endpointer.speaking == speaking
