"""WAV that is read while it arrives, and WAV made in memory to be sent. Files are in wav.py. Pure."""

import struct

from ..errors import BadAudio
from .pcm import Samples
from .pcm_stream import PcmFormat

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
"""wFormatTag. An extensible one says in its first two bytes of SubFormat which of the others it is."""

MAX_HEADER_BYTES = 64 * 1024
"""Before the sound: names, dates and the like take a few hundred bytes."""


def wav_file(samples: Samples, rate_hz: int) -> bytes:
    """16-bit mono, with its length."""
    pcm = samples.astype("<i2", copy=False).tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, PCM, 1, rate_hz, 2 * rate_hz, 2, 16)
    head = struct.pack("<4sI4s", b"RIFF", 36 + len(pcm), b"WAVE")
    return head + form + struct.pack("<4sI", b"data", len(pcm)) + pcm


class WavReader:
    """Bytes of a WAV in, bytes of its sound out.

    A server that streams does not know the length: it writes 0, 0xFFFFFFFF, 0x7FFFFFFF or 2000000000 there. So what
    the `data` chunk says of its length is believed only where more comes: that is no sound (LIST and the like),
    or another WAV, as from servers that send one for each part. Whether all has come, the transport knows.
    """

    def __init__(self) -> None:
        self.format: PcmFormat | None = None
        """Known when the first sound is."""
        self._held = bytearray()
        """What has come of the header, or of what follows the sound."""
        self._left: int | None = None
        """Bytes of sound that are still to come; None before the `data` chunk."""

    def feed(self, data: bytes) -> bytes:
        """The sound in it. Raises `BadAudio` when this is no WAV that can be read."""
        sound = b""
        if self._left:
            sound, data = data[: self._left], data[self._left :]
            self._left -= len(sound)
        self._held += data
        if self._left == 0 and len(self._held) >= 4:
            if self._held[:4] != b"RIFF":
                self._held.clear()
                return sound
            self._left = None
        if self._left is None and self._find_data():
            data = bytes(self._held)
            self._held.clear()
            sound += self.feed(data)
        return sound

    def _find_data(self) -> bool:
        """Pass over what lies before the sound; whether it has begun."""
        if len(self._held) >= 12 and (self._held[:4] != b"RIFF" or self._held[8:12] != b"WAVE"):
            raise BadAudio("it is not a WAV")
        at = 12
        while len(self._held) >= at + 8:
            name, length = struct.unpack_from("<4sI", self._held, at)
            if name == b"data":
                if self.format is None:
                    raise BadAudio("it is a WAV that does not say its format")
                self._left = length or 0xFFFFFFFF
                del self._held[: at + 8]
                return True
            if name == b"fmt " and len(self._held) >= at + 8 + length:
                self.format = _format(bytes(self._held[at + 8 : at + 8 + length]))
            at += 8 + length + length % 2
        if len(self._held) > MAX_HEADER_BYTES:
            raise BadAudio("it is a WAV that does not come to its sound")
        return False


def _format(chunk: bytes) -> PcmFormat:
    if len(chunk) < 16:
        raise BadAudio("it is a WAV whose format is cut off")
    tag, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if tag == EXTENSIBLE and len(chunk) >= 26:
        (tag,) = struct.unpack_from("<H", chunk, 24)
    if tag not in (PCM, FLOAT):
        raise BadAudio(f"it is a WAV of format {tag}, not plain PCM")
    return PcmFormat(rate_hz, channels, bits // 8, tag == FLOAT)
