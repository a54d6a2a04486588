"""The sessions of one sidecar, by their id. Owns them: each runs until it was left alone for its keep time."""

import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import TracebackType

from anyio import CancelScope, Event, Lock, create_task_group, sleep
from anyio.abc import TaskGroup

from ..engines.slots import Engines
from ..errors import ParleyError, failure
from ..memory import conversations
from ..memory.journal import Journal, Numbered, new_session_id
from ..memory.store import Memory
from ..settings import SettingsNow
from ..telemetry import log_context
from ..telemetry.gauges import Queues
from ..telemetry.hub import Telemetry
from ..tools.toolbox import Toolbox
from ..wire.base import given
from ..wire.messages import Failure, Hello, ServerMessage
from .recall import NO_PAST, Past, past_of
from .session import Session

logger = logging.getLogger(__name__)

KEEP_S = 30 * 60.0
"""How long a session without participants is kept: a laptop lid closed for a lunch."""

SWEEP_S = 60.0
MAX_SESSIONS = 64
"""Beyond, the one that was left longest ago ends: every new tab makes one."""


@dataclass
class _Kept:
    session: Session
    scope: CancelScope
    left_at: float
    memory: Memory | None


class Sessions:
    """An async context manager; leaving it ends every session."""

    def __init__(
        self,
        engines: Engines,
        settings: SettingsNow,
        toolbox: Toolbox | None = None,
        memory: Memory | None = None,
        passing: Memory | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        """`passing`: for the conversations that the user does not want to be kept. Without a memory, a session is
        forgotten when it ends."""
        self.telemetry = telemetry or Telemetry()
        self.telemetry.queues = self._queues
        self._memory = memory
        self._passing = passing
        self._recalling = Lock()
        self._engines = engines
        self._toolbox = toolbox
        self._floor_changed = Event()
        self._settings = settings
        self._kept: dict[str, _Kept] = {}
        self._tasks: TaskGroup = create_task_group()
        self.engines = engines
        self.troubles: dict[str, Failure] = {}
        engines.subscribe(self.tell_all)

    async def __aenter__(self) -> "Sessions":
        await self._tasks.__aenter__()
        self._tasks.start_soon(self._sweep)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        self._tasks.cancel_scope.cancel()
        return await self._tasks.__aexit__(kind, error, trace)

    def __len__(self) -> int:
        return len(self._kept)

    async def enter(self, hello: Hello) -> tuple[Session, bool]:
        """The session that a client asks for, and whether it was there. A viewer without one gets the newest."""
        session_id = given(hello.session_id) or ""
        async with self._recalling:  # Two windows that ask for the same one get the same one.
            kept = self._kept.get(session_id)
            if kept is not None:
                return kept.session, True
            for memory in (self._memory, self._passing) if session_id else ():
                if memory is not None and (past := await self._recall(memory, session_id, hello)) is not None:
                    return self._begin(memory, session_id, past), True
            if hello.role == "viewer" and self._kept:
                return list(self._kept.values())[-1].session, True
            memory = self._memory if self._settings().keep_conversations else self._passing
            return self._begin(memory), False

    async def _recall(self, memory: Memory, session_id: str, hello: Hello) -> Past | None:
        """None: it is not known, or cannot be read, which must not keep anybody from talking."""
        try:
            return await memory.read(lambda db: _recall(db, session_id, hello))
        except sqlite3.Error:
            logger.exception("session %s cannot be read, so a new one begins", session_id)
            return None

    async def missed(self, session: Session, hello: Hello) -> list[Numbered]:
        """What a client has not, and the session has let go of: another page, or another process, had it already."""
        missed: list[Numbered] = []
        last_seq = given(hello.last_seq) or 0
        memory = self._kept[session.session_id].memory if session.session_id in self._kept else None
        while memory is not None and (first_seq := session.outbox.first_seq) > last_seq + 1:
            read = partial(conversations.messages, session_id=session.session_id, after=last_seq, before=first_seq)
            try:
                missed += await memory.read(read)
            except sqlite3.Error:
                logger.exception("what was said before cannot be read")
            last_seq = first_seq - 1
        return missed

    def end(self, session_id: str | None = None) -> None:
        """End this session, or all: its windows come back to a new one."""
        for kept in list(self._kept.values()):
            if session_id in (None, kept.session.session_id):
                self._end(kept)

    def left(self, session: Session) -> None:
        """Somebody left; the time that an empty session is kept begins."""
        if (kept := self._kept.get(session.session_id)) is not None:
            kept.left_at = time.monotonic()

    async def speak_up(self, headline: str, words: Callable[[], str]) -> None:
        """Say something that the user wanted to be told, where somebody listens and nobody speaks; waits for that."""
        while (session := self._quiet()) is None:
            self._floor_changed = Event()
            await self._floor_changed.wait()
        await session.speak_up(headline, words())

    def report(self, what: str, error: ParleyError | None) -> None:
        """Tell everybody, and whoever connects while it lasts, of a trouble that is not one conversation's; None: it
        is over."""
        self.troubles.pop(what, None)
        if error is not None:
            self.troubles[what] = failure(error)
            for kept in self._kept.values():
                kept.session.tell_all(self.troubles[what])

    def _queues(self) -> Queues:
        return sum((kept.session.queues for kept in self._kept.values()), Queues())

    def _quiet(self) -> Session | None:
        """The newest that would hear it."""
        return next((kept.session for kept in reversed(self._kept.values()) if kept.session.has_floor), None)

    def _on_floor(self) -> None:
        self._floor_changed.set()

    def _begin(self, memory: Memory | None, session_id: str | None = None, past: Past = NO_PAST) -> Session:
        if len(self._kept) >= MAX_SESSIONS:
            empty = [kept for kept in self._kept.values() if kept.session.is_idle]
            if empty:
                self._end(min(empty, key=lambda kept: kept.left_at))
        journal = Journal(session_id or new_session_id(), memory)
        session = Session(self._engines, self._settings, self._toolbox, self._on_floor, journal, past, self.telemetry)
        kept = _Kept(session, CancelScope(), time.monotonic(), memory)
        self._kept[session.session_id] = kept
        self._tasks.start_soon(self._run, kept)
        return session

    async def _run(self, kept: _Kept) -> None:
        with log_context.session(kept.session.session_id):
            await self._run_session(kept)

    async def _run_session(self, kept: _Kept) -> None:
        try:
            with kept.scope:
                await kept.session.run()
        except Exception:
            # One conversation's defect must not end the others. Its windows are closed and come back to a new one.
            logger.exception("a session broke")
        finally:
            self._kept.pop(kept.session.session_id, None)
            kept.session.ended.set()

    def _end(self, kept: _Kept) -> None:
        kept.scope.cancel()
        self._kept.pop(kept.session.session_id, None)

    async def _sweep(self) -> None:
        while True:
            await sleep(SWEEP_S)
            now = time.monotonic()
            for kept in list(self._kept.values()):
                if kept.session.is_idle and now - kept.left_at > KEEP_S:
                    self._end(kept)

    def tell_all(self, message: ServerMessage) -> None:
        """To every window, whatever it talks about: a message that has no number."""
        for kept in self._kept.values():
            kept.session.tell_all(message)


def _recall(db: sqlite3.Connection, session_id: str, hello: Hello) -> Past | None:
    """In the store's thread: a long conversation takes a while."""
    record = conversations.recall(db, session_id)
    return None if record is None else past_of(record, hello)
