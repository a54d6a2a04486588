"""Thirty sounds that people make while they listen: coughs, "uh-huh", "mm-hmm", "yeah", "okay", laughter.

Half of the coughs are one to three bursts of 0.12 to 0.3 s through the resonances of a throat: noise and, in every
other, the voiced phase that follows it in many. A voice detector knows them for what they are; the other half are
spoken, and it does not. Four voices speak, and where one would spell ("M M H M M"), by phonemes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parley.audio.pcm import MIC_RATE_HZ, Samples

from .speech import Voice, say

COUGHS = 5

SPOKEN_COUGHS: tuple[tuple[str, Voice], ...] = (
    ("ahem", "rms"),
    ("ahem", "slt"),
    ("ahem", "kal16"),
    ("[[kh'V]]", "espeak"),
    ("[[h'Vkh]]", "espeak"),
)

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

    def spoken(sounds: tuple[tuple[str, Voice], ...]) -> list[Aside]:
        return [Aside(f"{voice}: {text}", say(text, voice, around_s=0.1)) for text, voice in sounds]

    coughs = [Aside(f"cough {seed}", cough(seed)) for seed in range(COUGHS)] + spoken(SPOKEN_COUGHS)
    for index, other in enumerate(spoken(SPOKEN)):
        if index % 2 == 0:
            yield coughs[index // 2]
        yield other


def cough(seed: int) -> Samples:
    dice = np.random.default_rng(seed)
    parts = []
    for _ in range(dice.integers(1, 4)):
        count = round(dice.uniform(0.12, 0.3) * MIC_RATE_HZ)
        noise = dice.normal(0.0, 1.0, count) + (_voice(dice.uniform(90.0, 220.0), count) if seed % 2 else 0.0)
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


def _voice(pitch_hz: float, count: int) -> NDArray[np.float64]:
    """Pulses of the vocal folds, which set in after a third."""
    phase = np.cumsum(np.full(count, pitch_hz / MIC_RATE_HZ))
    pulses = np.where(np.diff(np.floor(phase), prepend=0.0) > 0, 25.0, 0.0)
    pulses[: count // 3] = 0.0
    return pulses


def _resonance(noise: NDArray[np.float64], hz: float, sharpness: float = 3.0) -> NDArray[np.float64]:
    """The noise through a formant at `hz`, at most 1."""
    bins = np.fft.rfftfreq(len(noise), 1.0 / MIC_RATE_HZ)
    response = 1.0 / (1.0 + (sharpness * (bins / hz - hz / np.maximum(bins, 1.0))) ** 2)
    sound: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(noise) * response, len(noise))
    sound /= np.abs(sound).max()
    return sound
