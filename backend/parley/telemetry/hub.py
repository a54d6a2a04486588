"""What is known of how Parley does: the last turns, counters, gauges, and a file for what is usual over days.

Whoever counts or adds a turn never waits. An owner runs it; without one it keeps the last turns, and no file.
"""

import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from anyio import CancelScope, Event, create_task_group

from ..engines.model_thread import ModelThread
from ..memory.database import Unusable, open_database
from . import kept
from .counters import Counters
from .export import Export
from .gauges import Gauges, Queues, Sampler
from .spans import TurnTimes, Usual, usual

logger = logging.getLogger(__name__)

TURNS_KEPT = 50
"""In memory: more than a window shows."""


class Telemetry:
    def __init__(self, folder: Path | None = None, endpoint: Callable[[], str] = lambda: "") -> None:
        """`folder`: None keeps nothing on disk. `endpoint`: of a collector, as the settings have it."""
        self.path = None if folder is None else folder / kept.FILE
        self.counters = Counters()
        self.turns: deque[TurnTimes] = deque(maxlen=TURNS_KEPT)
        self.queues: Callable[[], Queues] = Queues
        """Counts what waits now."""
        self._export = Export(endpoint)
        self._count = 0
        self._unwritten: deque[TurnTimes] = deque(maxlen=TURNS_KEPT)
        self._bell = Event()
        self._sampler = Sampler()
        self._thread: ModelThread | None = None
        self._database: sqlite3.Connection | None = None

    def add(self, turn: TurnTimes) -> None:
        self._count += 1
        turn = replace(turn, number=self._count)
        self.turns.append(turn)
        self.counters.add(turn)
        self._unwritten.append(turn)
        self._bell.set()
        self._export.add(turn)

    def turn(self, number: int | None = None) -> TurnTimes | None:
        """One of the last; None: the newest, or there is none."""
        return next((one for one in reversed(self.turns) if number in (None, one.number)), None)

    async def run(self) -> None:
        """Sample, and write what comes, until cancelled; what has come by then is still written."""
        try:
            await self._run()
        except Exception:
            # Ours to mend. Nobody must be kept from talking because nobody can measure.
            logger.exception("telemetry broke, and Parley goes on without it")

    async def _run(self) -> None:
        self._thread = ModelThread("telemetry")
        try:
            async with create_task_group() as tasks:
                tasks.start_soon(self._sampler.run)
                tasks.start_soon(self._export.run)
                with CancelScope(shield=True):
                    await self._open()
                while True:
                    await self._bell.wait()
                    self._bell = Event()
                    await self._write()
        finally:
            with CancelScope(shield=True):
                await self._write()
                if (database := self._database) is not None:
                    self._database = None
                    await self._thread.call(database.close)
                self._thread.close()
                self._thread = None

    async def gauges(self) -> Gauges:
        return await self._sampler.now()

    async def usual(self) -> list[Usual]:
        """Over the last days; where there is no file, over the last turns."""
        database = self._database
        if database is not None and self._thread is not None:
            try:
                return await self._thread.call(lambda: kept.read(database))
            except sqlite3.Error as error:
                logger.warning("%s cannot be read: %s", self.path, error)
        heard = [one for one in self.turns if one.was_heard]
        found = (
            usual("speech", [one.waits for one in heard if one.source == "speech"]),
            usual("typed", [one.waits for one in heard if one.source == "typed"]),
        )
        return [one for one in found if one is not None]

    async def _open(self) -> None:
        """Without a file, the last turns are known all the same."""
        assert self._thread is not None
        if (path := self.path) is None:
            return
        try:
            opened = await self._thread.call(lambda: open_database(path, kept.MIGRATIONS))
        except (OSError, sqlite3.Error, Unusable) as error:
            logger.warning("%s cannot be used, so times are not kept over days: %s", path, error)
            return
        if opened.set_aside is not None:
            logger.warning("%s is damaged and was set aside as %s", path, opened.set_aside)
        self._database = opened.database

    async def _write(self) -> None:
        database, turns = self._database, list(self._unwritten)
        self._unwritten.clear()
        if database is None or self._thread is None or not turns:
            return
        try:
            await self._thread.call(lambda: kept.write(database, turns))
        except sqlite3.Error as error:
            logger.warning("%s cannot be written, so the times of %d turns are lost: %s", self.path, len(turns), error)
