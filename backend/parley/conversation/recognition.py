"""From the listener's events to words: one utterance at a time through the transcriber.

Hands each utterance that held words to session.py, which makes a turn of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from anyio import WouldBlock
from anyio.streams.memory import MemoryObjectReceiveStream

from ..audio.pcm import WINDOW, Samples
from ..engines.ports import Partial, Transcriber
from ..engines.slots import Slot
from ..errors import EngineError, TranscriberFailed
from .listener import Began, Continued, Ended, Paused, concatenate

Speech = Began | Continued | Paused | Ended

SPEECH_BACKLOG = 320
"""Windows that may wait for the transcriber: 10 s, the microphone's credit. Then the microphone waits."""

PARTIAL_EVERY = 8 * WINDOW
"""Samples between two looks at what is understood so far: a quarter of a second. There is one at each pause, too."""


@dataclass(frozen=True)
class Utterance:
    """What was said, and where in the capture. `text` is empty when there were no words in it (a cough)."""

    text: str
    stream: int
    first_sample: int
    end_sample: int


async def recognize(
    speech: MemoryObjectReceiveStream[Speech],
    slot: Slot[Transcriber],
    on_partial: Callable[[int, Partial, int], None],
    on_utterance: Callable[[Utterance], None],
    on_failure: Callable[[Ended, EngineError], None],
) -> None:
    """Serve until `speech` is closed. Cancelling loses no more than the utterance in progress, which is not acked."""
    async for event in speech:
        if isinstance(event, Began):
            async with slot.in_use:
                try:
                    transcriber = await slot.get()
                except EngineError as error:
                    on_failure(await _end(speech), error)
                    continue
                await _one(event, speech, transcriber, on_partial, on_utterance, on_failure)


async def _one(
    began: Began,
    speech: MemoryObjectReceiveStream[Speech],
    transcriber: Transcriber,
    on_partial: Callable[[int, Partial, int], None],
    on_utterance: Callable[[Utterance], None],
    on_failure: Callable[[Ended, EngineError], None],
) -> None:
    heard: list[Samples] = []
    ended: Ended | None = None
    paused = False
    looked_at = 0
    position = began.first_sample
    failed = False
    fresh = [began.samples]
    await transcriber.start()
    while True:
        samples = concatenate(fresh)
        heard.append(samples)
        try:
            if not failed and len(samples):
                await transcriber.feed(samples)
                looked_at += len(samples)
                position += len(samples)
            if ended is not None:
                break
            if not failed and (paused or looked_at >= PARTIAL_EVERY):
                looked_at = 0
                on_partial(began.stream, await transcriber.partial(), position)
        except TranscriberFailed:
            failed = True
        fresh, paused, ended = await _take(speech)
    try:
        text = await (_again(transcriber, heard) if failed else transcriber.finish())
    except TranscriberFailed as error:
        on_failure(ended, error)
        return
    on_utterance(Utterance(text.strip(), ended.stream, ended.first_sample, ended.end_sample))


async def _end(speech: MemoryObjectReceiveStream[Speech]) -> Ended:
    """Pass over the rest of an utterance."""
    ended: Ended | None = None
    while ended is None:
        *_, ended = await _take(speech)
    return ended


async def _take(speech: MemoryObjectReceiveStream[Speech]) -> tuple[list[Samples], bool, Ended | None]:
    """Everything that is waiting, at least one event: fewer crossings into the engine's thread. Whether it pauses."""
    fresh: list[Samples] = []
    paused = False
    event = await speech.receive()
    while True:
        match event:
            case Continued(samples=samples):
                fresh.append(samples)
            case Paused():
                paused = True
            case Ended():
                return fresh, paused, event
            case Began():
                raise AssertionError("an utterance began within another")
        try:
            event = speech.receive_nowait()
        except WouldBlock:
            return fresh, paused, None


async def _again(transcriber: Transcriber, heard: list[Samples]) -> str:
    """The engine broke on the way: once more from the start, with what was kept."""
    await transcriber.start()
    await transcriber.feed(concatenate(heard))
    return await transcriber.finish()
