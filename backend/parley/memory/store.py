"""The door to the file: one thread, one connection, and all that is to be written within a moment in one commit.

Who writes does not wait. What must not be sent before it is written is sent by `done`, which is called on the event
loop after the commit, in the order of the writes. Where the file cannot be used, everything works in memory, `done`
is called all the same, and the user is told.
"""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from anyio import CancelScope, Event

from ..engines.model_thread import ModelThread
from ..errors import MemoryFailed
from .database import FILE, Unusable, open_database, transaction
from .journal import Work

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_UNWRITTEN = 10_000
"""Writes that wait for a disk that is full: some hours of talk. Beyond, nothing is kept until the next start."""

Report = Callable[[MemoryFailed | None], None]
"""What the user should know of; None: it is over."""


class Memory:
    """An owner runs it; what is written or read before that waits."""

    def __init__(self, folder: Path | None, report: Report = lambda _: None) -> None:
        """None: nothing is kept on disk."""
        self.path = None if folder is None else folder / FILE
        self._report = report
        self._thread = ModelThread("memory")
        self._database: sqlite3.Connection | None = None
        self._waiting: list[tuple[Work, Callable[[], None]]] = []
        """No more than sessions may say before anything of it is acknowledged."""
        self._unwritten: list[Work] = []
        self._is_writing = False
        self._bell = Event()
        self.is_lasting = False
        """What is written outlives the process."""

    async def run(self) -> None:
        """Write what comes, until cancelled; what has come by then is still written."""
        try:
            await self._open()
            while True:
                await self._bell.wait()
                self._bell = Event()
                with CancelScope(shield=True):
                    await self._commit()
        finally:
            with CancelScope(shield=True):
                if self._database is not None:
                    await self._commit()
                    await self._thread.call(self._database.close)
                self._thread.close()

    def write(self, work: Work, done: Callable[[], None] = lambda: None) -> None:
        """In the next commit. `done` is called on the loop when it is through."""
        self._waiting.append((work, done))
        self._bell.set()

    def after(self, done: Callable[[], None]) -> None:
        """When all that was asked for before is written: at once, where nothing is."""
        if self._waiting or self._is_writing:
            self.write(lambda _: None, done)
        else:
            done()

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """After all that was written before. Also for what is deleted: it is done when this returns."""
        written = Event()
        self.write(lambda _: None, written.set)
        await written.wait()
        assert self._database is not None
        database = self._database
        return await self._thread.call(lambda: work(database))

    async def _open(self) -> None:
        path = self.path
        try:
            opened = await self._thread.call(lambda: open_database(path))
        except (OSError, sqlite3.Error, Unusable) as error:
            logger.error("%s cannot be used, so conversations are not kept: %s", path, error)
            self._report(MemoryFailed(f"{path} cannot be used, so what is said now is not kept: {error}."))
            opened = await self._thread.call(lambda: open_database(None))
        else:
            self.is_lasting = path is not None
            if opened.set_aside is not None:
                logger.error("%s is damaged and was set aside as %s", path, opened.set_aside)
                self._report(
                    MemoryFailed(
                        f"{path} is damaged and was set aside as {opened.set_aside.name}, in the same folder. Nothing "
                        "of it was deleted; what is said from now on is kept in a new file."
                    ),
                )
        self._database = opened.database

    async def _commit(self) -> None:
        database, waiting = self._database, self._waiting
        assert database is not None
        if not waiting:
            return
        self._waiting, self._is_writing = [], True
        works = [*self._unwritten, *(work for work, _ in waiting)]
        try:
            await self._thread.call(lambda: _write_all(database, works))
        except sqlite3.OperationalError as error:
            self._keep(works, error)
        except sqlite3.Error as error:
            logger.exception("something could not be written to %s", self.path)
            self._tell(error)
        else:
            if self._unwritten:
                self._unwritten = []
                self._report(None)
        self._is_writing = False
        for _, done in waiting:
            done()

    def _keep(self, works: list[Work], error: sqlite3.OperationalError) -> None:
        """The disk is full, or another process holds the file: tried again with the next."""
        if not self._unwritten:
            logger.error("%s cannot be written: %s", self.path, error)
            self._tell(error)
        self._unwritten = works if len(works) <= MAX_UNWRITTEN else []

    def _tell(self, error: sqlite3.Error) -> None:
        text = f"{self.path} cannot be written, so what is said now may not be kept: {error}. Is the disk full?"
        self._report(MemoryFailed(text))


def _write_all(database: sqlite3.Connection, works: list[Work]) -> None:
    with transaction(database):
        for work in works:
            work(database)
