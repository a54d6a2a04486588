"""Bytes to messages and back: the only place that decodes. Layout and limits: shared/protocol.json.

A frame's `pcm` stays bytes here, so that the sidecar can listen before numpy is imported.
"""

import re
import struct
from dataclasses import dataclass
from typing import Literal, TypeVar

import msgspec

from ..errors import BadMessage
from .messages import ClientMessage, ServerMessage, ShellLine, SidecarLine

PROTOCOL_VERSION = 1
FRAME_VERSION = 1
HEADER = struct.Struct("<BBHII")
"""version u8, kind u8, reserved u16, stream u32, first_sample u32."""

MAX_PAYLOAD_BYTES = 65_536
MAX_MESSAGE_BYTES = HEADER.size + MAX_PAYLOAD_BYTES
"""Of a WebSocket message in either direction. A speech frame of this size lasts 1.4 s at 24 kHz."""

LINE_PREFIX = b"@parley "
_QUOTED = re.compile(r" '.*'", re.DOTALL)

T = TypeVar("T")
Kind = Literal["mic", "speech"]
_KINDS: dict[int, Kind] = {1: "mic", 2: "speech"}
_NUMBERS: dict[Kind, int] = {kind: number for number, kind in _KINDS.items()}

_client: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_shell: msgspec.json.Decoder[ShellLine] = msgspec.json.Decoder(ShellLine)
_sidecar: msgspec.json.Decoder[SidecarLine] = msgspec.json.Decoder(SidecarLine)
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True)
class Frame:
    """A stretch of audio. Field meanings are those of x-binary-frame."""

    kind: Kind
    stream: int
    first_sample: int
    pcm: bytes

    @property
    def sample_count(self) -> int:
        return len(self.pcm) // 2


def decode_client(text: str | bytes) -> ClientMessage:
    """Raises `BadMessage`, which says what is wrong and where, and repeats nothing of the content."""
    return _decode(_client, text)


def decode_server(text: str | bytes) -> ServerMessage:
    return _decode(_server, text)


def decode_shell_line(line: bytes) -> ShellLine:
    return _decode(_shell, line)


def decode_sidecar_line(line: bytes) -> SidecarLine:
    """One line of a sidecar's standard output, prefix included. Raises `BadMessage` for anything else."""
    if not line.startswith(LINE_PREFIX):
        raise BadMessage("not a line of the sidecar's")
    return _decode(_sidecar, line[len(LINE_PREFIX) :])


def encode(message: ClientMessage | ServerMessage) -> str:
    return _encoder.encode(message).decode()


def encode_shell_line(line: ShellLine) -> bytes:
    return _encoder.encode(line) + b"\n"


def encode_sidecar_line(line: SidecarLine) -> bytes:
    return LINE_PREFIX + _encoder.encode(line) + b"\n"


def decode_frame(raw: bytes) -> Frame:
    """Raises `BadMessage`."""
    if len(raw) < HEADER.size:
        raise BadMessage(f"an audio frame of {len(raw)} bytes is shorter than its {HEADER.size}-byte header")
    version, number, _, stream, first_sample = HEADER.unpack_from(raw)
    if version != FRAME_VERSION:
        raise BadMessage(f"an audio frame has version {version}, this side reads {FRAME_VERSION}")
    kind = _KINDS.get(number)
    if kind is None:
        raise BadMessage(f"an audio frame has the unknown kind {number}")
    if len(raw) % 2:
        raise BadMessage(f"an audio frame of {len(raw)} bytes ends in half a sample")
    return Frame(kind, stream, first_sample, raw[HEADER.size :])


def encode_frame(frame: Frame) -> bytes:
    header = HEADER.pack(FRAME_VERSION, _NUMBERS[frame.kind], 0, frame.stream, frame.first_sample)
    return header + frame.pcm


def _decode(decoder: msgspec.json.Decoder[T], text: str | bytes) -> T:
    try:
        return decoder.decode(text)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(_without_content(error)) from None


def _without_content(error: Exception) -> str:
    """msgspec quotes the value of an unknown tag or enum and nothing else of the input; keep only what is ours."""
    return _QUOTED.sub("", str(error))
