"""The speech of a server, cut into short pieces and given word times (estimated_words.py). Pure.

A server that is faster than the voice sends a sentence at once, and only its end tells how long it is. So what is
not needed yet is kept back: then the word times of nearly all of it are put right before they are told.
"""

import numpy as np

from ..audio.pcm import Samples, from_bytes
from .estimated_words import EstimatedWords
from .ports import SpeechPiece

PIECE_S = 0.1
"""A barge-in stops within one."""

AHEAD_S = 1.0
"""What is always passed on: the speaker never waits for what is here."""


class SpeechPieces:
    """One sentence. Times are seconds since its first samples came; words are told with the piece they begin in."""

    def __init__(self, words: EstimatedWords, rate_hz: int) -> None:
        self._words = words
        self._rate_hz = rate_hz
        self._step = round(PIECE_S * rate_hz)
        self._kept: list[Samples] = []
        self._kept_samples = 0
        self._passed = 0
        """Samples passed on."""

    @property
    def seconds(self) -> float:
        """Of speech that have come."""
        return (self._passed + self._kept_samples) / self._rate_hz

    def feed(self, samples: Samples) -> None:
        self._kept.append(samples)
        self._kept_samples += samples.size

    def due(self, elapsed_s: float) -> list[SpeechPiece]:
        """What must not wait any longer. One sample at least stays for the end."""
        ready = min(self._kept_samples - 1, round((elapsed_s + AHEAD_S) * self._rate_hz) - self._passed)
        if self._passed:
            ready -= ready % self._step
        if ready <= 0:
            return []
        samples = np.concatenate(self._kept)
        self._kept = [samples[ready:]]
        self._kept_samples -= ready
        return self._cut(samples[:ready])

    def due_in(self, elapsed_s: float) -> float:
        """Seconds until there is something due of what is kept back; infinite when nothing is."""
        if self._kept_samples <= 1:
            return float("inf")
        # A whole piece more: it is not worth waking for less.
        return max(0.0, self._passed / self._rate_hz - AHEAD_S - elapsed_s) + PIECE_S

    def flush(self) -> list[SpeechPiece]:
        """The rest, when no more will come."""
        samples = self._take()
        words = list(self._words.rest(samples)) if samples.size else []
        pieces = []
        for piece in self._split(samples):
            self._passed += piece.size
            begun = [word for word in words if word.first_sample < self._passed]
            del words[: len(begun)]
            pieces.append(SpeechPiece(piece, tuple(begun)))
        return pieces

    def broken_off(self) -> list[SpeechPiece]:
        """What has come, when the rest never will."""
        return self._cut(self._take())

    def _take(self) -> Samples:
        samples = np.concatenate([from_bytes(b""), *self._kept])
        self._kept, self._kept_samples = [], 0
        return samples

    def _cut(self, samples: Samples) -> list[SpeechPiece]:
        pieces = [SpeechPiece(piece, self._words.begun(piece)) for piece in self._split(samples)]
        self._passed += samples.size
        return pieces

    def _split(self, samples: Samples) -> list[Samples]:
        return [samples[at : at + self._step] for at in range(0, samples.size, self._step)]
