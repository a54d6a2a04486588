"""How somebody pauses decides how long is waited for him, within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from parley.audio.pcm import MIC_RATE_HZ, WINDOW_S
from parley.conversation.listener import Ended, Listener
from parley.conversation.rhythm import LEAST, MARGIN_S, MOST, TURNS, Rhythm
from tests.fakes.conversation import frames
from tests.fakes.engines import LoudVad

USUAL_S = 0.8


def after(*longest_pauses_s: float, speech_s: float = 3.0) -> float:
    rhythm = Rhythm()
    for pause_s in longest_pauses_s:
        rhythm.paused(pause_s)
        rhythm.ended(speech_s)
    return rhythm.pause_s(USUAL_S)


def test_nothing_is_known_at_first() -> None:
    assert after() == USUAL_S


def test_who_never_pauses_waits_less_and_less_down_to_a_bound() -> None:
    waits = [after(*[0.0] * turns) for turns in range(1, TURNS)]
    assert waits == sorted(waits, reverse=True) and waits[0] < USUAL_S
    assert LEAST * USUAL_S < waits[-1] < 0.82 * USUAL_S


def test_who_looks_for_words_is_waited_for() -> None:
    assert USUAL_S < after(*[0.9] * 10) < 0.9 + MARGIN_S
    assert after(*[5.0] * TURNS) <= MOST * USUAL_S


def test_one_long_pause_in_many_turns_changes_little() -> None:
    assert after(*[0.1] * 18, 3.0) < USUAL_S


def test_short_answers_tell_nothing() -> None:
    assert after(*[0.0] * 10, speech_s=0.5) == USUAL_S


def test_an_old_mood_is_forgotten() -> None:
    assert after(*[1.1] * 10, *[0.0] * TURNS) == after(*[0.0] * TURNS)


def test_a_turn_that_was_reopened_was_a_pause() -> None:
    cut, heard = Rhythm(), Rhythm()
    for _ in range(10):
        cut.ended(3.0)
        cut.reopened(1.0)
        cut.ended(3.0)
        heard.paused(1.0)
        heard.ended(3.0)
    assert cut.pause_s(USUAL_S) == heard.pause_s(USUAL_S) > USUAL_S


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60), st.booleans())), st.floats(0.2, 5.0))
def test_whatever_is_said_the_wait_stays_within_its_bounds(
    turns: list[tuple[float, float, bool]], usual_s: float
) -> None:
    rhythm = Rhythm()
    for pause_s, speech_s, reopened in turns:
        (rhythm.reopened if reopened else rhythm.paused)(pause_s)
        rhythm.ended(speech_s)
        assert LEAST * usual_s - 1e-9 <= rhythm.pause_s(usual_s) <= MOST * usual_s + 1e-9


def ends_s(learns: bool, pause_s: float, turns: int) -> list[float]:
    """Of utterances of twice a second of speech with a pause between, how long after its speech each ended."""
    listener = Listener(LoudVad(), USUAL_S)
    listener.open(1, push_to_talk=False)
    listener.learns = learns
    each_s = 2.0 + pause_s + 2.0
    speech = [
        (start, start + 1.0) for turn in range(turns) for start in (turn * each_s + 1.0, turn * each_s + 2.0 + pause_s)
    ]
    ended = []
    for frame in frames(turns * each_s + 1.0, speech):
        listener.pause_s = USUAL_S
        ended += [event for event in listener.hear(frame) if isinstance(event, Ended)]
    return [event.end_sample / MIC_RATE_HZ - end for event, (_, end) in zip(ended, speech[1::2], strict=True)]


def test_the_listener_learns_from_the_pauses_that_it_hears() -> None:
    fluent, halting = ends_s(True, 0.15, 8), ends_s(True, 0.7, 8)
    assert fluent[-1] < fluent[0] - 2 * WINDOW_S and abs(fluent[0] - USUAL_S) <= 2 * WINDOW_S
    assert halting[-1] > halting[0] + WINDOW_S
    assert max(ends_s(False, 0.15, 8)) - min(ends_s(False, 0.15, 8)) <= WINDOW_S + 1e-6
