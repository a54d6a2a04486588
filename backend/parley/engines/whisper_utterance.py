"""One utterance in Whisper's worker: its sound, window by window, and the looks that were taken at it."""

from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..audio.pcm import WINDOW, WINDOW_S, Samples, rms
from .whisper_gates import voiced
from .whisper_partials import Agreement, Progress


@dataclass(frozen=True)
class Look:
    """A transcription of the first so many samples of an utterance."""

    samples: int
    text: str
    took_s: float
    """0 when there was no voice, and nothing was transcribed."""


class Utterance:
    """What was heard so far, and what is known of it."""

    def __init__(self) -> None:
        self._windows: list[Samples] = []
        self._levels: list[float] = []
        self._rest = np.zeros(0, dtype=np.int16)
        """What fills no window yet."""
        self.looked_at = 0
        """Samples, when the last look began."""
        self.working: Future[Look] | None = None
        """The look that is being made."""
        self.seen: Look | None = None
        """What the last one saw."""
        self.agreement = Agreement()

    def feed(self, samples: Samples) -> None:
        samples = np.concatenate([self._rest, samples])
        whole = samples.size // WINDOW * WINDOW
        for window in np.split(samples[:whole], range(WINDOW, whole, WINDOW)) if whole else []:
            self._windows.append(window)
            self._levels.append(rms(window))
        self._rest = samples[whole:]

    @property
    def sound(self) -> Samples:
        return np.concatenate([*self._windows, self._rest])

    @property
    def voiced_s(self) -> float:
        """How much of it is louder than its background."""
        return int(self._voiced().sum()) * WINDOW_S

    def progress(self, look_s: float) -> Progress:
        heard = self._voiced()
        since = self.looked_at // WINDOW
        voices = np.flatnonzero(heard)
        quiet = heard.size - 1 - int(voices[-1]) if voices.size else heard.size
        return Progress(
            new_s=(heard.size - since) * WINDOW_S,
            new_voiced_s=int(heard[since:].sum()) * WINDOW_S,
            quiet_s=quiet * WINDOW_S,
            look_s=look_s,
        )

    @property
    def is_seen(self) -> bool:
        """Nothing but its background has come since the last look."""
        return self.seen is not None and not self._voiced()[self.seen.samples // WINDOW :].any()

    def _voiced(self) -> NDArray[np.bool_]:
        """Of each whole window."""
        return voiced(np.array(self._levels))
