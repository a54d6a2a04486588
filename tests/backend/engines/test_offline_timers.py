"""Timers and reminders in words, as typed and as they are heard."""

from datetime import datetime
from typing import Any

import pytest

from parley.engines.offline import OfflineModel
from parley.engines.offline_timers import wanted
from parley.engines.ports import ChatMessage, ToolCall, ToolResult, ToolSpec

NOW = datetime(2026, 11, 23, 18, 47)
TODAY, TOMORROW = "2026-11-23T", "2026-11-24T"


@pytest.mark.parametrize(
    ("question", "seconds", "label"),
    [
        ("set a timer for ten minutes", 600, ""),
        ("Set a 10 minute timer.", 600, ""),
        ("timer half an hour", 1800, ""),
        ("set a timer for an hour and a half", 5400, ""),
        ("set a timer for one and a half hours", 5400, ""),
        ("start a timer for two minutes and thirty seconds", 150, ""),
        ("could you please set a timer for a quarter of an hour", 900, ""),
        ("set a pasta timer for eight minutes", 480, "pasta"),
        ("set a timer called tea for 3 mins", 180, "tea"),
    ],
)
def test_a_timer(question: str, seconds: int, label: str) -> None:
    assert wanted(question, NOW) == ("set_timer", {"seconds": seconds, "label": label})


@pytest.mark.parametrize(
    ("question", "text", "when"),
    [
        ("remind me in five minutes to call mum", "call mum", {"in_seconds": 300}),
        ("Remind me to call my mum in five minutes, please.", "call your mum", {"in_seconds": 300}),
        ("in twenty minutes remind me to check the oven", "check the oven", {"in_seconds": 1200}),
        ("remind me at 9 pm to leave", "leave", {"at": f"{TODAY}21:00:00"}),
        ("remind me at 5 pm to leave", "leave", {"at": f"{TOMORROW}17:00:00"}),
        ("remind me at 7:30 to leave", "leave", {"at": f"{TODAY}19:30:00"}),
        ("remind me at half past seven to feed the cat", "feed the cat", {"at": f"{TODAY}19:30:00"}),
        ("remind me at quarter to eight that it starts", "it starts", {"at": f"{TODAY}19:45:00"}),
        ("remind me tomorrow at nine to water the plants", "water the plants", {"at": f"{TOMORROW}09:00:00"}),
        ("remind me to water the plants tomorrow at 9 a.m.", "water the plants", {"at": f"{TOMORROW}09:00:00"}),
        ("remind me at noon to eat", "eat", {"at": f"{TOMORROW}12:00:00"}),
        ("remind me to buy 3 eggs at 19:15", "buy 3 eggs", {"at": f"{TODAY}19:15:00"}),
        ("set a reminder for 8 pm to take out the rubbish", "take out the rubbish", {"at": f"{TODAY}20:00:00"}),
        ("set an alarm for 6:30 am", "This is your alarm.", {"at": f"{TOMORROW}06:30:00"}),
    ],
)
def test_a_reminder(question: str, text: str, when: dict[str, Any]) -> None:
    assert wanted(question, NOW) == ("set_reminder", {"text": text, **when})


@pytest.mark.parametrize(
    "question", ["what timers are there", "how much time is left on the timer", "list my reminders", "any timers"]
)
def test_a_look_at_them(question: str) -> None:
    assert wanted(question, NOW) == ("list_reminders", {})


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("cancel the timer", "timer"),
        ("cancel all timers", "all timers"),
        ("stop the pasta timer", "pasta timer"),
        ("stop the ten minute timer", "10 minute timer"),
        ("delete my reminders", "reminders"),
    ],
)
def test_cancelling(question: str, which: str) -> None:
    assert wanted(question, NOW) == ("cancel_reminder", {"which": which})


@pytest.mark.parametrize("question", ["remind me to call mum", "set a timer", "remind me in an hour"])
def test_what_is_missing_is_asked_for(question: str) -> None:
    assert str(wanted(question, NOW)).startswith("Tell me")


@pytest.mark.parametrize("question", ["what time is it", "stop", "cancel", "how are you", ""])
def test_other_questions_are_not_taken(question: str) -> None:
    assert wanted(question, NOW) is None


@pytest.mark.anyio
async def test_the_offline_model_calls_the_tool_and_says_what_came_of_it() -> None:
    model = OfflineModel(now=lambda: NOW)
    asked = ChatMessage("user", "set a timer for one minute")
    tools = [ToolSpec("set_timer", "", {})]
    (call,) = [piece async for piece in model.stream([asked], tools)]
    assert isinstance(call, ToolCall) and call.arguments == {"seconds": 60, "label": ""}
    result = ChatMessage("user", "", (), (ToolResult(call.call_id, "The timer is set."),))
    pieces = [piece async for piece in model.stream([asked, ChatMessage("assistant", "", (call,)), result], tools)]
    assert pieces == ["The ", "timer ", "is ", "set."]
