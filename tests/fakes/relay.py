"""What lies between two sides, to be cut at a chosen byte: a TCP relay on a real port. And HTTP by hand."""

import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from anyio.abc import SocketAttribute, SocketStream

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on, 0 s: closing sends a reset, as a network that is gone does."""


@dataclass
class Relay:
    """Hands bytes on in both directions until told to cut."""

    port: int
    target: int
    cut_after: int | None = None
    """Bytes towards the client after which the connection breaks; counted for each connection."""
    to_client: bytearray = field(default_factory=bytearray)
    to_server: bytearray = field(default_factory=bytearray)
    connections: int = 0
    _open: list[SocketStream] = field(default_factory=list)

    async def cut(self) -> None:
        """Break every connection now."""
        for stream in [*self._open]:
            await _reset(stream)

    async def _serve(self, client: SocketStream) -> None:
        self.connections += 1
        try:
            server = await anyio.connect_tcp("127.0.0.1", self.target)
        except OSError:
            await _reset(client)
            return
        self._open += [client, server]
        try:
            async with client, server, anyio.create_task_group() as tasks:
                tasks.start_soon(self._hand_on, client, server, self.to_server, None)
                await self._hand_on(server, client, self.to_client, self.cut_after)
                await _reset(client)
                await _reset(server)
                tasks.cancel_scope.cancel()
        finally:
            self._open = [stream for stream in self._open if stream not in (client, server)]

    async def _hand_on(self, source: SocketStream, sink: SocketStream, seen: bytearray, limit: int | None) -> None:
        left = limit
        try:
            async for data in source:
                piece = data if left is None else data[:left]
                seen += piece
                await sink.send(piece)
                if left is not None:
                    left -= len(piece)
                    if left == 0:
                        return
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass


@asynccontextmanager
async def relay(target: int, cut_after: int | None = None, port: int = 0) -> AsyncIterator[Relay]:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port) as listener:
        it = Relay(listener.extra(SocketAttribute.local_port), target, cut_after)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, it._serve)
            yield it
            tasks.cancel_scope.cancel()


async def _reset(stream: SocketStream) -> None:
    raw = stream.extra(SocketAttribute.raw_socket)
    if raw.fileno() != -1:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    await anyio.aclose_forcefully(stream)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


async def ask(
    port: int,
    target: str = "/healthz",
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    method: str = "GET",
    body: bytes = b"",
    host: str | None = "",
) -> Answer:
    """One HTTP request, byte for byte as given. `host`: empty for the right one, None for none at all."""
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
    if host is not None:
        pairs.insert(0, ("Host", host or f"127.0.0.1:{port}"))
    if body:
        pairs.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    request = f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("utf-8", "surrogateescape") + body
    return parse(await ask_raw(port, request))


async def ask_raw(port: int, request: bytes) -> bytes:
    """Everything that the server sends until it has answered one request, or closes."""
    with anyio.fail_after(5):
        async with await anyio.connect_tcp("127.0.0.1", port) as stream:
            await stream.send(request)
            received = b""
            try:
                while not _is_whole(received, request.startswith(b"HEAD")):
                    received += await stream.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                pass
            return received


def _is_whole(received: bytes, headless: bool) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    answer = parse(received)
    return headless or answer.status in (101, 204, 304) or len(body) >= int(answer.headers.get("content-length", "0"))


def parse(received: bytes) -> Answer:
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Answer(
        int(status.split(" ")[1]) if status else 0,
        {name.strip().lower(): value.strip() for name, _, value in pairs},
        body,
    )
