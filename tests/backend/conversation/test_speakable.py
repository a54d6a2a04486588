"""What is read aloud: hard places one by one, then what holds for every text."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.conversation.speakable import Speakable, shown_words, speakable
from parley.engines.ports import WordTime


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("It is noon.", "It is noon."),
        ("  It is noon. \n", "It is noon."),
        ("It is STOP time, 100 %, ~5.", "It is STOP time, 100 %, ~5."),
        # Blocks
        ("# Heading", "Heading"),
        ("### Heading ###", "Heading"),
        ("> Quoted\n", "Quoted"),
        (">> Twice", "Twice"),
        ("- item", "item"),
        ("  * item", "item"),
        ("+ item", "item"),
        ("- [x] Done", "Done"),
        ("- [ ] Open", "Open"),
        ("1. Do this", "1. Do this"),
        ("---\n", ""),
        ("* * *", ""),
        ("| Name | Age |", "Name, Age"),
        ("|---|:-:|", ""),
        ("--- | ---", ""),
        ("One\n\n---\n\nTwo", "One, Two"),
        ("One\n\n* * *\n\nTwo", "One, Two"),
        ("| a |\n|---|\n| b |", "a, b"),
        ("| a | | b |", "a, b"),
        ("```py\nprint(1)\n```\n", ""),
        ("Run:\n```\na. B\n```\nDone.", "Run: Done."),
        ("```py\nnever closed", ""),
        ("~~~\na\n```\nb\n~~~", ""),
        ("Title\n\nText", "Title, Text"),
        ("A line.\nAnother", "A line. Another"),
        # Emphasis, or not
        ("This is **very** *good* and _fine_, __really__.", "This is very good and fine, really."),
        ("***All*** ~~gone~~", "All gone"),
        ("un**believ**able", "unbelievable"),
        ("**Cut in", "Cut in"),
        ("two.** Then", "two. Then"),
        ("这是**重点**和*这个*。", "这是重点和这个。"),
        ("2*3 is 6, 5 * 3 is 15, 2**3 is 8, (a)*(b)", "2*3 is 6, 5 * 3 is 15, 2**3 is 8, (a)*(b)"),
        ("Call snake_case or __init__", "Call snake case or init"),
        (r"\*not bold\* and 1\. one", "not bold and 1. one"),
        # Code
        ("Open `main.py` now", "Open main.py now"),
        ("Call `my_function()` now", "Call my function now"),
        ("Type `git commit --amend`.", "Type git commit amend."),
        ("Use `for (i=0; i<n; i++) { x[i] = 1 }` here", "Use here"),
        ("Use `x=[1]` and `b`", "Use and b"),
        ("Use ``a `b` c`` here", "Use here"),
        ("a stray ` tick", "a stray tick"),
        # Links
        ('See [the docs](https://example.com/a_(b) "Title").', "See the docs."),
        ("See [the docs][1] and [those][].", "See the docs and those."),
        ("![A cat](cat.png) sits.", "A cat sits."),
        ("[![Build](a.png)](https://b.c) passes", "Build passes"),
        ("[https://a.b/c](https://a.b/c)", "a link"),
        ("cut off](https://a.b/c) label", "cut off label"),
        ("[1]: https://example.com", ""),
        ("See https://example.com/a.b?c=d for more.", "See a link for more."),
        ("See https://a.b/?x=1&y=2|z_w for more.", "See a link for more."),
        ("https:**//a.b", "a link"),
        ("See https://example.com/a.b?c=d. Then", "See a link. Then"),
        ("(see https://en.wikipedia.org/wiki/A_(b)), ok", "(see a link), ok"),
        ("**https://example.com**", "a link"),
        ("<https://example.com>", "a link"),
        ("Go to www.example.com/x, or github.com/a/b!", "Go to a link, or a link!"),
        ("见https://a.com/b。然后", "见a link。然后"),
        ("Visit example.com.", "Visit example.com."),
        ("Write to first_last@example.com.", "Write to first_last@example.com."),
        ("<me@example.com> or mailto:me@example.com", "me@example.com or me@example.com"),
        ("Noon[^1] is [1] at [2, 3] twelve [4-6].", "Noon is at twelve."),
        ("See.\n[^1]: A note.", "See. A note."),
        # HTML
        ('a <b>bold</b> and <a href="x">link</a>', "a bold and link"),
        ("one<br>two<br/>three", "one, two, three"),
        ("x <!-- hidden --> y", "x y"),
        ("R&D, Q &amp; A, &lt;b&gt; and &#65;&nbsp;b", "R and D, Q and A, and A b"),
        ("x < y and y > z", "x < y and y > z"),
        # Formulas
        ("With $x^2$ and $n$.", "With x to the power of 2 and n."),
        (r"It is $\alpha + \beta_1$.", "It is alpha + beta 1."),
        (r"It is \(a = b\).", "It is (a = b)."),
        ("It costs $5 and $6.", "It costs $5 and $6."),
        # Emoji and the invisible
        ("Great! 😊", "Great!"),
        ("👩🏽‍🚀 flies 🇫🇷 the 🏴󠁧󠁢󠁥󠁮󠁧󠁿 flag ❤️ 1️⃣ ☀ ✅", "flies the flag"),
        ("Great 😊.", "Great."),
        ("Fun :-) and ;) and :D, or <3 and XD.", "Fun and and, or and."),
        ("At 3:00 it is 8) or :30", "At 3:00 it is 8) or :30"),
        ("zero\u200bwidth \u202eright\u202c soft\u00adhyphen\ufeff", "zerowidth right softhyphen"),
        ("lone \ud83d surrogate", "lone surrogate"),
        ("20 °C, C♯ minor, ⌘C, 5 €", "20 °C, C♯ minor, ⌘C, 5 €"),
        # Signs
        ("WOW!!! Really?!? No!?", "WOW! Really? No?"),
        ("Well..... yes", "Well... yes"),
        ("now — or -- never, a--b", "now — or — never, a—b"),
        ("A → B -> C", "A, B, C"),
        ("#hashtag #1 in C#", "hashtag number 1 in C#"),
        ("It is d41d8cd98f00b204e9800998ecf8427e here", "It is here"),
        ("====== ### >>>", ""),
        ("a ===== b", "a b"),
        ("¿Qué? ¡Sí!", "¿Qué? ¡Sí!"),
        ("يا، ما اسمك؟", "يا، ما اسمك؟"),
        # Nothing to say
        ("", ""),
        (" \n", ""),
        ("…", ""),
        ("👍", ""),
        ('"', ""),
    ],
)
def test_what_is_said(shown: str, said: str) -> None:
    assert speakable(shown).text == said


def cover(shown: str, words: dict[str, int]) -> list[tuple[str, int]]:
    """The shown stretches of the spoken words of `shown`, given with the samples at which they begin."""
    spoken = speakable(shown)
    times = []
    at = 0
    for word, first_sample in words.items():
        at = spoken.text.index(word, at)
        times.append(WordTime(at, len(word), first_sample))
        at += len(word)
    return [
        (shown[word.first_char : word.first_char + word.char_count], word.first_sample)
        for word in shown_words(spoken, times)
    ]


@pytest.mark.parametrize(
    ("shown", "words", "expected"),
    [
        ("Hello world.", {"Hello": 0, "world": 9}, [("Hello", 0), ("world", 9)]),
        ("- **Hello** `my_name`", {"Hello": 0, "my": 5, "name": 9}, [("Hello", 0), ("my", 5), ("name", 9)]),
        ("un**believ**able", {"unbelievable": 3}, [("un**believ**able", 3)]),
        (
            "See https://a.b/c. Now",
            {"See": 0, "a": 4, "link": 6, "Now": 9},
            [("See", 0), ("https://a.b/c", 4), ("Now", 9)],
        ),
        ("R&D", {"R": 0, "and": 4, "D": 8}, [("R", 0), ("&", 4), ("D", 8)]),
        ("x^2", {"x": 0, "to": 1, "the": 2, "power": 3, "of": 4, "2": 5}, [("x", 0), ("^", 1), ("2", 5)]),
        ("😊 [the 👍 docs](https://a.b) 😊", {"the": 0, "docs": 4}, [("the", 0), ("docs", 4)]),
    ],
)
def test_words_are_found_in_what_is_shown(shown: str, words: dict[str, int], expected: list[tuple[str, int]]) -> None:
    assert cover(shown, words) == expected


def test_words_outside_the_text_are_left_out_or_cut() -> None:
    spoken = speakable("Hello world")
    words = [WordTime(-3, 2, 0), WordTime(0, 0, 1), WordTime(6, 99, 2), WordTime(50, 2, 3)]
    assert shown_words(spoken, words) == [WordTime(6, 5, 2)]
    assert shown_words(spoken, [WordTime(-2, 7, 4)]) == [WordTime(0, 5, 4)]
    assert shown_words(Speakable("", ()), words) == []


def test_words_that_go_back_do_not_overlap() -> None:
    spoken = speakable("Hello world")
    words = [WordTime(6, 5, 0), WordTime(0, 5, 10), WordTime(0, 11, 20)]
    assert shown_words(spoken, words) == [WordTime(6, 5, 0)]


def test_a_sentence_takes_far_less_than_a_frame() -> None:
    sentence = "- **See** [the docs](https://example.com) for `main.py` & more: 2*3 😊! " * 4
    started = time.perf_counter()
    for _ in range(20):
        speakable(sentence)
    assert time.perf_counter() - started < 20 * 0.02


@pytest.mark.parametrize(
    "piece",
    "[|(|*|_|`|<|&|$|http://|a.|a-|aa|a_|![|](|[a](|<a |> |$a^|x@|1.|\\|[^|- -|->|(a|a:/|- [| \n|=|\n".split("|")
    + ["|", "| -", "|\n", "```\n", "<!--", " "],
)
def test_no_text_is_slow(piece: str) -> None:
    """Regular expressions that backtrack take minutes for such a text."""
    started = time.perf_counter()
    speakable(piece * (3000 // len(piece)))
    assert time.perf_counter() - started < 1


fragments = st.lists(
    st.sampled_from(
        [
            "http",
            "://",
            "https://a.b/c?d=e",
            "www.",
            "a.com/b",
            "`",
            "```",
            "```\n",
            "~~~\n",
            "*",
            "**",
            "_",
            "__",
            "~~",
        ]
        + [
            "[",
            "]",
            "(",
            ")",
            "](",
            "![",
            "[^1]",
            "[1]",
            "<",
            ">",
            "<br>",
            "</b>",
            "<!--",
            "-->",
            "&amp;",
            "&#96;",
            "&",
        ]
        + [
            "😊",
            "\u200d",
            "\ufe0f",
            "🇫",
            "1\ufe0f\u20e3",
            "\u200b",
            "\u202e",
            "♥",
            "|",
            "|---|",
            "\n",
            "- ",
            "# ",
            "> ",
        ]
        + [
            "word",
            "a",
            "1",
            " ",
            "  ",
            ".",
            ",",
            "!",
            "?",
            "…",
            "—",
            "$",
            "\\",
            "{",
            "}",
            "^",
            "@",
            ":",
            "=",
            "&#x1F600;",
        ]
        + [":-)", "&lt;", "snake_case", "()", "2*3", "->", "→", "\r\n", "\t", "\ud800"]
    )
    | st.text(max_size=8),
    max_size=25,
).map("".join)

EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u266c\u2670-\u27bf\u2b00-\u2bff\u20e3\u200d\ufe0f]")
URL = re.compile(r"[a-z][a-z0-9+.-]*://|\bwww\.\w", re.IGNORECASE)


@settings(derandomize=True, max_examples=1500, deadline=None)
@given(fragments)
def test_what_is_said_is_clean_and_has_an_origin(shown: str) -> None:
    spoken = speakable(shown)
    assert len(spoken.origin) == len(spoken.text)
    assert list(spoken.origin) == sorted(spoken.origin)
    assert all(0 <= position < len(shown) for position in spoken.origin)
    assert not EMOJI.search(spoken.text)
    assert not URL.search(spoken.text)
    assert not set("`\n\r\t\u200b\u202e\ud800\\{}") & set(spoken.text)
    assert spoken.text == spoken.text.strip() and "  " not in spoken.text
    assert not spoken.text or any(char.isalnum() for char in spoken.text)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(st.sampled_from("abc DEF 123 äöü 你好 ")))
def test_plain_words_are_left_alone(shown: str) -> None:
    spoken = speakable(shown)
    assert spoken.text == " ".join(shown.split())
    assert "".join(shown[position] for position in spoken.origin) == spoken.text


words = st.lists(st.builds(WordTime, st.integers(-5, 60), st.integers(0, 20), st.integers(0, 10_000)), max_size=12)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(fragments, words)
def test_shown_words_are_in_order_and_apart(shown: str, times: list[WordTime]) -> None:
    end = 0
    for word in shown_words(speakable(shown), times):
        assert word.first_char >= end and word.char_count > 0
        end = word.first_char + word.char_count
    assert end <= len(shown)
