"""Sound files: any that libsndfile reads, as the microphone would have heard them; and plain WAV out."""

import os
from pathlib import Path

import numpy as np
import soundfile
import soxr

from ..errors import BadAudio
from .pcm import MIC_RATE_HZ, Samples, from_float

UNKNOWN_LENGTHS = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000)
"""What programs that write a WAV into a pipe put where its length should be."""


def read_as_microphone(path: Path) -> Samples:
    """Read a file as 16 kHz mono; channels are mixed. Raises `BadAudio`, which says what is wrong with the file."""
    if not path.is_file():
        raise BadAudio(f"{path} {'is not a file' if path.exists() else 'does not exist'}.")
    if path.stat().st_size == 0:
        raise BadAudio(f"{path} is empty.")
    missing = _missing_bytes(path)
    if missing:
        raise BadAudio(f"{path} is truncated: {missing} bytes of its sound are missing. Record or copy it again.")
    try:
        with soundfile.SoundFile(path) as file:
            declared, rate_hz = file.frames, file.samplerate
            sound = file.read(dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise BadAudio(f"{path} is not a sound file that can be read: {error}") from error
    if len(sound) < declared:
        raise BadAudio(f"{path} is truncated: {len(sound)} of its {declared} samples can be read.")
    if len(sound) == 0:
        raise BadAudio(f"{path} holds no sound: its length is 0.")
    mono = sound.mean(axis=1)
    if not np.isfinite(mono).all():
        raise BadAudio(f"{path} holds samples that are not numbers.")
    return from_float(soxr.resample(mono, rate_hz, MIC_RATE_HZ) if rate_hz != MIC_RATE_HZ else mono)


def write_wav(path: Path, samples: Samples, rate_hz: int) -> None:
    """Write 16-bit mono. Raises `BadAudio` when the file cannot be written."""
    try:
        soundfile.write(path, samples, rate_hz, subtype="PCM_16", format="WAV")
    except (soundfile.LibsndfileError, OSError) as error:
        raise BadAudio(f"{path} cannot be written: {error}") from error


def _missing_bytes(path: Path) -> int:
    """How much of a WAV's `data` chunk is not there; 0 for other formats. libsndfile reads what is left in silence."""
    size = os.path.getsize(path)
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return 0
        while len(chunk := file.read(8)) == 8:
            length = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"data":
                return 0 if length in UNKNOWN_LENGTHS else max(0, file.tell() + length - size)
            file.seek(length + length % 2, os.SEEK_CUR)
    return 0
