"""Which engine serves each port right now, and how that is going. Loading is in loading.py."""

from collections.abc import Callable
from typing import Generic, TypeVar

import anyio
from msgspec import UNSET

from ..errors import EngineFailed, ParleyError
from ..wire.messages import EnginePort, EngineState
from .ports import EngineInfo, LanguageModel, Rests, Synthesizer, Transcriber, Vad

T = TypeVar("T", Vad, Transcriber, LanguageModel, Synthesizer)


class Slot(Generic[T]):
    """One port's engine: loading, ready, or failed. Its changes are told to `on_change`."""

    def __init__(self, port: EnginePort, on_change: Callable[[EngineState], None]) -> None:
        self._port: EnginePort = port
        self._on_change = on_change
        self._engine: T | None = None
        self._error: ParleyError | None = None
        self.retired: list[T] = []
        self._settled = anyio.Event()
        self.in_use = anyio.Lock()
        """Held for the length of an utterance by the session whose user speaks: a transcriber hears one at a time."""
        self.state = EngineState(port=port, engine="", state="loading", basic=False)

    async def get(self) -> T:
        """The engine, as soon as it is there. Raises `EngineFailed` when it could not be loaded."""
        await self._settled.wait()
        if self._engine is None:
            raise EngineFailed(f"the {self._port.replace('_', ' ')} is not there: {self._error}") from self._error
        return self._engine

    def loading(self, name: str) -> None:
        """A better engine is being loaded; one that is there goes on serving."""
        if self._engine is None:
            self._settled = anyio.Event() if self._settled.is_set() else self._settled
        self._tell(EngineState(port=self._port, engine=name, state="loading", basic=False))

    def ready(self, engine: T) -> None:
        """It serves from now on. One that it replaces may be in the middle of an answer: it is closed with the rest."""
        if self._engine is not None:
            self.retired.append(self._engine)
        self._engine, self._error = engine, None
        self._settled.set()
        self._tell(_ready(self._port, engine.info))

    def failed(self, name: str, error: ParleyError) -> None:
        """Loading failed. An engine that was there before goes on serving."""
        self._error = error
        self._settled.set()
        basic = self._engine is None
        self._tell(EngineState(port=self._port, engine=name, state="failed", basic=basic, remedy=str(error)))
        if self._engine is not None:
            self._tell(_ready(self._port, self._engine.info))

    def lost(self, name: str, error: ParleyError, instead: T | None) -> None:
        """The engine that serves is broken for good; the one before it takes its place."""
        if self._engine is not None:
            self.retired.append(self._engine)
        self._engine = instead
        self.failed(name, error)

    @property
    def current(self) -> T | None:
        """What serves now, without waiting."""
        return self._engine

    def _tell(self, state: EngineState) -> None:
        self.state = state
        self._on_change(state)


def _ready(port: EnginePort, info: EngineInfo) -> EngineState:
    remedy = info.remedy or UNSET
    return EngineState(port=port, engine=info.name, state="ready", basic=info.basic, remedy=remedy)


class Engines:
    """The four slots of one sidecar, shared by its sessions."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[EngineState], None]] = []
        self.vad: Slot[Vad] = Slot("vad", self._tell)
        self.transcriber: Slot[Transcriber] = Slot("transcriber", self._tell)
        self.language_model: Slot[LanguageModel] = Slot("language_model", self._tell)
        self.synthesizer: Slot[Synthesizer] = Slot("synthesizer", self._tell)

    @property
    def states(self) -> list[EngineState]:
        return [self.vad.state, self.transcriber.state, self.language_model.state, self.synthesizer.state]

    def subscribe(self, listener: Callable[[EngineState], None]) -> None:
        self._listeners.append(listener)

    def _tell(self, state: EngineState) -> None:
        for listener in self._listeners:
            listener(state)

    def wake(self) -> None:
        """Somebody has begun to speak: a voice that rests is brought up while he does."""
        if isinstance(self.synthesizer.current, Rests):
            self.synthesizer.current.wake()

    async def aclose(self) -> None:
        """Close every engine that served."""
        for slot in (self.transcriber, self.language_model, self.synthesizer):
            for engine in (*slot.retired, slot.current):
                if engine is not None:
                    await engine.aclose()
