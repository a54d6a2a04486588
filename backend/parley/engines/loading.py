"""Bring the engines up, each as soon as it can be, and say how far it has come. What `auto` takes is decided here."""

import importlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar, assert_never

from anyio import create_task_group, to_thread

from ..errors import EngineError, EngineFailed
from ..settings import Settings
from ..wire.messages import EnginePort
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

SPEECH_PROTOCOLS = ("wyoming", "openai")
"""Of speech servers of the user's own: see speech_servers.py."""


async def load_embedded(
    engines: Engines, progress: Callable[[str, int, int], None], settings: Settings, api_key: str
) -> None:
    """Load what works with no download, key or network. The recognizer loads in its own process, so it is begun
    first and the rest, one after the other, meanwhile.

    Returns when each is ready or has failed; nothing is raised for an engine that fails.
    """
    async with create_task_group() as tasks:
        tasks.start_soon(_load_basic_ear, engines)
        progress("voice activity detection", 0, STAGES)
        await _fill(engines.vad, "silero", SileroVad.load)
        progress("voice", 1, STAGES)
        await _load_basic_voice(engines, settings)
        progress("answers", 2, STAGES)
        if not wants_claude(settings, api_key):
            await load_port("language_model", engines, settings, api_key)
        progress("speech recognition", 3, STAGES)
    progress("ready", STAGES, STAGES)


def wants_claude(settings: Settings, api_key: str) -> bool:
    """Whether `auto` takes Claude: a key or a server of the user's own is set."""
    if settings.offline:
        return False
    if settings.language_model == "auto":
        return bool(api_key or settings.base_url)
    return settings.language_model == "claude"


def wants_speech_server(settings: Settings) -> list[EnginePort]:
    """The ports for which a speech server of the user's own is set."""
    ports: dict[EnginePort, str] = {"transcriber": settings.transcriber, "synthesizer": settings.synthesizer}
    return [port for port, engine in ports.items() if engine in SPEECH_PROTOCOLS]


async def load_port(port: EnginePort, engines: Engines, settings: Settings, api_key: str, speech_key: str = "") -> None:
    """Fill a port's slot by what is set now; called again when that, a key, or what lies on the disk changes."""
    match port:
        case "vad":
            await _fill(engines.vad, "silero", SileroVad.load)
        case "transcriber" | "synthesizer" if port in wants_speech_server(settings):
            await _load_speech_server(port, engines, settings, speech_key)
        case "transcriber":
            await _load_basic_ear(engines)
        case "language_model" if wants_claude(settings, api_key):
            await _fill(engines.language_model, "claude", lambda: ClaudeModel.load(settings, api_key))
        case "language_model":
            await _fill(engines.language_model, "offline", OfflineModel.load)
        case "synthesizer":
            await _load_basic_voice(engines, settings)
        case _:
            assert_never(port)


async def _load_basic_ear(engines: Engines) -> None:
    """It has no settings, so the one that is there will do."""
    if (spare := engines.transcriber.spare) is not None:
        engines.transcriber.ready(spare)
    else:
        await _fill(engines.transcriber, "pocketsphinx", PocketsphinxTranscriber.load)


async def _load_basic_voice(engines: Engines, settings: Settings) -> None:
    load = partial(EspeakSynthesizer.load, settings.voice, settings.words_per_minute)
    await _fill(engines.synthesizer, "espeak", load)


async def _load_speech_server(port: EnginePort, engines: Engines, settings: Settings, key: str) -> None:
    await to_thread.run_sync(importlib.import_module, "parley.engines.speech_servers")
    from .speech_servers import load_synthesizer, load_transcriber

    ears, mouth = engines.transcriber, engines.synthesizer
    if port == "transcriber":
        await _fill(ears, settings.transcriber, lambda: load_transcriber(settings, key, ears.spare))
    else:
        await _fill(mouth, settings.synthesizer, lambda: load_synthesizer(settings, key, mouth.spare))


_FIELDS: dict[EnginePort, tuple[str, ...]] = {
    "transcriber": (*("transcriber", "transcriber_server", "transcriber_model", "language", "hint_words", "offline"),),
    "language_model": ("language_model", "model", "max_tokens", "base_url", "offline"),
    "synthesizer": (
        *("synthesizer", "synthesizer_server", "synthesizer_model", "synthesizer_voice", "synthesizer_format"),
        *("synthesizer_stream", "voice", "words_per_minute", "offline"),
    ),
}
"""The settings that an engine takes with it when it is loaded."""


def concerned(before: Settings, after: Settings) -> list[EnginePort]:
    """The ports whose engines have to be chosen anew. Pure."""
    return [
        port
        for port, fields in _FIELDS.items()
        if any(getattr(before, field) != getattr(after, field) for field in fields)
    ]


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
