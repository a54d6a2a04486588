"""What people can set: `settings.json` in the platform's config folder, then environment variables over it.

The file is read as a whole and refused as a whole. Keys that this version does not know are ignored, and
kept by whoever writes the file. Secrets are never in it.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
import platformdirs

from .errors import BadConfig

APP = "parley"


class McpServer(msgspec.Struct, frozen=True, kw_only=True):
    """A tool server: a program, or an address. In `env` and `headers`, `${NAME}` is the environment's variable."""

    command: str = ""
    args: list[str] = []
    env: dict[str, str] = {}
    url: str = ""
    """Of a server that speaks streamable HTTP, in place of `command`."""
    headers: dict[str, str] = {}
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 30.0
    """Longest wait for a tool; then the answer goes on without it."""

    def __post_init__(self) -> None:
        if bool(self.command) == bool(self.url):
            raise ValueError("give either command or url")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    pause_s: Annotated[float, msgspec.Meta(ge=0.2, le=5.0)] = 0.8
    """Silence that ends an utterance. 0.3 cuts off slow speakers; 1.2 feels deaf."""

    learn_pauses: bool = True
    """`pause_s` is fitted to how the user pauses: three quarters of it for who never does within a sentence, up to half
    as much again for who looks for words. Learned anew in each session."""

    speculate: Literal["always", "when_free", "never"] = "always"
    """Begin the answer while the user pauses, unseen, and throw it away when he goes on: at most three times a turn.
    `when_free`: not where a request may cost money, because its engine has a key."""

    mic_idle_s: Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)] = 600.0
    """Seconds without speech after which the microphone closes; 0 never. It must not answer the television."""

    half_duplex: bool = False
    """While the assistant speaks, only push-to-talk is listened to: for loudspeakers that the microphone hears well."""

    keep_conversations: bool = True
    """On disk, until the user deletes them. False: a conversation that begins then is forgotten when Parley ends; one
    that goes on stays what it is."""

    language_model: Literal["auto", "claude", "bedrock", "offline"] = "auto"
    """`auto` takes Claude when a key or a base_url is set, else Bedrock when a key of its own or aws_region is set."""

    model: str = "claude-haiku-5-5"
    """Claude's model, as the server names it. Haiku is the quickest to its first word, which is what a talk needs."""

    persona: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    """How Parley should be, in the user's own words: added to what the model is told."""

    history_tokens: Annotated[int, msgspec.Meta(ge=500, le=200_000)] = 8000
    """How much of the conversation the model is told, roughly. 8000 tokens are over an hour of talk."""

    aws_region: str = ""
    """Of Amazon Bedrock. Empty: AWS_REGION, or as the AWS profile has it."""

    aws_profile: str = ""
    """Of ~/.aws, for Bedrock. Empty: the keys given, or AWS_PROFILE."""

    bedrock_endpoint: Literal["runtime", "mantle"] = "runtime"
    """Bedrock's older interface, which every account has, or the newer one."""

    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=64_000)] = 1024
    """Of one answer. 1024 tokens are about five minutes of speech."""

    base_url: str = ""
    """A Messages-compatible server other than Anthropic's own. Empty: Anthropic's. For Bedrock, its address."""

    mcp_servers: dict[Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,32}$")], McpServer] = {}
    """Servers of tools, by a name of the user's choosing."""

    voice: str = "en-us"
    """The synthesizer's voice."""

    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=450)] = 165
    """How fast the assistant speaks. 165 is an unhurried conversation."""

    offline: bool = False
    """Nothing is fetched and nobody outside this computer is asked, whatever keys and servers are set."""

    language: Annotated[str, msgspec.Meta(pattern="^(auto|[a-z]{2,3})$")] = "auto"
    """What the user speaks, as an ISO 639-1 code. `auto`: the recognizer hears which it is."""

    hint_words: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """Names and terms that the recognizer should expect, separated by commas."""

    transcriber: Literal["auto", "whisper", "pocketsphinx", "wyoming", "openai"] = "auto"
    """`auto` takes Whisper when a model of it is on this computer. `wyoming` and `openai` are the protocols of a
    speech server of the user's own."""

    whisper_model: str = "auto"
    """`small`, `base` … or the path of a folder; `auto` takes the best that is here."""

    whisper_short_window: bool = False
    """Transcribe in a third of the time. What it costs in errors was not measured: see engines/whisper.py."""

    transcriber_server: str = ""
    """Its address: tcp://host:port for wyoming, http://host:port/v1 for openai."""

    transcriber_model: str = ""
    """As the server names it. Empty: its own choice; with openai whisper-1."""

    synthesizer: Literal["auto", "kokoro", "espeak", "wyoming", "openai"] = "auto"
    """As `transcriber`; `auto` takes Kokoro when its model and the voice pack are on this computer."""

    kokoro_voice: str = "af_heart"
    """A voice of Kokoro's: its first letter is its language, see engines/kokoro_voices.py."""

    kokoro_speed: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)] = 1.0
    """Times its ordinary pace."""

    kokoro_idle_s: Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)] = 1800.0
    """Seconds without a conversation after which Kokoro's memory (1 GB) is let go; 0 never."""

    synthesizer_server: str = ""
    """As `transcriber_server`."""

    synthesizer_model: str = ""
    """With openai only, as the server names it. Empty: tts-1."""

    synthesizer_voice: str = ""
    """The server's voice, as it names it. Empty: its own choice; with openai alloy."""

    synthesizer_format: Literal["wav", "pcm"] = "wav"
    """With openai only. A WAV says its rate; pcm is taken to be 24 kHz, and some servers stream only that."""

    synthesizer_stream: bool = False
    """With openai only: ask for streaming by a field of its own, as vLLM-Omni wants. Others know no such field."""

    otlp_endpoint: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """Address of an OpenTelemetry collector (http://127.0.0.1:4318) that is told how long turns took: never words.
    Empty: nobody is told."""

    interface_language: Literal["system", "en", "de"] = "system"
    """Of the window and the tray. `system`: as the system, or the browser, prefers."""

    appearance: Literal["system", "light", "dark"] = "system"
    """Of the window."""

    subtitle_scale: Annotated[float, msgspec.Meta(ge=0.5, le=3.0)] = 1.0
    """Times the usual size."""

    microphone: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """The window's, by the name that the system gives it. Empty: the system's own."""

    speaker: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """As `microphone`."""

    is_welcomed: bool = False
    """The first run is over, or was passed over."""

    log_level: Literal["debug", "info", "warning"] = "info"
    """How much the log tells, from now on. PARLEY_LOG_LEVEL counts more."""

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec makes a ValidationError of."""
        collector = urlsplit(self.otlp_endpoint)
        if self.otlp_endpoint and not (collector.scheme in ("http", "https") and collector.hostname):
            raise ValueError("`otlp_endpoint` is an address that begins with http:// or https://")
        for setting, address in (
            ("transcriber_server", self.transcriber_server),
            ("synthesizer_server", self.synthesizer_server),
        ):
            if address and not address.startswith(("tcp://", "http://", "https://")):
                raise ValueError(f"`{setting}` is an address that begins with tcp://, http:// or https://")


VARIABLES = {
    "PARLEY_PAUSE_S": "pause_s",
    "PARLEY_LEARN_PAUSES": "learn_pauses",
    "PARLEY_SPECULATE": "speculate",
    "PARLEY_MIC_IDLE_S": "mic_idle_s",
    "PARLEY_HALF_DUPLEX": "half_duplex",
    "PARLEY_KEEP_CONVERSATIONS": "keep_conversations",
    "PARLEY_LANGUAGE_MODEL": "language_model",
    "PARLEY_MODEL": "model",
    "PARLEY_MAX_TOKENS": "max_tokens",
    "ANTHROPIC_BASE_URL": "base_url",
    "PARLEY_AWS_REGION": "aws_region",
    "PARLEY_AWS_PROFILE": "aws_profile",
    "PARLEY_VOICE": "voice",
    "PARLEY_WORDS_PER_MINUTE": "words_per_minute",
    "PARLEY_OFFLINE": "offline",
    "PARLEY_OTLP_ENDPOINT": "otlp_endpoint",
    "PARLEY_LANGUAGE": "language",
    "PARLEY_WELCOMED": "is_welcomed",
    "PARLEY_TRANSCRIBER": "transcriber",
    "PARLEY_TRANSCRIBER_SERVER": "transcriber_server",
    "PARLEY_TRANSCRIBER_MODEL": "transcriber_model",
    "PARLEY_WHISPER_MODEL": "whisper_model",
    "PARLEY_SYNTHESIZER": "synthesizer",
    "PARLEY_KOKORO_VOICE": "kokoro_voice",
    "PARLEY_SYNTHESIZER_SERVER": "synthesizer_server",
    "PARLEY_SYNTHESIZER_MODEL": "synthesizer_model",
    "PARLEY_SYNTHESIZER_VOICE": "synthesizer_voice",
    "PARLEY_SYNTHESIZER_FORMAT": "synthesizer_format",
    "PARLEY_SYNTHESIZER_STREAM": "synthesizer_stream",
}
"""Variables that override the file, for development and for browser mode."""


SettingsNow = Callable[[], Settings]
"""The settings in force at this moment: they change while conversations go on."""


def config_folder(app: str = APP) -> Path:
    return Path(platformdirs.user_config_dir(app, appauthor=False))


def data_folder() -> Path:
    return Path(platformdirs.user_data_dir(APP, appauthor=False))


def load_settings(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises `BadConfig`, which names the file or the variable, the field and what it may be."""
    return SettingsFile(folder, environment).settings


class SettingsFile:
    """The settings in force, and the only writer of the file. It reads and writes the disk: call it in a thread."""

    def __init__(self, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
        """Raises `BadConfig`."""
        self.folder = folder
        self._path = folder / "settings.json"
        self._overrides = {field: value for name, field in VARIABLES.items() if (value := environment.get(name))}
        self._written = self._read()
        self.settings = self._over(self._written)

    @property
    def fixed(self) -> list[str]:
        """The fields that the environment decides."""
        return sorted(self._overrides)

    def change(self, values: Mapping[str, object]) -> Settings:
        """Write down all of these and return what is in force then. Raises `BadConfig`, and nothing has changed."""
        for field in values:
            if field not in Settings.__struct_fields__:
                raise BadConfig(f"there is no setting {field!r}.")
            if field in self._overrides:
                variable = next(name for name, of in VARIABLES.items() if of == field)
                raise BadConfig(f"{field} is decided by the environment variable {variable}.")
        fields = {**self._written, **values}
        try:
            settings = self._over(fields)
        except msgspec.ValidationError as error:
            raise BadConfig(f"this cannot be set: {error}.") from error
        try:
            _write_whole(self._path, msgspec.json.format(msgspec.json.encode(fields), indent=2))
        except OSError as error:
            raise BadConfig(f"{self._path} cannot be written: {error.strerror}. The settings are as before.") from error
        self._written, self.settings = fields, settings
        return settings

    def _read(self) -> dict[str, object]:
        path = self._path
        try:
            fields = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
            msgspec.convert(fields, Settings)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise BadConfig(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise BadConfig(f"{path} cannot be used: {error}. Correct it, or move it away to start afresh.") from error
        return fields

    def _over(self, written: Mapping[str, object]) -> Settings:
        """The environment over what is written. Raises `BadConfig` for a variable, `ValidationError` for the rest."""
        fields: dict[str, object] = dict(written)
        msgspec.convert(fields, Settings)
        for variable, field in VARIABLES.items():
            if field not in self._overrides:
                continue
            fields[field] = self._overrides[field]
            try:
                msgspec.convert(fields, Settings, strict=False)
            except msgspec.ValidationError as error:
                raise BadConfig(f"the environment variable {variable} cannot be used: {error}.") from error
        return msgspec.convert(fields, Settings, strict=False)


def _write_whole(path: Path, data: bytes) -> None:
    """For the user's eyes alone. Whoever reads meanwhile sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(fresh, path)
