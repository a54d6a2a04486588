"""Real speech for tests, from text, by the programs flite and espeak-ng."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
import pytest
import soundfile
import soxr

from parley.audio.pcm import MIC_RATE_HZ, Samples

Voice = Literal["rms", "slt", "kal16", "espeak"]

needs_flite = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed (Debian package: flite)")


def quiet(seconds: float) -> Samples:
    """A quiet room: soft noise, the same every time. Digital silence is nothing that a microphone sends."""
    return np.random.default_rng(0).normal(0, 5, round(seconds * MIC_RATE_HZ)).astype(np.int16)


def voiced_noise(seconds: float, around_s: float = 0.5) -> Samples:
    """Noise as loud as speech, with a quiet room before and after it: for engines that do not listen closely."""
    room = quiet(seconds + 2 * around_s).copy()
    first, count = round(around_s * MIC_RATE_HZ), round(seconds * MIC_RATE_HZ)
    room[first : first + count] = np.random.default_rng(2).normal(0, 3000, count).astype(np.int16)
    return room


@cache
def say(text: str, voice: Voice = "rms", around_s: float = 0.3, stretch: float = 1.0) -> Samples:
    """Speech at 16 kHz with a quiet room before and after it. The caller must not write into it.

    `stretch`: how long it takes over each sound, relative to the voice's usual.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(_command(text, voice, path, stretch), check=True, capture_output=True)
        sound, rate_hz = soundfile.read(path, dtype="float32")
    if rate_hz != MIC_RATE_HZ:
        sound = soxr.resample(sound, rate_hz, MIC_RATE_HZ)
    room = quiet(2 * around_s + len(sound) / MIC_RATE_HZ).astype(np.float32)
    first = round(around_s * MIC_RATE_HZ)
    room[first : first + len(sound)] += sound[: len(room) - first] * 32767
    samples = np.clip(room, -32768, 32767).astype(np.int16)
    samples.flags.writeable = False
    return samples


def _command(text: str, voice: Voice, path: Path, stretch: float) -> list[str]:
    if voice == "espeak":
        return ["espeak-ng", "-v", "en-us", "-s", str(round(175 / stretch)), "-w", str(path), text]
    return ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", text, "-o", str(path)]


def words(text: str) -> list[str]:
    """For comparing what was said with what was understood."""
    return re.findall(r"[a-z']+", text.lower())
