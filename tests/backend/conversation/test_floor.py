"""The floor, step by step: what is heard, what is understood of it, and what becomes of the assistant's speech."""

import pytest

from parley.conversation.backchannel import Verdict
from parley.conversation.floor import Command, Floor

WINDOW = 512

Step = str | tuple[Verdict, int] | tuple[Verdict]
"""Windows (`x` speech, `.` none); what is understood up to a window; what it was in the end."""

Told = list[tuple[int, Command]]


def play(steps: list[Step], is_basic: bool = False) -> tuple[Told, Floor]:
    """The commands, each with the window after which it came."""
    floor, window, told = Floor(is_basic), 0, Told()

    def note(command: Command | None) -> None:
        if command is not None:
            told.append((window, command))

    for step in steps:
        match step:
            case str():
                for sign in step:
                    window += 1
                    note(floor.hear(sign == "x", window * WINDOW))
            case (verdict, until):
                note(floor.understand(verdict, until * WINDOW))
            case (verdict,):
                note(floor.end(verdict))
    return told, floor


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        pytest.param(["xx............."], [], id="a click holds nothing"),
        pytest.param(["xxx"], [(3, "hold")], id="three windows hold"),
        pytest.param(
            ["xxx.............", ("nothing",)], [(3, "hold"), (16, "resume")], id="a cough is let go by itself"
        ),
        pytest.param(["xxxxxxx.............", ("nothing",)], [(3, "hold"), (20, "resume")], id="a noise, in the end"),
        pytest.param(["xxxxxx", ("words", 6)], [(3, "hold")], id="words alone, so far, are too little"),
        pytest.param(["xxxxxx", ("words", 6), "x"], [(3, "hold"), (7, "interrupt")], id="words and seven windows"),
        pytest.param(["xxxxxxx", ("words", 5)], [(3, "hold"), (7, "interrupt")], id="seven windows and words"),
        pytest.param(["xxxxxxxxxxxx"], [(3, "hold")], id="speech of which nothing is understood waits"),
        pytest.param(["xxxxx.....", ("words",)], [(3, "hold"), (10, "interrupt")], id="a short word, when it is over"),
        pytest.param(["x" * 12, ("aside", 12), "." * 13], [(3, "hold"), (25, "resume")], id="uh-huh"),
        pytest.param(["x" * 12, ("aside", 8), "." * 20], [(3, "hold")], id="what was said last may be a word yet"),
        pytest.param(
            ["x" * 12, ("aside", 8), "." * 20, ("aside", 12)], [(3, "hold"), (32, "resume")], id="understood late"
        ),
        pytest.param(
            ["x" * 12, ("aside", 12), "." * 13, "xxx"],
            [(3, "hold"), (25, "resume"), (28, "hold")],
            id="who speaks again holds it again",
        ),
        pytest.param(
            ["x" * 12, ("aside", 12), "." * 13, "x" * 7, ("words", 32)],
            [(3, "hold"), (25, "resume"), (28, "hold"), (32, "interrupt")],
            id="uh-huh, but …",
        ),
        pytest.param(["xxx", ("words",)], [(3, "hold"), (3, "interrupt")], id="the shortest word"),
        pytest.param(["x.x", ("words",)], [], id="words without speech of the user's are an echo"),
    ],
)
def test_what_becomes_of_the_assistants_speech(steps: list[Step], told: Told) -> None:
    assert play(steps)[0] == told


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        pytest.param(["x" * 24, ("words", 24)], [(3, "hold")], id="too short to believe it yet"),
        pytest.param(["x" * 25, ("words", 20)], [(3, "hold"), (25, "interrupt")], id="long enough"),
        pytest.param(["x" * 10, ("words",)], [(3, "hold"), (10, "interrupt")], id="short, when it is over"),
        pytest.param(["x" * 6, ("words",)], [(3, "hold"), (6, "resume")], id="too short for any word"),
    ],
)
def test_a_basic_recognizer_is_believed_later(steps: list[Step], told: Told) -> None:
    assert play(steps, is_basic=True)[0] == told


def test_who_has_the_floor_keeps_it_to_the_end_of_the_utterance() -> None:
    told, floor = play(["x" * 7, ("words", 7), "." * 40, ("aside", 47), ("aside",)])
    assert told == [(3, "hold"), (7, "interrupt")] and floor.is_silent


def test_it_is_silent_from_hold_to_resume() -> None:
    _, floor = play(["xxx"])
    assert floor.is_silent
    floor.end("nothing")
    assert not floor.is_silent


@pytest.mark.parametrize(("windows", "command"), [(24, "resume"), (25, "interrupt")])
def test_what_a_basic_recognizer_makes_of_an_echo_is_not_believed(windows: int, command: Command) -> None:
    floor = Floor(is_basic=True)
    for window in range(windows):
        floor.hear(True, (window + 1) * WINDOW)
    assert floor.end("words", has_echo=True) == command
