"""Samples as the whole program knows them: 16-bit, mono, little-endian. Rates are named where they vary."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
"""One-dimensional array of signed 16-bit samples, one channel."""

MIC_RATE_HZ = 16_000
"""The microphone's rate: what silero and every recognizer we use expect."""

WINDOW = 512
"""Samples in a microphone frame and a VAD window (32 ms at 16 kHz), the only size silero accepts at this rate."""

WINDOW_S = WINDOW / MIC_RATE_HZ


def from_bytes(pcm: bytes) -> Samples:
    """Read little-endian s16 PCM. The result shares memory with `pcm` and is read-only."""
    return np.frombuffer(pcm, dtype="<i2")


def from_float(samples: NDArray[np.floating]) -> Samples:
    """Convert samples in -1.0 … 1.0 (louder ones are clipped) to s16."""
    clipped: Samples = np.clip(np.rint(samples * 32767.0), -32768, 32767).astype(np.int16)
    return clipped


def rms(samples: Samples) -> float:
    """Root mean square in sample units, 0.0 (digital silence) … 32768.0."""
    if samples.size == 0:
        return 0.0
    wide = samples.astype(np.float32)
    return float(np.sqrt(np.dot(wide, wide) / wide.size))
