"""The user's own speech servers, as settings name them, each with the embedded engine as its spare."""

from ..errors import EngineFailed
from ..settings import Settings
from .fallback import Pair
from .fallback_synthesizer import FallbackSynthesizer
from .fallback_transcriber import FallbackTranscriber
from .openai_http import AudioServer
from .openai_speech import OpenAISynthesizer, OpenAITranscriber
from .ports import Synthesizer, Transcriber
from .speech_address import is_loopback, tcp_address
from .wyoming_speech import WyomingSynthesizer, WyomingTranscriber

USUAL_WORDS_PER_MINUTE = 165
"""At which a voice has its own pace."""


async def load_transcriber(settings: Settings, key: str, spare: Transcriber | None) -> Transcriber:
    """The spare serves until the server has answered. Raises `EngineError` for settings that cannot be used, and,
    without a spare, for a server that is not there."""
    address = _address(settings.transcriber, "transcriber_server", settings.transcriber_server, settings.offline)
    language = "" if settings.language == "auto" else settings.language
    main: WyomingTranscriber | OpenAITranscriber
    if settings.transcriber == "wyoming":
        main = WyomingTranscriber(tcp_address(address), settings.transcriber_model, language)
    else:
        server = await AudioServer.open(address, key)
        main = OpenAITranscriber(server, settings.transcriber_model, language, settings.hint_words)
    if spare is None:
        await main.probe()
        return main
    engine = FallbackTranscriber(Pair(main, spare, main.probe, f"The speech server at {address}"))
    engine.begin_with_spare()
    return engine


async def load_synthesizer(settings: Settings, key: str, spare: Synthesizer | None) -> Synthesizer:
    """As above."""
    address = _address(settings.synthesizer, "synthesizer_server", settings.synthesizer_server, settings.offline)
    main: WyomingSynthesizer | OpenAISynthesizer
    if settings.synthesizer == "wyoming":
        main = WyomingSynthesizer(tcp_address(address), settings.synthesizer_voice)
    else:
        main = OpenAISynthesizer(
            await AudioServer.open(address, key),
            settings.synthesizer_model,
            settings.synthesizer_voice,
            speed=round(settings.words_per_minute / USUAL_WORDS_PER_MINUTE, 2),
            response_format=settings.synthesizer_format,
            options={"stream": True} if settings.synthesizer_stream else {},
        )
    if spare is None:
        await main.probe()
        return main
    engine = FallbackSynthesizer(Pair(main, spare, main.probe, f"The speech server at {address}"))
    engine.begin_with_spare()
    return engine


def _address(kind: str, setting: str, address: str, offline: bool) -> str:
    """Checked as far as it can be without asking."""
    address = address.strip()
    if not address:
        example = "tcp://192.168.1.20:10300" if kind == "wyoming" else "http://192.168.1.20:8000/v1"
        raise EngineFailed(f"The setting {setting} names no server; for {kind} it is like {example}")
    if offline and not is_loopback(address):
        raise EngineFailed(f"Parley is set to offline, and the speech server at {address} is another computer")
    try:
        if kind == "wyoming":
            tcp_address(address)
    except ValueError as error:
        raise EngineFailed(f"The setting {setting} cannot be used: {error}") from None
    return address
