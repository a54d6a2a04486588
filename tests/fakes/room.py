"""A loudspeaker and a microphone in one room, in real time, at a client's end: it plays what the sidecar sends, holds
and cuts as the window does, and hears whoever speaks, and of the loudspeaker as much as the room lets through.

    async with in_room(client, echo=0.25) as room:
        await room.plays(2.0)
        await room.say(samples)
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import numpy as np
import soxr
from numpy.typing import NDArray

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, WINDOW_S, Samples
from parley.wire.codec import Frame
from parley.wire.messages import Activity, Interrupted, MicOpen, Playback, PlaybackState, SpeechStart, Subtitle, TurnEnd
from tests.fakes.client import Client

FADE_WINDOWS = 2
"""Of 32 ms: the window takes 50 ms."""

REPORT_EVERY_S = 0.4
NOISE = 5.0
"""Of a quiet room, of 32768."""

Sound = NDArray[np.float32]


@dataclass
class Loudspeaker:
    """One turn's speech."""

    turn_id: int
    rate_hz: int
    pcm: bytearray = field(default_factory=bytearray)
    position: int = 0
    gain: float = 0.0
    is_whole: bool = False

    def play(self, wants_sound: bool) -> Samples:
        """The next window."""
        count = round(WINDOW_S * self.rate_hz)
        wanted = 1.0 if wants_sound else 0.0
        first, last = self.gain, self.gain + np.clip(wanted - self.gain, -1 / FADE_WINDOWS, 1 / FADE_WINDOWS)
        self.gain = float(last)
        end = self.position + (count if first or last else 0)
        part = np.frombuffer(bytes(self.pcm[2 * self.position : 2 * end]), "<i2")
        self.position += len(part)
        sound = np.zeros(count, np.float32)
        sound[: len(part)] = part
        return (sound * np.linspace(first, last, count)).astype(np.int16)

    @property
    def is_over(self) -> bool:
        return self.is_whole and 2 * self.position >= len(self.pcm)


class Room:
    def __init__(self, client: Client, echo: float, delay_s: float) -> None:
        """`echo`: of the loudspeaker's sound reaches the microphone, so much later than it is told to be heard."""
        self._client = client
        self._echo = echo
        self._playing: Loudspeaker | None = None
        self._state: PlaybackState = "finished"
        self._resampler: soxr.ResampleStream | None = None
        self._air: Sound = np.zeros(round(delay_s * MIC_RATE_HZ), np.float32)
        self._said: Sound = np.empty(0, np.float32)
        self._read = 0
        self._sample = 0
        self._reported_at = 0.0
        self._noise = np.random.default_rng(3)
        self._changed = anyio.Event()
        self.heard: dict[int, int] = {}
        """Of each turn, the samples that were played."""
        self.holds = 0

    @property
    def is_talking(self) -> bool:
        return len(self._said) > 0

    async def say(self, samples: Samples) -> None:
        """Speak; returns when it is over."""
        self._said = samples.astype(np.float32)
        await self._until(lambda: not self.is_talking)

    async def wait(self, seconds: float) -> None:
        end = self._sample + seconds * MIC_RATE_HZ
        await self._until(lambda: self._sample >= end)

    async def plays(self, seconds: float = 0.0) -> None:
        """Until the newest turn has been heard for so long."""
        await self._until(
            lambda: self._playing is not None and self._playing.position > seconds * self._playing.rate_hz
        )

    async def is_quiet(self) -> None:
        """Until the loudspeaker has nothing more to play."""
        await self._until(lambda: self._playing is None)

    def words_heard(self, turn_id: int) -> list[tuple[int, int]]:
        """Sentence and first character of every word that had begun to sound."""
        return [
            (subtitle.sentence, word.first_char)
            for subtitle in self._client.of(Subtitle)
            if subtitle.turn_id == turn_id
            for word in subtitle.words
            if word.first_sample < self.heard[turn_id]
        ]

    async def run(self) -> None:
        await self._client.send(MicOpen(stream=1, mode="hands_free"))
        begun_at = time.monotonic()
        while True:
            await anyio.sleep(max(0.0, begun_at + (self._sample + WINDOW) / MIC_RATE_HZ - time.monotonic()))
            await self._follow()
            self._sound()
            await self._client.hear([Frame("mic", 1, self._sample, self._hear().tobytes())])
            self._sample += WINDOW
            self._changed.set()
            self._changed = anyio.Event()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self._changed.wait()

    async def _follow(self) -> None:
        """Do as the sidecar says."""
        items = self._client.received.items
        for item in items[self._read :]:
            match item:
                case SpeechStart():
                    self._playing = Loudspeaker(item.turn_id, item.sample_rate_hz)
                    self._resampler = soxr.ResampleStream(item.sample_rate_hz, MIC_RATE_HZ, 1, dtype="int16")
                    await self._report("playing")
                case Frame() if self._playing is not None and item.stream == self._playing.turn_id:
                    self._playing.pcm += item.pcm
                case Activity(state="hearing") if self._state == "playing":
                    self.holds += 1
                    await self._report("paused")
                case Activity() if self._state == "paused":
                    await self._report("playing")
                case Interrupted() if self._playing is not None and item.turn_id == self._playing.turn_id:
                    await self._report("stopped")
                    self._playing = None
                case TurnEnd() if self._playing is not None and item.turn_id == self._playing.turn_id:
                    self._playing.is_whole = True
                case _:
                    pass
        self._read = len(items)
        if self._playing is not None and self._playing.is_over:
            await self._report("finished")
            self._playing = None
        elif self._playing is not None:
            is_fading = self._state == "paused" and 0 < self._playing.gain < 1
            if is_fading or time.monotonic() - self._reported_at > REPORT_EVERY_S:
                await self._report(self._state)

    async def _report(self, state: PlaybackState) -> None:
        assert self._playing is not None
        self._state, self._reported_at = state, time.monotonic()
        self.heard[self._playing.turn_id] = self._playing.position
        playback = Playback(turn_id=self._playing.turn_id, heard_samples=self._playing.position, state=state)
        await self._client.send(playback)

    def _sound(self) -> None:
        """The loudspeaker's next window goes into the air."""
        if self._playing is None or self._resampler is None:
            self._air = np.concatenate((self._air, np.zeros(WINDOW, np.float32)))
            return
        window = self._playing.play(self._state == "playing")
        self._air = np.concatenate((self._air, self._resampler.resample_chunk(window).astype(np.float32)))

    def _hear(self) -> Samples:
        """The microphone's next window."""
        heard = self._noise.normal(0.0, NOISE, WINDOW)
        for of, gain in ((self._said[:WINDOW], 1.0), (self._air[:WINDOW], self._echo)):
            heard[: len(of)] += gain * of
        self._said, self._air = self._said[WINDOW:], self._air[WINDOW:]
        samples: Samples = np.clip(heard, -32768, 32767).astype(np.int16)
        return samples


@asynccontextmanager
async def in_room(client: Client, echo: float = 0.0, delay_s: float = 0.06) -> AsyncIterator[Room]:
    room = Room(client, echo, delay_s)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(room.run)
        yield room
        tasks.cancel_scope.cancel()
