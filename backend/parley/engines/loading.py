"""Bring the engines up, each as soon as it can be, and say how far it has come. What `auto` takes is decided here."""

import importlib
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio import create_task_group, to_thread

from ..errors import EngineError, EngineFailed
from ..settings import Settings
from .claude import ClaudeModel
from .espeak import EspeakSynthesizer
from .offline import OfflineModel
from .pocketsphinx import PocketsphinxTranscriber
from .ports import LanguageModel, Synthesizer, Transcriber, Vad
from .silero import SileroVad
from .slots import Engines, Slot

logger = logging.getLogger(__name__)

T = TypeVar("T", Vad, Transcriber, LanguageModel, Synthesizer)

STAGES = 4

SPEECH_PROTOCOLS = {"wyoming", "openai"}


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


async def load_speech_servers(engines: Engines, settings: Settings, key: str) -> None:
    """Take the user's own speech servers, where settings name some; called again when their key changes."""
    if not SPEECH_PROTOCOLS & {settings.transcriber, settings.synthesizer}:
        return
    await to_thread.run_sync(importlib.import_module, "parley.engines.speech_servers")
    from .speech_servers import load_synthesizer, load_transcriber

    ears, mouth = engines.transcriber, engines.synthesizer
    async with create_task_group() as tasks:
        if settings.transcriber in SPEECH_PROTOCOLS:
            tasks.start_soon(_fill, ears, settings.transcriber, lambda: load_transcriber(settings, key, ears.spare))
        if settings.synthesizer in SPEECH_PROTOCOLS:
            tasks.start_soon(_fill, mouth, settings.synthesizer, lambda: load_synthesizer(settings, key, mouth.spare))


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
