"""Frames of Amazon's event stream, as Bedrock sends an answer in.

Lengths and a checksum of them, headers, payload, a checksum of it all, big-endian:
https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import base64
import json
import struct
import zlib
from collections.abc import Mapping

STRING = 7
"""A header's type."""


def event_frame(data: str) -> bytes:
    """One event of the Messages API, as JSON."""
    payload = json.dumps({"bytes": base64.b64encode(data.encode()).decode()})
    headers = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    return _frame(headers, payload.encode())


def exception_frame(name: str, message: str) -> bytes:
    headers = {":exception-type": name, ":content-type": "application/json", ":message-type": "exception"}
    return _frame(headers, json.dumps({"message": message}).encode())


def _frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    head = b"".join(
        struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", STRING, len(value)) + value.encode()
        for name, value in headers.items()
    )
    lengths = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    frame = lengths + struct.pack(">I", zlib.crc32(lengths)) + head + payload
    return frame + struct.pack(">I", zlib.crc32(frame))
