"""The voice that sounds like a person: Kokoro, in a process of its own (kokoro_speaker.py).

Its libraries block an event loop for 0.2 s while they are imported and its process grows past 1 GB, so it lives
outside the sidecar, in the voice pack's Python, and is let go when nobody has spoken for long. `watch` brings it up
again when it has ended, and when somebody begins to speak after such a rest.

It gives no sound before a whole stretch of speech is made, 0.4 s of work a second on two cores. So a reply begins
with a short clause (`wants_short_start`). A barge-in waits for nothing: the stretch in work is finished unseen.
"""

import logging
import math
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from anyio import Event, Lock, move_on_after, to_thread

from ..audio.pcm import Samples, from_bytes
from ..errors import EngineError, EngineFailed, EngineMissing, SynthesizerFailed
from .kokoro_voices import Voice, voices
from .local_models import VoicePython, missing_files
from .patience import Patience
from .ports import EngineInfo, SpeechPiece, VoiceInfo, WordTime
from .voice_samples import sample_in
from .word_times import WordTimes
from .worker import PACKAGES
from .worker_process import WorkerProcess, WorkFailed

logger = logging.getLogger(__name__)

WORKER = "parley.engines.kokoro_speaker"

ENVIRONMENT = {
    # The libraries would ask their hub for what is missing.
    "HF_HUB_OFFLINE": "1",
    # Threads that wait sleep, or they take the processor from whatever else is at work: on two busy cores a
    # sentence cost 14.5 s of processor time instead of 6.8, and took 53 s instead of 28.
    "OMP_WAIT_POLICY": "PASSIVE",
}

SAMPLE_RATE_HZ = 24_000
UNMEASURED_S, MOST_S = 30.0, 60.0
"""For a stretch of speech: before anything was measured, and at the most. Then its process is stuck."""

PIECE_S = 0.1
"""What is handed on at once, so that a barge-in keeps little. It is all there already."""


class KokoroSynthesizer:
    info = EngineInfo(name="kokoro", basic=False, wants_short_start=True)
    sample_rate_hz = SAMPLE_RATE_HZ

    def __init__(self, worker: WorkerProcess, idle_s: float = math.inf) -> None:
        """`idle_s`: seconds without speech after which the process is let go, if `watch` runs."""
        self._worker = worker
        self._idle_s = idle_s
        self._patience = Patience(UNMEASURED_S, MOST_S, watched=True)
        self._used_at = time.monotonic()
        self._speakers = 0
        """Sentences that are being spoken, of whatever session: meanwhile it is not let go."""
        self._silent = Event()
        """Set while there are none."""
        self._silent.set()
        self._life = Lock()
        """Held while the process is brought up or let go."""
        self._wanted = Event()
        self._wanted.set()

    @classmethod
    async def load(
        cls, model: Path, python: VoicePython, voice: str, speed: float = 1.0, idle_s: float = math.inf
    ) -> "KokoroSynthesizer":
        """`model`: its folder. Raises `EngineMissing`, `EngineFailed`."""
        known = await to_thread.run_sync(_check, model, voice)
        it = cls(_worker(model, python, voice, speed), idle_s)
        try:
            await it._start()
        except WorkFailed as error:
            raise _refusal(model, error) from error
        it.info = _info(known, voice)
        return it

    async def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        text = sentence.replace("\0", " ").rstrip()
        if not any(character.isalnum() for character in text):
            return
        words = WordTimes(text)
        first_sample = 0
        self.wake()
        if self._speakers == 0:
            self._silent = Event()
        self._speakers += 1
        try:
            await self._start()
            for chunk in await self._worker.call("prepare", text):
                phonemes = sum(len(phonemes) for _, phonemes, _ in chunk)
                pcm, begins, took_s = await self._worker.call("say", chunk, within_s=self._patience.allows(phonemes))
                self._patience.took(took_s, phonemes)
                samples = from_bytes(pcm)
                events = [(character, first_sample + sample) for character, sample in begins]
                for piece in _pieces(samples, words.begun(events, first_sample, samples.size), first_sample):
                    yield piece
                first_sample += samples.size
        except EngineFailed as error:
            raise SynthesizerFailed(f"The Kokoro voice failed: {error}") from error
        finally:
            self._speakers -= 1
            self._used_at = time.monotonic()
            if self._speakers == 0:
                self._silent.set()

    def wake(self) -> None:
        """Its process is brought up if it was let go, by `watch`."""
        self._used_at = time.monotonic()
        self._wanted.set()

    async def watch(self, changed: Callable[[], None]) -> None:
        """Let the process go when it idles, and bring it up again when it has ended or is wanted. Until cancelled."""
        while True:
            await self._wanted.wait()
            try:
                await self._start()
            except EngineFailed as error:
                logger.error("kokoro is down until somebody speaks again: %s", error)
                self._wanted = Event()
                continue
            if await self._idles():
                await self._let_go()

    async def revive(self) -> None:
        """Bring its process up. Raises `EngineFailed`."""
        await self._start()

    async def rest(self) -> None:
        """Let go of the process, once nobody speaks."""
        await self._silent.wait()
        await self._let_go()

    async def aclose(self) -> None:
        await self._worker.aclose()

    async def _start(self) -> None:
        async with self._life:
            began, pid = time.monotonic(), self._worker.pid
            await self._worker.start()
            if self._worker.pid != pid:
                self._patience.took(*await self._worker.call("pace"))
                seconds, megabytes = time.monotonic() - began, await self._worker.memory_mb()
                logger.info("kokoro's process is up after %.1f s, with %s MB", seconds, megabytes)

    async def _let_go(self) -> None:
        async with self._life:
            if self._speakers == 0:
                self._wanted = Event()
                await self._worker.rest()
                logger.info("kokoro's process is let go")

    async def _idles(self) -> bool:
        """True when nobody has spoken for the idle time, False as soon as the process has ended."""
        while (left_s := self._idle_left_s()) > 0:
            with move_on_after(left_s):
                await self._worker.ended()
                return False
        return True

    def _idle_left_s(self) -> float:
        since_s = 0.0 if self._speakers else time.monotonic() - self._used_at
        return self._idle_s - since_s


def _pieces(samples: Samples, words: tuple[WordTime, ...], first_sample: int) -> Iterator[SpeechPiece]:
    step = round(PIECE_S * SAMPLE_RATE_HZ)
    for at in range(0, samples.size, step):
        start, end = first_sample + at, first_sample + at + step
        yield SpeechPiece(samples[at : at + step], tuple(w for w in words if start <= w.first_sample < end))


def _worker(model: Path, python: VoicePython, voice: str, speed: float) -> WorkerProcess:
    if python.packages is None:
        return WorkerProcess(WORKER, str(model), voice, speed, python=python.program, environment=ENVIRONMENT)
    more = {**ENVIRONMENT, PACKAGES: str(python.packages)}
    return WorkerProcess(WORKER, str(model), voice, speed, environment=more)


def _check(model: Path, voice: str) -> list[Voice]:
    """The voices that are there."""
    """Before a process is started that takes seconds to find out."""
    if missing := missing_files(model):
        raise EngineMissing(f"The Kokoro voice in {model} is not complete: {', '.join(missing)} is missing")
    known = voices(file.stem for file in (model / "voices").glob("*.pt"))
    if voice not in (names := [one.name for one in known]):
        raise EngineMissing(f"There is no Kokoro voice {voice!r} in {model / 'voices'}; there are {', '.join(names)}")
    return known


def _info(known: Sequence[Voice], chosen: str) -> EngineInfo:
    infos = [VoiceInfo(one.name, one.title, one.language.name) for one in known]
    [language] = [one.language.code for one in known if one.name == chosen]
    return replace(
        KokoroSynthesizer.info, voices=tuple(infos), voice_setting="kokoro_voice", sample=sample_in(language)
    )


def _refusal(model: Path, error: WorkFailed) -> EngineError:
    match error.kind:
        case "ImportError" | "ModuleNotFoundError":
            return EngineMissing("The Kokoro voice needs its voice pack, which is missing or not complete")
        case "ModelDamaged":
            return EngineFailed(f"The Kokoro voice in {model} cannot be read: its files may be damaged")
        case kind:
            return EngineFailed(f"The Kokoro voice could not be loaded: {kind}")
