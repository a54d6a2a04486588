"""Whisper and Kokoro, as settings want them. Kokoro has the embedded voice as its spare; Whisper has none: what it
fails at is heard again by a new process (conversation/recognition.py), and pocketsphinx would know English only."""

import math
from collections.abc import Callable

from anyio import create_task_group, to_thread

from ..errors import EngineMissing
from ..settings import Settings
from .fallback import Pair
from .fallback_synthesizer import FallbackSynthesizer
from .kokoro import KokoroSynthesizer
from .local_models import KOKORO, find_model, find_voice_python, find_whisper
from .model_store import model_folder
from .ports import Synthesizer
from .whisper import WhisperOptions, WhisperTranscriber


async def load_whisper(settings: Settings) -> WhisperTranscriber:
    """Raises `EngineMissing`, `EngineFailed`."""
    folder = await to_thread.run_sync(find_whisper, settings.whisper_model)
    if folder is None and settings.whisper_model == "auto":
        raise EngineMissing(f"No Whisper model is on this computer: there is none in {model_folder()}")
    options = WhisperOptions(
        language=settings.language, hint_words=settings.hint_words, short_window=settings.whisper_short_window
    )
    return await WhisperTranscriber.load(folder or settings.whisper_model, options)


async def load_kokoro(settings: Settings, spare: Synthesizer | None) -> Synthesizer:
    """Raises `EngineMissing`, `EngineFailed`."""
    model = await to_thread.run_sync(find_model, KOKORO)
    if model is None:
        raise EngineMissing(f"The Kokoro voice is not on this computer: it is not in {model_folder() / KOKORO}")
    python = await to_thread.run_sync(find_voice_python)
    if python is None:
        raise EngineMissing("The Kokoro voice needs the voice pack: get kokoro among the models, in the settings")
    idle_s = settings.kokoro_idle_s or math.inf
    kokoro = await KokoroSynthesizer.load(model, python, settings.kokoro_voice, settings.kokoro_speed, idle_s)
    return kokoro if spare is None else KokoroWithSpare(kokoro, spare)


class KokoroWithSpare(FallbackSynthesizer):
    """What Kokoro does beside its work, it does here, too."""

    def __init__(self, kokoro: KokoroSynthesizer, spare: Synthesizer) -> None:
        super().__init__(Pair(kokoro, spare, kokoro.revive, "The Kokoro voice"))
        self._kokoro = kokoro

    async def watch(self, changed: Callable[[], None]) -> None:
        async with create_task_group() as tasks:
            tasks.start_soon(super().watch, changed)
            tasks.start_soon(self._kokoro.watch, changed)

    async def rest(self) -> None:
        await self._kokoro.rest()

    def wake(self) -> None:
        self._kokoro.wake()
