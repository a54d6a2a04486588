"""The conversations of before, as a window asks for them: list, read, rename, delete, forget.

link → desk → archive → memory/conversations.py, in the store's thread.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import assert_never

from anyio import Lock
from msgspec import UNSET

from ..conversation.retold import Told, retell
from ..errors import BadMessage, MemoryFailed
from ..memory import conversations
from ..memory.conversations import Conversation
from ..memory.store import Memory
from ..wire.base import given
from ..wire.messages import (
    ConversationFacts,
    History,
    HistoryChange,
    HistoryList,
    HistoryRead,
    PastConversation,
    PastTurn,
    Receipt,
)

HistoryOrder = HistoryList | HistoryRead | HistoryChange

MAX_LISTED = 100
REMEMBERED_IDS = 100
PAGE_CHARS = 12_000
"""Of one message: below its limit of 64 KiB, however many bytes a character takes."""

MAX_REPLY_CHARS = 10_000
"""In the window: more than a quarter of an hour of speech. An export has all of it."""


class Archive:
    def __init__(self, memory: Memory, passing: Memory, end: Callable[[str | None], None]) -> None:
        """`passing`: holds what is not kept, and so not listed; to forget everything is to forget it, too.
        `end`: this session, or all of them, because they are to be forgotten."""
        self._memory = memory
        self._passing = passing
        self._end = end
        self._changing = Lock()
        self._changes: deque[str] = deque(maxlen=REMEMBERED_IDS)

    async def answer(self, order: HistoryOrder) -> History | PastConversation | Receipt:
        """Carry it out. Raises `BadMessage` and `MemoryFailed`."""
        try:
            return await self._answer(order)
        except sqlite3.Error as error:
            raise MemoryFailed(f"{self._memory.path}: {error}. Try again.") from error

    async def _answer(self, order: HistoryOrder) -> History | PastConversation | Receipt:
        match order:
            case HistoryList():
                found = await self._memory.read(partial(conversations.search, query=order.query, limit=MAX_LISTED))
                facts = [_facts(one) for one in found]
                return History(id=order.id, conversations=facts, is_lasting=self._memory.is_lasting)
            case HistoryRead():
                told = await self._memory.read(partial(_told, session_id=order.session_id))
                if not told:
                    raise BadMessage("this conversation is not there any more")
                page, is_end = _page(told, order.after_turn)
                return PastConversation(id=order.id, session_id=order.session_id, turns=page, is_end=is_end)
            case HistoryChange():
                async with self._changing:
                    # A socket is closed with its session; what it asked for comes again, and must not close the next.
                    if order.id not in self._changes:
                        await self._change(order)
                        self._changes.append(order.id)
                return Receipt(id=order.id)
            case _:
                assert_never(order)

    async def _change(self, order: HistoryChange) -> None:
        session_id = given(order.session_id) or ""
        if order.action == "forget_all":
            self._end(None)
            for memory in (self._memory, self._passing):
                await memory.read(partial(conversations.forget_all, path=memory.path))
        elif order.action == "delete":
            self._end(session_id)
            await self._memory.read(partial(conversations.delete, session_id=session_id))
        else:
            title = given(order.title) or ""
            if not await self._memory.read(partial(conversations.rename, session_id=session_id, title=title)):
                raise BadMessage("this conversation is not there any more")


def _told(db: sqlite3.Connection, session_id: str) -> list[Told]:
    """In the store's thread: a long conversation takes a while."""
    return list(retell(conversations.messages(db, session_id)).told.values())


def _facts(one: Conversation) -> ConversationFacts:
    return ConversationFacts(
        session_id=one.session_id,
        title=one.title,
        changed_at=one.changed_at,
        turn_count=one.turns,
        excerpt=one.excerpt or UNSET,
    )


def _page(told: Iterable[Told], after_turn: int) -> tuple[list[PastTurn], bool]:
    page: list[PastTurn] = []
    chars = 0
    for each in told:
        if each.turn.turn_id <= after_turn:
            continue
        turn = _past_turn(each)
        chars += len(turn.said) + len(turn.reply)
        if page and chars > PAGE_CHARS:
            return page, False
        page.append(turn)
    return page, True


def _past_turn(told: Told) -> PastTurn:
    reply = told.turn.reply
    reply = reply if len(reply) <= MAX_REPLY_CHARS else f"{reply[: MAX_REPLY_CHARS - 1]}…"
    return PastTurn(turn_id=told.turn.turn_id, said=told.turn.said, reply=reply, outcome=told.outcome)
