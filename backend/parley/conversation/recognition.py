"""From the listener's events to words: one utterance at a time through the transcriber.

Hands each utterance that held words to session.py, which makes a turn of it. At a pause it tells what the turn will be
if that was all, so that the answer can begin.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from anyio import WouldBlock
from anyio.streams.memory import MemoryObjectReceiveStream

from ..audio.pcm import WINDOW, Samples
from ..engines.ports import Partial, Transcriber
from ..engines.slots import Slot
from ..errors import EngineError, TranscriberFailed
from .history import Place
from .listener import Began, Continued, Ended, Paused, Resumed, concatenate

Speech = Began | Continued | Paused | Resumed | Ended

SPEECH_BACKLOG = 320
"""Windows that may wait for the transcriber: 10 s, the microphone's credit. Then the microphone waits."""

PARTIAL_EVERY = 8 * WINDOW
"""Samples between two looks at what is understood so far: a quarter of a second. There is one at each pause, too."""

MAX_PEEKS = 3
"""Of one utterance: each may be a transcription by somebody's server. As many as answers are begun (speculation.py)."""


@dataclass(frozen=True)
class Utterance:
    """What was said, and where in the capture. `text` is empty when there were no words in it (a cough)."""

    text: str
    place: Place


@dataclass(frozen=True)
class Reports:
    """Where the news goes."""

    on_partial: Callable[[int, Partial, int], None]
    """What is understood of the stream until a sample."""
    on_pause: Callable[[Utterance, Paused], None]
    """What the utterance is, if this pause ends it. The pause may be over by now."""
    on_utterance: Callable[[Utterance], None]
    on_failure: Callable[[Ended, EngineError], None]
    peeks: Callable[[], bool]
    """Whether `on_pause` is worth a transcription of its own."""


@dataclass
class _News:
    """Everything that was waiting: fewer crossings into the engine's thread."""

    samples: list[Samples] = field(default_factory=list)
    paused: Paused | None = None
    """It ends in a pause that has just begun."""
    resumed: bool = False
    ended: Ended | None = None


async def recognize(speech: MemoryObjectReceiveStream[Speech], slot: Slot[Transcriber], reports: Reports) -> None:
    """Serve until `speech` is closed. Cancelling loses no more than the utterance in progress, which is not acked."""
    async for event in speech:
        if isinstance(event, Began):
            async with slot.in_use:
                try:
                    transcriber = await slot.get()
                except EngineError as error:
                    reports.on_failure(await _end(speech), error)
                    continue
                await _one(event, speech, transcriber, reports)


async def _one(
    began: Began, speech: MemoryObjectReceiveStream[Speech], transcriber: Transcriber, reports: Reports
) -> None:
    heard: list[Samples] = []
    waiting: list[Samples] = []
    looked_at = peeks = 0
    position = began.first_sample
    failed = settled = False
    news = _News([began.samples])
    await transcriber.start()
    while True:
        heard += news.samples
        waiting += news.samples
        settled = settled and not news.resumed
        try:
            # What follows a pause whose text is known is silence, until the user goes on.
            if not failed and not settled and any(map(len, waiting)):
                samples, waiting = concatenate(waiting), []
                await transcriber.feed(samples)
                looked_at += len(samples)
                position += len(samples)
            if news.ended is not None:
                break
            if failed or settled:
                pass
            elif news.paused is not None and peeks < MAX_PEEKS and reports.peeks():
                peeks += 1
                place = _place(began, news.paused.at_sample)
                reports.on_pause(Utterance((await transcriber.peek()).strip(), place), news.paused)
                looked_at, settled = 0, True
            elif news.paused is not None or looked_at >= PARTIAL_EVERY:
                looked_at = 0
                reports.on_partial(began.stream, await transcriber.partial(), position)
        except TranscriberFailed:
            failed, settled = True, False
        news = await _take(speech)
    ended = news.ended
    try:
        text = await (_again(transcriber, heard) if failed else transcriber.finish())
    except TranscriberFailed as error:
        reports.on_failure(ended, error)
        return
    reports.on_utterance(Utterance(text.strip(), _place(began, ended.end_sample)))


def _place(began: Began, end_sample: int) -> Place:
    return Place(began.stream, began.first_sample, began.speech_sample, end_sample)


async def _end(speech: MemoryObjectReceiveStream[Speech]) -> Ended:
    """Pass over the rest of an utterance."""
    while (ended := (await _take(speech)).ended) is None:
        pass
    return ended


async def _take(speech: MemoryObjectReceiveStream[Speech]) -> _News:
    """At least one event."""
    news = _News()
    event = await speech.receive()
    while True:
        match event:
            case Continued(samples=samples):
                news.samples.append(samples)
            case Paused():
                news.paused = event
            case Resumed():
                news.paused, news.resumed = None, True
            case Ended():
                news.ended = event
                return news
            case Began():
                raise AssertionError("an utterance began within another")
        try:
            event = speech.receive_nowait()
        except WouldBlock:
            return news


async def _again(transcriber: Transcriber, heard: list[Samples]) -> str:
    """The engine broke on the way: once more from the start, with what was kept."""
    await transcriber.start()
    await transcriber.feed(concatenate(heard))
    return await transcriber.finish()
