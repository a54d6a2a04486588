"""A window without a page: what electron/renderer does to lose nothing, and a loudspeaker that plays faster than life.

It connects again and again until it is stopped, sends again what was not answered, and keeps account of all that it
was told and of every sentence that was heard.
"""

import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp
import anyio
from aiohttp import ClientWebSocketResponse, WSMsgType

from parley.audio.pcm import WINDOW, Samples
from parley.wire.base import given
from parley.wire.codec import PROTOCOL_VERSION, Frame, decode_frame, decode_server, encode, encode_frame
from parley.wire.messages import (
    Ack,
    ClientMessage,
    Failure,
    Hello,
    Interrupted,
    MicAck,
    MicClose,
    MicOpen,
    Playback,
    Receipt,
    Say,
    ServerHello,
    ServerMessage,
    SpeechStart,
    Subtitle,
    Transcript,
    TurnEnd,
)
from tests.fakes.client import open_socket

FIRST_CREDIT = 160_000
PLAY_EVERY_S = 0.02
REPORT_EVERY_S = 0.1
GREETING_LIMIT_S = 1.5
"""As the window's own, for a life that is faster."""


@dataclass
class Capture:
    stream: int
    frames: list[Frame]
    credit: int = FIRST_CREDIT
    sent: int = 0
    opened: bool = False
    closed: bool = False

    @property
    def end(self) -> int:
        return self._end

    def __post_init__(self) -> None:
        self._end = len(self.frames) * WINDOW

    def ack(self, ack: MicAck) -> None:
        settled = sum(frame.first_sample + WINDOW <= ack.sample for frame in self.frames)
        del self.frames[:settled]
        self.sent = max(0, self.sent - settled)
        self.credit = ack.credit_sample


@dataclass
class Loudspeaker:
    """Of one turn at a time, as they begin."""

    turn_id: int = 0
    rate: int = 8000
    begun: bool = False
    """A frame has come."""
    received_end: int = 0
    heard: int = 0
    ended: bool = False
    state: str = "stopped"
    timing: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    """Of each sentence: its first sample, that of its last word, and whether all its words are known."""
    told_heard: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Window:
    find: Callable[[], tuple[int, dict[str, str]]]
    """Where to connect, and what to send along."""
    speed: float = 8.0
    """Of the loudspeaker."""
    accepted: list[ServerMessage] = field(default_factory=list)
    """Numbered messages, each once."""
    heard: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How often each sentence of each turn was heard."""
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """Where a number did not follow on the one before."""
    anew: int = 0
    """How often the session was not known any more."""
    hellos: list[tuple[float, ServerHello]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    last_seq: int = 0
    _turn: int = 0
    _samples: int = 0
    _cut: int = 0
    _session_id: str | None = None
    _instance: str | None = None
    _requests: dict[str, ClientMessage] = field(default_factory=dict)
    _captures: list[Capture] = field(default_factory=list)
    _speaker: Loudspeaker = field(default_factory=Loudspeaker)
    _socket: ClientWebSocketResponse | None = None
    _news: anyio.Event = field(default_factory=anyio.Event)

    # What the user does.

    async def say(self, message_id: str, text: str) -> None:
        self._requests[message_id] = Say(id=message_id, text=text)
        await self._send(self._requests[message_id])

    async def speak(self, stream: int, samples: Samples) -> None:
        frames = [
            Frame("mic", stream, at, samples[at : at + WINDOW].tobytes())
            for at in range(0, len(samples) - WINDOW + 1, WINDOW)
        ]
        self._captures.append(Capture(stream, frames))
        await self._send_sound()

    @property
    def is_settled(self) -> bool:
        """Everything that the user said or typed is in the sidecar's hands."""
        return not self._requests and not self._captures

    @property
    def is_silent(self) -> bool:
        return self._speaker.state in ("finished", "stopped")

    def of(self, kind: type[ServerMessage]) -> list[ServerMessage]:
        return [message for message in self.accepted if isinstance(message, kind)]

    def ended(self, turn_id: int) -> bool:
        return any(isinstance(message, TurnEnd) and message.turn_id == turn_id for message in self.accepted)

    async def until(self, what: str, holds: Callable[[], bool], within_s: float = 30.0) -> None:
        with anyio.move_on_after(within_s):
            while not holds():
                await self._news.wait()
        if not holds():
            raise AssertionError(f"{what} did not happen. {self._account()}")

    def _account(self) -> str:
        last = [f"{getattr(message, 'seq', '')} {type(message).__name__}" for message in self.accepted[-8:]]
        captures = [(each.stream, len(each.frames)) for each in self._captures]
        line = "connected" if self._socket is not None else "not connected"
        place = f"turn {self._turn} up to {self._samples}"
        return f"{line}; last {last}; {place}; {self._speaker}; waiting {list(self._requests)} and {captures}"

    # What the window does.

    async def run(self, rng: random.Random) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._play)
            while True:
                with suppress(aiohttp.ClientError, OSError, ConnectionError, TimeoutError, StopIteration):
                    port, headers = self.find()
                    async with open_socket(port, headers) as socket:
                        await self._converse(socket)
                self._socket = None
                if self._speaker.state == "playing":
                    self._speaker.state = "paused"
                await anyio.sleep(0.02 + 0.05 * rng.random())

    async def drop(self) -> None:
        """The window gives this connection up without a word to the other side."""
        if self._socket is not None:
            self._socket._response.close()

    async def _converse(self, socket: ClientWebSocketResponse) -> None:
        await socket.send_str(encode(self._hello()))
        with anyio.fail_after(GREETING_LIMIT_S):
            first = await socket.receive()
        if first.type is not WSMsgType.TEXT or not isinstance(hello := decode_server(first.data), ServerHello):
            return
        self._socket = socket
        await self._greet(hello)
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                self._take_frame(decode_frame(message.data))
            elif message.type is WSMsgType.TEXT:
                await self._take(decode_server(message.data))
            else:
                break
            await self._send(self._ack())
            self._tell()

    def _hello(self) -> Hello:
        hello = Hello(protocol_version=PROTOCOL_VERSION, role="speaker")
        if self._session_id is None:
            return hello
        place: dict[str, int | str] = {"session_id": self._session_id, "last_seq": self.last_seq}
        if self._turn:
            place |= {"received_turn_id": self._turn, "received_samples": self._samples}
            if self._speaker.turn_id == self._turn:
                place["heard_samples"] = self._speaker.heard
        return Hello(protocol_version=PROTOCOL_VERSION, role="speaker", **place)  # type: ignore[arg-type]

    async def _greet(self, hello: ServerHello) -> None:
        self.hellos.append((time.monotonic(), hello))
        if self._session_id is not None and not hello.resumed:
            self.anew += 1
            self.last_seq = self._cut = 0
        if self._instance not in (None, hello.instance):
            self._samples = 0
            if self._speaker.state in ("playing", "paused"):
                self._speaker.state = "stopped"
                await self._report()
            self._speaker.ended = False
        self._session_id, self._instance = hello.session_id, hello.instance
        if self._speaker.state == "paused":
            self._speaker.state = "playing"
        for request in list(self._requests.values()):
            await self._send(request)
        for capture in self._captures:
            capture.opened = capture.closed = False
            capture.sent = 0
            capture.credit = (capture.frames[0].first_sample if capture.frames else capture.end) + FIRST_CREDIT
        for ack in hello.mic_streams:
            self._settle(ack)
        await self._send_sound()
        self._tell()

    async def _take(self, message: ServerMessage) -> None:
        if isinstance(message, Receipt | Failure):
            self._requests.pop(given(message.id) or "", None)
        if isinstance(message, Failure):
            self.failures.append(message)
        if isinstance(message, MicAck):
            self._settle(message)
            await self._send_sound()
        seq = getattr(message, "seq", None)
        if not isinstance(seq, int) or seq <= self.last_seq:
            return
        if seq != self.last_seq + 1:
            self.gaps.append((self.last_seq, seq))
        self.last_seq = seq
        self.accepted.append(message)
        await self._act(message)

    async def _act(self, message: ServerMessage) -> None:
        speaker = self._speaker
        match message:
            case SpeechStart(turn_id=turn_id, sample_rate_hz=rate):
                self._count_heard(speaker)  # Its last words may have been told of since it was looked at.
                heard = speaker.heard if speaker.turn_id == turn_id else 0
                known = speaker.told_heard if speaker.turn_id == turn_id else set()
                self._speaker = Loudspeaker(turn_id, rate, heard=heard, state="waiting", told_heard=known)
            case Subtitle() if message.turn_id == speaker.turn_id:
                old = speaker.timing.get(message.sentence)
                last = message.words[-1].first_sample if message.words else message.first_sample
                if old is not None and old[0] == message.first_sample:
                    last = max(last, old[1])
                speaker.timing[message.sentence] = (message.first_sample, last, given(message.sample_count) is not None)
            case Interrupted(turn_id=turn_id):
                self._cut = max(self._cut, turn_id)
                if turn_id == speaker.turn_id and speaker.state != "finished":
                    speaker.state = "stopped"
                    await self._report()
            case TurnEnd(turn_id=turn_id) if turn_id == speaker.turn_id:
                speaker.ended = True
            case _:
                pass

    def _take_frame(self, frame: Frame) -> None:
        if frame.stream < self._turn:
            return
        if frame.stream > self._turn:
            self._turn, self._samples = frame.stream, 0
        end = frame.first_sample + frame.sample_count
        is_new = end > self._samples
        self._samples = max(self._samples, end)
        speaker = self._speaker
        if not is_new or frame.stream <= self._cut or frame.stream != speaker.turn_id:
            return
        if not speaker.begun:
            speaker.begun = True
            speaker.heard = max(speaker.heard, frame.first_sample)
            speaker.state = "playing"
        speaker.received_end = end

    async def _play(self) -> None:
        since_report = 0.0
        while True:
            await anyio.sleep(PLAY_EVERY_S)
            speaker = self._speaker
            if speaker.state != "playing":
                continue
            speaker.heard = min(speaker.received_end, speaker.heard + round(PLAY_EVERY_S * self.speed * speaker.rate))
            self._count_heard(speaker)
            since_report += PLAY_EVERY_S
            if speaker.ended and speaker.heard >= speaker.received_end:
                speaker.state = "finished"
            if speaker.state == "finished" or since_report >= REPORT_EVERY_S:
                since_report = 0.0
                await self._report()
                self._tell()

    def _count_heard(self, speaker: Loudspeaker) -> None:
        for sentence, (first, last, is_whole) in speaker.timing.items():
            if is_whole and last < speaker.heard and (sentence, first) not in speaker.told_heard:
                speaker.told_heard.add((sentence, first))
                self.heard[speaker.turn_id, sentence] += 1

    def _settle(self, ack: MicAck) -> None:
        for capture in self._captures:
            if capture.stream == ack.stream:
                capture.ack(ack)
        self._captures = [capture for capture in self._captures if capture.frames or not capture.closed]

    async def _send_sound(self) -> None:
        for capture in list(self._captures):
            if not capture.opened:
                capture.opened = True
                await self._send(MicOpen(stream=capture.stream, mode="hands_free"))
            allowed = [frame for frame in capture.frames if frame.first_sample + WINDOW <= capture.credit]
            for frame in allowed[capture.sent :]:
                if self._socket is None:
                    return
                with suppress(ConnectionError, RuntimeError):
                    await self._socket.send_bytes(encode_frame(frame))
                capture.sent += 1
            if capture.sent < len(capture.frames):
                return
            if not capture.closed:
                capture.closed = True
                await self._send(MicClose(stream=capture.stream, sample_count=capture.end))
        self._captures = [capture for capture in self._captures if capture.frames or not capture.closed]

    def _ack(self) -> Ack:
        if not self._turn:
            return Ack(last_seq=self.last_seq)
        return Ack(last_seq=self.last_seq, received_turn_id=self._turn, received_samples=self._samples)

    async def _report(self) -> None:
        speaker = self._speaker
        await self._send(Playback(turn_id=speaker.turn_id, heard_samples=speaker.heard, state=speaker.state))  # type: ignore[arg-type]

    async def _send(self, message: ClientMessage) -> None:
        if self._socket is not None:
            with suppress(ConnectionError, RuntimeError):
                await self._socket.send_str(encode(message))

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()


@asynccontextmanager
async def window(find: Callable[[], tuple[int, dict[str, str]]], rng: random.Random) -> AsyncIterator[Window]:
    it = Window(find)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(it.run, rng)
        yield it
        tasks.cancel_scope.cancel()


def transcripts(it: Window) -> list[Transcript]:
    return [message for message in it.accepted if isinstance(message, Transcript)]
