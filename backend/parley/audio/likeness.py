"""Whether one sound lies in another, by the shape of their spectra. Pure.

The shape is what a loudspeaker, a room and a microphone leave of a voice: they change how loud it is, by the band too,
and when it comes; not how its formants move. So levels are taken out, over time and over the bands, and what is left is
compared at every delay that may be.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from .pcm import Samples

STEP_S = 0.008
"""Between two spectra. Over such a stretch formants hardly move."""

SPAN_S = 0.032
BANDS = 14
LOWEST_HZ, HIGHEST_HZ = 150.0, 5000.0
"""Of speech: below lies the hum of the mains, above hardly anything that small loudspeakers play."""

RANGE = float(np.log(10.0**3))
"""What lies so far below the loudest part of a stretch (30 dB) counts as silence: a room has a shape, too."""

Shapes = NDArray[np.float32]
"""Rows in time, `STEP_S` apart; columns are bands: the logarithm of the power in each."""


SILENCE: Shapes = np.full((1, BANDS), 0.0, np.float32)
"""One row of it."""


def shapes(samples: Samples, rate_hz: int) -> Shapes:
    """Of every whole span. The one that follows begins `step(rate_hz)` samples later."""
    span, step = round(SPAN_S * rate_hz), step_samples(rate_hz)
    if samples.size < span:
        return np.empty((0, BANDS), np.float32)
    spans = np.lib.stride_tricks.sliding_window_view(samples, span)[::step]
    power = np.abs(np.fft.rfft(spans * np.hanning(span).astype(np.float32), axis=1)) ** 2
    logarithms: Shapes = np.log(power @ _bands(span, rate_hz) + 1.0).astype(np.float32)
    return logarithms


def step_samples(rate_hz: int) -> int:
    return round(STEP_S * rate_hz)


def likeness(part: Shapes, whole: Shapes) -> float:
    """How much `part` looks like that stretch of `whole` which it resembles most: 1 the same, 0 nothing in common."""
    if len(part) == 0 or len(whole) < len(part):
        return 0.0
    stretches = np.lib.stride_tricks.sliding_window_view(whole, len(part), axis=0).transpose(0, 2, 1)
    one, many = _without_levels(part), _without_levels(stretches)
    alike = np.einsum("tb,ntb->n", one, many)
    power = np.sqrt(np.sum(one**2) * np.sum(many**2, axis=(1, 2)))
    return float(np.max(alike / np.maximum(power, 1e-6)))


def _without_levels(stretches: Shapes) -> Shapes:
    stretches = np.maximum(stretches, stretches.max(axis=(-2, -1), keepdims=True) - RANGE)
    level = stretches - stretches.mean(axis=-2, keepdims=True)
    shape: Shapes = level - level.mean(axis=-1, keepdims=True)
    return shape


@cache
def _bands(span: int, rate_hz: int) -> NDArray[np.float32]:
    """Triangles that are equally wide to the ear (mel), one a column."""
    edges_mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    edges = 700.0 * (10.0 ** (edges_mel / 2595.0) - 1.0)
    hz = np.fft.rfftfreq(span, 1.0 / rate_hz)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (hz - low) / (middle - low), (high - hz) / (high - middle)
    return np.clip(np.minimum(rising, falling), 0.0, None).astype(np.float32)


def _mel(hz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hz / 700.0))
