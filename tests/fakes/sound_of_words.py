"""What scripted speech servers say and understand: a tone for every word, and loudness for words."""

import numpy as np

from parley.audio.pcm import Samples

TONE_HZ = 440.0
TONE_PEAK = 8000
GAP_S = 0.05
"""Of silence after each word."""


def tone(sentence: str, rate_hz: int, seconds_per_word: float = 0.3) -> Samples:
    """As many tones as the sentence has words, each with a gap behind it."""
    count = round(seconds_per_word * rate_hz)
    word = np.rint(TONE_PEAK * np.sin(2 * np.pi * TONE_HZ * np.arange(count) / rate_hz)).astype(np.int16)
    word[count - round(GAP_S * rate_hz) :] = 0
    return np.tile(word, len(sentence.split()))


def is_speech(samples: Samples) -> bool:
    """Whether somebody spoke: a quiet room is below this."""
    return bool(np.any(np.abs(samples.astype(np.int32)) > 200))
