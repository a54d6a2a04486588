"""The splitter: hard places one by one, then what holds for every text, in whatever pieces it comes."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.conversation.sentences import HARD_MAX_CHARS, MAX_CHARS, SentenceSplitter


def split(text: str) -> list[str]:
    """Sentences of a text that arrives one character at a time, as slowly as it can."""
    splitter = SentenceSplitter()
    return [sentence for char in text for sentence in splitter.feed(char)] + splitter.flush()


# The bar shows where a sentence ends; it is not in the text. Spaces go with the sentence they follow.
@pytest.mark.parametrize(
    "marked",
    [
        "It is noon. ¦Shall we eat?",
        "Really?! ¦Yes!! ¦Good.",
        "One.  ¦Two.",
        # Abbreviations, initials, numbers
        "Dr. Smith met Mr. Jones and Mrs. O'Neil. ¦They spoke.",
        "Ask (Dr. Who) or **Dr. No** about it. ¦Then go.",
        "Use a tool, e.g. Excel or i.e. Calc. ¦Done.",
        "E.g. Paris. ¦Next.",
        "Bring milk, eggs, etc. and come back. ¦Bye.",
        "Bring milk, eggs, etc. ¦Then come back.",
        "He lives in the U.S. and in the U.K. too. ¦She does not.",
        "The U.S. Army is large. ¦It is.",
        "J. R. R. Tolkien wrote it. ¦He was British.",
        "George W. Bush spoke. ¦People listened.",
        "So am I. ¦And you?",
        "Isaac I. Smith spoke. ¦Yes.",
        "Thanks, Dr! ¦It is vitamin C! ¦Yes.",
        "(Ask the Dr.) ¦Then go.",
        "Cats vs. Dogs is fun. ¦See cf. Smith.",
        "Pi is 3.14 and a bit. ¦Take v2.0.1. ¦Install it.",
        "It costs 3,50 euros. ¦Cheap.",
        "See No. 5 and Fig. 2 on p. 12. ¦No. ¦I do not.",
        "On Jan. 5 we met. ¦It was in Jan. ¦We left.",
        "Come at 5 p.m. on Monday. ¦Or at 6 P.M. ¦Then we eat.",
        "She has a Ph.D. in physics. ¦Wow.",
        "Acme Inc. was sold. ¦It was bought by Foo Ltd. ¦They paid.",
        "Wir treffen uns z.B. Montag. ¦Gut.",
        "La Sra. García llegó. ¦Bien.",
        # Lists
        "1. Do this.\n¦2. Do that.\n¦10. Stop.",
        "Steps:\n¦1. Open it.\n   ¦a. Look.\n   ¦b. Close.\n¦- Dr. No\n¦* last",
        "> 1. Quoted. ¦Yes.",
        "It has 42. ¦That is it.",
        # Ellipses
        "Well... maybe. ¦Who knows... ¦Nobody.",
        "Well… maybe. ¦Wait… ¦Now.",
        "Well . . . maybe. ¦Yes.",
        # Closing quotes and brackets
        'He said "no." ¦Then he left.',
        'He said "no." and left. ¦Bye.',
        "She asked, “Why?” ¦He smiled.",
        '"Stop!" he cried. ¦"Never," she said.',
        "(It was late.) ¦We left. ¦(So did they.)",
        "**It is late.** ¦We left. ¦_Really._ ¦Yes.",
        "It rose [see 3.] ¦Then fell.",
        "It is noon.[1] ¦Then.[^2] ¦End.",
        "« Oui. » ¦Puis il part.",
        # Addresses, names, code
        "See https://example.com/a.b?c=d. ¦Next one.",
        "See https://example.com/a.b?c=d! ¦Next one.",
        "Open main.py and setup.cfg. ¦Then run node.js.",
        "Call `a.b. C` or `x! Y` now. ¦Then stop.",
        # Lines
        "# A heading\n¦Some text\n\n¦More text",
        "First line\r\n¦second line\r\n¦",
        "\n\n Hello there.\n\n¦Bye.",
        "| a | b |\n¦|---|---|\n¦| 1. | 2! |\n¦Done.",
        # Fenced code
        "Do this:\n¦```py\nx = 1. # A\n\nprint(x)! B\n```\n¦Done. ¦Yes.",
        "```\nopen. Never closed.\n\nStill code. ",
        "~~~\na\n```\nb. C\n~~~\n¦Done.",
        "````\n```\nX. Y\n```\n````\n¦Done.",
        "1. Run:\n   ¦```sh\n   a. B\n   ```\n¦2. Stop.",
        "```\nx\n``` y. Z\n```\n¦Done.",
        "- ```\n  a. B\n  ```\n¦Done.",
        "```x. Y``` is inline. ¦Yes.",
        "Use ```x. Y``` here. ¦Yes.",
        # Other scripts
        "你好。¦今天天气很好！¦你呢？¦好。",
        "他说：“好。”¦然后走了。¦“是吗？！”¦是。",
        "「はい。」¦彼は言った。 ¦次。",
        "¿Qué hora es? ¦¡Es tarde! ¦¿Vamos?",
        "ما اسمك؟ ¦أنا هنا. ¦نعم.",
        "यह अच्छा है। ¦वह भी। ¦ठीक।",
        "Скажи А. С. Пушкин. ¦Да. ¦Нет.",
        # Emoji stay with the sentence they follow
        "Great! 😊 ¦Next one. 👩🏽‍🚀🇫🇷 ¦End.",
        "Great 😊 and more. ¦Yes.",
    ],
)
def test_cuts_only_where_a_sentence_ends(marked: str) -> None:
    expected = [sentence for sentence in marked.split("¦") if sentence]
    assert split("".join(expected)) == expected


def test_a_sentence_is_out_with_the_first_character_of_the_next() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("It is noon. ") == []
    assert splitter.feed("S") == ["It is noon. "]
    assert splitter.feed("hall we eat?\n") == []
    assert splitter.flush() == ["Shall we eat?\n"]
    assert splitter.flush() == []


def test_a_flushed_splitter_begins_afresh() -> None:
    splitter = SentenceSplitter()
    splitter.feed("```\nan open block. With stops. ")
    splitter.flush()
    assert splitter.feed("One. Two. ") == ["One. "]
    splitter.flush()
    assert splitter.feed("```\nx. Y\n") == []


def test_marks_in_mid_line_open_no_code_block() -> None:
    assert split("Write ```\nIt is. Yes.") == ["Write ```\n", "It is. ", "Yes."]
    assert split("Done. ```\nIt is. Yes.") == ["Done. ", "```\n", "It is. ", "Yes."]


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    clause = "and then we went on and on, "
    first, *rest = split(clause * 20)
    assert first.endswith("on, ") and MAX_CHARS - len(clause) <= len(first) <= MAX_CHARS
    assert all(len(sentence) <= MAX_CHARS for sentence in rest)


def test_a_long_sentence_without_clauses_is_cut_at_a_space() -> None:
    for sentence in split("word " * 200)[:-1]:
        assert sentence.endswith("word ") and MAX_CHARS - 5 <= len(sentence) <= MAX_CHARS


def test_a_clause_at_the_very_beginning_is_not_worth_a_cut() -> None:
    assert len(split("Well, " + "word " * 100)[0]) > MAX_CHARS - 10


def test_a_long_chinese_sentence_is_cut_at_a_clause() -> None:
    assert split("我们走了又走，" * 60)[0].endswith("，")


def test_a_long_address_is_kept_up_to_the_hard_limit() -> None:
    address = "https://example.com/" + "a" * 400
    assert split(f"See {address} now. Then.") == ["See ", f"{address} ", "now. ", "Then."]
    assert max(map(len, split("a" * 5000))) == HARD_MAX_CHARS


def test_a_code_block_is_never_cut_for_length() -> None:
    block = "```\n" + "x = 1; y = 2. Z\n" * 100 + "```\n"
    assert split(block + "Done.") == [block, "Done."]


# A reply for a synthesizer that gives no sound before a whole sentence is made.
@pytest.mark.parametrize(
    "marked",
    [
        "Well, the weather in the hills is fine, ¦but it will rain in the evening, and then it will go on and on, ¦"
        "and on until we are wet through, as ever. ¦And then, as long as you like, we go home.",
        "Sure. ¦I can do that for you, if you want me to.",
        "It is noon. ¦Shall we eat?",
        "I would take the train to the city ¦because parking costs too much.",
        "The capital of France is Paris — ¦it has been for long.",
        "There are three of them: ¦one, two and three.",
        "Run `a, b, c, d, e, f, g, h, i` now, ¦then go.",
        "- a list, with words in it, is left as it is\n¦- and so, as you see, is this",
        "See [the clock, the red one, over there](https://a.example/b) now.",
        "It is **the red one, the third, you see**, ¦or is it?",
        "You said “I will go home, and so will you”, ¦and you did.",
        "我们走了又走走了又走走了又走走了又走走了又走，¦到了。",
    ],
)
def test_a_short_start_is_a_clause(marked: str) -> None:
    sentences = marked.split("¦")
    text = "".join(sentences)
    slow, fast = SentenceSplitter(short_start=True), SentenceSplitter(short_start=True)
    assert [sentence for char in text for sentence in slow.feed(char)] + slow.flush() == sentences
    assert fast.feed(text) + fast.flush() == sentences


def test_time_grows_with_the_text_only() -> None:
    """Bounded work per character takes well under a second here; work that grows with the text, minutes."""
    started = time.perf_counter()
    for text in ("a" * 20_000, "`" * 20_000, ". " * 10_000, "\n" * 20_000, "[1]" * 7_000, "😊 " * 10_000):
        split(text)
    assert time.perf_counter() - started < 10


pieces = st.lists(
    st.sampled_from(
        [
            "Dr",
            ".",
            ". ",
            "!",
            "?",
            "…",
            " ",
            "\n",
            "\n\n",
            "```",
            "```\n",
            "`",
            "~~~\n",
            '"',
            ")",
            "1.",
            "a",
            "B",
            "U.S.",
        ]
        + [
            "。",
            "」",
            "😊",
            "\u200d",
            "[1]",
            "**",
            "—",
            ", ",
            "e.g.",
            "5",
            "word " * 30,
            "x" * 300,
            "- ",
            "> ",
            "»",
            "।",
        ]
    )
    | st.text(max_size=6),
    max_size=40,
)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(pieces)
def test_nothing_is_lost_and_the_cut_into_pieces_does_not_matter(given_pieces: list[str]) -> None:
    text = "".join(given_pieces)
    splitter = SentenceSplitter()
    sentences = [sentence for piece in given_pieces for sentence in splitter.feed(piece)] + splitter.flush()
    assert "".join(sentences) == text
    assert sentences == split(text)
    whole = SentenceSplitter()
    assert whole.feed(text) + whole.flush() == sentences
    assert all(sentences)
    short, at_once = SentenceSplitter(short_start=True), SentenceSplitter(short_start=True)
    starts = [sentence for piece in given_pieces for sentence in short.feed(piece)] + short.flush()
    assert "".join(starts) == text
    assert at_once.feed(text) + at_once.flush() == starts


@settings(derandomize=True, max_examples=200, deadline=None)
@given(pieces)
def test_a_sentence_begins_with_a_visible_character(given_pieces: list[str]) -> None:
    for sentence in split("".join(given_pieces))[1:]:
        assert not sentence[0].isspace() or len(sentence) >= HARD_MAX_CHARS
