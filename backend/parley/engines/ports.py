"""The four ports between the conversation and its engines. One adapter a file; foreign exceptions stop there.

An adapter is made by its own `load`, off the event loop, and raises only `errors.EngineError`s. The fakes in
tests/fakes and the real engines pass the same contract tests (tests/backend/engines).
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from ..audio.pcm import Samples
from .voice_samples import SAMPLES


@dataclass(frozen=True)
class VoiceInfo:
    """One that a synthesizer can speak with."""

    name: str
    """As in settings."""
    title: str
    language: str
    """In English: `British English`. Empty where the title says it."""


@dataclass(frozen=True, kw_only=True)
class EngineInfo:
    """What people are told about an engine."""

    name: str
    """As it is called in settings and on the wire: `pocketsphinx`, `claude`."""
    basic: bool
    """It is an embedded default: it works at once, and something better exists."""
    remedy: str = ""
    """One sentence: what would make it better. Empty when nothing would."""
    metered: bool = False
    """Each request may cost money: it has a key to somebody's server."""
    wants_short_start: bool = False
    """A synthesizer that gives no sound before a whole sentence is made: a reply begins with a short clause."""
    voices: tuple[VoiceInfo, ...] = ()
    """Of a synthesizer that has several."""
    voice_setting: str = ""
    """The setting that chooses among them."""
    sample: str = SAMPLES["en"]
    """Something to hear the chosen one by."""


class Vad(Protocol):
    """Voice activity detection, inline in the event loop (0.1 ms a window)."""

    info: EngineInfo

    def probability(self, window: Samples) -> float:
        """Speech probability (0.0 … 1.0) of the next window of `pcm.WINDOW` samples. State is carried over."""
        ...

    def reset(self) -> None:
        """Forget the past, as before a new capture."""
        ...

    def fresh(self) -> "Vad":
        """Another ear on the same model, with a state of its own: each session has one."""
        ...


@dataclass(frozen=True)
class Partial:
    """What has been understood so far."""

    text: str
    stable_chars: int = 0
    """The first so many characters will not change any more."""


class Transcriber(Protocol):
    """Speech recognition, one utterance at a time. All methods are awaited in order by one caller.

    Cancelling any of them is safe: the engine finishes the step in work and the next `start` begins afresh.
    """

    info: EngineInfo

    async def start(self) -> None:
        """Begin an utterance; one that was not finished is forgotten."""
        ...

    async def feed(self, samples: Samples) -> None:
        """Add speech at `pcm.MIC_RATE_HZ`, any number of samples."""
        ...

    async def partial(self) -> Partial:
        """What has been understood so far. Raises `TranscriberFailed`."""
        ...

    async def peek(self) -> str:
        """The text that the utterance has if it ends here: the user pauses. It may go on with the next `feed`.

        A `finish` with nothing fed between transcribes nothing again; it may know better where that takes no time.
        Raises `TranscriberFailed`.
        """
        ...

    async def finish(self) -> str:
        """End the utterance and return its text, `""` for none. Raises `TranscriberFailed`."""
        ...

    async def aclose(self) -> None: ...


@runtime_checkable
class Watched(Protocol):
    """An engine whose `info` changes by itself."""

    async def watch(self, changed: Callable[[], None]) -> None:
        """Do what it does beside its work, until cancelled; `changed` is called when its `info` is another."""
        ...


@dataclass(frozen=True)
class ToolSpec:
    """A tool, as a language model is told of it."""

    name: str
    """Letters, digits, `_` and `-`, at most 64."""
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of its arguments, an object."""


@dataclass(frozen=True)
class ToolCall:
    """The model wants a tool used. Nothing of it has happened yet."""

    call_id: str
    name: str
    arguments: Mapping[str, Any]
    """As the model wrote them: not checked against the tool's schema."""
    context: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """What the adapter wants to see again with this call, in its own form."""


@dataclass(frozen=True)
class ToolResult:
    call_id: str
    text: str
    failed: bool = False


@dataclass(frozen=True)
class ChatMessage:
    role: Literal["user", "assistant"]
    text: str
    calls: tuple[ToolCall, ...] = ()
    """Of an assistant's message, after its text."""
    results: tuple[ToolResult, ...] = ()
    """Of a user's message, before its text: one for each call of the message before."""


GO_ON = (
    "(A restart cut you off after exactly these words. Go on from there, in the same sentence if it was not whole. "
    "Repeat nothing, and do not mention this.)"
)
"""Said in the user's place after what was made of an answer before the process ended."""


class LanguageModel(Protocol):
    info: EngineInfo

    def stream(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        """Stream the answer to the last message: text in pieces of any length, none empty, and calls of the tools.

        After a call the answer goes on when the results are given, in another stream. Closing the generator
        (`contextlib.aclosing`) or cancelling closes the connection behind it at once. Raises `LanguageModelError`s.
        """
        ...

    async def warm(self) -> None:
        """A question is about to come: open the connection it will need. Raises nothing; costs nothing but time."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True)
class WordTime:
    """When a word of a sentence is spoken."""

    first_char: int
    """Position in the text given to `speak`, in characters (code points)."""
    char_count: int
    first_sample: int
    """Position in the sentence's speech, in samples at the synthesizer's rate. Never falls within a sentence."""


@dataclass(frozen=True)
class SpeechPiece:
    """A stretch of speech, with the words that begin in it or that are known by now."""

    samples: Samples
    words: tuple[WordTime, ...] = ()


class Synthesizer(Protocol):
    info: EngineInfo
    sample_rate_hz: int

    def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        """Stream the speech of one cleaned sentence (see conversation/speakable.py).

        Closing the generator or cancelling stops the engine within one piece (at most 100 ms of work).
        Raises `SynthesizerFailed`.
        """
        ...

    async def aclose(self) -> None: ...


@runtime_checkable
class Rests(Protocol):
    """An engine in a process of its own, which need not be there while nobody uses it."""

    async def rest(self) -> None:
        """Let go of the process, once the work in hand is done. It comes back when it is used."""
        ...

    def wake(self) -> None:
        """It may be used in some seconds: the user has begun to speak."""
        ...
