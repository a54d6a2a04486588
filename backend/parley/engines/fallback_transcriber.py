"""A transcriber with a spare: an utterance in which the main one breaks is heard by the spare, from its beginning."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import numpy as np

from ..audio.pcm import MIC_RATE_HZ, Samples
from ..errors import EngineError
from .fallback import Fallback, Pair
from .patience import Patience
from .ports import Partial, Transcriber

FINISH_S, FINISH_MOST_S = 8.0, 15.0
"""For the words of an utterance: before anything was measured, and at the most."""

STEP_S, STEP_MOST_S = 3.0, 10.0
"""The same for what is done while the user speaks."""

WARM_UP = np.random.default_rng(0).normal(0, 5, MIC_RATE_HZ // 2).astype(np.int16)
"""A quiet room. It tells nothing of the engine's speed: one with a VAD of its own is done at once."""

R = TypeVar("R")


class FallbackTranscriber(Fallback[Transcriber]):
    def __init__(self, pair: Pair[Transcriber]) -> None:
        super().__init__(pair)
        self._on_main = False
        """The utterance at work is the main engine's."""
        self._heard: list[Samples] = []
        """All of it, for the spare."""
        self._finishing = Patience(FINISH_S, FINISH_MOST_S)
        self._stepping = Patience(STEP_S, STEP_MOST_S)

    async def start(self) -> None:
        self._heard = []
        self._on_main = self.is_up
        await self._ask(self.main.start, self.spare.start, self._stepping, 0.0)

    async def feed(self, samples: Samples) -> None:
        samples = samples.copy()  # The caller may use its buffer again.
        seconds = samples.size / MIC_RATE_HZ
        await self._ask(lambda: self.main.feed(samples), lambda: self.spare.feed(samples), self._stepping, seconds)
        self._heard.append(samples)

    async def partial(self) -> Partial:
        return await self._ask(self.main.partial, self.spare.partial, self._stepping, self._heard_s)

    async def peek(self) -> str:
        return await self._ask(self.main.peek, self.spare.peek, self._finishing, self._heard_s, bool)

    async def finish(self) -> str:
        text: str = await self._ask(self.main.finish, self.spare.finish, self._finishing, self._heard_s, bool)
        if self._on_main and text:
            self._served()
        return text

    @property
    def _heard_s(self) -> float:
        return sum(samples.size for samples in self._heard) / MIC_RATE_HZ

    async def _ask(
        self,
        main: Callable[[], Awaitable[R]],
        spare: Callable[[], Awaitable[R]],
        patience: Patience,
        size: float,
        counts: Callable[[R], bool] = lambda _: True,
    ) -> R:
        """What the main engine says; when it breaks, what the spare says once it has heard what came before."""
        if self._on_main:
            try:
                return await self._main_does(main, patience, size, counts)
            except EngineError as error:
                self._on_main = False
                self._broke(error)
                await self.spare.start()
                if self._heard:
                    await self.spare.feed(np.concatenate(self._heard))
        return await spare()

    async def _warm_up(self) -> None:
        await self.main.start()
        await self.main.feed(WARM_UP)
        await self.main.finish()
