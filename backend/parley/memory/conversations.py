"""What can be asked of the file, and done to it, by hand: list, search, read, rename, delete, forget. All of it blocks:
`Memory.read` runs it, or a command, which serves nobody else.
"""

import logging
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from ..engines.ports import ToolCall, ToolResult
from ..wire.messages import Playback, Receipt
from .database import damaged_copies, transaction
from .journal import Numbered

logger = logging.getLogger(__name__)

MAX_LISTED = 200
MAX_TITLE_CHARS = 80
MAX_FIRST_WORDS = 60
EXCERPT_WORDS = 12

_message: msgspec.json.Decoder[Numbered] = msgspec.json.Decoder(Numbered)
_receipt = msgspec.json.Decoder(Receipt)
_tool_use = msgspec.json.Decoder(tuple[ToolCall, ToolResult])

_TABLES = ("message", "receipt", "tool_use", "words")
"""Beside `session`."""

_FACTS = "SELECT id, began_at, changed_at, title, first_words, turns FROM session"


@dataclass(frozen=True)
class Conversation:
    """One line of the list."""

    session_id: str
    began_at: float
    """Seconds of Unix time."""
    changed_at: float
    title: str
    """As the user named it, or its first words."""
    turns: int
    excerpt: str = ""
    """Of a search: where it was found."""


@dataclass(frozen=True)
class Record:
    """All that is known of one session."""

    session_id: str
    age_s: float
    """Since anything happened in it."""
    messages: list[Numbered]
    receipts: list[Receipt]
    tool_uses: list[tuple[int, ToolCall, ToolResult]]
    """With their turn."""
    played: Playback | None
    """The last report of the loudspeaker."""
    whole_turn: int
    """The last turn of which the reply is complete, as far as its text goes."""


def recent(db: sqlite3.Connection, limit: int = MAX_LISTED) -> list[Conversation]:
    """The newest first; one in which nobody said anything is none."""
    rows = db.execute(f"{_FACTS} WHERE turns > 0 ORDER BY changed_at DESC LIMIT ?", (limit,))
    return [_conversation(row) for row in rows]


def search(db: sqlite3.Connection, query: str, limit: int = MAX_LISTED) -> list[Conversation]:
    """Those in which each of the words occurs, or its beginning; wherever, and whoever said it."""
    words = [word for word in query.split() if _can_be_sought(word)]
    terms = ['"{}"*'.format(word.replace('"', '""')) for word in words]
    if not terms:
        return recent(db, limit)
    has_all = " INTERSECT ".join(["SELECT session FROM words WHERE words MATCH ?"] * len(terms))
    rows = db.execute(f"{_FACTS} WHERE id IN ({has_all}) ORDER BY changed_at DESC LIMIT ?", (*terms, limit)).fetchall()
    either = " OR ".join(terms)
    firsts = dict(db.execute("SELECT session, min(rowid) FROM words WHERE words MATCH ? GROUP BY session", (either,)))
    excerpt = "SELECT snippet(words, 0, '', '', '…', ?) FROM words WHERE rowid = ? AND words MATCH ?"
    found = []
    for row in rows:
        (text,) = db.execute(excerpt, (EXCERPT_WORDS, firsts[row[0]], either)).fetchone()
        found.append(_conversation(row, text.strip()))
    return found


def _can_be_sought(word: str) -> bool:
    """A single letter begins every other word; a single character of other scripts may be one."""
    return sum(map(str.isalnum, word)) >= (2 if word.isascii() else 1)


def messages(db: sqlite3.Connection, session_id: str, after: int = 0, before: int = 2**53) -> list[Numbered]:
    """Those with a number between the two."""
    query = "SELECT body FROM message WHERE session = ? AND seq > ? AND seq < ? ORDER BY seq"
    found = []
    for (body,) in db.execute(query, (session_id, after, before)):
        try:
            found.append(_message.decode(body))
        except msgspec.ValidationError:
            logger.warning("a message of session %s is of another version, and passed over", session_id)
    return found


def recall(db: sqlite3.Connection, session_id: str) -> Record | None:
    """None: there is no such session."""
    query = "SELECT changed_at, heard_turn, heard_samples, heard_state, whole_turn FROM session WHERE id = ?"
    row = db.execute(query, (session_id,)).fetchone()
    if row is None:
        return None
    changed_at, turn_id, samples, state, whole_turn = row
    receipts = db.execute("SELECT body FROM receipt WHERE session = ? ORDER BY number", (session_id,))
    bodies = db.execute("SELECT turn_id, body FROM tool_use WHERE session = ? ORDER BY number", (session_id,))
    uses = [(turn, *_tool_use.decode(body)) for turn, body in bodies]
    return Record(
        session_id,
        max(0.0, datetime.now().timestamp() - changed_at),
        messages(db, session_id),
        [_receipt.decode(body) for (body,) in receipts],
        list({(turn, call.call_id): (turn, call, result) for turn, call, result in uses}.values()),
        Playback(turn_id=turn_id, heard_samples=samples, state=state) if turn_id else None,
        whole_turn,
    )


def rename(db: sqlite3.Connection, session_id: str, title: str) -> bool:
    """An empty title: its first words again. False: it is not there."""
    update = "UPDATE session SET title = ? WHERE id = ?"
    return db.execute(update, (" ".join(title.split())[:MAX_TITLE_CHARS], session_id)).rowcount > 0


def delete(db: sqlite3.Connection, session_id: str) -> bool:
    """What was said in it is not in the file any more. False: it was not there."""
    with transaction(db):
        was_there = db.execute("DELETE FROM session WHERE id = ?", (session_id,)).rowcount > 0
        for table in _TABLES:
            db.execute(f"DELETE FROM {table} WHERE session = ?", (session_id,))
        _merge_index(db)
    _empty_log(db)
    return was_there


def forget_all(db: sqlite3.Connection, path: Path | None) -> int:
    """Everything that was ever said, damaged files included; how many conversations that were."""
    with transaction(db):
        count = db.execute("DELETE FROM session").rowcount
        for table in _TABLES:
            db.execute(f"DELETE FROM {table}")
        _merge_index(db)
    db.execute("VACUUM")
    _empty_log(db)
    for copy in [] if path is None else damaged_copies(path):
        copy.unlink()
    return count


def _merge_index(db: sqlite3.Connection) -> None:
    """Until then it keeps the words that were deleted."""
    db.execute("INSERT INTO words (words) VALUES ('optimize')")


def _empty_log(db: sqlite3.Connection) -> None:
    """It holds pages as they were before. Raises sqlite3.OperationalError when it could not be done."""
    is_busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise sqlite3.OperationalError("another process reads it, so traces are left until that ends")


def _conversation(row: tuple[str, float, float, str, str, int], excerpt: str = "") -> Conversation:
    session_id, began_at, changed_at, title, first, turns = row
    first = first if len(first) <= MAX_FIRST_WORDS else f"{first[: MAX_FIRST_WORDS - 1]}…"
    return Conversation(session_id, began_at, changed_at, title or first, turns, excerpt)
