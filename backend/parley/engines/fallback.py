"""Two engines behind one port: the main one, and a spare that is always there and takes over in mid-turn.

The main engine is given as long as its measured speed allows, and then a little (patience.py). When it fails or is
later than that, the spare does the same work (fallback_transcriber.py, fallback_synthesizer.py) and serves until
the main one is back: tried in the background, after 2, 5, 15, then every 60 seconds. People are told through `info`.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from anyio import Event, fail_after, sleep

from ..errors import EngineError, EngineFailed
from .patience import Patience
from .ports import Synthesizer, Transcriber

logger = logging.getLogger(__name__)

RETRY_S = (2.0, 5.0, 15.0, 60.0)
"""After the first failure, the second …. An engine that answers a probe and fails in use comes back ever later."""

TRY_S = 30.0
"""For the main engine to come back: time to load a model, in the background."""

E = TypeVar("E", Transcriber, Synthesizer)
R = TypeVar("R")


@dataclass(frozen=True)
class Pair(Generic[E]):
    main: E
    spare: E
    revive: Callable[[], Awaitable[None]]
    """Asks cheaply whether the main engine is there, or starts its process anew. Raises `EngineError` if it is not."""
    called: str
    """What people call the main engine, at the beginning of a sentence."""


class Fallback(Generic[E]):
    def __init__(self, pair: Pair[E]) -> None:
        self.main: E = pair.main
        self.spare: E = pair.spare
        self.info = pair.main.info
        self._revive = pair.revive
        self._called = pair.called
        self._failures = 0
        """Since it last did some work."""
        self._broken = Event()
        self._changed: Callable[[], None] = _nothing

    @property
    def is_up(self) -> bool:
        """Whether the main engine serves."""
        return not self._broken.is_set()

    def begin_with_spare(self) -> None:
        """Until the main engine was tried, which `watch` does at once: nobody waits for it."""
        self._broken.set()
        self._tell(EngineFailed(f"{self._called} is being asked"))

    async def try_main(self) -> None:
        """Let the main engine serve if it is there and works; it must not be at work. Raises nothing."""
        try:
            with fail_after(TRY_S):
                await self._revive()
                await self._warm_up()
        except TimeoutError:
            self._broke(self._late())
        except EngineError as error:
            self._broke(error)
        else:
            self._broken = Event()
            self._tell(None)

    async def watch(self, changed: Callable[[], None]) -> None:
        """See `ports.Watched`."""
        self._changed = changed
        try:
            while True:
                await self._broken.wait()
                if self._failures:
                    await sleep(RETRY_S[min(self._failures, len(RETRY_S)) - 1])
                await self.try_main()
        finally:
            self._changed = _nothing

    async def aclose(self) -> None:
        await self.main.aclose()
        await self.spare.aclose()

    async def _warm_up(self) -> None:
        """Have the main engine do some work that nobody needs: it may load its model only then."""
        raise NotImplementedError

    async def _main_does(
        self,
        work: Callable[[], Awaitable[R]],
        patience: Patience,
        size: float,
        counts: Callable[[R], bool] = lambda _: True,
    ) -> R:
        """Raises `EngineError` when it fails, or is too late. `counts`: whether what it did tells of its speed."""
        began_at = time.monotonic()
        try:
            with fail_after(patience.allows(size)):
                result = await work()
        except TimeoutError:
            patience.overran(size)
            raise self._late() from None
        if counts(result):
            patience.took(time.monotonic() - began_at, size)
        return result

    def _served(self) -> None:
        self._failures = 0

    def _broke(self, error: EngineError) -> None:
        self._failures += 1
        self._broken.set()
        self._tell(error)

    def _late(self) -> EngineFailed:
        return EngineFailed(f"{self._called} does not answer")

    def _tell(self, error: EngineError | None) -> None:
        info = self.main.info
        if error is not None:
            info = replace(
                self.spare.info, remedy=f"{str(error).rstrip('.')}; {self.spare.info.name} serves meanwhile."
            )
        if info != self.info:
            self.info = info
            logger.warning("%s", info.remedy or f"{self._called} serves")
            self._changed()


def _nothing() -> None:
    """Nobody watches."""
