"""What people can set: `settings.json` in the platform's config folder, then environment variables over it.

The file is read as a whole and refused as a whole. Keys that this version does not know are ignored, and
kept by whoever writes the file. Secrets are never in it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import platformdirs

from .errors import BadConfig

APP = "parley"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    pause_s: Annotated[float, msgspec.Meta(ge=0.2, le=5.0)] = 0.8
    """Silence that ends an utterance. 0.3 cuts off slow speakers; 1.2 feels deaf."""

    mic_idle_s: Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)] = 600.0
    """Seconds without speech after which the microphone closes; 0 never. It must not answer the television."""

    language_model: Literal["auto", "claude", "offline"] = "auto"
    """`auto` takes Claude when a key or a base_url is set."""

    model: str = "claude-haiku-5-5"
    """Claude's model, as the server names it. Haiku is the quickest to its first word, which is what a talk needs."""

    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=64_000)] = 1024
    """Of one answer. 1024 tokens are about five minutes of speech."""

    base_url: str = ""
    """A Messages-compatible server other than Anthropic's own. Empty: Anthropic's."""

    voice: str = "en-us"
    """The synthesizer's voice."""

    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=450)] = 165
    """How fast the assistant speaks. 165 is an unhurried conversation."""

    transcriber: Literal["auto", "whisper", "pocketsphinx"] = "auto"
    """`auto` takes Whisper when a model of it is on this computer."""

    whisper_model: str = "auto"
    """`small`, `base` … or the path of a folder; `auto` takes the best that is here."""

    language: Annotated[str, msgspec.Meta(pattern="^(auto|[a-z]{2,3})$")] = "auto"
    """What the user speaks, as an ISO 639-1 code. `auto`: Whisper hears which it is, once."""

    hint_words: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """Names and terms that Whisper should expect, separated by commas."""

    whisper_short_window: bool = False
    """Transcribe in a third of the time. What it costs in errors was not measured: see engines/whisper.py."""

    synthesizer: Literal["auto", "kokoro", "espeak"] = "auto"
    """`auto` takes Kokoro when its model and the voice pack are on this computer."""

    kokoro_voice: str = "af_heart"
    """A voice of Kokoro's: its first letter is its language, see engines/kokoro_voices.py."""

    kokoro_speed: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)] = 1.0
    """Times its ordinary pace."""

    kokoro_idle_s: Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)] = 1800.0
    """Seconds without a conversation after which Kokoro's memory (1 GB) is let go; 0 never."""


_ENVIRONMENT = {
    "PARLEY_PAUSE_S": "pause_s",
    "PARLEY_MIC_IDLE_S": "mic_idle_s",
    "PARLEY_LANGUAGE_MODEL": "language_model",
    "PARLEY_MODEL": "model",
    "PARLEY_MAX_TOKENS": "max_tokens",
    "ANTHROPIC_BASE_URL": "base_url",
    "PARLEY_VOICE": "voice",
    "PARLEY_WORDS_PER_MINUTE": "words_per_minute",
    "PARLEY_TRANSCRIBER": "transcriber",
    "PARLEY_WHISPER_MODEL": "whisper_model",
    "PARLEY_LANGUAGE": "language",
    "PARLEY_SYNTHESIZER": "synthesizer",
    "PARLEY_KOKORO_VOICE": "kokoro_voice",
}
"""Variables that override the file, for development and for browser mode."""


def config_folder() -> Path:
    return Path(platformdirs.user_config_dir(APP, appauthor=False))


def data_folder() -> Path:
    """For what is large or not written by hand: models."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False))


def load_settings(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises `BadConfig`, which names the file or the variable, the field and what it may be."""
    path = folder / "settings.json"
    fields: dict[str, object] = {}
    try:
        fields = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
        msgspec.convert(fields, Settings)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadConfig(f"{path} cannot be used: {error}. Correct it, or move it away to start afresh.") from error
    for variable, field in _ENVIRONMENT.items():
        value = environment.get(variable, "")
        if not value:
            continue
        fields[field] = value
        try:
            msgspec.convert(fields, Settings, strict=False)
        except msgspec.ValidationError as error:
            raise BadConfig(f"the environment variable {variable} cannot be used: {error}.") from error
    return msgspec.convert(fields, Settings, strict=False)
