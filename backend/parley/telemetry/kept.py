"""The times of turns over days, in a file of their own: times and outcomes, never what was said. Blocks: hub.py has a
thread for it. The file is bounded, and a damaged one is set aside as memory/database.py does it.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from ..memory.database import transaction
from .spans import STAGES, TurnTimes, Usual, usual

FILE = "telemetry.sqlite3"

DAYS_KEPT = 30
ROWS_KEPT = 20_000
"""Half a turn a minute, for a month, day and night: 2 MB."""

DAYS_ASKED = 7
ROWS_ASKED = 2000
"""The newest, of which percentiles are made: they say no more with more."""

MIGRATIONS = (
    """
    CREATE TABLE turn (
        number INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        source TEXT NOT NULL,
        outcome TEXT NOT NULL,
        was_begun_in_pause INTEGER NOT NULL,
        pause_s REAL,
        recognition_s REAL,
        first_token_s REAL,
        first_sentence_s REAL,
        first_audio_s REAL,
        playback_s REAL,
        heard_s REAL
    );
    CREATE INDEX turn_at ON turn (at);
    """,
)

_WAITS = ", ".join(f"{stage}_s" for stage in STAGES)
_MARKS = ", ".join("?" * (4 + len(STAGES)))
_INSERT = f"INSERT INTO turn (at, source, outcome, was_begun_in_pause, {_WAITS}) VALUES ({_MARKS})"
_SELECT = f"SELECT {_WAITS} FROM turn WHERE source = ? AND at >= ? AND heard_s IS NOT NULL ORDER BY number DESC LIMIT ?"


def write(database: sqlite3.Connection, turns: Sequence[TurnTimes]) -> None:
    with transaction(database):
        for one in turns:
            waits = (one.waits.get(stage) for stage in STAGES)
            database.execute(_INSERT, (one.at, one.source, one.outcome, one.was_begun_in_pause, *waits))
        database.execute("DELETE FROM turn WHERE at < ?", (datetime.now().timestamp() - DAYS_KEPT * 86_400,))
        database.execute("DELETE FROM turn WHERE number <= (SELECT max(number) FROM turn) - ?", (ROWS_KEPT,))


def read(database: sqlite3.Connection) -> list[Usual]:
    """Of the last days, of spoken questions and of typed ones; of those whose answers were heard."""
    since = datetime.now().timestamp() - DAYS_ASKED * 86_400
    sources: tuple[Literal["speech", "typed"], ...] = ("speech", "typed")
    found = []
    for source in sources:
        rows = database.execute(_SELECT, (source, since, ROWS_ASKED)).fetchall()
        waits = [{stage: one for stage, one in zip(STAGES, row, strict=True) if one is not None} for row in rows]
        if (known := usual(source, waits)) is not None:
            found.append(known)
    return found
