"""Whole turns over the real socket of a sidecar: a spoken question at a microphone's pace, and when what came back.

The sound's true end is known, since it was made here. Quiet follows it until the turn is over, as a microphone's does.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import aiohttp
import anyio
import numpy as np

from ..audio.pcm import MIC_RATE_HZ, WINDOW, WINDOW_S, Samples
from ..errors import ParleyError
from ..wire.codec import PROTOCOL_VERSION, Frame, decode_frame, decode_server, encode, encode_frame
from ..wire.messages import (
    Ack,
    Activity,
    ClientMessage,
    EngineState,
    Failure,
    Hello,
    MicOpen,
    Playback,
    ReplySentence,
    Transcript,
    TurnEnd,
)
from .figures import StageName

STREAM = 1
LOUD = 300
"""A sample beyond it is part of the speech."""

STAGES: tuple[StageName, ...] = ("pause", "recognition", "first sentence", "first sound")

TURN_S = 90.0
BEFORE_S, AFTER_S = 0.5, 0.2


class NoTurn(ParleyError):
    """It could not be measured."""


@dataclass
class Marks:
    """When what happened, on time.monotonic()'s clock; 0 for not yet."""

    spoken: float = 0.0
    thinking: float = 0.0
    understood: float = 0.0
    sentence: float = 0.0
    sound: float = 0.0
    ended: float = 0.0

    @property
    def stages_ms(self) -> dict[StageName, float]:
        """Each from the end of the one before. What came in another order took no time of its own."""
        at = [self.spoken]
        for mark in (self.thinking, self.understood, self.sentence, self.sound):
            at.append(max(at[-1], mark or at[-1]))
        took_ms = [1000 * (later - before) for before, later in pairwise(at)]
        return dict(zip(STAGES, took_ms, strict=True))

    @property
    def whole_ms(self) -> float:
        return 1000 * (self.sound - self.spoken)


@dataclass
class Talk:
    """One client of one sidecar, with its microphone open. Used as `async with`'s inside: see `turns`."""

    socket: aiohttp.ClientWebSocketResponse
    engines: dict[str, str] = field(default_factory=dict)
    """Who serves each port."""
    marks: Marks = field(default_factory=Marks)
    failure: str = ""
    sent: int = 0
    _broken: set[str] = field(default_factory=set)
    _news: anyio.Event = field(default_factory=anyio.Event)
    _last_seq: int = 0
    _turn_id: int = 0
    _sound: Samples = field(default_factory=lambda: np.zeros(0, np.int16))
    _end: int = 0
    """Where in the capture the speech ends."""

    async def ready(self, wanted: Mapping[str, str]) -> None:
        """Each port is served by the engine that is wanted there, or that one has failed."""
        await self._until(
            lambda: all(self.engines.get(port) == name or port in self._broken for port, name in wanted.items())
        )

    async def turn(self, sound: Samples) -> Marks:
        """Say this, and wait until it is answered. Raises `NoTurn`."""
        self.marks, self.failure = Marks(), ""
        loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > LOUD)
        self._end = self.sent + int(loud[-1]) + 1
        self._sound = sound
        await self._until(lambda: bool(self.marks.ended or self.failure))
        if not self.marks.sound:
            raise NoTurn(self.failure or "no speech came of it")
        return self.marks

    async def _until(self, is_so: Callable[[], bool]) -> None:
        with anyio.move_on_after(TURN_S) as waiting:
            while not is_so():
                self._news = anyio.Event()
                await self._news.wait()
        if waiting.cancelled_caught:
            raise NoTurn(self.failure or f"it was not over after {TURN_S:.0f} s")

    async def microphone(self) -> None:
        """Windows at their pace: what is to be said, and else a quiet room."""
        await self.send(MicOpen(stream=STREAM, mode="hands_free"))
        quiet = np.random.default_rng(1).integers(-3, 4, WINDOW).astype(np.int16)
        due = anyio.current_time()
        while True:
            window, self._sound = self._sound[:WINDOW], self._sound[WINDOW:]
            window = window if len(window) == WINDOW else np.concatenate([window, quiet[len(window) :]])
            await self.socket.send_bytes(encode_frame(Frame("mic", STREAM, self.sent, window.tobytes())))
            if self.sent < self._end <= self.sent + WINDOW:
                # This window ends now; the speech ended within it.
                self.marks.spoken = time.monotonic() - (self.sent + WINDOW - self._end) / MIC_RATE_HZ
            self.sent += WINDOW
            due += WINDOW_S
            await anyio.sleep_until(due)

    async def listen(self) -> None:
        async for message in self.socket:
            now = time.monotonic()
            if message.type is aiohttp.WSMsgType.BINARY:
                frame = decode_frame(message.data)
                if frame.stream == self._turn_id:
                    self.marks.sound = self.marks.sound or now
            elif message.type is aiohttp.WSMsgType.TEXT:
                await self._take(decode_server(message.data), now)
            self._news.set()

    async def _take(self, message: object, now: float) -> None:
        marks = self.marks
        match message:
            case EngineState(port=port, engine=engine, state=state):
                if state == "ready":
                    self.engines[port] = engine
                elif state == "failed":
                    self._broken.add(port)
            case Activity(state="thinking") if marks.spoken:
                marks.thinking = marks.thinking or now
            case Transcript(turn_id=turn_id):
                self._turn_id, marks.understood = turn_id, now
                marks.thinking = marks.thinking or now
            case ReplySentence():
                marks.sentence = marks.sentence or now
            case Failure(message=words):
                self.failure = words
            case TurnEnd(turn_id=turn_id, sample_count=count) if turn_id == self._turn_id:
                marks.ended = now
                await self.send(Playback(turn_id=turn_id, heard_samples=count, state="finished"))
        if isinstance(seq := getattr(message, "seq", None), int):
            self._last_seq = seq
            await self.send(Ack(last_seq=seq))

    async def send(self, message: ClientMessage) -> None:
        await self.socket.send_str(encode(message))


async def turns(
    socket: aiohttp.ClientWebSocketResponse, sound: Samples, rounds: int, wanted: Mapping[str, str]
) -> tuple[list[Marks], dict[str, str]]:
    """The marks of so many turns, after one that warms up; and who served. Raises `NoTurn`.

    `wanted`: the engine for each port."""
    silence = np.zeros(round(BEFORE_S * MIC_RATE_HZ), np.int16)
    padded = np.concatenate([silence, sound, np.zeros(round(AFTER_S * MIC_RATE_HZ), np.int16)])
    talk = Talk(socket)
    await talk.send(Hello(protocol_version=PROTOCOL_VERSION, role="speaker"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(talk.listen)
        await talk.ready(wanted)
        tasks.start_soon(talk.microphone)
        marks = [await talk.turn(padded) for _ in range(rounds + 1)][1:]
        tasks.cancel_scope.cancel()
    return marks, dict(talk.engines)
