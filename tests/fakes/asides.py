"""Thirty sounds that people make while they listen: coughs, "uh-huh", "mm-hmm", "yeah", "okay", laughter.

Coughs are bursts of noise through the resonances of a throat, as recordings of coughs have them: one to three bursts of
0.12 to 0.3 s. The rest is spoken by four voices, and where a voice would spell ("M M H M M"), by its phonemes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parley.audio.pcm import MIC_RATE_HZ, Samples

from .speech import Voice, say

COUGHS = 10

SPOKEN: tuple[tuple[str, Voice], ...] = (
    ("uh-huh", "rms"),
    ("uh-huh", "slt"),
    ("uh-huh", "kal16"),
    ("uh-huh", "espeak"),
    ("[[V'hV]]", "espeak"),
    ("[[@h'@:]]", "espeak"),
    ("[[Vh'V]]", "espeak"),
    ("[[m'hm]]", "espeak"),
    ("[[mh'm]]", "espeak"),
    ("[[m'm]]", "espeak"),
    ("[[hm]]", "espeak"),
    ("yeah", "rms"),
    ("yeah", "slt"),
    ("yeah", "kal16"),
    ("okay", "rms"),
    ("okay", "slt"),
    ("okay", "kal16"),
    ("ha ha ha", "slt"),
    ("ha ha ha", "espeak"),
    ("[[h@h@h@]]", "espeak"),
)


@dataclass(frozen=True)
class Aside:
    name: str
    samples: Samples


def asides() -> Iterator[Aside]:
    """The kinds take turns, so that the first few are of every kind."""
    spoken = [Aside(f"{voice}: {text}", say(text, voice, around_s=0.1)) for text, voice in SPOKEN]
    coughs = [Aside(f"cough {seed}", cough(seed)) for seed in range(COUGHS)]
    for index in range(COUGHS):
        yield coughs[index]
        yield spoken[index]
        yield spoken[index + COUGHS]


def cough(seed: int) -> Samples:
    dice = np.random.default_rng(seed)
    parts = []
    for _ in range(dice.integers(1, 4)):
        count = round(dice.uniform(0.12, 0.3) * MIC_RATE_HZ)
        noise = dice.normal(0.0, 1.0, count)
        low_hz = dice.uniform(400.0, 900.0)
        sound = sum(
            (gain * _resonance(noise, low_hz * ratio) for gain, ratio in ((1.0, 1.0), (0.6, 2.3), (0.4, 4.0))),
            0.1 * noise,
        )
        seconds = np.arange(count) / MIC_RATE_HZ
        sound *= np.minimum(1.0, seconds / 0.008) * np.exp(-seconds / dice.uniform(0.05, 0.1))
        parts += [0.5 * sound / np.abs(sound).max(), np.zeros(round(dice.uniform(0.05, 0.25) * MIC_RATE_HZ))]
    samples: Samples = (np.concatenate(parts) * 32767).astype(np.int16)
    return samples


def _resonance(noise: NDArray[np.float64], hz: float, sharpness: float = 3.0) -> NDArray[np.float64]:
    """The noise through a formant at `hz`, at most 1."""
    bins = np.fft.rfftfreq(len(noise), 1.0 / MIC_RATE_HZ)
    response = 1.0 / (1.0 + (sharpness * (bins / hz - hz / np.maximum(bins, 1.0))) ** 2)
    sound: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(noise) * response, len(noise))
    sound /= np.abs(sound).max()
    return sound
