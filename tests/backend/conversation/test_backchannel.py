"""What stops an assistant that speaks, by its words, and what does not."""

import pytest

from parley.conversation.backchannel import Verdict, judge


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", "nothing"),
        ("...", "nothing"),
        ("Uh-huh.", "aside"),
        ("mm-hmm", "aside"),
        ("Mm hmm, yeah.", "aside"),
        ("Okay, okay.", "aside"),
        ("all right", "aside"),
        ("I see.", "aside"),
        ("haha", "aside"),
        ("ha ha ha", "aside"),
        ("Hahaha!", "aside"),
        ("[laughter]", "aside"),
        ("*coughs*", "aside"),
        ("stop", "words"),
        ("no", "words"),
        ("wait", "words"),
        ("thanks", "words"),
        ("yeah but why", "words"),
        ("okay stop", "words"),
        ("the", "words"),
        ("what about tomorrow", "words"),
        ("warte mal", "words"),
    ],
)
def test_by_its_words(text: str, verdict: Verdict) -> None:
    assert judge(text) == verdict


@pytest.mark.parametrize("text", ["but the", "the", "i", "l l two", "ah the"])
def test_small_words_of_a_recognizer_that_makes_words_of_noise_prove_nothing(text: str) -> None:
    assert judge(text) == "words"
    assert judge(text, is_basic=True) == "aside"


@pytest.mark.parametrize("text", ["no", "stop the", "what", "wait a"])
def test_but_others_do(text: str) -> None:
    assert judge(text, is_basic=True) == "words"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("the flood", "aside"), ("op", "aside"), ("flood op", "words"), ("shut the", "words"), ("what", "words")],
)
def test_one_word_in_a_short_sound_is_believed_of_a_basic_recognizer_if_it_is_one_to_cut_in_with(
    text: str, verdict: Verdict
) -> None:
    assert judge(text, is_basic=True, is_short=True) == verdict
    assert judge(text, is_basic=True) == "words"
