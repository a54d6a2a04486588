"""The Wyoming protocol's framing: bytes to events and back. The events' own types are the `wyoming` package's. Pure.

A header is a line of JSON; `data_length` bytes of more JSON and `payload_length` bytes of sound may follow. The
package's own reader is not used: it answers None to the end of a connection, to a line over 64 KiB and to one that is
no JSON alike, believes any length, and loses what it has read when it is cancelled.
"""

from typing import Any

import msgspec
from wyoming.event import Event
from wyoming.version import __version__

MAX_JSON_BYTES = 4 * 1024 * 1024
"""Of a header or its data. Piper tells of some 150 voices in 0.3 MB."""

MAX_PAYLOAD_BYTES = 16 * 1024 * 1024
"""Of sound in one event. Some servers send a sentence whole: a minute of it, in stereo at 48 kHz, is 11.5 MB."""


class BadEvent(Exception):
    """What came is no event."""


class _Header(msgspec.Struct):
    type: str
    data: dict[str, Any] | None = None
    data_length: int | None = None
    payload_length: int | None = None


_decode_header = msgspec.json.Decoder(_Header).decode
_decode_data = msgspec.json.Decoder(dict[str, Any]).decode


def encode_event(event: Event) -> bytes:
    header: dict[str, Any] = {"type": event.type, "version": __version__}
    data = msgspec.json.encode(event.data) if event.data else b""
    if data:
        header["data_length"] = len(data)
    if event.payload:
        header["payload_length"] = len(event.payload)
    return b"".join((msgspec.json.encode(header), b"\n", data, event.payload or b""))


class EventReader:
    def __init__(self) -> None:
        self._held = bytearray()
        self._searched = 0
        """No line ends before this."""
        self._header: _Header | None = None

    @property
    def is_within(self) -> bool:
        """Part of an event has come: an end of the connection would cut it."""
        return self._header is not None or bool(self._held)

    def feed(self, data: bytes) -> list[Event]:
        """The events that are complete now. Raises `BadEvent`."""
        self._held += data
        events = []
        while (event := self._next()) is not None:
            events.append(event)
        return events

    def _next(self) -> Event | None:
        header = self._header = self._header or self._take_header()
        if header is None:
            return None
        data_length, payload_length = header.data_length or 0, header.payload_length or 0
        if len(self._held) < data_length + payload_length:
            return None
        data = header.data or {}
        try:
            if data_length:
                data |= _decode_data(bytes(self._held[:data_length]))
        except (ValueError, RecursionError) as error:
            raise BadEvent("data that is no JSON object") from error
        payload = bytes(self._held[data_length : data_length + payload_length])
        del self._held[: data_length + payload_length]
        self._header = None
        return Event(header.type, data, payload or None)

    def _take_header(self) -> _Header | None:
        end = self._held.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._held)
            if self._searched > MAX_JSON_BYTES:
                raise BadEvent(f"a header of more than {MAX_JSON_BYTES} bytes")
            return None
        try:
            header = _decode_header(bytes(self._held[:end]))
        except (ValueError, RecursionError) as error:
            raise BadEvent("a line that is no event") from error
        del self._held[: end + 1]
        self._searched = 0
        for length, most in ((header.data_length, MAX_JSON_BYTES), (header.payload_length, MAX_PAYLOAD_BYTES)):
            if not 0 <= (length or 0) <= most:
                raise BadEvent(f"an event of {length} bytes, more than {most}")
        return header
