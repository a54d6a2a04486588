"""What is sent to a Messages server, and which part of it is asked to be kept there."""

from datetime import datetime, timedelta
from typing import Any

from parley.engines.claude_request import CACHE_FROM_TOKENS, CACHED, request
from parley.engines.ports import ChatMessage, ToolCall, ToolResult, ToolSpec

NOW = datetime(2026, 11, 23, 18, 5)
TOOL = ToolSpec("look", "Looks. " * 600, {"type": "object", "properties": {}})
MARK = CACHED["cache_control"]


def ask(*messages: ChatMessage, tools: list[ToolSpec] | None = None, now: datetime = NOW, caches: bool = True) -> Any:
    return request(messages, tools or [], persona="", now=now, caches=caches)


def marks(body: Any) -> int:
    return str(body).count(str(MARK))


def user(text: str) -> ChatMessage:
    return ChatMessage("user", text)


def assistant(text: str) -> ChatMessage:
    return ChatMessage("assistant", text)


LONG = "word " * (CACHE_FROM_TOKENS * 3 // 5)


def test_a_short_prompt_is_not_marked() -> None:
    assert marks(ask(user("hello"))) == 0


def test_long_tools_are_kept_from_the_first_question_on() -> None:
    body = ask(user("hello"), tools=[TOOL])
    assert body["system"][0]["cache_control"] == MARK
    assert marks(body) == 1


def test_a_long_history_is_kept_up_to_the_last_answer() -> None:
    body = ask(user(LONG), assistant("yes"), user("and now"))
    assert marks(body) == 2
    assert body["messages"][1]["content"][-1]["cache_control"] == MARK


def test_nothing_is_marked_for_a_server_that_may_not_know_it() -> None:
    body = ask(user(LONG), assistant("yes"), user("and now"), tools=[TOOL], caches=False)
    assert marks(body) == 0
    assert body["messages"][:2] == [{"role": "user", "content": LONG}, {"role": "assistant", "content": "yes"}]


def test_a_later_request_begins_as_the_one_before_did() -> None:
    """Or nothing kept would ever be read: the time and what was just said stand at the end."""
    first = ask(user(LONG), assistant("yes"), user("and now"), tools=[TOOL])
    later = ask(
        *(user(LONG), assistant("yes"), user("and now"), assistant("no"), user("well")),
        tools=[TOOL],
        now=NOW + timedelta(minutes=3),
    )

    def kept(body: Any, messages: int) -> str:
        told = str((body["tools"], body["system"], body["messages"][:messages]))
        return told.replace(f", 'cache_control': {MARK}", "")

    assert kept(first, 1) == kept(later, 1)
    assert later["messages"][2]["content"] == "and now"
    assert "18:08" in later["messages"][4]["content"][0]["text"]


def test_while_tools_are_used_the_time_stays_with_the_question() -> None:
    call = ToolCall("1", "look", {})
    body = ask(
        *(
            user("look"),
            ChatMessage("assistant", "", (call,)),
            ChatMessage("user", "", (), (ToolResult("1", "a cat"),)),
        ),
        tools=[TOOL],
    )
    assert [block["type"] for block in body["messages"][0]["content"]] == ["text", "text"]
    assert body["messages"][2]["content"] == [{"type": "tool_result", "tool_use_id": "1", "content": "a cat"}]


def test_results_and_what_was_said_next_are_one_message() -> None:
    call = ToolCall("1", "look", {})
    body = ask(
        *(user("look"), ChatMessage("assistant", "", (call,))),
        ChatMessage("user", "never mind", (), (ToolResult("1", ""),)),
        tools=[TOOL],
    )
    result, now, said = body["messages"][2]["content"]
    assert (result["content"], said["text"]) == ("(nothing)", "never mind")
    assert "18:05" in now["text"]
