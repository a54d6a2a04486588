"""Turn microphone windows into utterances: order, level gate, VAD, pre-roll, endpointing. Nothing here waits.

`hear` takes frames as they come off the wire and says what they mean; session.py acts on it and hands the
speech to the transcriber.
"""

from collections import deque
from dataclasses import dataclass

from ..audio.pcm import MIC_RATE_HZ, WINDOW, WINDOW_S, Samples, from_bytes, rms
from ..engines.ports import Vad
from ..wire.codec import Frame
from .endpointer import START_PROBABILITY, Endpointer, SpeechEnded, SpeechStarted, patience
from .level_gate import LevelGate
from .reopening import REOPEN_S
from .rhythm import Rhythm

PRE_ROLL_S = 0.5
"""Sound kept from before speech was noticed: soft beginnings (f, h, s) lie below the VAD's threshold."""

PAUSE_WINDOWS = 3
"""Of silence (96 ms): the gaps within words and between them are shorter."""

REMEMBERED_S = 1.0
"""Windows kept while nobody speaks: the pre-roll and the time the endpointer takes to be sure."""


SILENCE = from_bytes(bytes(2 * WINDOW))


@dataclass(frozen=True)
class Began:
    """An utterance began; `samples` holds its beginning, pre-roll included."""

    stream: int
    first_sample: int
    speech_sample: int
    """Where its speech begins."""
    samples: Samples
    pushed: bool = False
    """By a key: it is meant for the assistant, whatever it turns out to be."""


@dataclass(frozen=True)
class Continued:
    samples: Samples
    is_speech: bool = False


@dataclass(frozen=True)
class Paused:
    """It fell silent for `PAUSE_WINDOWS`: what it says until here decides how long to wait for more."""

    at_sample: int


@dataclass(frozen=True)
class Resumed:
    """The pause was none that ends it: there is speech again, in the window that follows."""


@dataclass(frozen=True)
class Understood:
    """The text of the utterance in progress, as far as its stream was heard for it."""

    text: str = ""
    up_to_sample: int = 0


@dataclass(frozen=True)
class Ended:
    """The utterance is over. It lies at `first_sample` … `end_sample` of its stream."""

    stream: int
    first_sample: int
    end_sample: int


@dataclass(frozen=True)
class Quiet:
    """Nobody spoke before `end_sample`: the client may forget it."""

    stream: int
    end_sample: int


Event = Began | Continued | Paused | Resumed | Ended | Quiet


class Listener:
    """One speaker's microphone. Feeding it a window costs at most one VAD run (0.1 ms)."""

    def __init__(self, vad: Vad, pause_s: float) -> None:
        self._vad = vad
        self._endpointer = Endpointer(pause_s)
        self._rhythm = Rhythm()
        self.learns = False
        """The pause that is set is fitted to how the user pauses."""
        self._last_end = (0, 0.0, "")
        """Of the last utterance that a pause ended: its sample, that pause, and the words before it."""
        self._gate = LevelGate()
        self._recent: deque[Samples] = deque(maxlen=round(REMEMBERED_S / WINDOW_S))
        self._stream = 0
        self._next_sample = 0
        self._fresh = True
        """Nothing of this stream has come: its first frame says where it begins (not at 0 after a reconnect)."""
        self._utterance: int | None = None
        """First sample of the utterance in progress."""
        self._paused = False
        self._push_to_talk = False
        self.missing_samples = 0
        """Lost between frames, over the listener's life: a gap on the wire is a defect somewhere."""

    @property
    def pause_s(self) -> float:
        """See `Endpointer.pause_s`; what is set may change at any time."""
        return self._endpointer.pause_s

    @pause_s.setter
    def pause_s(self, pause_s: float) -> None:
        self._endpointer.pause_s = self._rhythm.pause_s(pause_s) if self.learns else pause_s

    @property
    def hearing(self) -> bool:
        return self._utterance is not None

    @property
    def position(self) -> tuple[int, int]:
        """The stream, and the sample that is expected next."""
        return self._stream, self._next_sample

    def open(self, stream: int, push_to_talk: bool) -> list[Event]:
        """A capture begins, or is announced again after a reconnect, which changes nothing."""
        if stream == self._stream:
            return []
        ended = self._end_utterance()
        self._stream, self._next_sample, self._fresh = stream, 0, True
        self._push_to_talk = push_to_talk
        self._forget()
        self._vad.reset()
        if push_to_talk:
            self._utterance = 0
            return [*ended, Began(stream, 0, 0, from_bytes(b""), pushed=True)]
        return ended

    def close(self, stream: int) -> list[Event]:
        """The capture is over: what was being said is an utterance, the rest was silence."""
        if stream != self._stream:
            return []
        events = self._end_utterance() or [Quiet(stream, self._next_sample)]
        self._forget()
        self._push_to_talk = False
        return events

    def hear(self, frame: Frame, understood: Understood = Understood(), is_deaf: bool = False) -> list[Event]:
        """Take the next frame; one heard before, or of another capture, is dropped. `is_deaf`: whatever is in it is
        silence, unless it comes by push-to-talk."""
        if frame.stream != self._stream or frame.first_sample < self._next_sample:
            return []
        if not self._fresh:
            self.missing_samples += frame.first_sample - self._next_sample
        self._fresh = False
        self._next_sample = frame.first_sample
        samples = from_bytes(frame.pcm)
        events: list[Event] = []
        for start in range(0, len(samples) - WINDOW + 1, WINDOW):
            self._next_sample += WINDOW
            events += self._hear_window(samples[start : start + WINDOW], understood, is_deaf)
        return events

    def _hear_window(self, window: Samples, understood: Understood, is_deaf: bool) -> list[Event]:
        if self._push_to_talk:
            return [Continued(window)]
        if is_deaf:
            window = SILENCE  # It would be the next utterance's pre-roll.
        was_speaking = self._endpointer.speaking
        quiet = is_deaf or self._gate.is_quiet(rms(window), was_speaking)
        probability = 0.0 if quiet else self._vad.probability(window)
        self._recent.append(window)
        silent_since = self._next_sample - WINDOW - round(self._endpointer.silence_s * MIC_RATE_HZ)
        # Words that were understood before the last of them was spoken say nothing about this pause.
        text = understood.text if understood.up_to_sample >= silent_since else ""
        silence_s = self._endpointer.silence_s
        match self._endpointer.feed(probability, WINDOW_S, text):
            case SpeechStarted(speech_s=speech_s):
                return [self._begin(speech_s)]
            case SpeechEnded(silence_s=silence_s, speech_s=speech_s):
                self._rhythm.ended(speech_s)
                self._last_end = (self._next_sample, silence_s, text)
                return [Continued(window), *self._end_utterance()]
            case None if was_speaking:
                return [
                    *self._resume(silence_s, text),
                    Continued(window, probability >= START_PROBABILITY),
                    *self._pause(),
                ]
            case None:
                # What is remembered may yet become a pre-roll, so it is not settled.
                return [Quiet(self._stream, max(0, self._next_sample - len(self._recent) * WINDOW))]

    def _pause(self) -> list[Event]:
        if round(self._endpointer.silence_s / WINDOW_S) != PAUSE_WINDOWS:
            return []
        self._paused = True
        return [Paused(self._next_sample)]

    def _resume(self, silence_s: float, text: str) -> list[Event]:
        if not self._paused or self._endpointer.silence_s > 0:
            return []
        self._paused = False
        self._rhythm.paused(silence_s / patience(text))
        return [Resumed()]

    def _begin(self, speech_s: float) -> Began:
        windows = min(len(self._recent), round((speech_s + PRE_ROLL_S) / WINDOW_S))
        samples = concatenate(list(self._recent)[-windows:])
        self._utterance = max(0, self._next_sample - len(samples))
        speech_sample = self._next_sample - round(speech_s * MIC_RATE_HZ)
        end_sample, silence_s, text = self._last_end
        gap_s = (speech_sample - end_sample) / MIC_RATE_HZ
        if end_sample and gap_s <= REOPEN_S:
            self._rhythm.reopened((silence_s + gap_s) / patience(text))
        return Began(self._stream, self._utterance, speech_sample, samples)

    def _end_utterance(self) -> list[Event]:
        if self._utterance is None:
            return []
        ended = Ended(self._stream, self._utterance, self._next_sample)
        self._utterance = None
        self._paused = False
        self._recent.clear()
        return [ended]

    def _forget(self) -> None:
        self._last_end = (0, 0.0, "")
        self._endpointer.reset()
        self._recent.clear()


def concatenate(windows: list[Samples]) -> Samples:
    return from_bytes(b"".join(window.tobytes() for window in windows))
