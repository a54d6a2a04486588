"""The window's part of a conversation, without a window: it sends a microphone's frames at their pace,
acknowledges as the window does, and notes when everything arrived."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import aiohttp
import anyio
from aiohttp import ClientWebSocketResponse, WSMsgType
from msgspec import UNSET

from parley.audio.pcm import WINDOW, WINDOW_S, Samples
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
    MicAck,
    MicClose,
    MicOpen,
    Playback,
    Say,
    ServerHello,
    ServerMessage,
    TurnEnd,
)

from .processes import Sidecar, url

ACK_DELAY_S = 0.1
"""As in electron/renderer/connection.ts: one ack for all that arrives meanwhile."""

ANSWER_S = 30.0

T = TypeVar("T", bound=ServerMessage | Frame)


@dataclass(frozen=True)
class Arrival:
    at: float
    """On time.monotonic()'s clock."""
    what: ServerMessage | Frame
    size: int
    """Of the WebSocket message's content, in bytes."""


@dataclass
class Client:
    socket: ClientWebSocketResponse
    arrivals: list[Arrival] = field(default_factory=list)
    _news: anyio.Event = field(default_factory=anyio.Event)
    _owes_ack: anyio.Event = field(default_factory=anyio.Event)
    _last_seq: int = 0
    _speech: tuple[int, int] | None = None
    """The last turn of which speech has arrived, and how many samples of it."""

    async def send(self, message: ClientMessage) -> None:
        await self.socket.send_str(encode(message))

    async def say(self, message_id: str, text: str) -> TurnEnd:
        """Type something, and wait until its answer is made and, as far as the sidecar knows, heard."""
        mark = len(self.arrivals)
        await self.send(Say(id=message_id, text=text))
        return await self.heard(mark)

    async def heard(self, mark: int) -> TurnEnd:
        """Wait for the next end of a turn and report that its speech was heard to its end, at once."""
        end = (await self.next(TurnEnd, mark)).what
        assert isinstance(end, TurnEnd)
        await self.send(Playback(turn_id=end.turn_id, heard_samples=end.sample_count, state="finished"))
        return end

    async def capture(self, stream: int, sound: Samples, going_on: Callable[[], bool] = lambda: True) -> list[float]:
        """Open the microphone for this sound, and close it at its end, or when it is not to go on.

        At a live microphone's pace no credit is ever used up; where it is, that is a defect.
        """
        mark = len(self.arrivals)
        await self.send(MicOpen(stream=stream, mode="hands_free"))
        sent = await play_into(self.socket, stream, sound, going_on)
        end = len(sent) * WINDOW
        credits = [one.what.credit_sample for one in self.arrivals[mark:] if isinstance(one.what, MicAck)]
        if end > max(credits, default=0):
            raise RuntimeError(f"the microphone's credit ended at {max(credits, default=0)} of {end} samples")
        await self.send(MicClose(stream=stream, sample_count=len(sent) * WINDOW))
        return sent

    async def next(self, kind: type[T], mark: int = 0, wanted: Callable[[T], bool] = lambda _: True) -> Arrival:
        """The first of its kind at or after the arrival number `mark`, which may still be to come."""
        with anyio.fail_after(ANSWER_S):
            while True:
                for arrival in self.arrivals[mark:]:
                    if isinstance(arrival.what, kind) and wanted(arrival.what):
                        return arrival
                mark = len(self.arrivals)
                self._news = anyio.Event()
                await self._news.wait()

    async def settled(self, stream: int, sample: int) -> None:
        """Wait until everything of a capture before `sample` is in a transcript, or was judged to be silence."""
        await self.next(MicAck, 0, lambda ack: ack.stream == stream and ack.sample >= sample)

    async def read(self) -> None:
        async for message in self.socket:
            at = time.monotonic()
            if message.type is WSMsgType.BINARY:
                frame = decode_frame(message.data)
                self.arrivals.append(Arrival(at, frame, len(message.data)))
                self._speech = frame.stream, frame.first_sample + frame.sample_count
                self._owes_ack.set()
            elif message.type is WSMsgType.TEXT:
                received = decode_server(message.data)
                self.arrivals.append(Arrival(at, received, len(message.data.encode())))
                if isinstance(seq := getattr(received, "seq", None), int):
                    self._last_seq = seq
                    self._owes_ack.set()
            self._news.set()

    async def acknowledge(self) -> None:
        while True:
            await self._owes_ack.wait()
            await anyio.sleep(ACK_DELAY_S)
            self._owes_ack = anyio.Event()
            turn_id, samples = self._speech or (UNSET, UNSET)
            await self.send(Ack(last_seq=self._last_seq, received_turn_id=turn_id, received_samples=samples))


@asynccontextmanager
async def connected(sidecar: Sidecar, port: int | None = None) -> AsyncIterator[Client]:
    """A speaker of a new session. `port`: that of a proxy to the sidecar."""
    async with open_socket(sidecar.url if port is None else url(port), sidecar.headers) as socket:
        client = Client(socket)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.read)
            tasks.start_soon(client.acknowledge)
            await client.send(Hello(protocol_version=PROTOCOL_VERSION, role="speaker"))
            await client.next(ServerHello)
            yield client
            tasks.cancel_scope.cancel()


@asynccontextmanager
async def open_socket(address: str, headers: dict[str, str] | None = None) -> AsyncIterator[ClientWebSocketResponse]:
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.ws_connect(address, headers=headers, max_msg_size=MAX_MESSAGE_BYTES, compress=0) as socket,
    ):
        yield socket


async def play_into(
    socket: ClientWebSocketResponse, stream: int, sound: Samples, going_on: Callable[[], bool] = lambda: True
) -> list[float]:
    """Send whole windows as a microphone does, each when its last sample is due; return when each was sent."""
    sent: list[float] = []
    due = time.monotonic()
    for first in range(0, len(sound) - WINDOW + 1, WINDOW):
        if not going_on():
            break
        due += WINDOW_S
        await anyio.sleep(max(0.0, due - time.monotonic()))
        frame = encode_frame(Frame("mic", stream, first, sound[first : first + WINDOW].tobytes()))
        sent.append(time.monotonic())
        await socket.send_bytes(frame)
    return sent
