"""Sound that arrives in pieces of any length, made mono, 16-bit and of the rate that is wanted. Pure.

reader = PcmReader(PcmFormat(22_050), 24_000)
samples = reader.feed(data)
rest = reader.flush()
"""

from dataclasses import dataclass

import numpy as np
import soxr

from ..errors import BadAudio
from .pcm import Samples, from_bytes, from_float

DTYPES = {(2, False): "<i2", (4, False): "<i4", (4, True): "<f4"}
"""By width in bytes and whether the numbers are floating: what synthesizers write."""

RATES_HZ = range(4_000, 384_001)
MAX_CHANNELS = 8


@dataclass(frozen=True)
class PcmFormat:
    rate_hz: int
    channels: int = 1
    width: int = 2
    """Bytes of a sample."""
    is_float: bool = False


class PcmReader:
    """A sample that was cut in two waits for its other half; one that stays cut at the end is dropped."""

    def __init__(self, source: PcmFormat, rate_hz: int) -> None:
        """Raises `BadAudio` for what cannot be read."""
        dtype = DTYPES.get((source.width, source.is_float))
        if dtype is None:
            raise BadAudio(f"sound with {8 * source.width}-bit samples cannot be read, only 16-bit and 32-bit")
        if source.rate_hz not in RATES_HZ or not 1 <= source.channels <= MAX_CHANNELS:
            raise BadAudio(f"there is no sound at {source.rate_hz} Hz with {source.channels} channels")
        self._source = source
        self._dtype = dtype
        self._held = b""
        self._resampler = None
        if source.rate_hz != rate_hz:
            self._resampler = soxr.ResampleStream(source.rate_hz, rate_hz, 1, dtype="int16")

    def feed(self, data: bytes) -> Samples:
        """The samples that are ready. A resampler keeps some 20 ms until it knows what follows."""
        data = self._held + data
        whole = len(data) - len(data) % (self._source.width * self._source.channels)
        self._held = data[whole:]
        return self._resampled(self._mono(data[:whole]))

    def flush(self) -> Samples:
        """What was kept."""
        self._held = b""
        return self._resampled(from_bytes(b""), last=True)

    def _mono(self, data: bytes) -> Samples:
        if self._dtype == "<i2" and self._source.channels == 1:
            return from_bytes(data)
        sound = np.frombuffer(data, self._dtype).reshape(-1, self._source.channels)
        if not self._source.is_float:
            sound = sound / float(1 << (8 * self._source.width - 1))
        return from_float(np.nan_to_num(sound, posinf=1.0, neginf=-1.0).mean(axis=1))

    def _resampled(self, samples: Samples, last: bool = False) -> Samples:
        if self._resampler is None:
            return samples
        resampled: Samples = self._resampler.resample_chunk(samples, last=last)
        return resampled
