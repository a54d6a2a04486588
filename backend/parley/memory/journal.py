"""What one session tells the store, fact by fact: nothing here waits, and what is sent only when it is written is
handed over as `then`.

The record of a conversation is what was sent of it: every numbered message, as on the wire, in order. What cannot be
seen from those is kept beside them: how much was heard, which requests were answered, what tools gave.
"""

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import msgspec
from anyio import Event

from ..engines.ports import ToolCall, ToolResult
from ..wire.base import given
from ..wire.messages import (
    Failure,
    Interrupted,
    Playback,
    Receipt,
    ReplySentence,
    SpeechStart,
    Subtitle,
    ToolUse,
    Transcript,
    TurnEnd,
)

Numbered = Transcript | ReplySentence | SpeechStart | Subtitle | Interrupted | TurnEnd | Failure | ToolUse

Work = Callable[[sqlite3.Connection], None]

KEPT_RECEIPTS = 1000
"""Of one session: far more than a client sends again."""


FIRST_WORDS_CHARS = 200


class Keeper(Protocol):
    """Of the store, what a journal uses."""

    def write(self, work: Work, done: Callable[[], None] = ..., /) -> None: ...
    def after(self, done: Callable[[], None], /) -> None: ...


class Forgetful:
    """For a session that is not remembered."""

    def write(self, _: Work, done: Callable[[], None] = lambda: None) -> None:
        done()

    def after(self, done: Callable[[], None]) -> None:
        done()


def new_session_id() -> str:
    return secrets.token_hex(12)


class Journal:
    def __init__(self, session_id: str, keeper: Keeper | None = None) -> None:
        self.session_id = session_id
        self._keeper = keeper or Forgetful()

    def posted(self, message: Numbered, then: Callable[[], None]) -> None:
        at = datetime.now().timestamp()
        self._keeper.write(lambda db: _add_message(db, self.session_id, message, at), then)

    def answered(self, receipt: Receipt) -> None:
        self._keeper.write(lambda db: _add_receipt(db, self.session_id, receipt))

    def played(self, report: Playback) -> None:
        at = datetime.now().timestamp()
        self._keeper.write(lambda db: _set_heard(db, self.session_id, report, at))

    async def use(self, turn_id: int, call: ToolCall, result: ToolResult) -> None:
        """As `used`, of what is about to begin: `result` holds if nothing else is told. Written when this returns."""
        written = Event()
        self.used(turn_id, call, result, written.set)
        await written.wait()

    def used(self, turn_id: int, call: ToolCall, result: ToolResult, then: Callable[[], None] = lambda: None) -> None:
        """So that a turn which is answered again does not do it again."""
        body = msgspec.json.encode((replace(call, context=()), result)).decode()
        insert = "INSERT INTO tool_use (session, turn_id, body) VALUES (?, ?, ?)"
        self._keeper.write(lambda db: _run(db, insert, (self.session_id, turn_id, body)), then)

    def whole(self, turn_id: int) -> None:
        """The model has said all of its reply: no more is to be asked of it."""
        update = "UPDATE session SET whole_turn = ? WHERE id = ?"
        self._keeper.write(lambda db: _run(db, update, (turn_id, self.session_id)))

    def after(self, then: Callable[[], None]) -> None:
        """When all that was told before is written."""
        self._keeper.after(then)


def _add_message(db: sqlite3.Connection, session: str, message: Numbered, at: float) -> None:
    db.execute(
        "INSERT INTO session (id, began_at, changed_at) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET changed_at = excluded.changed_at",
        (session, at, at),
    )
    body = msgspec.json.encode(message).decode()
    db.execute("INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?)", (session, given(message.seq), at, body))
    if isinstance(message, Transcript) and message.text:
        _count_turn(db, session, message)
    if isinstance(message, Transcript | ReplySentence) and message.text:
        db.execute(
            "INSERT INTO words (text, session, turn_id) VALUES (?, ?, ?)", (message.text, session, message.turn_id)
        )


def _count_turn(db: sqlite3.Connection, session: str, message: Transcript) -> None:
    """For the list of conversations. One that takes the place of another is no further turn."""
    is_further = given(message.continues) is None
    first_words = "CASE WHEN first_words = '' OR (turns = 1 AND NOT ?1) THEN ?2 ELSE first_words END"
    update = f"UPDATE session SET first_words = {first_words}, turns = turns + ?1 WHERE id = ?3"
    db.execute(update, (is_further, " ".join(message.text.split())[:FIRST_WORDS_CHARS], session))


def _add_receipt(db: sqlite3.Connection, session: str, receipt: Receipt) -> None:
    body = msgspec.json.encode(receipt).decode()
    db.execute("INSERT INTO receipt (session, body) VALUES (?, ?)", (session, body))
    newest_to_go = "SELECT number FROM receipt WHERE session = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2"
    db.execute(f"DELETE FROM receipt WHERE session = ?1 AND number <= ({newest_to_go})", (session, KEPT_RECEIPTS))


def _set_heard(db: sqlite3.Connection, session: str, report: Playback, at: float) -> None:
    values = (report.turn_id, report.heard_samples, report.state, at, session)
    update = "UPDATE session SET heard_turn = ?, heard_samples = ?, heard_state = ?, changed_at = ? WHERE id = ?"
    db.execute(update, values)


def _run(db: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> None:
    db.execute(statement, values)
