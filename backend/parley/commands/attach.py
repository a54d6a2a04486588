"""For commands: a running sidecar, found by mDNS and proven, or one of their own that ends with them."""

import os
import sys
import uuid
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import anyio
from anyio.abc import ByteReceiveStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream
from msgspec import UNSET, UnsetType

from ..credentials import NAMES, from_environment
from ..errors import BadMessage, ParleyError
from ..settings import VARIABLES
from ..sidecar.discovery import LOOPBACK, credentials, find
from ..sidecar.guard import SOCKET_PATH
from ..sidecar.proof import new_token
from ..wire.codec import PROTOCOL_VERSION, decode_sidecar_line, encode_shell_line
from ..wire.messages import Boot, Listening, Secret, Shutdown, StartFailure, Tick

START_S = 30.0
"""From spawn to the port. It takes 0.3 s; a first run that compiles bytecode, or a cold disk, takes longer."""

TICK_S = 2.0
STOP_S = 5.0
ASK_S = 5.0
LAST_LINES = 20
"""Of the log, shown when a sidecar of ours ends by itself."""


class NoSidecar(ParleyError):
    """None could be started."""


@dataclass(frozen=True)
class Attached:
    url: str
    headers: Mapping[str, str]
    """For one connection: the proof of a discovered port works once."""
    is_own: bool


@asynccontextmanager
async def attached(client: aiohttp.ClientSession, only_own: bool, show_log: bool = False) -> AsyncIterator[Attached]:
    """A sidecar to talk to; `show_log` shows our own one's. Raises `NoSidecar`, with its last words."""
    found = None if only_own else await find()
    headers = await credentials(client, found) if found is not None else None
    if found is not None and headers is not None:
        yield Attached(f"ws://{LOOPBACK}:{found.port}{SOCKET_PATH}", headers, is_own=False)
        return
    async with own_sidecar(show_log) as own:
        yield own


async def ask_running(path: str, query: Mapping[str, str] | None = None) -> tuple[int, str] | None:
    """Status and text of what the sidecar that runs answers; None: there is none that proves itself."""
    found = await find()
    if found is None:
        return None
    async with aiohttp.ClientSession(trust_env=False, timeout=aiohttp.ClientTimeout(total=ASK_S)) as client:
        if (headers := await credentials(client, found)) is None:
            return None
        url = f"http://{LOOPBACK}:{found.port}{path}"
        async with client.get(url, params=query or {}, headers=headers) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def own_sidecar(
    show_log: bool, config_dir: str | UnsetType = UNSET, data_dir: str | UnsetType = UNSET
) -> AsyncIterator[Attached]:
    """One that ends with the block; its folders are the user's where no others are given. Raises `NoSidecar`."""
    # With settings of its own, it is not to have those of the environment.
    foreign = set() if config_dir is UNSET else {*VARIABLES}
    environment = {
        name: value for name, value in os.environ.items() if name.lower() not in NAMES and name not in foreign
    }
    # -P: no module is taken from the folder in which the command happens to have been started.
    command = [sys.executable, "-X", "utf8", "-u", "-P", "-m", "parley", "serve", "--managed"]
    token = new_token()
    boot = Boot(
        protocol_version=PROTOCOL_VERSION,
        instance=uuid.uuid4().hex,
        token=token,
        allowed_origins=[],
        browser=False,
        dev=False,
        config_dir=config_dir,
        data_dir=data_dir,
    )
    log: deque[str] = deque(maxlen=LAST_LINES)
    async with (
        await anyio.open_process(command, env=environment) as process,
        anyio.create_task_group() as tasks,
    ):
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        tasks.start_soon(_keep_log, process.stderr, log, show_log)
        lines = BufferedByteReceiveStream(process.stdout)
        try:
            await process.stdin.send(encode_shell_line(boot))
            for name, value in from_environment(os.environ).given.items():
                await process.stdin.send(encode_shell_line(Secret(name=name, value=value)))
            with anyio.fail_after(START_S):
                port = await _port(lines)
        except (TimeoutError, anyio.EndOfStream, anyio.IncompleteRead, anyio.BrokenResourceError) as error:
            process.kill()
            await process.wait()
            raise NoSidecar("the sidecar did not start. Its last words:\n" + "\n".join(log)) from error
        tasks.start_soon(_tick, process)
        tasks.start_soon(_drain, lines)
        try:
            yield Attached(f"ws://{LOOPBACK}:{port}{SOCKET_PATH}", {"Authorization": f"Bearer {token}"}, is_own=True)
        finally:
            with anyio.CancelScope(shield=True):
                await _stop(process)
            tasks.cancel_scope.cancel()


async def _port(lines: BufferedByteReceiveStream) -> int:
    while True:
        try:
            message = decode_sidecar_line(await lines.receive_until(b"\n", 64 * 1024))
        except BadMessage:
            continue
        if isinstance(message, Listening):
            return message.port
        if isinstance(message, StartFailure):
            raise NoSidecar(message.message)


async def _stop(process: Process) -> None:
    assert process.stdin is not None
    with anyio.move_on_after(STOP_S):
        try:
            await process.stdin.send(encode_shell_line(Shutdown()))
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass
        await process.wait()
        return
    process.kill()


async def _tick(process: Process) -> None:
    assert process.stdin is not None
    try:
        while True:
            await process.stdin.send(encode_shell_line(Tick()))
            await anyio.sleep(TICK_S)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        pass  # It has ended; the socket tells.


async def _drain(lines: BufferedByteReceiveStream) -> None:
    async for _ in lines:
        pass


async def _keep_log(stderr: ByteReceiveStream, log: deque[str], show: bool) -> None:
    rest = ""
    async for data in stderr:
        if show:
            sys.stderr.write(data.decode("utf-8", "replace"))
        *whole, rest = (rest + data.decode("utf-8", "replace")).split("\n")
        log.extend(whole)
