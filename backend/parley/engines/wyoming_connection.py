"""One connection to a Wyoming server: events out, events in. What goes wrong with it is a `ServerFailed`."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import (
    BrokenResourceError,
    ClosedResourceError,
    EndOfStream,
    aclose_forcefully,
    connect_tcp,
    fail_after,
    move_on_after,
)
from anyio.abc import SocketStream
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Describe, Info

from .speech_address import TcpAddress
from .speech_server import CONNECT_S, PROBE_S, STALL_S, ServerFailed
from .wyoming_events import BadEvent, EventReader, encode_event

GLANCE_S = 0.001
"""For `events_so_far` to look at what the system has received."""

E = TypeVar("E", bound=Eventable)


class WyomingConnection:
    """Cancelling `receive` loses nothing. Cancelling `send` may cut an event in two: then close the connection."""

    def __init__(self, stream: SocketStream, server: str) -> None:
        self.server = server
        """As people are told of it: `The speech server at tcp://…`."""
        self._stream = stream
        self._reader = EventReader()
        self._events: deque[Event] = deque()

    @classmethod
    async def open(cls, address: TcpAddress) -> "WyomingConnection":
        server = f"The speech server at {address}"
        try:
            with fail_after(CONNECT_S):
                stream = await connect_tcp(*address)
        except (OSError, ValueError) as error:  # ValueError: a host name that cannot be one.
            raise ServerFailed(f"{server} does not answer") from error
        return cls(stream, server)

    async def send(self, *events: Eventable) -> None:
        try:
            with fail_after(STALL_S):
                await self._stream.send(b"".join(encode_event(event.event()) for event in events))
        except TimeoutError as error:
            raise ServerFailed(f"{self.server} does not take what is sent to it") from error
        except (BrokenResourceError, ClosedResourceError, OSError) as error:
            raise ServerFailed(f"{self.server} broke the connection") from error

    async def receive(self) -> Event:
        """The next event; an `error` is raised. It waits as long as its caller lets it."""
        while not self._events:
            try:
                self._events += self._reader.feed(await self._stream.receive())
            except BadEvent as error:
                raise ServerFailed(f"{self.server} does not speak the Wyoming protocol: it sent {error}") from error
            except EndOfStream as error:
                raise ServerFailed(f"{self.server} ended the connection without an answer") from error
            except (BrokenResourceError, ClosedResourceError, OSError) as error:
                raise ServerFailed(f"{self.server} broke the connection") from error
        event = self._events.popleft()
        if Error.is_type(event.type):
            # Its text is not repeated: it may hold what the user said.
            raise ServerFailed(f"{self.server} reports an error; its own log says more")
        return event

    async def events_so_far(self) -> list[Event]:
        """Those that have come, without waiting for others."""
        events = []
        while True:
            with move_on_after(GLANCE_S) as glance:
                events.append(await self.receive())
            if glance.cancelled_caught:
                return events

    async def until(self, within_s: float, *kinds: type[Eventable]) -> Event:
        """Pass over events to the first of these kinds. Raises `ServerFailed` when none comes in time."""
        try:
            with fail_after(within_s):
                while True:
                    event = await self.receive()
                    if any(kind.is_type(event.type) for kind in kinds):
                        return event
        except TimeoutError as error:
            raise ServerFailed(f"{self.server} does not answer") from error

    def understand(self, kind: type[E], event: Event) -> E:
        """The event as what it is. The package raises whatever Python does about fields that are not there."""
        try:
            return kind.from_event(event)  # type: ignore[return-value]
        except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as error:
            raise ServerFailed(f"{self.server} sent `{event.type}` without what belongs in it") from error

    async def aclose(self) -> None:
        await aclose_forcefully(self._stream)


@asynccontextmanager
async def connected(address: TcpAddress) -> AsyncIterator[WyomingConnection]:
    connection = await WyomingConnection.open(address)
    try:
        yield connection
    finally:
        await connection.aclose()


async def describe(address: TcpAddress) -> Info:
    """What the server offers: programs, models, voices, languages. Raises `ServerFailed`."""
    async with connected(address) as connection:
        await connection.send(Describe())
        return connection.understand(Info, await connection.until(PROBE_S, Info))
