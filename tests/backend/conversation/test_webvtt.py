"""The subtitle file, against the rules of https://www.w3.org/TR/webvtt1/."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.conversation.webvtt import Cue, CueWord, webvtt


def payloads(text: str) -> list[str]:
    return [block.partition("\n")[2] for block in text.removesuffix("\n").split("\n\n")[1:]]


def test_a_file() -> None:
    assert webvtt([Cue(0, 1.5, "It is noon."), Cue(1.5, 3661.0014, "Shall we eat?")]) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nIt is noon.\n\n00:00:01.500 --> 01:01:01.001\nShall we eat?\n"
    )


def test_no_cues_make_a_valid_file() -> None:
    assert webvtt([]) == "WEBVTT\n"


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("R&D <b> a --> b", "R&amp;D &lt;b&gt; a --&gt; b"),
        ("one\n\n \r\n\ttwo\rthree\n", "one\ntwo\nthree"),
        ("  padded ", "padded"),
        ("a\0b", "ab"),
        ("&amp;", "&amp;amp;"),
        ("NOTE this", "NOTE this"),
    ],
)
def test_text(text: str, payload: str) -> None:
    assert payloads(webvtt([Cue(0, 1, text)])) == [payload]


@pytest.mark.parametrize("text", ["", " \n ", "\0"])
def test_a_cue_without_text_is_left_out(text: str) -> None:
    assert webvtt([Cue(0, 1, text), Cue(2, 3, "x")]).count("-->") == 1


@pytest.mark.parametrize("end_s", [5.0, 4.0, -1.0, 5.0004])
def test_an_end_not_after_the_start_is_moved(end_s: float) -> None:
    assert "00:00:05.000 --> 00:00:05.001\n" in webvtt([Cue(5, end_s, "x")])


def test_hours_grow_beyond_two_digits() -> None:
    assert "100:00:00.000 --> 100:00:01.000" in webvtt([Cue(360_000, 360_001, "x")])


@pytest.mark.parametrize(
    "cues",
    [
        [Cue(-0.1, 1, "x")],
        [Cue(2, 3, "x"), Cue(1.9, 4, "y")],
        [Cue(float("nan"), 3, "x")],
        [Cue(0, float("inf"), "x")],
    ],
)
def test_times_out_of_order_are_refused(cues: list[Cue]) -> None:
    with pytest.raises(ValueError, match="a cue"):
        webvtt(cues)


def test_the_error_names_both_times() -> None:
    with pytest.raises(ValueError, match=r"1\.5 s, before 2 s"):
        webvtt([Cue(2, 3, "x"), Cue(1.5, 4, "y")])


def test_words_carry_their_times() -> None:
    cue = Cue(1, 3, "R&D is fun", [CueWord(0, 1.0), CueWord(4, 1.5), CueWord(7, 2.25)])
    assert payloads(webvtt([cue])) == ["R&amp;D <00:00:01.500>is <00:00:02.250>fun"]


@pytest.mark.parametrize(
    "word",
    [CueWord(2, 1.0), CueWord(2, 3.0), CueWord(2, 0.5), CueWord(99, 2.0), CueWord(-1, 2.0)],
)
def test_a_word_time_that_does_not_fit_is_left_out(word: CueWord) -> None:
    assert payloads(webvtt([Cue(1, 3, "a b", [word])])) == ["a b"]


def test_word_times_never_go_back() -> None:
    words = [CueWord(2, 2.0), CueWord(4, 1.5), CueWord(0, 2.5), CueWord(6, 2.5)]
    assert payloads(webvtt([Cue(1, 3, "a b c d", words)])) == ["a <00:00:02.000>b c <00:00:02.500>d"]


seconds = st.floats(0, 400_000, allow_nan=False)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            Cue,
            seconds,
            st.floats(-10, 400_000, allow_nan=False),
            st.text(st.sampled_from("ab <>&-\n\r\0é😊") | st.characters(codec="utf-8"), max_size=30),
            st.lists(st.builds(CueWord, st.integers(-5, 40), seconds), max_size=5),
        ),
        max_size=8,
    )
)
def test_every_file_is_well_formed(cues: list[Cue]) -> None:
    text = webvtt(sorted(cues, key=lambda cue: cue.start_s))
    header, *blocks = text.removesuffix("\n").split("\n\n")
    assert header == "WEBVTT"
    time = r"(\d{2,}:[0-5]\d:[0-5]\d\.\d{3})"
    for block in blocks:
        line, *lines = block.split("\n")
        times = re.fullmatch(f"{time} --> {time}", line)
        assert times and (len(times[1]), times[1]) < (len(times[2]), times[2])
        assert lines and all(lines)
        for payload in lines:
            bare = re.sub(f"<{time}>", "", payload)
            assert not set("<>\r\0") & set(bare)
            assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", bare)
