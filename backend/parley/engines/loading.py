"""Bring the engines up, each as soon as it can be, and say how far it has come. What `auto` takes is decided here."""

import importlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from types import ModuleType
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
        load_espeak = partial(EspeakSynthesizer.load, settings.voice, settings.words_per_minute)
        await _fill(engines.synthesizer, "espeak", load_espeak)
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


async def load_port(port: EnginePort, engines: Engines, settings: Settings, api_key: str) -> None:
    """Fill a port's slot by what is set now; called again when that, the key, or what lies on the disk changes."""
    match port:
        case "vad":
            await _fill(engines.vad, "silero", SileroVad.load)
        case "transcriber":
            await _load_transcriber(engines.transcriber, settings)
        case "language_model" if wants_claude(settings, api_key):
            await _fill(engines.language_model, "claude", lambda: ClaudeModel.load(settings, api_key))
        case "language_model":
            await _fill(engines.language_model, "offline", OfflineModel.load)
        case "synthesizer":
            await _load_synthesizer(engines.synthesizer, settings)
        case _:
            assert_never(port)


async def _load_transcriber(slot: Slot[Transcriber], settings: Settings, key: str = "") -> None:
    if settings.transcriber in SPEECH_PROTOCOLS:
        servers = await _speech_servers()
        await _fill(slot, settings.transcriber, lambda: servers.load_transcriber(settings, key, slot.spare))
    elif slot.spare is not None:
        slot.ready(slot.spare)
    else:
        await _fill(slot, "pocketsphinx", PocketsphinxTranscriber.load)


async def _load_synthesizer(slot: Slot[Synthesizer], settings: Settings, key: str = "") -> None:
    if settings.synthesizer in SPEECH_PROTOCOLS:
        servers = await _speech_servers()
        await _fill(slot, settings.synthesizer, lambda: servers.load_synthesizer(settings, key, slot.spare))
    else:
        await _fill(slot, "espeak", partial(EspeakSynthesizer.load, settings.voice, settings.words_per_minute))


async def _speech_servers() -> ModuleType:
    """The adapters for the user's own speech servers, imported where settings name one."""
    return await to_thread.run_sync(importlib.import_module, "parley.engines.speech_servers")


_FIELDS: dict[EnginePort, tuple[str, ...]] = {
    "transcriber": (
        *("transcriber", "transcriber_server", "transcriber_model"),
        *("language", "hint_words", "offline"),
    ),
    "language_model": ("language_model", "model", "max_tokens", "base_url", "offline"),
    "synthesizer": (
        *("synthesizer", "synthesizer_server", "synthesizer_model", "synthesizer_voice", "synthesizer_format"),
        *("synthesizer_options", "voice", "words_per_minute", "offline"),
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


def beyond_embedded(settings: Settings, api_key: str) -> list[EnginePort]:
    """The ports that something other than an embedded default is to serve, once those are there. Pure."""
    ports: list[EnginePort] = []
    if settings.transcriber in SPEECH_PROTOCOLS:
        ports.append("transcriber")
    if settings.synthesizer in SPEECH_PROTOCOLS:
        ports.append("synthesizer")
    return [*ports, "language_model"] if wants_claude(settings, api_key) else ports


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
