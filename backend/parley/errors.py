"""Every error that a person may meet, each with the protocol code that the window words.

    ParleyError
    ├── EngineError                 an engine could not do its work
    │   ├── EngineFailed            it broke while it loaded or worked
    │   ├── EngineMissing           it is not installed, or its model is not here
    │   ├── TranscriberFailed
    │   ├── SynthesizerFailed
    │   └── LanguageModelError
    │       ├── NoKey  KeyRefused  BadSetting  RateLimited  Overloaded  Unreachable
    │       └── StreamCut  RequestRefused  LanguageModelFailed
    ├── BadMessage                  a peer broke the protocol
    ├── VersionMismatch
    ├── TooManyConnections
    ├── NotSpeaker                  a viewer sent what only a speaker may
    ├── ToolServerFailed            a server of tools is not there
    ├── MemoryFailed                conversations cannot be kept
    ├── BadConfig                   settings that cannot be used
    ├── UnknownModel                a model that the catalog does not have
    ├── DownloadFailed              one that could not be fetched
    ├── BadAudio                    a file that holds no usable sound
    └── SourceError                 in development: what was saved does not compile

Foreign exceptions stop at the adapter that calls the library. `failure` makes messages of these.
"""

from typing import ClassVar

from .wire.messages import Failure, FailureCode


class ParleyError(Exception):
    """Base of all. The text says what happened, to what, and what to do; it never holds what the user said."""

    code: ClassVar[FailureCode] = "internal"
    retryable: ClassVar[bool] = True
    """As x-failure-codes in shared/protocol.json has it of the code."""


class EngineError(ParleyError):
    """Anything that an engine's adapter raises."""

    code: ClassVar[FailureCode] = "engine_failed"
    retryable = True


class EngineFailed(EngineError):
    """It broke while it loaded or worked."""


class EngineMissing(EngineError):
    code: ClassVar[FailureCode] = "engine_missing"
    retryable = False


class TranscriberFailed(EngineError):
    code: ClassVar[FailureCode] = "transcriber_failed"
    retryable = True


class SynthesizerFailed(EngineError):
    code: ClassVar[FailureCode] = "synthesizer_failed"
    retryable = True


class LanguageModelError(EngineError):
    """The model could not answer."""


class LanguageModelFailed(LanguageModelError):
    """The server failed (5xx), sent what is not a stream, or anything not named below."""

    code: ClassVar[FailureCode] = "model_failed"
    retryable = True


class NoKey(LanguageModelError):
    code: ClassVar[FailureCode] = "model_no_key"
    retryable = False


class KeyRefused(LanguageModelError):
    """401 or 403."""

    code: ClassVar[FailureCode] = "model_key_refused"
    retryable = False


class BadSetting(LanguageModelError):
    """Something that its server needs is not set, or cannot be used."""

    code: ClassVar[FailureCode] = "bad_config"
    retryable = False


class RequestRefused(LanguageModelError):
    """400, 404, 413, 422: the server understood and says no (unknown model, too long, no credit)."""

    code: ClassVar[FailureCode] = "model_request_refused"
    retryable = False


class RateLimited(LanguageModelError):
    """429. `retry_after_s` is the server's own advice, where it gave one."""

    code: ClassVar[FailureCode] = "model_rate_limited"
    retryable = True

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Overloaded(LanguageModelError):
    """529."""

    code: ClassVar[FailureCode] = "model_overloaded"
    retryable = True


class Unreachable(LanguageModelError):
    """No connection could be made: offline, wrong address, or a time-out before the first byte."""

    code: ClassVar[FailureCode] = "model_unreachable"
    retryable = True

    def __init__(self, message: str, dropped: bool = False) -> None:
        super().__init__(message)
        self.dropped = dropped
        """A connection that was open broke: another one may work at once."""


class StreamCut(LanguageModelError):
    """The connection broke, or fell silent, after the answer had begun."""

    code: ClassVar[FailureCode] = "model_stream_cut"
    retryable = True


class BadMessage(ParleyError):
    code: ClassVar[FailureCode] = "bad_message"
    retryable = False


class VersionMismatch(ParleyError):
    code: ClassVar[FailureCode] = "version_mismatch"
    retryable = False


class NotSpeaker(ParleyError):
    code: ClassVar[FailureCode] = "not_speaker"
    retryable = False


class TooManyConnections(ParleyError):
    code: ClassVar[FailureCode] = "too_many_connections"
    retryable = True


class ToolServerFailed(ParleyError):
    code: ClassVar[FailureCode] = "tool_server_failed"
    retryable = False


class MemoryFailed(ParleyError):
    code: ClassVar[FailureCode] = "memory_failed"
    retryable = False


class BadConfig(ParleyError):
    code: ClassVar[FailureCode] = "bad_config"
    retryable = False


class UnknownModel(ParleyError):
    code: ClassVar[FailureCode] = "unknown_model"
    retryable = False


class DownloadFailed(ParleyError):
    code: ClassVar[FailureCode] = "download_failed"
    retryable = True


class BadAudio(ParleyError):
    code: ClassVar[FailureCode] = "bad_audio"
    retryable = False


class ToolFailed(Exception):
    """A tool could not do it. Told to the language model, which tells the user: so a sentence that can be said."""


class SourceError(ParleyError):
    code: ClassVar[FailureCode] = "source_error"
    retryable = False


def failure(error: ParleyError) -> Failure:
    """The message that says of an error what the window needs; sender and turn are added where they are known."""
    return Failure(code=error.code, message=str(error), retryable=error.retryable)


def first_of_ours(raised: ParleyError | ExceptionGroup[Exception]) -> ParleyError:
    """The error within the groups that task groups make of it; raises `raised` when none of it is ours."""
    while isinstance(raised, ExceptionGroup):
        ours = raised.subgroup(ParleyError)
        if ours is None:
            raise raised
        first = ours.exceptions[0]
        assert isinstance(first, ParleyError | ExceptionGroup)
        raised = first
    return raised
