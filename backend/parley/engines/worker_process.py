"""An engine in a process of its own, for libraries that hold Python's global lock or grow large while they work.

    worker = WorkerProcess("parley.engines.pocketsphinx_decoder", 16_000)
    await worker.start()
    text = await worker.call("finish")

The module's `load` makes the engine inside the worker (worker.py); `call` runs one of its methods there. What
the worker writes to standard error is in the sidecar's log. `python` names another interpreter to run it, where
its libraries are not the sidecar's own.
"""

import logging
import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio.to_thread
import msgspec
import psutil
from anyio import BrokenResourceError, ClosedResourceError, EndOfStream, Lock, fail_after, move_on_after, open_process
from anyio.abc import Process

from ..errors import EngineFailed
from . import worker
from .worker import Answer, pack, take_body

logger = logging.getLogger(__name__)

STUCK_S = 60
"""A call that takes longer ends the worker. Nothing sane does, on the slowest machine; whoever knows its engine's
pace allows less."""

LATE_S = 1.0
IDLE_SHARE = 0.02
"""A worker that is late by what its caller allows may be slow because the machine is busy. Stuck is one that uses
less than this share of a processor for another second, or has used more than it was allowed on all of them."""

LOAD_STUCK_S = 240
"""The same for `load`, which may read gigabytes from a slow disk."""

MAX_STARTS = 5
STARTS_WITHIN_S = 120
"""More starts than that in this time, and the engine is broken: starting again would only heat the machine."""

LAST_WORDS_S = 0.2
"""For the system to say how a worker ended whose pipe has closed."""

END_S = 0.4
"""For a killed process to be gone. Only one in uninterruptible sleep takes longer."""

_SECRET = re.compile(r"^(ANTHROPIC|AWS)_|_(KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)

_decode_answer = msgspec.msgpack.Decoder(Answer).decode


class WorkerEnded(EngineFailed):
    """The worker is not there, or ended while it worked. `start` brings up a new one."""


class WorkFailed(EngineFailed):
    """The engine raised, inside the worker, which is well."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind
        """Class name of what was raised."""


class WorkerProcess:
    """At most one process at a time, and one call at a time; others wait.

    Cancelling any method is safe. A request that was sent is worked on unseen; the next call first waits for its
    answer and passes over it.
    """

    def __init__(
        self,
        module: str,
        *load_arguments: Any,
        python: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`environment`: variables that it has besides the sidecar's own."""
        self._module = module
        self._python = python
        self._environment = environment or {}
        self._load_arguments = load_arguments
        self._name = module.rpartition(".")[2]
        self._lock = Lock()
        self._process: Process | None = None
        self._received = bytearray()
        self._number = 0
        """Of the last request sent."""
        self._answered = 0
        self._due = 0.0
        """When the last request is to be answered, on time.monotonic()'s clock."""
        self._starts: deque[float] = deque(maxlen=MAX_STARTS)
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Bring the worker up with its engine loaded, unless it is. Raises `WorkerEnded`, `WorkFailed`.

        A start that is cancelled, or whose `load` raises, leaves no process behind.
        """
        async with self._lock:
            if self._process is not None and self._process.returncode is None:
                return
            await self._end()
            self._count_start()
            self._process = await _spawn(self._module, self._python, self._environment)
            self._received.clear()
            self._number = self._answered = 0
            try:
                await self._ask("load", self._load_arguments, LOAD_STUCK_S)
            except BaseException:
                await self._end()
                raise

    async def call(self, method: str, *arguments: Any, within_s: float | None = None) -> Any:
        """Run a method of the engine and return its result. Raises `WorkerEnded`, `WorkFailed`.

        It starts no process: a new engine would know nothing of the calls before this one. A worker that does not
        answer within `within_s` is stuck, and ended.
        """
        async with self._lock:
            return await self._ask(method, arguments, STUCK_S if within_s is None else within_s)

    async def rest(self) -> None:
        """End the process until the next `start`, once it has answered a call in work. Its memory is free then."""
        async with self._lock:
            await self._end(expected=True)

    async def ended(self) -> None:
        """Return when the process that runs now has ended, or at once when none does."""
        if self._process is not None:
            await self._process.wait()

    async def memory_mb(self) -> int | None:
        """What the process holds in memory; None when none runs."""
        pid = self.pid
        return None if pid is None else await anyio.to_thread.run_sync(_resident_mb, pid)

    async def aclose(self) -> None:
        """End the process, whatever it is doing: it has nothing to save. A call in work raises `WorkerEnded`."""
        self._closed = True
        await self._end()

    async def _ask(self, method: str, arguments: tuple[Any, ...], within_s: float) -> Any:
        process = self._process
        if process is None or self._closed:
            raise WorkerEnded(f"{self._name}'s process is not running")
        try:
            while self._answered < self._number:  # Calls that were cancelled.
                await self._answer(process, max(0.0, self._due - time.monotonic()))
            self._due = time.monotonic() + within_s
            await self._send(process, method, arguments)
            result, kind = await self._answer(process, within_s)
        except TimeoutError:
            await self._end()
            raise WorkerEnded(f"{self._name} did not answer `{method}` within {within_s:.3g} s and was ended") from None
        except (EndOfStream, BrokenResourceError, ClosedResourceError, OSError):
            with move_on_after(LAST_WORDS_S):
                await process.wait()
            code = process.returncode
            await self._end()
            raise WorkerEnded(f"{self._name}'s process ended during `{method}` (exit code {code})") from None
        if kind is not None:
            raise WorkFailed(f"{self._name} failed in `{method}`: {kind}", kind)
        return result

    async def _send(self, process: Process, method: str, arguments: tuple[Any, ...]) -> None:
        """Shielded, so that no request is cut in two or counted and not sent: the worker waits for it, and reads."""
        assert process.stdin is not None
        request = pack((self._number + 1, method, list(arguments)))
        with fail_after(STUCK_S, shield=True):
            self._number += 1
            await process.stdin.send(request)

    async def _answer(self, process: Process, within_s: float) -> tuple[Any, str | None]:
        """The next answer. Raises `TimeoutError` when the worker is stuck."""
        with move_on_after(within_s):
            return await self._next_answer(process)
        used_s = await anyio.to_thread.run_sync(_processor_s, process.pid)
        most_s = used_s + within_s * (os.cpu_count() or 1)
        until = time.monotonic() + STUCK_S - within_s
        while time.monotonic() < until and used_s <= most_s:
            with move_on_after(LATE_S):
                return await self._next_answer(process)
            before_s, used_s = used_s, await anyio.to_thread.run_sync(_processor_s, process.pid)
            if used_s - before_s < IDLE_SHARE * LATE_S:
                break
        raise TimeoutError

    async def _next_answer(self, process: Process) -> tuple[Any, str | None]:
        assert process.stdout is not None
        while (body := take_body(self._received)) is None:
            self._received += await process.stdout.receive()
        self._answered, result, kind = _decode_answer(body)
        return result, kind

    async def _end(self, expected: bool = False) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is not None and not (self._closed or expected):
            logger.warning("%s's process ended with exit code %s", self._name, process.returncode)
        with move_on_after(END_S, shield=True):
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            await process.aclose()

    def _count_start(self) -> None:
        now = time.monotonic()
        if len(self._starts) == MAX_STARTS and now - self._starts[0] < STARTS_WITHIN_S:
            raise WorkerEnded(f"{self._name}'s process ended {MAX_STARTS} times within {STARTS_WITHIN_S} s")
        self._starts.append(now)


def _as_we_are(python: Path | None) -> list[str]:
    """No module is taken from the folder in which this file lies; an installed one (electron/main/paths.ts) takes none
    but its own, and writes nothing beside them."""
    return ["-I", "-B"] if sys.flags.isolated and python is None else ["-P", "-B"] if sys.flags.isolated else ["-P"]


async def _spawn(module: str, python: Path | None, more: Mapping[str, str]) -> Process:
    env = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    if python is not None:  # Where this interpreter's modules are is nothing to another one.
        env = {name: value for name, value in env.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        return await open_process(
            [str(python or sys.executable), *_as_we_are(python), "-X", "utf8", "-u", worker.__file__, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,
            env={**env, **more},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows alone has it, and would show one.
        )
    except OSError as error:
        raise WorkerEnded(f"no process could be started: {error.strerror}") from error


def _resident_mb(pid: int) -> int | None:
    try:
        return round(psutil.Process(pid).memory_info().rss / 1e6)
    except psutil.NoSuchProcess:
        return None


def _processor_s(pid: int) -> float:
    """Processor time that the process has used."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system
