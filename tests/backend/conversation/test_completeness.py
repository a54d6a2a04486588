"""What sounds finished, and what does not."""

import pytest

from parley.conversation.completeness import completeness
from tests.fakes.pauses import WHOLE


@pytest.mark.parametrize("text", WHOLE)
def test_whole_sentences_never_sound_open(text: str) -> None:
    assert completeness(text) != "open"


@pytest.mark.parametrize(
    "text",
    [
        "what time is it",
        "turn off the lights in the kitchen",
        "what is two plus two",
        "who is this letter for",
        "What time is it?",
        "I had a very good day.",
        "Stop!",
        "yes",
        "thank you very much",
    ],
)
def test_finished(text: str) -> None:
    assert completeness(text) == "finished"


@pytest.mark.parametrize(
    "text",
    [
        "I would like a pizza with",
        "remind me to",
        "um",
        "Um,",
        "what is the weather like in london and",
        "Well, the thing is…",
        "my number is five five five",
        "set a timer for ten",
        "set a timer for",
        "the code is 4 7 2",
        "how do I get to",
        "I think that",
        "can you tell me when the",
        "Buy milk, bread,",
    ],
)
def test_open(text: str) -> None:
    assert completeness(text) == "open"


@pytest.mark.parametrize("text", ["", "   ", "banana", "guten morgen zusammen", "…?!"])
def test_unknown(text: str) -> None:
    assert completeness(text) in ("unknown", "open")
    assert completeness("") == "unknown"


@pytest.mark.parametrize("text", ["и", "你好", "?", "'", "5", "-", "a" * 100_000, "and " * 10_000])
def test_anything_is_judged(text: str) -> None:
    assert completeness(text) in ("finished", "open", "unknown")
