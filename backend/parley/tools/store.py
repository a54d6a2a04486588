"""What tools must still know after a restart: timers and reminders, and what the user allowed. SQLite, in a thread.

One file for all sidecars of a user: SQLite's own locks keep them apart, and what is due is claimed, so that only one
of them says it.
"""

import logging
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from ..engines.model_thread import ModelThread

logger = logging.getLogger(__name__)

T = TypeVar("T")
Kind = Literal["timer", "reminder"]

BUSY_S = 2.0
"""For another sidecar to let go of the file. A write takes milliseconds."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS reminder (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    due_at REAL NOT NULL,
    seconds REAL,
    claimed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS permission (key TEXT PRIMARY KEY, allowed INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Reminder:
    number: int
    kind: Kind
    text: str
    """What it is for, in the user's words; empty for a timer without a name."""
    due_at: float
    """Seconds of Unix time."""
    seconds: float | None
    """How long from when it was set, where it was set so; None: for a time of day."""


class Store:
    def __init__(self, thread: ModelThread, database: sqlite3.Connection, is_lasting: bool) -> None:
        self._thread = thread
        self._database = database
        self.is_lasting = is_lasting
        """False: the file could not be used, and all is lost at the end of the process."""

    @classmethod
    async def open(cls, path: Path) -> "Store":
        """Where the file cannot be used, one in memory, which is logged."""
        thread = ModelThread("tools-store")
        try:
            return cls(thread, await thread.call(lambda: _open(path)), is_lasting=True)
        except (OSError, sqlite3.Error) as error:
            logger.error("%s cannot be used, so reminders will not survive a restart: %s", path, error)
            return cls(thread, await thread.call(lambda: _open(None)), is_lasting=False)

    async def reminders(self) -> list[Reminder]:
        """All that are still to be said, the next first."""
        rows = await self._run(
            lambda db: db.execute(
                "SELECT number, kind, text, due_at, seconds FROM reminder WHERE NOT claimed ORDER BY due_at, number"
            ).fetchall()
        )
        return [Reminder(*row) for row in rows]

    async def add(self, kind: Kind, text: str, due_at: float, seconds: float | None) -> Reminder:
        def insert(db: sqlite3.Connection) -> int | None:
            fields = (kind, text, due_at, seconds)
            return db.execute(
                "INSERT INTO reminder (kind, text, due_at, seconds) VALUES (?, ?, ?, ?)", fields
            ).lastrowid

        number = await self._run(insert)
        assert number is not None
        return Reminder(number, kind, text, due_at, seconds)

    async def remove(self, number: int) -> bool:
        """False: it was not there any more."""
        return await self._run(lambda db: db.execute("DELETE FROM reminder WHERE number = ?", (number,)).rowcount > 0)

    async def claim(self, number: int) -> bool:
        """Whoever gets True says it, and then removes it. Nobody else gets True, unless that one ended in between."""
        update = "UPDATE reminder SET claimed = 1 WHERE number = ? AND NOT claimed"
        return await self._run(lambda db: db.execute(update, (number,)).rowcount > 0)

    async def permissions(self) -> dict[str, bool]:
        rows = await self._run(lambda db: db.execute("SELECT key, allowed FROM permission").fetchall())
        return {key: bool(allowed) for key, allowed in rows}

    async def permit(self, key: str, allowed: bool) -> None:
        await self._run(lambda db: db.execute("INSERT OR REPLACE INTO permission VALUES (?, ?)", (key, allowed)))

    async def forget_permissions(self) -> None:
        await self._run(lambda db: db.execute("DELETE FROM permission"))

    async def aclose(self) -> None:
        await self._thread.call(self._database.close)
        self._thread.close()

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._thread.call(lambda: work(self._database))


def _open(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Made here, so that it is nobody else's to read from the first moment on.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(path or ":memory:", timeout=BUSY_S, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.executescript(SCHEMA)
    # Of a sidecar that ended before it had said them.
    database.execute("UPDATE reminder SET claimed = 0 WHERE claimed")
    return database
