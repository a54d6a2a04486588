"""Programs to be measured: a sidecar as a shell starts it, or another of ours, and what their processes use."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import anyio
import psutil
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from parley.errors import BadMessage
from parley.sidecar.proof import new_token
from parley.wire.codec import PROTOCOL_VERSION, decode_sidecar_line, encode_shell_line
from parley.wire.messages import Boot, Listening, Mdns, Ready, Shutdown, SidecarLine, Tick

ROOT = Path(__file__).parents[2]
PYTHON = (sys.executable, "-X", "utf8", "-u")
"""As build/ and the shell start it."""

SERVE = (*PYTHON, "-m", "parley", "serve", "--managed")

START_S = 60.0
TICK_S = 2.0
STOP_S = 5.0

Moment = Literal["listening", "ready", "settled"]
"""How far a start is waited for. settled: mDNS, which follows `ready` in the background, is through."""


@dataclass
class Sidecar:
    process: Process
    token: str
    port: int = 0
    listening_s: float = 0.0
    """From spawn, as is `ready_s`; by the clock of whoever waits."""
    ready_s: float = 0.0
    spawned_at: float = 0.0
    """On time.monotonic()'s clock."""

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def headers(self) -> dict[str, str]:
        """The Host as well, so that they hold for a connection through a proxy."""
        return {"Authorization": f"Bearer {self.token}", "Host": f"127.0.0.1:{self.port}"}

    @property
    def url(self) -> str:
        return url(self.port)


def url(port: int) -> str:
    return f"ws://127.0.0.1:{port}/client-ws"


@asynccontextmanager
async def sidecar(
    command: Sequence[str] = SERVE, environment: Mapping[str, str] | None = None, until: Moment = "settled"
) -> AsyncIterator[Sidecar]:
    """Start one, with settings and a runtime folder of its own; it has ended when this does."""
    with TemporaryDirectory() as folder:
        boot = Boot(
            protocol_version=PROTOCOL_VERSION,
            instance=uuid.uuid4().hex,
            token=new_token(),
            allowed_origins=[],
            browser=False,
            dev=False,
            config_dir=folder,
            data_dir=folder,
            log_dir=folder,
        )
        it = Sidecar(await _spawn(command, folder, environment or {}), boot.token, spawned_at=time.monotonic())
        async with it.process, anyio.create_task_group() as tasks:
            try:
                await _send(it.process, boot)
                assert it.process.stdout is not None
                lines = BufferedByteReceiveStream(it.process.stdout)
                with anyio.fail_after(START_S):
                    await _follow_start(it, lines, until)
                tasks.start_soon(_tick, it.process)
                tasks.start_soon(_drain, lines)
                yield it
            finally:
                with anyio.CancelScope(shield=True):
                    await _stop(it.process)
                tasks.cancel_scope.cancel()


async def seconds_until_line(code: str) -> float:
    """From spawning `python -c code` to its first line, by the same way as a sidecar's lines are read."""
    with TemporaryDirectory() as folder:
        process = await _spawn((*PYTHON, "-c", code), folder, {})
        started_at = time.monotonic()
        async with process:
            assert process.stdout is not None
            await BufferedByteReceiveStream(process.stdout).receive_until(b"\n", 64 * 1024)
            seconds = time.monotonic() - started_at
            await process.wait()
        return seconds


@asynccontextmanager
async def program(*arguments: str) -> AsyncIterator[tuple[Process, str]]:
    """Start `python arguments`, and hand it out with its first line. It is killed at the end."""
    with TemporaryDirectory() as folder:
        async with await _spawn((*PYTHON, *arguments), folder, {}) as process:
            try:
                assert process.stdout is not None
                with anyio.fail_after(START_S):
                    line = await BufferedByteReceiveStream(process.stdout).receive_until(b"\n", 64 * 1024)
                yield process, line.decode().strip()
            finally:
                if process.returncode is None:
                    process.kill()


async def _spawn(command: Sequence[str], folder: str, environment: Mapping[str, str]) -> Process:
    """Nothing of the user's settings, keys or running sidecars reaches it."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "ANTHROPIC_", "PYTHON"))
    }
    own = {"PARLEY_RUNTIME_DIR": folder, "PARLEY_LOG_LEVEL": "ERROR"}
    return await anyio.open_process(
        command, env={**inherited, **own, **environment}, cwd=ROOT, stdin=subprocess.PIPE, stderr=None
    )


async def _follow_start(it: Sidecar, lines: BufferedByteReceiveStream, until: Moment) -> None:
    while True:
        line = _read(await lines.receive_until(b"\n", 64 * 1024))
        seconds = time.monotonic() - it.spawned_at
        match line:
            case Listening(port=port):
                it.port, it.listening_s = port, seconds
                if until == "listening":
                    return
            case Ready():
                it.ready_s = seconds
                if until == "ready":
                    return
            case Mdns():
                return
            case _:
                pass


def _read(line: bytes) -> SidecarLine | None:
    try:
        return decode_sidecar_line(line)
    except BadMessage:
        return None


async def _send(process: Process, line: Boot | Tick | Shutdown) -> None:
    assert process.stdin is not None
    await process.stdin.send(encode_shell_line(line))


async def _tick(process: Process) -> None:
    try:
        while True:
            await _send(process, Tick())
            await anyio.sleep(TICK_S)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        pass


async def _drain(lines: BufferedByteReceiveStream) -> None:
    async for _ in lines:
        pass


async def _stop(process: Process) -> None:
    tree = _tree(process.pid)
    with anyio.move_on_after(STOP_S):
        try:
            await _send(process, Shutdown())
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass
        await process.wait()
    for one in tree:
        if one.is_running():
            one.kill()


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_s(pid: int) -> float:
    """Processor time that a process and its descendants have used, in seconds."""
    times = [process.cpu_times() for process in _tree(pid)]
    return sum(time.user + time.system for time in times)


@dataclass(frozen=True)
class Memory:
    """Of a process and its descendants, in MB."""

    rss: float
    """Counts a page once for every process that shares it."""
    uss: float
    """What would be free if they ended."""
    pss: float | None
    """Counts a shared page once, in parts; Linux only."""
    processes: int


def memory(pid: int) -> Memory:
    tree = _tree(pid)
    infos = [process.memory_full_info() for process in tree]
    pss = [getattr(info, "pss", None) for info in infos]
    return Memory(
        rss=sum(info.rss for info in infos) / 1e6,
        uss=sum(info.uss for info in infos) / 1e6,
        pss=sum(known) / 1e6 if len(known := [one for one in pss if one is not None]) == len(pss) else None,
        processes=len(tree),
    )
