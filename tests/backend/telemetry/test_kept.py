"""The file of times: bounded, set aside when it is damaged, and empty of words; and the process's own figures."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import anyio
import psutil
import pytest

from parley.memory.database import damaged_copies, open_database
from parley.telemetry import kept
from parley.telemetry.counters import BUCKETS_S, Counters, Waits
from parley.telemetry.gauges import Queues
from parley.telemetry.hub import TURNS_KEPT, Telemetry
from parley.telemetry.spans import Span, TurnTimes, Usual

pytestmark = pytest.mark.anyio


def turn(heard_s: float = 0.5, at: float | None = None) -> TurnTimes:
    spans = (Span("pause", 0.0, 0.4), Span("heard", 0.4, 0.4 + heard_s))
    at = datetime.now().timestamp() if at is None else at
    return TurnTimes(0, at, "speech", "completed", True, spans, ())


async def live(folder: Path, *turns: TurnTimes) -> Telemetry:
    """A process's telemetry, from its beginning to its end."""
    telemetry = Telemetry(folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(telemetry.run)
        for one in turns:
            await anyio.lowlevel.checkpoint()
            telemetry.add(one)
        tasks.cancel_scope.cancel()
    return telemetry


async def test_times_outlive_the_process_that_took_them(tmp_path: Path) -> None:
    await live(tmp_path, turn(0.1))
    await live(tmp_path, turn(0.2), turn(0.3))
    found, mode = await anyio.to_thread.run_sync(look, tmp_path)
    assert found.turns == 3
    assert found.stages["heard"][0] == pytest.approx(0.2)
    assert found.whole[0] == pytest.approx(0.6)
    assert mode & 0o077 == 0


def look(folder: Path) -> tuple[Usual, int]:
    with closing(sqlite3.connect(folder / kept.FILE)) as database:
        (found,) = kept.read(database)
    return found, (folder / kept.FILE).stat().st_mode


def test_the_file_is_bounded_in_days_and_in_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "ROWS_KEPT", 10)
    database = open_database(tmp_path / kept.FILE, kept.MIGRATIONS).database
    old = datetime.now().timestamp() - (kept.DAYS_KEPT + 1) * 86_400
    kept.write(database, [turn(at=old)])
    assert database.execute("SELECT count(*) FROM turn").fetchone() == (0,)
    kept.write(database, [turn() for _ in range(25)])
    assert database.execute("SELECT count(*), max(number) FROM turn").fetchone() == (10, 25)
    database.close()


async def test_a_damaged_file_is_set_aside_and_a_new_one_begins(tmp_path: Path) -> None:
    path = tmp_path / kept.FILE
    await anyio.Path(path).write_bytes(b"no database at all, and long enough to be looked at" * 100)
    await live(tmp_path, turn())
    found, _ = await anyio.to_thread.run_sync(look, tmp_path)
    assert found.turns == 1
    assert len(await anyio.to_thread.run_sync(damaged_copies, path)) == 1


async def test_without_a_place_for_the_file_the_last_turns_are_known_all_the_same(tmp_path: Path) -> None:
    await anyio.Path(tmp_path / "folder").write_text("a file where the folder is to be")
    telemetry = await live(tmp_path / "folder", *(turn() for _ in range(TURNS_KEPT + 5)))
    (found,) = await telemetry.usual()
    assert found.turns == TURNS_KEPT
    newest = telemetry.turn()
    assert newest is not None and newest.number == TURNS_KEPT + 5
    assert telemetry.turn(newest.number - 1) is telemetry.turns[-2]
    assert telemetry.turn(1) is None


async def test_the_figures_of_the_process_and_its_workers() -> None:
    telemetry = Telemetry()
    async with await anyio.open_process(["sleep", "60"]) as worker:
        gauges = await telemetry.gauges()
        worker.kill()
    assert gauges.workers >= 1 and gauges.workers_rss_bytes > 0
    assert 0.2 < gauges.rss_bytes / psutil.Process().memory_info().rss < 5
    assert gauges.cpu_percent == 0  # It takes two looks.
    assert await telemetry.gauges() == gauges


async def test_what_breaks_in_it_ends_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a system without processes")

    monkeypatch.setattr("parley.telemetry.gauges._look", broken)
    telemetry = Telemetry()
    telemetry.add(turn())
    with anyio.fail_after(5):
        await telemetry.run()
    assert (await telemetry.usual())[0].turns == 1


def test_waits_are_counted_by_their_length() -> None:
    waits = Waits()
    for seconds in (0.01, BUCKETS_S[0], 0.06, 1000.0):
        waits.add(seconds)
    assert (waits.counts[0], waits.counts[1], waits.counts[-1], sum(waits.counts)) == (2, 1, 1, 4)


def test_counters_and_queues_add_up() -> None:
    counters = Counters()
    counters.add(turn())
    assert counters.turns["completed"] == 1
    assert sum(counters.waits["heard"].counts) == 1 and sum(counters.waits["playback"].counts) == 0
    assert Queues(1, 2, 3, 4, 5) + Queues(1, 1, 1, 1, 1) == Queues(2, 3, 4, 5, 6)
