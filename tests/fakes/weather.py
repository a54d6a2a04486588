"""A line between a window and a sidecar on which anything may happen: a TCP proxy on a real port.

Connections are cut, at once or in the middle of a message; what is under way is delayed, held up, or still delivered
when the window has long come back by another connection.
"""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, get_args

import anyio
from anyio.abc import SocketAttribute, SocketStream

from tests.fakes.relay import _reset

Fault = Literal["cut", "halve", "delay", "stall", "deaf", "late"]
FAULTS: tuple[Fault, ...] = get_args(Fault)

HALF_BYTES = 20_000
"""At most so many go on to the window before a halved message."""


@dataclass
class Weather:
    port: int
    target: Callable[[], int]
    rng: random.Random
    delay_s: float = 0.0
    held: anyio.Event | None = None
    """While it is not set, nothing moves."""
    _lines: list["_Line"] = field(default_factory=list)

    async def strike(self, fault: Fault) -> None:
        """Returns when the weather is fair again, or as fair as it gets."""
        match fault:
            case "cut":
                await self._end_all()
            case "halve":
                for line in self._lines:
                    line.left_to_client = self.rng.randrange(1, HALF_BYTES)
            case "delay":
                self.delay_s = self.rng.uniform(0.01, 0.08)
                await anyio.sleep(0.5)
                self.delay_s = 0.0
            case "stall":
                self.held = anyio.Event()
                await anyio.sleep(self.rng.uniform(0.1, 0.6))
                self.held.set()
                self.held = None
            case "deaf":
                await self.deafen()
                await self._end_all()
            case "late":
                for line in self._lines:
                    line.late_s = self.rng.uniform(0.1, 0.6)
                for line in [*self._lines]:
                    await _reset(line.client)

    async def deafen(self) -> None:
        """What the window sends arrives, for a while; it hears nothing on these connections any more."""
        for line in self._lines:
            line.is_deaf = True
        await anyio.sleep(self.rng.uniform(0.05, 0.5))

    async def _end_all(self) -> None:
        for line in [*self._lines]:
            await _reset(line.client)
            await _reset(line.server)

    async def _serve(self, client: SocketStream) -> None:
        try:
            server = await anyio.connect_tcp("127.0.0.1", self.target())
        except OSError:
            await _reset(client)
            return
        line = _Line(client, server)
        self._lines.append(line)
        try:
            async with client, server, anyio.create_task_group() as tasks:
                tasks.start_soon(self._up, line)
                await self._down(line)
                if line.late_s is None:
                    tasks.cancel_scope.cancel()
        finally:
            self._lines.remove(line)

    async def _up(self, line: "_Line") -> None:
        try:
            async for data in line.client:
                await self._linger()
                await line.server.send(data)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass
        if line.late_s is not None:
            # The window is gone, as far as it knows; the sidecar has not heard of it.
            with anyio.move_on_after(line.late_s):
                await anyio.sleep_forever()
        await _reset(line.server)

    async def _down(self, line: "_Line") -> None:
        try:
            async for data in line.server:
                await self._linger()
                if line.left_to_client is not None:
                    data = data[: line.left_to_client]
                    line.left_to_client -= len(data)
                if not line.is_deaf:
                    await line.client.send(data)
                if line.left_to_client == 0:
                    break
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            if line.late_s is not None:
                return
        await _reset(line.client)
        await _reset(line.server)

    async def _linger(self) -> None:
        if self.held is not None:
            await self.held.wait()
        if self.delay_s:
            await anyio.sleep(self.delay_s * self.rng.random())


@dataclass
class _Line:
    client: SocketStream
    server: SocketStream
    left_to_client: int | None = None
    late_s: float | None = None
    is_deaf: bool = False


@asynccontextmanager
async def weather(target: Callable[[], int], rng: random.Random) -> AsyncIterator[Weather]:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        it = Weather(listener.extra(SocketAttribute.local_port), target, rng)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, it._serve)
            yield it
            tasks.cancel_scope.cancel()
