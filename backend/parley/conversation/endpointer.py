"""Decide when the user has begun and ended an utterance: a machine over speech probability, seconds and text.

It knows no audio and no clock. listener.py feeds it and acts on what it reports.
"""

from collections import deque
from dataclasses import dataclass

from .completeness import Completeness, completeness
from .orders import order_in

START_PROBABILITY = 0.5
END_PROBABILITY = 0.35
"""Silero's own pair (utils_vad.py: threshold, and threshold - 0.15). Between the two, what was goes on."""

MIN_SPEECH_S = 0.09
"""Speech that begins an utterance: three windows of 32 ms. A click or a key fills one or two, the shortest
answer ("no") five. A little less than 0.096, so that rounding does not ask for a fourth."""

ONSET_SPAN_S = 0.25
"""The stretch within which `MIN_SPEECH_S` must be found: a soft onset flickers around the threshold for a
syllable, while clicks further apart than that are separate."""

LONG_UTTERANCE_S = 30.0
"""From here on the next short dip ends the utterance: 30 s is also what whisper takes at once."""

SHORT_DIP_S = 0.2
"""A dip that ends a long utterance: a gap between words, longer than the closure of a consonant (0.1 s)."""

MAX_UTTERANCE_S = 60.0
"""Here it ends without a dip, so that a television taken for speech fills no memory: 1.9 MB of audio."""

_ROUNDING_S = 1e-6
"""Sums of window lengths are inexact; 25 windows of 32 ms are meant to be 0.8 s."""


@dataclass(frozen=True)
class SpeechStarted:
    speech_s: float
    """How long ago it began. What was fed before is pre-roll, unless an earlier utterance has it."""


@dataclass(frozen=True)
class SpeechEnded:
    silence_s: float
    """The pause that ended it; the last so many seconds fed are not speech."""
    speech_s: float
    """From the beginning of the speech to the beginning of that pause."""


PATIENCE: dict[Completeness, float] = {"finished": 0.6, "unknown": 1.0, "open": 1.75}
"""Of the usual pause. After a finished sentence people expect an answer within half a second; after "and…" they are
thinking, and a second and a half is patient without being deaf. Chosen on the labelled set of tests/fakes/pauses.py."""


ORDER_PATIENCE = 0.4
"""After an order, which is to be obeyed at once: long enough for "stop" to become "stop the music"."""


def patience(text: str) -> float:
    """How much of the usual pause ends an utterance of which `text` is understood up to it. "": not known."""
    return PATIENCE[completeness(text)] if order_in(text) is None else ORDER_PATIENCE


def pause_needed(text: str, pause_s: float) -> float:
    """Seconds of silence that end it."""
    return pause_s * patience(text)


class Endpointer:
    """Feed it every window in order; it reports the beginnings and ends of utterances, in turn."""

    def __init__(self, pause_s: float = 0.8) -> None:
        self.pause_s = pause_s
        """Silence that usually ends an utterance. 0.3 cuts off slow speakers; 1.2 feels deaf."""
        self.reset()

    def reset(self) -> None:
        """Forget the past, as before a new capture. An utterance in progress ends without a report."""
        self._speaking = False
        self._heard_s = 0.0  # since the speech began, pauses included
        self._silence_s = 0.0
        self._onset: deque[tuple[float, bool]] = deque()  # windows of the last ONSET_SPAN_S: seconds, speech

    @property
    def speaking(self) -> bool:
        """An utterance is in progress; true during a pause that has not ended it."""
        return self._speaking

    @property
    def silence_s(self) -> float:
        """How long the current silence has lasted: since the last speech while speaking, else since that
        pause began."""
        return self._silence_s

    def feed(self, speech_probability: float, seconds: float, text: str = "") -> SpeechStarted | SpeechEnded | None:
        """Advance by one window of `seconds` and report what changed. `text`: see `pause_needed`."""
        if not self._speaking:
            return self._feed_silence(speech_probability, seconds)
        self._heard_s += seconds
        if speech_probability >= START_PROBABILITY:
            self._silence_s = 0.0
        elif self._silence_s > 0 or speech_probability < END_PROBABILITY:
            self._silence_s += seconds
        if not self._has_ended(text):
            return None
        ended = SpeechEnded(silence_s=self._silence_s, speech_s=self._heard_s - self._silence_s)
        self._speaking = False
        return ended

    def _feed_silence(self, speech_probability: float, seconds: float) -> SpeechStarted | None:
        self._silence_s += seconds
        self._onset.append((seconds, speech_probability >= START_PROBABILITY))
        while len(self._onset) > 1 and sum(s for s, _ in self._onset) > ONSET_SPAN_S + _ROUNDING_S:
            self._onset.popleft()
        while self._onset and not self._onset[0][1]:
            self._onset.popleft()  # so what is left begins with speech
        if sum(s for s, speech in self._onset if speech) < MIN_SPEECH_S:
            return None
        self._speaking = True
        self._heard_s = sum(s for s, _ in self._onset)
        self._silence_s = 0.0
        self._onset.clear()
        return SpeechStarted(speech_s=self._heard_s)

    def _has_ended(self, text: str) -> bool:
        needed_s = pause_needed(text, self.pause_s)
        if self._heard_s > LONG_UTTERANCE_S:
            needed_s = min(needed_s, SHORT_DIP_S)
        paused = self._silence_s > 0 and self._silence_s >= needed_s - _ROUNDING_S
        return paused or self._heard_s >= MAX_UTTERANCE_S - _ROUNDING_S
