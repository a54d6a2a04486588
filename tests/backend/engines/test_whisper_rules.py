"""The pure rules around Whisper: what was said, when to look, what is certain."""

from dataclasses import replace

import numpy as np
import pytest

from parley.engines.ports import Partial
from parley.engines.whisper_gates import Written, judge, voiced
from parley.engines.whisper_partials import Agreement, Progress, is_due

GOOD = Written("What time is it?", log_probability=-0.2, no_speech=0.05, compression=0.9, voiced_s=1.2)


def test_what_shows_no_sign_was_said() -> None:
    assert judge(GOOD) == "said"


@pytest.mark.parametrize("text", ["", " ", "...", "♪♪", "-", "!?"])
def test_marks_alone_are_silence(text: str) -> None:
    assert judge(replace(GOOD, text=text)) == "silence"


def test_one_sign_of_no_speech_is_not_enough() -> None:
    assert judge(replace(GOOD, no_speech=0.9)) == "said"
    assert judge(replace(GOOD, log_probability=-1.5)) == "said"
    assert judge(replace(GOOD, no_speech=0.9, log_probability=-1.5)) == "silence"


def test_what_goes_round_in_circles_is_no_sentence() -> None:
    assert judge(replace(GOOD, text="I am I am I am I am", compression=2.5)) == "repetition"
    assert judge(replace(GOOD, text="No, no, no.", compression=1.3)) == "said"


def test_a_click_is_too_short() -> None:
    assert judge(replace(GOOD, text="Yes.", voiced_s=0.03)) == "too short"
    assert judge(replace(GOOD, text="Yes.", voiced_s=0.16)) == "said"


INVENTIONS = [
    "Thank you for watching!",
    "Thanks for watching.",
    "Thank you.",
    "you",
    "Please subscribe to my channel.",
    "Subtitles by the Amara.org community",
    "Untertitel der Amara.org-Community",
    "Sous-titres réalisés par la communauté d'Amara.org",
    "Продолжение следует...",
    "ご視聴ありがとうございました。",
    "시청해주셔서 감사합니다.",
]


@pytest.mark.parametrize("text", INVENTIONS)
@pytest.mark.parametrize(
    "doubtful",
    [replace(GOOD, voiced_s=3.0, no_speech=0.4), replace(GOOD, log_probability=-0.6), replace(GOOD, voiced_s=0.07)],
    ids=["no speech", "unsure", "short"],
)
def test_what_it_is_known_to_invent_wants_no_sign_against_it(text: str, doubtful: Written) -> None:
    assert judge(replace(GOOD, text=text, voiced_s=3.0)) == "said"
    assert judge(replace(doubtful, text=text)) == "invented"


def test_more_than_the_known_phrase_was_said() -> None:
    assert judge(replace(GOOD, text="Thank you for watching the house.", no_speech=0.5)) == "said"


def test_a_voice_is_what_is_louder_than_its_room() -> None:
    room, speech = [20.0] * 16, [900.0, 300.0, 80.0, 700.0]
    assert list(voiced(np.array([*room, *speech, *room]))) == [False] * 16 + [True] * 4 + [False] * 16
    loud_room = [400.0] * 16
    assert int(voiced(np.array([*loud_room, 900.0, 700.0, 500.0, *loud_room])).sum()) == 2
    assert not voiced(np.array([5.0] * 50)).any()
    assert not voiced(np.zeros(50)).any()
    assert voiced(np.zeros(0)).size == 0
    assert list(voiced(np.array([900.0, 10.0]))) == [True, False]


def test_a_long_utterance_with_little_room_around_it_has_a_voice() -> None:
    levels = np.array([20.0] * 15 + [900.0, 600.0] * 1000)
    assert int(voiced(levels).sum()) == 2000


SPEAKING = Progress(new_s=0.3, new_voiced_s=0.2, quiet_s=0.0, look_s=0.2)


def test_it_looks_while_somebody_speaks_as_often_as_it_can_keep_up() -> None:
    assert not is_due(SPEAKING)
    assert is_due(replace(SPEAKING, new_s=0.6))
    assert not is_due(replace(SPEAKING, new_s=0.6, look_s=0.5))
    assert is_due(replace(SPEAKING, new_s=1.0, look_s=0.5))
    assert not is_due(replace(SPEAKING, new_s=20.0, look_s=1.6)), "its looks would come late"


def test_it_looks_at_a_pause_whatever_it_costs() -> None:
    paused = replace(SPEAKING, quiet_s=0.128, look_s=3.0)
    assert is_due(paused)
    assert not is_due(replace(paused, new_voiced_s=0.0)), "it has seen all there is"
    assert not is_due(replace(paused, quiet_s=0.064))


def test_what_two_looks_agree_on_is_certain() -> None:
    agreement = Agreement()
    assert agreement.look("what") == Partial("what", 0)
    assert agreement.look("what time") == Partial("what time", 4)
    assert agreement.look("what time is it") == Partial("what time is it", 9)
    assert agreement.look("what time does it") == Partial("what time does it", 9)
    assert agreement.partial == Partial("what time does it", 9)


def test_what_was_certain_does_not_change() -> None:
    agreement = Agreement()
    for text in ("I scream", "I scream for"):
        agreement.look(text)
    assert agreement.look("ice cream for all") == Partial("I scream for all", len("I scream for"))
    assert agreement.look("") == Partial("I scream for", len("I scream for"))


def test_a_mark_that_may_still_move_is_not_certain() -> None:
    agreement = Agreement()
    agreement.look("Hello.")
    assert agreement.look("Hello, you") == Partial("Hello, you", 0)
