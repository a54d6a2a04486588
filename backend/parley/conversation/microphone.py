"""The speaker's microphone: frames in, utterances out, and an account of what is settled. Owns the recognition.

hear → frames → listener → speech → recognition → on_utterance (dialogue.py)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

from anyio import create_memory_object_stream, create_task_group
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from ..audio.pcm import MIC_RATE_HZ, WINDOW_S
from ..engines.ports import Partial
from ..engines.slots import Engines
from ..errors import EngineError
from ..settings import SettingsNow
from ..telemetry.stopwatch import Stopwatch
from ..wire.codec import Frame
from ..wire.messages import MicAck, MicClose, MicOpen, MicRest, PartialTranscript
from .barge_in import BargeIn
from .listener import PAUSE_WINDOWS, Began, Continued, Ended, Event, Listener, Paused, Quiet, Resumed, Understood
from .mic_ledger import MicLedger
from .recognition import SPEECH_BACKLOG, Reports, Speech, Utterance, recognize

FRAME_BACKLOG = 320
"""Frames that may wait for the VAD (10 s, the microphone's credit): only while it is being loaded."""

KNOWN_STREAMS = 4
"""Captures whose account is kept: the one in progress, and those whose last words are being recognized."""


@dataclass(frozen=True)
class Outlets:
    """Where the microphone's news goes."""

    on_utterance: Callable[[Utterance], None]
    """Words were understood. The account is settled when this returns."""
    on_pause: Callable[[Utterance], None]
    """The user pauses. If that was all, this is what he said."""
    on_resume: Callable[[], None]
    """It was not all, or no words after all."""
    speculates: Callable[[], bool]
    """Whether anything comes of `on_pause`, which may cost a transcription."""
    on_failure: Callable[[EngineError], None]
    on_change: Callable[[], None]
    """`is_open` or `hearing` may have changed."""
    tell: Callable[[MicAck | MicRest | PartialTranscript], None]


class Microphone:
    def __init__(
        self,
        engines: Engines,
        settings: SettingsNow,
        barge_in: BargeIn,
        outlets: Outlets,
        settled: Mapping[int, int] | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        """`settled`: of each capture, the sample up to which it is in the transcripts of an earlier process."""
        self._stopwatch = stopwatch or Stopwatch()
        self._engines = engines
        self._barge_in = barge_in
        self._settings = settings
        self._outlets = outlets
        self._frames_in, self._frames = create_memory_object_stream[Frame | MicOpen | MicClose](FRAME_BACKLOG)
        known = sorted((settled or {}).items())[-KNOWN_STREAMS:]
        self._ledgers = {stream: MicLedger(stream, sample) for stream, sample in known}
        self._understood = Understood()
        self._shown = ""
        self._paused: Paused | None = None
        """The pause that goes on."""
        self._silent_since = 0
        """Sample of the open capture at which the last speech ended, or it began."""
        self._recognizing = 0
        """Utterances that ended and are not words yet."""
        self.is_open = False
        self.hearing = False

    @property
    def recognizing(self) -> bool:
        return self._recognizing > 0

    @property
    def waiting(self) -> int:
        """Frames that wait for the VAD."""
        return self._frames.statistics().current_buffer_used

    @property
    def acks(self) -> list[MicAck]:
        return [ledger.ack for ledger in self._ledgers.values()]

    async def feed(self, item: Frame | MicOpen | MicClose) -> None:
        """Take what came from the wire, in order. Waits only when the client goes beyond its credit."""
        await self._frames_in.send(item)

    async def run(self) -> None:
        """Serve until cancelled. What was said and is not settled then will be sent again by the client."""
        speech_in, speech = create_memory_object_stream[Speech](SPEECH_BACKLOG)
        async with self._frames_in, self._frames, speech_in, speech, create_task_group() as tasks:
            tasks.start_soon(self._listen, self._frames, speech_in)
            tasks.start_soon(self._recognize, speech)

    async def _recognize(self, speech: MemoryObjectReceiveStream[Speech]) -> None:
        reports = Reports(
            self._on_partial, self._on_pause, self._on_recognized, self._on_failed, self._outlets.speculates
        )
        await recognize(speech, self._engines.transcriber, reports)

    async def _listen(
        self,
        frames: MemoryObjectReceiveStream[Frame | MicOpen | MicClose],
        speech: MemoryObjectSendStream[Speech],
    ) -> None:
        try:
            vad = await self._engines.vad.get()
        except EngineError as error:
            # Without it nothing can be heard. Typing goes on; the client keeps what was said.
            self._outlets.on_failure(error)
            return
        listener = Listener(vad.fresh(), self._settings().pause_s)
        async with speech:
            async for item in frames:
                await self._take(item, listener, speech)

    async def _take(
        self, item: Frame | MicOpen | MicClose, listener: Listener, speech: MemoryObjectSendStream[Speech]
    ) -> None:
        events: list[Event]
        match item:
            case MicOpen(stream=stream):
                self._open_ledger(stream)
                self.is_open = True
                events = listener.open(stream, item.mode == "push_to_talk")
                self._silent_since = listener.position[1]  # of this capture: a new one counts from its own start
            case MicClose(stream=stream):
                events = listener.close(stream)
                if stream == listener.position[0]:
                    self.is_open = False
            case Frame() if (known := self._ledgers.get(item.stream)) is not None and known.knows(item.first_sample):
                return
            case Frame():
                listener.learns, listener.pause_s = self._settings().learn_pauses, self._settings().pause_s
                is_deaf = self._settings().half_duplex and self._barge_in.is_sounding
                missing_before = listener.missing_samples
                events = listener.hear(item, self._understood, is_deaf)
                self._stopwatch.counters.missing_samples += listener.missing_samples - missing_before
            case _:
                assert_never(item)
        for event in events:
            await self._handle(event, speech)
        stream, position = listener.position
        if isinstance(item, Frame) and listener.hearing and (ledger := self._ledgers.get(stream)) is not None:
            self._tell(ledger.heard(position))  # Credit for whoever speaks on: what is said is not settled yet.
        if isinstance(item, MicClose) and (ledger := self._ledgers.get(item.stream)) is not None:
            self._tell(ledger.news())
        if self.hearing != listener.hearing or not isinstance(item, Frame):
            self.hearing = listener.hearing
            self._outlets.on_change()

    async def _handle(self, event: Event, speech: MemoryObjectSendStream[Speech]) -> None:
        if self._barge_in.hear(event):
            self._outlets.on_change()
        match event:
            case Quiet(stream=stream, end_sample=end_sample):
                self._tell(self._ledgers[stream].heard(end_sample))
                self._rest(stream, end_sample)
            case Began(stream=stream, first_sample=first_sample):
                self._ledgers[stream].began(first_sample)
                self._engines.wake()
                await speech.send(event)
            case Continued():
                await speech.send(event)
            case Paused():
                self._paused = event
                self._stopwatch.paused(PAUSE_WINDOWS * WINDOW_S)
                await speech.send(event)
            case Resumed():
                self._paused = None
                self._stopwatch.resumed()
                self._outlets.on_resume()
                await speech.send(event)
            case Ended(stream=stream, end_sample=end_sample):
                self._paused = None
                self._recognizing += 1
                self._stopwatch.ended(stream, end_sample)
                self._silent_since = end_sample
                self._tell(self._ledgers[stream].heard(end_sample))
                await speech.send(event)

    def _rest(self, stream: int, end_sample: int) -> None:
        """Ask the client to close a microphone into which nobody has spoken for long; again after as long."""
        silent_s = (end_sample - self._silent_since) / MIC_RATE_HZ
        if self.is_open and 0 < self._settings().mic_idle_s <= silent_s:
            self._silent_since = end_sample
            self._outlets.tell(MicRest(stream=stream, silence_s=max(1, round(silent_s))))

    def _open_ledger(self, stream: int) -> None:
        if stream not in self._ledgers:
            while len(self._ledgers) >= KNOWN_STREAMS:
                del self._ledgers[next(iter(self._ledgers))]
            self._ledgers[stream] = MicLedger(stream)
        ledger = self._ledgers[stream]
        self._outlets.tell(ledger.news() or ledger.ack)

    def _on_partial(self, stream: int, partial: Partial, up_to_sample: int) -> None:
        if self._barge_in.understand(stream, partial.text, up_to_sample):
            self._outlets.on_change()
        self._understood = Understood(partial.text, up_to_sample)
        self._show(stream, Partial("") if self._barge_in.is_passed_over else partial)

    def _on_pause(self, utterance: Utterance, paused: Paused) -> None:
        if paused is self._paused:
            self._stopwatch.understood()
        self._on_partial(utterance.place.stream, Partial(utterance.text), paused.at_sample)
        if utterance.text and paused is self._paused and not self._barge_in.is_undecided:
            self._outlets.on_pause(utterance)

    def _show(self, stream: int, partial: Partial) -> None:
        if partial.text == self._shown:
            return
        self._shown = partial.text
        self._outlets.tell(PartialTranscript(stream=stream, text=partial.text, stable_chars=partial.stable_chars))

    def _on_recognized(self, utterance: Utterance) -> None:
        self._recognizing -= 1
        is_turn = self._barge_in.end(utterance.place.stream, utterance.place.first_sample, utterance.text)
        if utterance.text and is_turn:
            self._outlets.on_utterance(utterance)
        else:
            self._outlets.on_resume()
        self._settle(utterance.place.stream, utterance.place.first_sample, utterance.place.end_sample)

    def _on_failed(self, ended: Ended, error: EngineError) -> None:
        self._recognizing -= 1
        self._barge_in.end(ended.stream, ended.first_sample, "")
        self._outlets.on_resume()
        self._outlets.on_failure(error)
        self._settle(ended.stream, ended.first_sample, ended.end_sample)

    def _settle(self, stream: int, first_sample: int, end_sample: int) -> None:
        self._show(stream, Partial(""))
        self._understood = Understood()
        if (ledger := self._ledgers.get(stream)) is not None:
            self._tell(ledger.settled(first_sample, end_sample))
        self._outlets.on_change()

    def _tell(self, ack: MicAck | None) -> None:
        if ack is not None:
            self._outlets.tell(ack)
