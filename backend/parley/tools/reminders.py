"""Timers and reminders: set, kept over a restart, and brought up when they are due. Owns no voice: `say` has it.

A timer counts seconds that pass, asleep or awake, whatever is done to the clock on the wall; a reminder for a time of
day goes by that clock. After a restart all go by the wall clock.
"""

import logging
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from anyio import Event, move_on_after

from .reminder_words import due_words, headline
from .store import Kind, Reminder, Store

logger = logging.getLogger(__name__)

POLL_S = 5.0
"""While something is set: how late it can be after the machine slept, or after the clock on the wall was set."""

MAX_SET = 200
"""At a time. Far more than anyone has; a model in a loop must not fill the disk."""

Say = Callable[[str, Callable[[], str]], Awaitable[None]]
"""`say(headline, words)` returns when it has been said to somebody, however long that takes, and asks for the words
only then."""


class TooMany(Exception):
    """No more can be set."""


def steady_s() -> float:
    """Seconds that pass also while the machine sleeps, and that nobody sets."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # counts sleep there; time.monotonic() does not
    return time.monotonic()


class Reminders:
    def __init__(
        self,
        store: Store,
        say: Say,
        now: Callable[[], datetime] = datetime.now,
        steady: Callable[[], float] = steady_s,
    ) -> None:
        self._store = store
        self._say = say
        self.now = now
        self._steady = steady
        self._deadlines: dict[int, float] = {}
        """Of those set in this process for a length of time, on the steady clock."""
        self._changed = Event()

    @property
    def are_lasting(self) -> bool:
        return self._store.is_lasting

    async def run(self) -> None:
        """Bring up what is due, one after the other, until cancelled."""
        while True:
            pending = await self._store.reminders()
            due = next((one for one in pending if self._left_s(one) <= 0), None)
            if due is not None:
                await self._bring_up(due)
                continue
            self._changed = Event()
            if not pending:
                await self._changed.wait()
            with move_on_after(min([POLL_S, *(self._left_s(one) for one in pending)])):
                await self._changed.wait()

    async def set(self, kind: Kind, text: str, *, seconds: float | None = None, at: datetime | None = None) -> Reminder:
        """For a length of time, or for a time of day. Raises `TooMany`."""
        if len(await self._store.reminders()) >= MAX_SET:
            raise TooMany
        due_at = at.timestamp() if at is not None else self.now().timestamp() + (seconds or 0)
        began = self._steady()
        reminder = await self._store.add(kind, text, due_at, None if at is not None else seconds)
        if reminder.seconds is not None:
            self._deadlines[reminder.number] = began + reminder.seconds
        self._changed.set()
        return reminder

    async def pending(self) -> list[Reminder]:
        return await self._store.reminders()

    async def cancel(self, reminder: Reminder) -> bool:
        self._deadlines.pop(reminder.number, None)
        removed = await self._store.remove(reminder.number)
        self._changed.set()
        return removed

    def _left_s(self, reminder: Reminder) -> float:
        deadline = self._deadlines.get(reminder.number)
        return reminder.due_at - self.now().timestamp() if deadline is None else deadline - self._steady()

    async def _bring_up(self, reminder: Reminder) -> None:
        self._deadlines.pop(reminder.number, None)
        if await self._store.claim(reminder.number):
            await self._say(headline(reminder), lambda: due_words(reminder, self.now()))
            await self._store.remove(reminder.number)
