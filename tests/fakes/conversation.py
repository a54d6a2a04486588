"""A session without sockets: scripted engines, a participant that records, and microphone frames."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
import numpy as np

from parley.audio.pcm import WINDOW, WINDOW_S
from parley.conversation.session import Session
from parley.engines.ports import LanguageModel, Synthesizer, Transcriber, Vad
from parley.engines.slots import Engines
from parley.memory.journal import Numbered
from parley.wire.codec import Frame
from parley.wire.messages import MicOpen, Role, ServerMessage
from tests.fakes.engines import FakeLanguageModel, FakeSynthesizer, FakeTranscriber, FakeVad

M = TypeVar("M")

PATIENCE_S = 5.0
"""For something to happen that should happen at once."""


def engines(
    vad: Vad | None = None,
    transcriber: Transcriber | None = None,
    language_model: LanguageModel | None = None,
    synthesizer: Synthesizer | None = None,
) -> Engines:
    filled = Engines()
    filled.vad.ready(vad or FakeVad())
    filled.transcriber.ready(transcriber or FakeTranscriber())
    filled.language_model.ready(language_model or FakeLanguageModel())
    filled.synthesizer.ready(synthesizer or FakeSynthesizer())
    return filled


def frames(seconds: float, speech: Iterable[tuple[float, float]] = (), stream: int = 1) -> Iterator[Frame]:
    """Microphone frames: loud in the given intervals (seconds), a quiet room elsewhere."""
    noise = np.random.default_rng(0)
    for index in range(round(seconds / WINDOW_S)):
        middle_s = (index + 0.5) * WINDOW_S
        level = 3000 if any(start <= middle_s < end for start, end in speech) else 20
        samples = noise.normal(0, level, WINDOW).astype(np.int16)
        yield Frame("mic", stream, index * WINDOW, samples.tobytes())


@dataclass
class Recorder:
    """A participant that keeps everything it is told, and reads the outbox."""

    session: Session
    role: Role = "speaker"
    told: list[ServerMessage] = field(default_factory=list)
    read: list[Numbered | Frame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = self.session.outbox.reader()

    def tell(self, message: ServerMessage) -> None:
        self.told.append(message)
        self._reader.wake()

    def of(self, kind: type[M]) -> list[M]:
        """All messages or frames of one kind so far."""
        while (item := self._reader.next()) is not None:
            self.read.append(item)
        return [item for item in (*self.told, *self.read) if isinstance(item, kind)]

    async def until(self, kind: type[M], holds: Callable[[M], bool] = lambda _: True, count: int = 1) -> M:
        """The message that makes `count` of those that hold."""
        with anyio.fail_after(PATIENCE_S):
            while len(found := [item for item in self.of(kind) if holds(item)]) < count:
                await self._reader.wait()
        return found[count - 1]


@asynccontextmanager
async def conversing(session: Session) -> AsyncIterator[Recorder]:
    recorder = Recorder(session)
    session.join(recorder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(session.run)
        yield recorder
        tasks.cancel_scope.cancel()


class Talking:
    """A microphone into which is spoken in the given intervals, in seconds, played up to any moment."""

    def __init__(self, session: Session, me: Recorder, spoken: Sequence[tuple[float, float]], seconds: float) -> None:
        self._session, self._me = session, me
        self._frames: Iterator[Frame] = frames(seconds, spoken)
        self._at_s = 0.0

    async def begin(self) -> None:
        await self._session.receive(MicOpen(stream=1, mode="hands_free"), self._me)

    async def until(self, at_s: float) -> None:
        """Play on, and let everything happen that comes of it."""
        for frame in self._frames:
            await self._session.hear(frame, self._me)
            self._at_s = (frame.first_sample + frame.sample_count) / 16_000
            if self._at_s >= at_s:
                break
        await happen()


async def happen() -> None:
    """Let everything happen that nothing has to be waited for: no engine here takes so many steps."""
    for _ in range(300):
        await anyio.lowlevel.checkpoint()
