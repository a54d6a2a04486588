"""The file: opened, brought to this version, looked through for damage. All of it blocks, so store.py has a thread.

A damaged file is set aside under a name that says so, and a new one begins; nothing is ever deleted but by the user.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE = "conversations.sqlite3"
BUSY_S = 2.0
"""For another process to let go of the file: `parley history` beside a running sidecar. A write takes milliseconds."""

COMPANIONS = ("", "-wal", "-shm")
"""What SQLite keeps beside the file. The newest of what was said is in the first of them."""

MIGRATIONS = (
    """
    CREATE TABLE session (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL DEFAULT '',
        first_words TEXT NOT NULL DEFAULT '',
        turns INTEGER NOT NULL DEFAULT 0,
        began_at REAL NOT NULL,
        changed_at REAL NOT NULL,
        heard_turn INTEGER NOT NULL DEFAULT 0,
        heard_samples INTEGER NOT NULL DEFAULT 0,
        heard_state TEXT NOT NULL DEFAULT '',
        whole_turn INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE message (
        session TEXT, seq INTEGER, at REAL NOT NULL, body TEXT NOT NULL, PRIMARY KEY (session, seq)
    ) WITHOUT ROWID;
    CREATE TABLE receipt (number INTEGER PRIMARY KEY, session TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX receipt_of ON receipt (session);
    CREATE TABLE tool_use (
        number INTEGER PRIMARY KEY, session TEXT NOT NULL, turn_id INTEGER NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX tool_use_of ON tool_use (session);
    CREATE VIRTUAL TABLE words USING fts5 (
        text, session UNINDEXED, turn_id UNINDEXED, tokenize = "unicode61 remove_diacritics 2"
    );
    """,
)
"""Each brings the file from the version of its place to the next. One that was released is never changed."""


class Unusable(Exception):
    """The file is whole, as far as can be told, and cannot be used."""


@dataclass(frozen=True)
class Opened:
    database: sqlite3.Connection
    set_aside: Path | None = None
    """Where a damaged file lies now."""


def open_database(path: Path | None, migrations: Sequence[str] | None = None) -> Opened:
    """None: in memory. `migrations`: of a file that is not the conversations. Raises `Unusable`, OSError or
    sqlite3.Error when nothing can be kept at this place."""
    migrations = MIGRATIONS if migrations is None else migrations
    if path is None:
        return Opened(_connect(None, migrations))
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made here, so that it is nobody else's to read from the first moment on.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    try:
        return Opened(_connect(path, migrations))
    except sqlite3.OperationalError:
        raise  # Locked, full, or not to be written: it may be sound.
    except sqlite3.DatabaseError:
        aside = set_aside(path)
        return Opened(_connect(path, migrations), aside)


def damaged_copies(path: Path) -> list[Path]:
    """Everything that was ever set aside here."""
    return sorted(path.parent.glob(f"{path.stem}-damaged-*"))


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def _connect(path: Path | None, migrations: Sequence[str]) -> sqlite3.Connection:
    """Raises sqlite3.DatabaseError, and of that no subclass, when the file is damaged."""
    database = sqlite3.connect(path or ":memory:", timeout=BUSY_S, isolation_level=None)
    try:
        # What is deleted is overwritten. A commit waits for no disk: after a crash of the process everything is there,
        # after one of the machine the file is sound and at most its last moments are missing.
        for pragma in ("secure_delete = ON", "journal_mode = WAL", "synchronous = NORMAL"):
            database.execute(f"PRAGMA {pragma}").fetchone()
        if (found := database.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(found)
        _migrate(database, migrations)
    except BaseException:
        database.close()
        raise
    return database


def _migrate(database: sqlite3.Connection, migrations: Sequence[str]) -> None:
    with transaction(database):  # Another process may be at it, too.
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > len(migrations):
            raise Unusable(f"it is of a later version of Parley ({version}, this one knows {len(migrations)})")
        for migration in migrations[version:]:
            for statement in migration.split(";"):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(migrations)}")


def set_aside(path: Path) -> Path:
    """With all that belongs to it, under a name that `damaged_copies` knows. Returns where it lies."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
    for companion in COMPANIONS:
        beside = path.with_name(path.name + companion)
        if beside.exists():
            beside.rename(path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}{companion}"))
    return path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
