"""Bring the engines up, each as soon as it can be, and say how far it has come. What `auto` takes is decided here."""

import importlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from types import ModuleType
from typing import Literal, TypeVar, assert_never

from anyio import create_task_group, to_thread

from ..credentials import Credentials
from ..errors import EngineError, EngineFailed
from ..settings import Settings
from ..wire.messages import EnginePort
from .claude import ClaudeModel
from .espeak import EspeakSynthesizer
from .local_models import KOKORO, find_model, find_voice_python, find_whisper
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
    engines: Engines, progress: Callable[[str, int, int], None], settings: Settings, credentials: Credentials
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
        if chosen_model(settings, credentials) == "offline":
            await load_port("language_model", engines, settings, credentials)
        progress("speech recognition", 3, STAGES)
    progress("ready", STAGES, STAGES)


def chosen_model(settings: Settings, credentials: Credentials) -> Literal["claude", "bedrock", "offline"]:
    """What answers. `auto` takes what the user gave a key or an address for. AWS keys alone are no sign: many have them
    for other things."""
    if settings.offline:
        return "offline"
    if settings.language_model != "auto":
        return settings.language_model
    if credentials.anthropic_api_key or settings.base_url:
        return "claude"
    return "bedrock" if credentials.aws_bearer_token_bedrock or settings.aws_region else "offline"


async def load_port(port: EnginePort, engines: Engines, settings: Settings, credentials: Credentials) -> None:
    """Fill a port's slot by what is set now; called again when that, the key, or what lies on the disk changes."""
    match port:
        case "vad":
            await _fill(engines.vad, "silero", SileroVad.load)
        case "transcriber":
            await _load_transcriber(engines.transcriber, settings, credentials)
        case "language_model":
            await _load_language_model(engines.language_model, settings, credentials)
        case "synthesizer":
            await _load_synthesizer(engines.synthesizer, settings, credentials)
        case _:
            assert_never(port)


async def _load_transcriber(slot: Slot[Transcriber], settings: Settings, credentials: Credentials) -> None:
    if settings.transcriber in SPEECH_PROTOCOLS:
        servers = await _speech_servers()
        await _fill(
            slot,
            settings.transcriber,
            lambda: servers.load_transcriber(settings, credentials.openai_audio_key, slot.spare),
        )
    elif await to_thread.run_sync(wants_whisper, settings):
        local = await to_thread.run_sync(importlib.import_module, "parley.engines.local_speech")
        await _fill(slot, "whisper", lambda: local.load_whisper(settings))
    elif slot.spare is not None:
        slot.ready(slot.spare)
    else:
        await _fill(slot, "pocketsphinx", PocketsphinxTranscriber.load)


async def _load_synthesizer(slot: Slot[Synthesizer], settings: Settings, credentials: Credentials) -> None:
    if settings.synthesizer in SPEECH_PROTOCOLS:
        servers = await _speech_servers()
        await _fill(
            slot,
            settings.synthesizer,
            lambda: servers.load_synthesizer(settings, credentials.openai_audio_key, slot.spare),
        )
    elif await to_thread.run_sync(wants_kokoro, settings):
        local = await to_thread.run_sync(importlib.import_module, "parley.engines.local_speech")
        await _fill(slot, "kokoro", lambda: local.load_kokoro(settings, slot.spare))
    else:
        await _fill(slot, "espeak", partial(EspeakSynthesizer.load, settings.voice, settings.words_per_minute))


def wants_whisper(settings: Settings) -> bool:
    """Whether Whisper is to hear: it was chosen, or nothing was and a model is here. Looks at the disk."""
    if settings.transcriber == "auto":
        return find_whisper(settings.whisper_model) is not None
    return settings.transcriber == "whisper"


def wants_kokoro(settings: Settings) -> bool:
    """As above."""
    if settings.synthesizer == "auto":
        return find_model(KOKORO) is not None and find_voice_python() is not None
    return settings.synthesizer == "kokoro"


def local_speech(settings: Settings) -> list[EnginePort]:
    """The ports that models on this computer are to serve, once the embedded defaults are there."""
    wanted: dict[EnginePort, bool] = {"transcriber": wants_whisper(settings), "synthesizer": wants_kokoro(settings)}
    return [port for port, wants in wanted.items() if wants]


async def _speech_servers() -> ModuleType:
    """The adapters for the user's own speech servers, imported where settings name one."""
    return await to_thread.run_sync(importlib.import_module, "parley.engines.speech_servers")


async def _load_language_model(slot: Slot[LanguageModel], settings: Settings, credentials: Credentials) -> None:
    match chosen_model(settings, credentials):
        case "claude":
            await _fill(slot, "claude", lambda: ClaudeModel.load(settings, credentials))
        case "bedrock":
            await _fill(slot, "bedrock", lambda: ClaudeModel.load(settings, credentials, bedrock=True))
        case "offline":
            await _fill(slot, "offline", OfflineModel.load)


_FIELDS: dict[EnginePort, tuple[str, ...]] = {
    "transcriber": (
        *("transcriber", "transcriber_server", "transcriber_model", "whisper_model", "whisper_short_window"),
        *("language", "hint_words", "offline"),
    ),
    "language_model": (
        *("language_model", "model", "max_tokens", "persona", "base_url", "offline"),
        *("aws_region", "aws_profile", "bedrock_endpoint"),
    ),
    "synthesizer": (
        *("synthesizer", "synthesizer_server", "synthesizer_model", "synthesizer_voice", "synthesizer_format"),
        *("synthesizer_stream", "voice", "words_per_minute", "offline"),
        *("kokoro_voice", "kokoro_speed", "kokoro_idle_s"),
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


def servers_of(settings: Settings) -> list[EnginePort]:
    """The ports that speech servers of the user's own serve. Pure."""
    chosen: dict[EnginePort, str] = {"transcriber": settings.transcriber, "synthesizer": settings.synthesizer}
    return [port for port, engine in chosen.items() if engine in SPEECH_PROTOCOLS]


def beyond_embedded(settings: Settings, credentials: Credentials) -> list[EnginePort]:
    """The ports that something other than an embedded default is to serve, once those are there. Pure."""
    ports = servers_of(settings)
    return [*ports, "language_model"] if chosen_model(settings, credentials) != "offline" else ports


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
