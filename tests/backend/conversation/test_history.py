"""What the model is told: the whole of what was heard, and no more."""

from parley.conversation.history import SpokenSentence, Turn, chat, heard_text
from parley.engines.ports import ChatMessage, WordTime

NOON = SpokenSentence("It is noon. ", 0, [WordTime(0, 2, 0), WordTime(3, 2, 1000), WordTime(6, 4, 2000)])
EAT = SpokenSentence("Shall we eat?", 3000, [WordTime(0, 5, 3000), WordTime(6, 2, 4000), WordTime(9, 3, 5000)])
CODE = SpokenSentence("```\nprint()\n```\n")


def test_an_interrupted_answer_keeps_the_words_that_had_begun() -> None:
    assert heard_text([NOON, EAT], 0) == "—"
    assert heard_text([NOON, EAT], 1) == "It—"
    assert heard_text([NOON, EAT], 1500) == "It is—"
    assert heard_text([NOON, EAT], 2500) == "It is noon.—"
    assert heard_text([NOON, EAT], 4500) == "It is noon. Shall we—"


def test_what_is_not_read_aloud_counts_when_the_speech_after_it_was_reached() -> None:
    assert heard_text([NOON, CODE, EAT], 2900) == "It is noon.—"
    assert heard_text([NOON, CODE, EAT], 3500) == "It is noon. ```\nprint()\n```\nShall—"


def test_the_model_gets_alternating_messages_that_end_with_the_user() -> None:
    turns = [
        Turn(1, "What time is it?", [NOON]),
        Turn(2, "And", cut=True),
        Turn(3, "and in Tokyo?", [EAT], cut=True, heard_samples=3500),
        Turn(4, "Stop."),
    ]
    assert chat(turns) == [
        ChatMessage("user", "What time is it?"),
        ChatMessage("assistant", "It is noon. "),
        ChatMessage("user", "And\nand in Tokyo?"),
        ChatMessage("assistant", "Shall—"),
        ChatMessage("user", "Stop."),
    ]


def test_a_turn_in_progress_is_not_told_to_the_model_as_an_answer() -> None:
    assert chat([Turn(1, "Hello", [NOON])]) == [ChatMessage("user", "Hello")]
