"""Bring the engines up, each as soon as it can be, and say how far it has come. What `auto` takes is decided here."""

import logging
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from anyio import create_task_group

from ..credentials import Credentials
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
        await _fill(
            engines.synthesizer,
            "espeak",
            lambda: EspeakSynthesizer.load(settings.voice, settings.words_per_minute),
        )
        progress("answers", 2, STAGES)
        if chosen_model(settings, credentials) == "offline":
            await load_language_model(engines, settings, credentials)
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


async def load_language_model(engines: Engines, settings: Settings, credentials: Credentials) -> None:
    """Fill the language model's slot for these keys; called again when they change."""
    slot = engines.language_model
    match chosen_model(settings, credentials):
        case "claude":
            await _fill(slot, "claude", lambda: ClaudeModel.load(settings, credentials))
        case "bedrock":
            await _fill(slot, "bedrock", lambda: ClaudeModel.load(settings, credentials, bedrock=True))
        case "offline":
            await _fill(slot, "offline", OfflineModel.load)


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
