"""What is said in the benchmarks."""

import shutil

import numpy as np

from parley.audio.pcm import MIC_RATE_HZ, Samples

from ..fakes.speech import quiet, say
from .rows import Skipped

QUESTION = "what time is it"

TALK = (
    "I would like to know how you are doing today.",
    "Tell me something about the weather in the mountains.",
    "My sister went to the market and bought seven apples.",
    "Then she walked home along the river and sat down.",
    "Please read the first page of the book to me.",
    "There was a small house at the end of the road.",
)


def needs_speech() -> None:
    if shutil.which("flite") is None:
        raise Skipped("it needs the program flite (Debian package: flite)")


def question() -> Samples:
    """A spoken question, with the quiet after it that ends it."""
    return np.concatenate([say(QUESTION), quiet(1.2)])


def talk(gap_s: float) -> Samples:
    """Some 20 s of speech, with this much quiet between the sentences. Less than 0.8 s: it is one utterance."""
    return np.concatenate([np.concatenate([say(sentence, around_s=0.0), quiet(gap_s)]) for sentence in TALK])


def room_noise(seconds: float, rms: float = 60.0) -> Samples:
    """A room with a fan far off: -55 dBFS, falling by 6 dB per octave from 80 Hz, so its level wavers."""
    count = round(seconds * MIC_RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(0, 1, count))
    spectrum /= np.hypot(1, np.fft.rfftfreq(count, 1 / MIC_RATE_HZ) / 80.0)
    noise = np.fft.irfft(spectrum, count)
    samples: Samples = np.rint(noise * rms / noise.std()).astype(np.int16)
    return samples
