"""A recognizer in a worker process, behind the port. pocketsphinx.py and whisper.py say which.

Its engine has the port's methods: `start()`, `feed(pcm)`, `partial()`, `peek()`, `finish()`; what the last three return
is read here by whoever derives from this.
"""

import logging
from typing import Any

import numpy as np

from ..audio.pcm import MIC_RATE_HZ, Samples
from ..errors import EngineFailed, TranscriberFailed
from .ports import EngineInfo, Partial
from .worker_process import WorkerProcess

logger = logging.getLogger(__name__)

PIECE_BYTES = 2 * MIC_RATE_HZ
"""Sound given to the worker in one call: a second. A `feed` that is cancelled ends after it."""


class WorkerTranscriber:
    """When its process ends, the utterance in work fails and the next `start` brings up another."""

    info: EngineInfo

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker

    async def start(self) -> None:
        """If no utterance can be begun, the next `feed` fails."""
        try:
            await self._worker.start()
            await self._worker.call("start")
        except EngineFailed as error:
            logger.error("no utterance could be begun: %s", error)

    async def feed(self, samples: Samples) -> None:
        # A copy, because the caller may use its buffer again while this waits.
        pcm = np.ascontiguousarray(samples, dtype="<i2").tobytes()
        for at in range(0, len(pcm), PIECE_BYTES):
            await self._ask("feed", pcm[at : at + PIECE_BYTES])

    async def partial(self) -> Partial:
        """Nothing is stable: the best path of a later frame may replace every word."""
        return Partial(await self._ask("partial"))

    async def peek(self) -> str:
        text: str = await self._ask("peek")
        return text

    async def finish(self) -> str:
        text: str = await self._ask("finish")
        return text

    async def rest(self) -> None:
        """Let go of the process until the next `start`."""
        await self._worker.rest()

    def wake(self) -> None:
        """The next `start` is soon enough."""

    async def aclose(self) -> None:
        await self._worker.aclose()

    async def _ask(self, method: str, *arguments: Any, within_s: float | None = None) -> Any:
        try:
            return await self._worker.call(method, *arguments, within_s=within_s)
        except EngineFailed as error:
            raise TranscriberFailed(f"Speech recognition failed: {error}. Please say it again.") from error
