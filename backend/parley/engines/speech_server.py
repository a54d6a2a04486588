"""What the adapters of speech servers share: how long they wait, how they fail, and speech that arrives as it likes.

The time-outs here are those of a server that is broken. One that is merely later than usual is noticed sooner, by
fallback.py, which knows how fast it was.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager

from anyio import move_on_after

from ..audio.pcm import Samples
from ..errors import EngineError, EngineFailed
from .ports import SpeechPiece
from .speech_pieces import SpeechPieces

CONNECT_S = 2.0
ANSWER_S = 15.0
"""For the first of an answer. A server that loads its model at the first question takes so long; see fallback.py."""

PROBE_S = 5.0
"""For what a server answers without a model: whether it is there."""

STALL_S = 5.0
"""Between two pieces of an answer."""

STARVED_S = 2.0
"""For which a speaker that began with the first piece would have to wait for the next."""

SPEECH_RATE_HZ = 24_000
"""Of every speech server, whatever it sends: a turn's speech has one rate, and sentences may come from two engines."""

MAX_SENTENCE_S = 120.0
"""Of speech for one sentence: more is a server that does not stop."""


class ServerFailed(EngineFailed):
    """A speech server did not do its part. Each adapter makes its port's error of it (`failing_as`)."""


@contextmanager
def failing_as(kind: type[EngineError]) -> Iterator[None]:
    try:
        yield
    except ServerFailed as error:
        raise kind(str(error)) from error


async def as_speech(
    receive: Callable[[], Awaitable[Samples | None]], pieces: SpeechPieces, server: str
) -> AsyncGenerator[SpeechPiece, None]:
    """The speech that `receive` brings, until it brings None, cut and timed. Raises `ServerFailed`.

    `receive` is cancelled when something is to be passed on meanwhile, and must lose nothing by it. What has come
    before a failure is passed on before it is raised.
    """
    began_at: float | None = None
    waited_s, may_wait_s = 0.0, ANSWER_S
    """For the next sound."""
    held_s = 0.0
    """By the caller, over the pieces: it says nothing of the server."""
    try:
        while True:
            asked_at = time.monotonic()
            due_in_s = float("inf") if began_at is None else pieces.due_in(asked_at - began_at)
            samples: Samples | None = None
            with move_on_after(min(due_in_s, may_wait_s - waited_s)) as waiting:
                samples = await receive()
            now = time.monotonic()
            waited_s += now - asked_at
            if samples is None and not waiting.cancelled_caught:
                break
            if samples is not None and samples.size:
                began_at = now if began_at is None else began_at
                pieces.feed(samples)
                if pieces.seconds > MAX_SENTENCE_S:
                    raise ServerFailed(f"{server} does not come to the end of a sentence")
                waited_s, may_wait_s = 0.0, min(STALL_S, began_at + held_s + pieces.seconds + STARVED_S - now)
            elif waited_s >= may_wait_s:
                how = "does not answer" if began_at is None else "stopped in the middle of a sentence"
                raise ServerFailed(f"{server} {how}")
            if began_at is not None:
                for piece in pieces.due(now - began_at):
                    yield piece
                held_s += time.monotonic() - now
    except EngineFailed:
        for piece in pieces.broken_off():
            yield piece
        raise
    for piece in pieces.flush():
        yield piece
