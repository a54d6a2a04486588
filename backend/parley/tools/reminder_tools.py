"""The tools that set, list and cancel timers and reminders."""

import re
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from ..errors import ToolFailed
from .reminder_words import headline, list_words, matching, set_words
from .reminders import Reminders, TooMany
from .store import Kind
from .tool import Function, Tool

MAX_S = 366 * 86_400
MAX_TEXT_CHARS = 300

Seconds = Annotated[int, Meta(ge=1, le=MAX_S, description="How long from now, in seconds.")]


class SetTimer(msgspec.Struct):
    seconds: Seconds
    label: Annotated[str, Meta(max_length=MAX_TEXT_CHARS, description="What it is for, in a word or two: pasta.")] = ""


class SetReminder(msgspec.Struct):
    text: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_TEXT_CHARS,
            description="What to remind of, as it is to be said: Call your mum.",
        ),
    ]
    at: Annotated[str, Meta(description="A local time, as 2026-11-23T17:30. Give this or in_seconds.")] = ""
    in_seconds: Annotated[int, Meta(ge=0, le=MAX_S, description="How long from now, in seconds.")] = 0


class Nothing(msgspec.Struct):
    pass


class CancelReminder(msgspec.Struct):
    which: Annotated[str, Meta(description="Words of its text or name, such as pasta; or all, timers, reminders.")]


def reminder_tools(reminders: Reminders) -> list[Tool]:
    async def keep(
        kind: Kind, text: str, said: str = "", seconds: float | None = None, at: datetime | None = None
    ) -> str:
        try:
            reminder = await reminders.set(kind, text.strip(), seconds=seconds, at=at)
        except TooMany:
            raise ToolFailed("There are too many timers and reminders already.") from None
        lost = "" if reminders.are_lasting else " It will be lost when Parley stops: the disk cannot be written."
        return set_words(reminder, reminders.now()) + lost

    async def set_timer(asked: SetTimer) -> str:
        label = re.sub(r"\btimer\b", "", asked.label, flags=re.IGNORECASE)
        return await keep("timer", label, seconds=asked.seconds)

    async def set_reminder(asked: SetReminder) -> str:
        if asked.in_seconds:
            return await keep("reminder", asked.text, seconds=asked.in_seconds)
        return await keep("reminder", asked.text, at=_later(asked.at, reminders.now()))

    async def list_all(_: Nothing) -> str:
        return list_words(await reminders.pending(), reminders.now())

    async def cancel(asked: CancelReminder) -> str:
        pending = await reminders.pending()
        found = matching(pending, asked.which)
        if not found:
            known = list_words(pending, reminders.now())
            raise ToolFailed(f"I found nothing like that to cancel. {known}")
        names = [headline(one) for one in found if await reminders.cancel(one)]
        return f"Cancelled: {', '.join(names)}."

    return [
        Function(
            "set_timer", "Set a timer", "Sets a timer. When it is up, Parley says so by itself.", SetTimer, set_timer
        ),
        Function(
            "set_reminder",
            "Set a reminder",
            "Sets a reminder. When it is due, Parley says it by itself, also after a restart.",
            SetReminder,
            set_reminder,
        ),
        Function("list_reminders", "Look at the timers", "Lists all timers and reminders.", Nothing, list_all),
        Function("cancel_reminder", "Cancel", "Cancels timers or reminders.", CancelReminder, cancel),
    ]


def _later(at: str, now: datetime) -> datetime:
    try:
        due = datetime.fromisoformat(at)
    except ValueError:
        raise ToolFailed("Give a time, such as 2026-11-23T17:30, or a number of seconds.") from None
    due = due.astimezone().replace(tzinfo=None) if due.tzinfo is not None else due
    if due < now - timedelta(minutes=1):
        raise ToolFailed("That time has passed.")
    if due > now + timedelta(seconds=MAX_S):
        raise ToolFailed("That is more than a year away.")
    return due
