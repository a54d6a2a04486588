"""Bring the engines up, each as soon as it can be, and say how far it has come. What `auto` takes is decided here."""

import logging
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio import create_task_group, to_thread

from ..errors import EngineError, EngineFailed, EngineMissing
from ..settings import Settings
from .claude import ClaudeModel
from .espeak import EspeakSynthesizer
from .kokoro import KokoroSynthesizer
from .model_store import KOKORO, ModelStore
from .offline import OfflineModel
from .pocketsphinx import PocketsphinxTranscriber
from .ports import LanguageModel, Synthesizer, Transcriber, Vad
from .silero import SileroVad
from .slots import Engines, Slot
from .whisper import WhisperOptions, WhisperTranscriber

logger = logging.getLogger(__name__)

T = TypeVar("T", Vad, Transcriber, LanguageModel, Synthesizer)

STAGES = 4


async def load_embedded(
    engines: Engines, progress: Callable[[str, int, int], None], settings: Settings, api_key: str
) -> None:
    """Load what works with no download, key or network. The recognizer loads in its own process, so it is begun
    first and the rest, one after the other, meanwhile.

    Returns when each is ready or has failed; nothing is raised for an engine that fails.
    """
    async with create_task_group() as tasks:
        tasks.start_soon(_fill, engines.transcriber, "pocketsphinx", PocketsphinxTranscriber.load)
        progress("voice activity detection", 0, STAGES)
        await _fill(engines.vad, "silero", SileroVad.load)
        progress("voice", 1, STAGES)
        await _fill(
            engines.synthesizer,
            "espeak",
            lambda: EspeakSynthesizer.load(settings.voice, settings.words_per_minute),
        )
        progress("answers", 2, STAGES)
        if not wants_claude(settings, api_key):
            await load_language_model(engines, settings, api_key)
        progress("speech recognition", 3, STAGES)
    progress("ready", STAGES, STAGES)


def wants_claude(settings: Settings, api_key: str) -> bool:
    """Whether `auto` takes Claude: a key or a server of the user's own is set."""
    if settings.language_model == "auto":
        return bool(api_key or settings.base_url)
    return settings.language_model == "claude"


async def load_language_model(engines: Engines, settings: Settings, api_key: str) -> None:
    """Fill the language model's slot for this key; called again when the key changes."""
    slot = engines.language_model
    if wants_claude(settings, api_key):
        await _fill(slot, "claude", lambda: ClaudeModel.load(settings, api_key))
    else:
        await _fill(slot, "offline", OfflineModel.load)


async def load_recognizer(engines: Engines, settings: Settings, models: ModelStore) -> None:
    """Whisper takes over from pocketsphinx, when it is wanted and here. It lets go of its process then."""
    if settings.transcriber not in ("auto", "whisper"):
        return
    folder = await to_thread.run_sync(models.find_whisper, settings.whisper_model)
    if folder is None and settings.transcriber == "auto":
        return
    name = settings.whisper_model
    options = WhisperOptions(
        language=settings.language, hint_words=settings.hint_words, short_window=settings.whisper_short_window
    )
    before = engines.transcriber.current
    await _fill(engines.transcriber, "whisper", lambda: WhisperTranscriber.load(folder or name, options))
    if isinstance(before, PocketsphinxTranscriber) and engines.transcriber.current is not before:
        async with engines.transcriber.in_use:
            await before.rest()


async def keep_voice(engines: Engines, settings: Settings, models: ModelStore) -> None:
    """Kokoro takes over from espeak, when it is wanted and here, and its process is kept, until cancelled.

    When it cannot be kept, the voice before it takes over again.
    """
    if settings.synthesizer not in ("auto", "kokoro"):
        return
    model = await to_thread.run_sync(models.find_model, KOKORO)
    python = await to_thread.run_sync(models.find_voice_python)
    if settings.synthesizer == "auto" and (model is None or python is None):
        return
    before = engines.synthesizer.current

    async def load() -> KokoroSynthesizer:
        if model is None:
            raise EngineMissing(f"The Kokoro voice is not on this computer: {models.folder_of(KOKORO)} lacks it")
        if python is None:
            raise EngineMissing("The Kokoro voice needs the voice pack: npm run setup -- --voice installs it")
        idle_s = settings.kokoro_idle_s or math.inf
        return await KokoroSynthesizer.load(model, python, settings.kokoro_voice, settings.kokoro_speed, idle_s)

    await _fill(engines.synthesizer, "kokoro", load)
    kokoro = engines.synthesizer.current
    if isinstance(kokoro, KokoroSynthesizer):
        error = await kokoro.keep()
        logger.error("kokoro: %s", error)
        engines.synthesizer.lost("kokoro", error, before)


async def _fill(slot: Slot[T], name: str, load: Callable[[], Awaitable[T]]) -> None:
    slot.loading(name)
    try:
        slot.ready(await load())
    except EngineError as error:
        logger.error("%s: %s", name, error)
        slot.failed(name, error)
    except Exception as error:
        logger.exception("%s could not be loaded", name)
        slot.failed(name, EngineFailed(f"{name} could not be loaded: {type(error).__name__}"))
