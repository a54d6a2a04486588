"""The window's part of the conversation without a window: one real WebSocket, the protocol, and a memory.

It acknowledges what arrives at once, unless told not to, and drops nothing: tests look at all of it.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import aiohttp
import anyio
from aiohttp import ClientWebSocketResponse, WSMsgType
from msgspec import UNSET

from parley.wire.base import given
from parley.wire.codec import (
    MAX_MESSAGE_BYTES,
    PROTOCOL_VERSION,
    Frame,
    decode_frame,
    decode_server,
    encode,
    encode_frame,
)
from parley.wire.messages import (
    Ack,
    ClientMessage,
    Hello,
    Playback,
    Role,
    Say,
    ServerHello,
    ServerMessage,
    TurnEnd,
)

PATIENCE_S = 10.0

T = TypeVar("T", bound=ServerMessage | Frame)


class Place(Protocol):
    """Where a sidecar is, and what it asks for."""

    @property
    def port(self) -> int: ...
    @property
    def token(self) -> str: ...


@dataclass(frozen=True)
class At:
    """A place, put together; a relay in front of a sidecar, for instance."""

    port: int
    token: str


@dataclass
class Received:
    """What a client has got in all its connections, and how far that goes."""

    items: list[ServerMessage | Frame] = field(default_factory=list)
    last_seq: int = 0
    turn_id: int | None = None
    samples: int = 0

    def take(self, item: ServerMessage | Frame) -> None:
        self.items.append(item)
        if isinstance(item, ServerHello) and not item.resumed:
            self.last_seq, self.turn_id, self.samples = 0, None, 0
        if isinstance(item, Frame):
            self.turn_id, self.samples = item.stream, item.first_sample + item.sample_count
        elif isinstance(seq := getattr(item, "seq", None), int):
            self.last_seq = seq

    def of(self, kind: type[T]) -> list[T]:
        return [item for item in self.items if isinstance(item, kind)]

    def speech(self, turn_id: int) -> bytes:
        return b"".join(frame.pcm for frame in self.of(Frame) if frame.stream == turn_id)

    def hello(self, session_id: str | None = None, role: Role = "speaker") -> Hello:
        """To begin with, or to go on from here."""
        if session_id is None:
            return Hello(protocol_version=PROTOCOL_VERSION, role=role)
        return Hello(
            protocol_version=PROTOCOL_VERSION,
            role=role,
            session_id=session_id,
            last_seq=self.last_seq,
            received_turn_id=UNSET if self.turn_id is None else self.turn_id,
            received_samples=UNSET if self.turn_id is None else self.samples,
        )

    def ack(self) -> Ack:
        if self.turn_id is None:
            return Ack(last_seq=self.last_seq)
        return Ack(last_seq=self.last_seq, received_turn_id=self.turn_id, received_samples=self.samples)


@dataclass
class Client:
    socket: ClientWebSocketResponse
    received: Received
    acks: bool = True
    ended: bool = False
    close_code: int | None = None
    """With which the sidecar closed. aiohttp's own is another when the sidecar does not wait for the answer."""
    _news: anyio.Event = field(default_factory=anyio.Event)

    @property
    def hello(self) -> ServerHello:
        return self.received.of(ServerHello)[-1]

    def of(self, kind: type[T]) -> list[T]:
        return self.received.of(kind)

    async def send(self, message: ClientMessage) -> None:
        await self.socket.send_str(encode(message))

    async def say(self, text: str, message_id: str = "c-1") -> TurnEnd:
        """Type something; wait until its answer is made and report that it was heard."""
        before = len(self.of(TurnEnd))
        await self.send(Say(id=message_id, text=text))
        end = await self.until(TurnEnd, count=before + 1)
        await self.send(Playback(turn_id=end.turn_id, heard_samples=end.sample_count, state="finished"))
        return end

    async def hear(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            await self.socket.send_bytes(encode_frame(frame))

    async def until(self, kind: type[T], holds: Callable[[T], bool] = lambda _: True, count: int = 1) -> T:
        """The message or frame that makes `count` of those that hold."""
        with anyio.fail_after(PATIENCE_S):
            while len(found := [item for item in self.of(kind) if holds(item)]) < count:
                if self.ended:
                    raise AssertionError(f"closed with {self.close_code}, and no {kind.__name__} came")
                await self._news.wait()
        return found[count - 1]

    async def closed(self) -> int | None:
        """The code with which the sidecar closed; None when the connection broke."""
        with anyio.fail_after(PATIENCE_S):
            while not self.ended:
                await self._news.wait()
        return self.close_code

    async def read(self) -> None:
        while True:
            message = await self.socket.receive()
            if message.type is WSMsgType.BINARY:
                self.received.take(decode_frame(message.data))
            elif message.type is WSMsgType.TEXT:
                self.received.take(decode_server(message.data))
            else:
                self.close_code = message.data if message.type is WSMsgType.CLOSE else None
                break
            if self.acks:
                with suppress(ConnectionError):  # The sidecar is going; what it has sent is still to be read.
                    await self.send(self.received.ack())
            self._tell()
        self.ended = True
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()


@asynccontextmanager
async def connected(
    place: Place,
    *,
    received: Received | None = None,
    session_id: str | None = None,
    role: Role = "speaker",
    acks: bool = True,
    headers: Mapping[str, str] | None = None,
    protocols: Iterable[str] = (),
) -> AsyncIterator[Client]:
    """Come in with the token and say hello. `received` and `session_id`: of a connection that was lost."""
    headers = {"Authorization": f"Bearer {place.token}"} if headers is None else headers
    async with open_socket(place.port, headers, protocols) as socket:
        client = Client(socket, received or Received(), acks)
        before = len(client.of(ServerHello))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.read)
            await client.send(client.received.hello(session_id, role))
            await client.until(ServerHello, count=before + 1)
            yield client
            tasks.cancel_scope.cancel()


@asynccontextmanager
async def open_socket(
    port: int, headers: Mapping[str, str], protocols: Iterable[str] = ()
) -> AsyncIterator[ClientWebSocketResponse]:
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.ws_connect(
            f"ws://127.0.0.1:{port}/client-ws",
            headers=headers,
            protocols=tuple(protocols),
            max_msg_size=MAX_MESSAGE_BYTES,
            compress=0,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
        ) as socket,
    ):
        yield socket


def seqs(items: Iterable[ServerMessage | Frame]) -> list[int]:
    """The numbers of the numbered messages, as they came."""
    return [seq for item in items if isinstance(seq := given(getattr(item, "seq", UNSET)), int)]
