"""Speech recognition by Whisper, through faster-whisper, in a process of its own (whisper_recognizer.py).

In a thread it would do, too: the library lets go of Python's lock, and the loop came 5 ms late at most. But a
thread deep in native code can be neither stopped nor survived when it crashes, its imports delay the loop by up
to 23 ms, and its 60 MB of libraries and the model would stay in the sidecar. A process costs 0.3 ms a call.

A call that takes much longer than such calls took lately ends the process: the utterance fails with a clear
message, or is tried again by whoever kept it (conversation/recognition.py).

The short window is off. Whisper pads everything to 30 s, and that is nine tenths of the work: 10 s take a third of
the time. But it was trained on 30 s. Reports differ: no more errors with 10 s and 2 s to spare (transcribe.cpp
#149), substantially more with less (CTranslate2 #2100), repetition without end (faster-whisper #1006). It stays
off until its errors were counted on real weights.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread

from ..audio.pcm import MIC_RATE_HZ, Samples
from ..errors import EngineFailed, EngineMissing
from .local_models import missing_files
from .patience import Patience
from .ports import EngineInfo, Partial
from .worker_process import WorkerProcess, WorkFailed
from .worker_transcriber import WorkerTranscriber

WORKER = "parley.engines.whisper_recognizer"

NO_NETWORK = {"HF_HUB_OFFLINE": "1"}
"""The library would ask its hub for what is missing."""

UNMEASURED_S, MOST_S = 30.0, 60.0
"""For a transcription: before anything was measured, and at the most. Then its process is stuck."""

SERVE_S = 5.0
"""For what the worker answers whatever its model does: adding sound, telling what is known."""


@dataclass(frozen=True, kw_only=True)
class WhisperOptions:
    language: str = "auto"
    """ISO 639-1. `auto`: that of the first words that can be told, from then on."""
    hint_words: str = ""
    """Names and terms that it should expect, separated by commas."""
    short_window: bool = False
    device: str = "auto"
    """`cpu`: 8-bit integers. `cuda`: 16-bit floats. `auto` takes the card where one is that works."""


class WhisperTranscriber(WorkerTranscriber):
    info = EngineInfo(name="whisper", basic=False)

    def __init__(self, worker: WorkerProcess, patience: Patience | None = None) -> None:
        super().__init__(worker)
        self._patience = patience or Patience(UNMEASURED_S, MOST_S, watched=True)
        self._samples = 0
        """Of the utterance in work."""

    @classmethod
    async def load(cls, model: Path | str, options: WhisperOptions | None = None) -> "WhisperTranscriber":
        """`model`: its folder, or a name of the library's that is in the hub's cache on this computer.

        Raises `EngineMissing` when it is not here (nothing is fetched) and `EngineFailed` when it cannot be used.
        """
        options = options or WhisperOptions()
        if isinstance(model, Path) and (missing := await to_thread.run_sync(missing_files, model)):
            raise EngineMissing(f"There is no Whisper model in {model}: {', '.join(missing)} is missing")
        arguments = (str(model), options.language, options.hint_words, options.short_window, options.device)
        worker = WorkerProcess(WORKER, *arguments, environment=NO_NETWORK)
        began = time.monotonic()
        try:
            await worker.start()
        except WorkFailed as error:
            raise _refusal(str(model), options.language, error) from error
        # Until one was measured: loading takes longer than a transcription, which is part of it.
        return cls(worker, Patience(time.monotonic() - began, MOST_S, watched=True))

    async def start(self) -> None:
        self._samples = 0
        await super().start()

    async def feed(self, samples: Samples) -> None:
        self._samples += samples.size
        await super().feed(samples)

    async def partial(self) -> Partial:
        text, stable_chars, _ = await self._ask("partial", within_s=SERVE_S)
        return Partial(text, stable_chars)

    async def peek(self) -> str:
        return await self._transcribed("peek")

    async def finish(self) -> str:
        return await self._transcribed("finish")

    async def _transcribed(self, method: str) -> str:
        seconds = self._samples / MIC_RATE_HZ
        # A look may be in work, and the transcription follows it.
        text, took_s = await self._ask(method, within_s=self._patience.allows(seconds, runs=2))
        self._patience.took(took_s, seconds)
        return str(text)


def _refusal(model: str, language: str, error: WorkFailed) -> EngineFailed | EngineMissing:
    match error.kind:
        case "ImportError" | "ModuleNotFoundError":
            return EngineMissing("Whisper needs the Python package faster-whisper, which is missing")
        case "ModelMissing":
            return EngineMissing(f"The Whisper model {model} is not on this computer")
        case "LanguageUnknown":
            return EngineMissing(f"Whisper does not know the language {language!r}; set a code such as en or de")
        case "ModelDamaged":
            return EngineFailed(f"The Whisper model {model} cannot be read: its files may be damaged")
        case kind:
            return EngineFailed(f"Whisper could not be loaded: {kind}")
