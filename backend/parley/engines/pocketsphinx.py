"""The recognizer that is always there: pocketsphinx with the small US-English model inside its wheel.

It works while the user speaks, so its answer is ready some 20 ms after the end of an utterance. Its calls hold
Python's global lock, up to 0.3 s in one: so it works in a process of its own (pocketsphinx_decoder.py).

The second, flat search is off: it would take another 60 to 200 ms at the end of every utterance and was no
better on an assistant's questions (21, 22 and 9 % of words wrong without it, 23, 22 and 14 % with it; flite's
rms, slt and kal16 voices).
"""

from ..audio.pcm import MIC_RATE_HZ
from ..errors import EngineMissing
from .ports import EngineInfo
from .worker_process import WorkerProcess, WorkFailed
from .worker_transcriber import WorkerTranscriber


class PocketsphinxTranscriber(WorkerTranscriber):
    info = EngineInfo(
        name="pocketsphinx",
        basic=True,
        remedy="It makes mistakes and knows only English; a Whisper model understands much better.",
    )

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
