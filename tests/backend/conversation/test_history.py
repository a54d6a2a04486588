"""What the model is told: the whole of what was heard, and no more."""

from parley.conversation.history import SpokenSentence, Turn, chat, heard_text, remembered
from parley.engines.ports import ChatMessage, ToolCall, ToolResult, WordTime

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


def turns_of(*said: str) -> list[Turn]:
    return [Turn(number, text) for number, text in enumerate(said, 1)]


def test_a_conversation_within_its_budget_is_kept_whole() -> None:
    turns = turns_of("one", "two", "three")
    assert remembered(turns, 1000) == turns


def test_one_that_has_outgrown_it_loses_half_of_it_at_once_in_whole_turns() -> None:
    turns = turns_of(*["word " * 60] * 10)  # about 110 tokens each
    kept = remembered(turns, 1000)
    assert kept == turns[-4:]
    # The next turns are told with the same beginning.
    assert remembered([*kept, *turns_of("and on")], 1000)[:4] == kept


def test_what_was_just_said_is_kept_however_long_it_is() -> None:
    turns = turns_of("short", "word " * 10_000)
    assert remembered(turns, 1000) == turns[-1:]


def test_what_tools_said_counts() -> None:
    long = Turn(1, "look", used=[(ToolCall("1", "look", {}), ToolResult("1", "word " * 2000))])
    assert remembered([long, Turn(2, "and")], 1000) == [Turn(2, "and")]


def test_tools_are_told_between_the_question_and_the_answer() -> None:
    call, result = ToolCall("1", "look", {}, ({"type": "thinking"},)), ToolResult("1", "a cat")
    messages = chat([Turn(1, "look", [NOON], used=[(call, result)]), Turn(2, "and now?")])
    assert [message.role for message in messages] == ["user", "assistant", "user", "assistant", "user"]
    assert messages[1].calls[0].context == () and messages[2].results == (result,)


def test_tools_of_a_turn_that_was_cut_are_told_with_what_was_said_next() -> None:
    call, result = ToolCall("1", "look", {}), ToolResult("1", "a cat")
    messages = chat([Turn(1, "look", cut=True, used=[(call, result)]), Turn(2, "never mind")])
    assert [message.role for message in messages] == ["user", "assistant", "user"]
    assert messages[2] == ChatMessage("user", "never mind", (), (result,))
