"""Which engine serves each port right now, and how that is going. Loading is in loading.py."""

from collections.abc import Callable
from typing import Generic, TypeVar

import anyio
from msgspec import UNSET

from ..errors import EngineFailed, ParleyError
from ..wire.messages import EnginePort, EngineState, Voice
from .ports import LanguageModel, Rests, Synthesizer, Transcriber, Vad, Watched

T = TypeVar("T", Vad, Transcriber, LanguageModel, Synthesizer)


class Slot(Generic[T]):
    """One port's engine: loading, ready, or failed. Its changes are told to `on_change`."""

    def __init__(self, port: EnginePort, on_change: Callable[[EngineState], None]) -> None:
        self._port: EnginePort = port
        self._on_change = on_change
        self._engine: T | None = None
        self._error: ParleyError | None = None
        self.retired: list[T] = []
        self.spare: T | None = None
        """The embedded default, which is always there when another breaks."""
        self._settled = anyio.Event()
        self._watching = anyio.CancelScope()
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
        if self._engine is not None and self._engine is not engine:
            self.retired.append(self._engine)
        self.retired = [retired for retired in self.retired if retired is not engine]
        self._engine, self._error = engine, None
        if engine.info.basic and not isinstance(engine, Watched):  # Such a one has a spare of its own.
            self.spare = engine
        self._watching.cancel()
        self._settled.set()
        self._tell_ready()

    def failed(self, name: str, error: ParleyError) -> None:
        """Loading failed. An engine that was there before goes on serving."""
        self._error = error
        self._settled.set()
        basic = self._engine is None
        self._tell(EngineState(port=self._port, engine=name, state="failed", basic=basic, remedy=str(error)))
        self._tell_ready()

    async def watch(self) -> None:
        """Have the engine, and each that replaces it, do what it does beside its work (see `ports.Watched`)."""
        while True:
            with anyio.CancelScope() as self._watching:
                if isinstance(self._engine, Watched):
                    await self._engine.watch(self._tell_ready)
                await anyio.sleep_forever()

    @property
    def current(self) -> T | None:
        """What serves now, without waiting."""
        return self._engine

    def _tell_ready(self) -> None:
        if self._engine is None:
            return
        info = self._engine.info
        # Who comes later is to read, too, why it is not the one that was wanted.
        remedy = (
            info.remedy if self._error is None else f"{str(self._error).rstrip('.')}; {info.name} serves meanwhile."
        )
        self._tell(
            EngineState(
                port=self._port,
                engine=info.name,
                state="ready",
                basic=info.basic,
                remedy=remedy or UNSET,
                voices=[Voice(name=one.name, title=one.title, language=one.language) for one in info.voices] or UNSET,
                voice_setting=info.voice_setting or UNSET,
            )
        )

    def _tell(self, state: EngineState) -> None:
        self.state = state
        self._on_change(state)


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

    async def watch(self) -> None:
        """See `Slot.watch`."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.transcriber.watch)
            tasks.start_soon(self.synthesizer.watch)

    def wake(self) -> None:
        """Somebody has begun to speak: a voice that rests is brought up while he does."""
        if isinstance(self.synthesizer.current, Rests):
            self.synthesizer.current.wake()

    async def let_go(self) -> None:
        """Have those rest that were replaced: each is a process, and some hold a gigabyte."""
        async with self.transcriber.in_use:
            await _rest(self.transcriber)
        await _rest(self.synthesizer)

    async def aclose(self) -> None:
        """Close every engine that served."""
        for slot in (self.transcriber, self.language_model, self.synthesizer):
            for engine in (*slot.retired, slot.current):
                if engine is not None:
                    await engine.aclose()


async def _rest(slot: Slot[T]) -> None:
    spare = getattr(slot.current, "spare", None)  # A spare is to be there at once.
    for engine in slot.retired:
        if isinstance(engine, Rests) and engine is not spare:
            await engine.rest()
