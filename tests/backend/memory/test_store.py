"""The file of conversations: what is written, what is set aside, and what happens where nothing can be written."""

import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio
import pytest

from parley.errors import MemoryFailed
from parley.memory import conversations, database
from parley.memory.journal import Journal
from parley.memory.store import Memory
from parley.wire.messages import Playback, Receipt, ReplySentence, Transcript, TurnEnd

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def remembering(folder: Path | None, reports: list[MemoryFailed | None] | None = None) -> AsyncIterator[Memory]:
    memory = Memory(folder, (reports if reports is not None else []).append)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(memory.run)
        yield memory
        tasks.cancel_scope.cancel()


async def talk(memory: Memory, session_id: str, said: str = "What time is it?", reply: str = "It is noon.") -> None:
    """One turn, written when this returns."""
    journal = Journal(session_id, memory)
    written = anyio.Event()
    journal.posted(Transcript(seq=1, turn_id=1, text=said, source="typed"), lambda: None)
    journal.posted(ReplySentence(seq=2, turn_id=1, sentence=0, text=reply), lambda: None)
    journal.posted(TurnEnd(seq=3, turn_id=1, outcome="completed", sample_count=0), written.set)
    with anyio.fail_after(5):
        await written.wait()


async def test_what_was_told_is_there_in_the_next_process(tmp_path: Path) -> None:
    async with remembering(tmp_path / "data") as memory:
        await talk(memory, "s1")
        journal = Journal("s1", memory)
        journal.answered(Receipt(id="c-1", turn_id=1))
        journal.played(Playback(turn_id=1, heard_samples=480, state="playing"))
        journal.whole(1)
    async with remembering(tmp_path / "data") as memory:
        record = await memory.read(lambda db: conversations.recall(db, "s1"))
        assert record is not None
        assert [type(message).__name__ for message in record.messages] == ["Transcript", "ReplySentence", "TurnEnd"]
        assert record.receipts == [Receipt(id="c-1", turn_id=1)]
        assert record.played == Playback(turn_id=1, heard_samples=480, state="playing")
        assert record.whole_turn == 1 and record.age_s < 60
        assert await memory.read(lambda db: conversations.recall(db, "another")) is None


async def test_it_is_nobody_elses_to_read(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memory:
        await talk(memory, "s1")
        modes = {name: stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in os.listdir(tmp_path)}
        assert "conversations.sqlite3-wal" in modes and set(modes.values()) == {0o600}


async def test_what_is_written_within_a_moment_is_one_commit_and_done_comes_in_order(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memory:
        order: list[str] = []
        await memory.read(lambda db: db.set_trace_callback(order.append))
        for number in range(3):
            work = f"SELECT {number}"
            memory.write(lambda db, work=work: db.execute(work).fetchone(), partial(order.append, f"done {number}"))  # type: ignore[misc]
        memory.after(partial(order.append, "after"))
        await memory.read(lambda db: None)
        selects = [f"SELECT {number}" for number in range(3)]
        assert order == ["BEGIN IMMEDIATE", *selects, "COMMIT", *(f"done {number}" for number in range(3)), "after"]
        memory.after(lambda: order.append("at once"))
        assert order[-1] == "at once"


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no database at all": lambda data: b"This is not a database." * 100,
    "overwritten in the middle": lambda data: data[:8192] + os.urandom(8192) + data[16384:],
    "cut off": lambda data: data[: len(data) // 2],
}


@pytest.mark.parametrize("how", DAMAGE)
async def test_a_damaged_file_is_set_aside_and_named_and_never_deleted(tmp_path: Path, how: str) -> None:
    async with remembering(tmp_path) as memory:
        for number in range(40):
            await talk(memory, f"s{number}", said="words " * 50)
        await memory.read(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
    path = tmp_path / database.FILE
    damaged = DAMAGE[how](path.read_bytes())
    path.write_bytes(damaged)

    reports: list[MemoryFailed | None] = []
    async with remembering(tmp_path, reports) as memory:
        await talk(memory, "new")
        assert [one.session_id for one in await memory.read(conversations.recent)] == ["new"]
        assert memory.is_lasting
    aside = next(tmp_path / name for name in os.listdir(tmp_path) if "damaged" in name)
    assert aside.read_bytes() == damaged
    (report,) = reports
    assert aside.name in str(report) and "damaged" in str(report)
    async with remembering(tmp_path, reports) as memory:
        assert len(await memory.read(conversations.recent)) == 1 and len(reports) == 1


async def test_s17_where_nothing_can_be_kept_it_works_in_memory_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    reports: list[MemoryFailed | None] = []
    async with remembering(tmp_path / "file" / "data", reports) as memory:
        await talk(memory, "s1")
        assert [one.title for one in await memory.read(conversations.recent)] == ["What time is it?"]
        assert not memory.is_lasting
    (report,) = reports
    assert str(tmp_path / "file" / "data") in str(report)


async def test_s49_a_file_of_a_later_version_is_left_as_it_is(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memory:
        await talk(memory, "s1")
        await memory.read(lambda db: db.execute("PRAGMA user_version = 99"))
    before = (tmp_path / database.FILE).read_bytes()
    reports: list[MemoryFailed | None] = []
    async with remembering(tmp_path, reports) as memory:
        await talk(memory, "s2")
        assert not memory.is_lasting
    assert "later version" in str(reports[0])
    assert (tmp_path / database.FILE).read_bytes() == before


async def test_an_older_file_is_brought_to_this_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with remembering(tmp_path) as memory:
        await talk(memory, "s1")
    monkeypatch.setattr(
        database, "MIGRATIONS", (*database.MIGRATIONS, "CREATE TABLE later (x); INSERT INTO later VALUES (7)")
    )
    async with remembering(tmp_path) as memory:
        assert await memory.read(lambda db: db.execute("SELECT x FROM later").fetchone()) == (7,)
        assert await memory.read(lambda db: db.execute("PRAGMA user_version").fetchone()) == (len(database.MIGRATIONS),)
        assert len(await memory.read(conversations.recent)) == 1


async def test_s31_while_the_disk_is_full_talk_goes_on_and_what_was_said_is_written_later(tmp_path: Path) -> None:
    reports: list[MemoryFailed | None] = []
    async with remembering(tmp_path, reports) as memory:
        await memory.read(lambda db: db.execute("PRAGMA max_page_count = 1").fetchone())
        long = "words that no page holds " * 2000
        await talk(memory, "s1", said=long)  # Comes through: what waits for a commit is not held back for ever.
        assert len(reports) == 1 and "full" in str(reports[0])
        await memory.read(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone())
        await talk(memory, "s2")
        assert reports[1:] == [None]
        assert {one.session_id for one in await memory.read(conversations.recent)} == {"s1", "s2"}


async def test_s31_a_file_that_another_process_holds_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    reports: list[MemoryFailed | None] = []
    async with remembering(tmp_path, reports) as memory:
        await memory.read(lambda db: None)
        other = sqlite3.connect(tmp_path / database.FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await talk(memory, "s1")
        assert "locked" in str(reports[0])
        other.execute("ROLLBACK")
        other.close()
        await talk(memory, "s2")
        assert {one.session_id for one in await memory.read(conversations.recent)} == {"s1", "s2"}
