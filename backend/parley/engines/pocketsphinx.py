"""The recognizer that is always there: pocketsphinx with the small US-English model inside its wheel.

It works while the user speaks, so its answer is ready some 20 ms after the end of an utterance. Its calls hold
Python's global lock, up to 0.3 s in one: so it works in a process of its own (pocketsphinx_decoder.py).

The second, flat search is off: it would take another 60 to 200 ms at the end of every utterance and was no
better on an assistant's questions (21, 22 and 9 % of words wrong without it, 23, 22 and 14 % with it; flite's
rms, slt and kal16 voices).
"""

import logging

import numpy as np

from ..audio.pcm import MIC_RATE_HZ, Samples
from ..errors import EngineFailed, EngineMissing, TranscriberFailed
from .ports import EngineInfo, Partial
from .worker_process import WorkerProcess, WorkFailed

logger = logging.getLogger(__name__)

PIECE_BYTES = 2 * MIC_RATE_HZ
"""Sound given to the worker in one call: a second, 0.2 s of work. A `feed` that is cancelled ends after it."""


class PocketsphinxTranscriber:
    """When its process ends, the utterance in work fails and the next `start` brings up another."""

    info = EngineInfo(
        name="pocketsphinx",
        basic=True,
        remedy="It makes mistakes and knows only English; a Whisper model understands much better.",
    )

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker

    @classmethod
    async def load(cls) -> "PocketsphinxTranscriber":
        """Start the process and load the bundled model (0.4 s). Raises `EngineMissing`, `EngineFailed`."""
        worker = WorkerProcess("parley.engines.pocketsphinx_decoder", MIC_RATE_HZ)
        try:
            await worker.start()
        except WorkFailed as error:
            if error.kind in ("ImportError", "ModuleNotFoundError"):
                raise EngineMissing("Basic speech recognition needs the Python package pocketsphinx") from error
            raise EngineMissing("The speech model inside the package pocketsphinx cannot be read") from error
        return cls(worker)

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
        try:
            for at in range(0, len(pcm), PIECE_BYTES):
                await self._worker.call("feed", pcm[at : at + PIECE_BYTES])
        except EngineFailed as error:
            raise TranscriberFailed("pocketsphinx could not process audio") from error

    async def partial(self) -> Partial:
        """Nothing is stable: the best path of a later frame may replace every word."""
        try:
            return Partial(await self._worker.call("partial"))
        except EngineFailed as error:
            raise TranscriberFailed("pocketsphinx could not say what it has understood") from error

    async def finish(self) -> str:
        try:
            text: str = await self._worker.call("finish")
        except EngineFailed as error:
            raise TranscriberFailed("pocketsphinx could not end an utterance") from error
        return text

    async def aclose(self) -> None:
        await self._worker.aclose()
