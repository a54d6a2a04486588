"""Timers and reminders on a real SQLite file: they are kept, claimed once, and said at the right time."""

import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import anyio
import pytest

from parley.errors import ToolFailed
from parley.tools import reminders as module
from parley.tools.reminder_tools import reminder_tools
from parley.tools.reminder_words import due_words, duration_words, list_words, matching, set_words, time_words
from parley.tools.reminders import Reminders, TooMany
from parley.tools.store import Reminder, Store

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 23, 18, 47)


class World:
    """A clock on the wall, one that runs steadily, and what was said."""

    def __init__(self) -> None:
        self.now, self.steady = NOW, 1000.0
        self.said: list[tuple[str, str]] = []
        self.news = anyio.Event()
        self.listens = anyio.Event()
        self.listens.set()

    async def say(self, headline: str, words: Callable[[], str]) -> None:
        await self.listens.wait()
        self.said.append((headline, words()))
        self.news.set()

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.steady += seconds

    def reminders(self, store: Store) -> Reminders:
        return Reminders(store, self.say, lambda: self.now, lambda: self.steady)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    it = await Store.open(tmp_path / "data" / "tools.sqlite3")
    yield it
    await it.aclose()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(module, "POLL_S", 0.01)
    return World()


async def said(world: World, reminders: Reminders, count: int = 1) -> list[tuple[str, str]]:
    """What is said by the time that so many things were."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(reminders.run)
        with anyio.fail_after(5):
            while len(world.said) < count:
                world.news = anyio.Event()
                await world.news.wait()
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    return world.said


async def test_a_timer_speaks_when_it_is_up_and_is_gone(store: Store, world: World) -> None:
    reminders = world.reminders(store)
    await reminders.set("timer", "pasta", seconds=480)
    await reminders.set("timer", "", seconds=600)
    world.pass_s(481)
    assert await said(world, reminders) == [("Timer: pasta", "Your pasta timer is up.")]
    assert [one.seconds for one in await reminders.pending()] == [600]


async def test_s32_a_timer_goes_by_the_time_that_passes_and_not_by_the_clock_on_the_wall(
    store: Store, world: World
) -> None:
    reminders = world.reminders(store)
    await reminders.set("timer", "", seconds=600)
    await reminders.set("reminder", "eat", at=NOW + timedelta(hours=5))
    world.now += timedelta(days=1)
    assert (await said(world, reminders))[0][0] == "Reminder: eat"
    assert len(world.said) == 1
    world.now -= timedelta(days=2)
    world.steady += 601
    assert (await said(world, reminders, 2))[1][0] == "Timer: 10 minutes"


async def test_they_survive_a_restart_and_late_ones_say_when_they_were_due(tmp_path: Path, world: World) -> None:
    path = tmp_path / "tools.sqlite3"
    store = await Store.open(path)
    await world.reminders(store).set("reminder", "call mum", at=NOW + timedelta(minutes=13))
    await world.reminders(store).set("timer", "", seconds=60)
    await store.aclose()
    world.pass_s(3600)
    world.steady = 5.0  # another start of the machine
    store = await Store.open(path)
    assert await said(world, world.reminders(store), 2) == [
        ("Timer: 1 minute", "Your 1 minute timer was due at 6:48 PM."),
        ("Reminder: call mum", "This was due at 7:00 PM: call mum."),
    ]
    await store.aclose()


async def test_it_waits_until_somebody_listens_and_then_says_that_it_is_late(store: Store, world: World) -> None:
    world.listens = anyio.Event()
    reminders = world.reminders(store)
    await reminders.set("reminder", "leave", seconds=60)
    world.pass_s(61)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(reminders.run)
        await anyio.sleep(0.05)
        assert world.said == []
        world.pass_s(600)
        world.listens.set()
        await world.news.wait()
        tasks.cancel_scope.cancel()
    assert world.said == [("Reminder: leave", "This was due at 6:48 PM: leave.")]


async def test_of_two_sidecars_one_says_it(tmp_path: Path, world: World) -> None:
    first, second = [await Store.open(tmp_path / "tools.sqlite3") for _ in range(2)]
    await world.reminders(first).set("timer", "", seconds=1)
    world.pass_s(2)
    async with anyio.create_task_group() as tasks:
        for store in (first, second):
            tasks.start_soon(world.reminders(store).run)
        await anyio.sleep(0.1)
        tasks.cancel_scope.cancel()
    assert len(world.said) == 1
    await first.aclose()
    await second.aclose()


async def test_one_that_was_claimed_by_a_sidecar_that_ended_is_said_by_the_next(tmp_path: Path, world: World) -> None:
    store = await Store.open(tmp_path / "tools.sqlite3")
    reminder = await world.reminders(store).set("timer", "", seconds=1)
    assert await store.claim(reminder.number) and not await store.claim(reminder.number)
    await store.aclose()
    store = await Store.open(tmp_path / "tools.sqlite3")
    assert len(await store.reminders()) == 1
    await store.aclose()


async def test_the_file_is_the_users_alone_and_keeps_a_journal(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "data" / "tools.sqlite3"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("fill", [b"this is no database" * 100, None], ids=["garbage", "a folder"])
async def test_a_file_that_cannot_be_used_is_done_without_and_said(
    fill: bytes | None, tmp_path: Path, world: World
) -> None:
    path = tmp_path / "tools.sqlite3"
    if fill is None:
        path.mkdir()
    else:
        path.write_bytes(fill)
    store = await Store.open(path)
    tools = {tool.spec.name: tool for tool in reminder_tools(world.reminders(store))}
    text = await tools["set_timer"].run({"seconds": 60}, lambda _: None)
    assert text == "The timer is set for 1 minute. It will be lost when Parley stops: the disk cannot be written."
    await store.aclose()


async def test_there_is_a_limit(store: Store, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SET", 1)
    await world.reminders(store).set("timer", "", seconds=60)
    with pytest.raises(TooMany):
        await world.reminders(store).set("timer", "", seconds=60)


async def test_the_tools_say_what_they_did(store: Store, world: World) -> None:
    tools = {tool.spec.name: tool for tool in reminder_tools(world.reminders(store))}

    async def use(name: str, **arguments: object) -> str:
        return await tools[name].run(arguments, lambda _: None)

    assert await use("list_reminders") == "There are no timers and no reminders."
    assert await use("set_timer", seconds=480, label="pasta timer") == "The pasta timer is set for 8 minutes."
    assert await use("set_reminder", text="call mum", in_seconds=300) == "I will remind you in 5 minutes: call mum."
    assert (
        await use("set_reminder", text="eat!", at="2026-11-24T12:00") == "I will remind you at 12:00 PM tomorrow: eat!"
    )
    world.pass_s(60)
    assert await use("list_reminders") == (
        "A reminder at 6:52 PM: call mum. The pasta timer has 7 minutes left. A reminder at 12:00 PM tomorrow: eat!"
    )
    assert await use("cancel_reminder", which="the pasta timer") == "Cancelled: Timer: pasta."
    with pytest.raises(ToolFailed, match="nothing like that"):
        await use("cancel_reminder", which="pasta")
    assert await use("cancel_reminder", which="all") == "Cancelled: Reminder: call mum, Reminder: eat!."
    for arguments in ({"text": "x"}, {"text": "x", "at": "soon"}, {"text": "x", "at": "2026-11-23T17:00"}, {"text": 1}):
        with pytest.raises(ToolFailed):
            await use("set_reminder", **arguments)
    for seconds in (0, -5, 10**9, "ten"):
        with pytest.raises(ToolFailed):
            await use("set_timer", seconds=seconds)


def reminder(kind: str, text: str, minutes: float, seconds: float | None = None) -> Reminder:
    due = (NOW + timedelta(minutes=minutes)).timestamp()
    return Reminder(1, kind, text, due, seconds)  # type: ignore[arg-type]


def test_words() -> None:
    assert duration_words(5400) == "1 hour and 30 minutes"
    assert duration_words(90_061) == "1 day and 1 hour"
    assert duration_words(1) == "1 second"
    assert time_words(NOW + timedelta(days=3), NOW) == "6:47 PM on Thursday"
    assert time_words(NOW + timedelta(days=30), NOW) == "6:47 PM on December 23rd"
    assert time_words(NOW - timedelta(days=1), NOW) == "6:47 PM yesterday"
    assert due_words(reminder("timer", "", 0, 5400), NOW) == "Your 1 hour and 30 minute timer is up."
    assert due_words(reminder("reminder", "Eat.", -1), NOW) == "Here is your reminder: Eat."
    assert set_words(reminder("reminder", "eat", 1440, 86_400), NOW) == "I will remind you at 6:47 PM tomorrow: eat."
    assert list_words([reminder("timer", "", -1, 60)], NOW) == "Timer: 1 minute is due now."


def test_which_is_meant() -> None:
    pasta, ten, mum = reminder("timer", "pasta", 8, 480), reminder("timer", "", 9, 600), reminder("reminder", "mum", 5)
    every = [pasta, ten, mum]
    assert matching(every, "all") == every
    assert matching(every, "all timers") == matching(every, "timers") == [pasta, ten]
    assert matching(every, "the 10 minute timer") == [ten]
    assert matching(every, "Pasta") == [pasta]
    assert matching(every, "reminder") == [mum]
    assert matching(every, "the") == matching(every, "tea") == []
