"""One socket: a reader, a writer, and the end of both. The session lives on.

Text frames are messages, binary frames are audio. A peer that breaks the protocol is told what was wrong and
closed with the code that protocol.json names; nobody else notices.
"""

import logging
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from anyio import ClosedResourceError, create_task_group, fail_after
from msgspec import UNSET

from ..conversation.outbox import Reader
from ..conversation.session import Session
from ..conversation.sessions import Sessions
from ..errors import BadMessage, ParleyError, TooManyConnections, VersionMismatch, failure
from ..telemetry import log_context
from ..wire.base import given
from ..wire.codec import (
    MAX_MESSAGE_BYTES,
    PROTOCOL_VERSION,
    Frame,
    decode_client,
    decode_frame,
    encode,
    encode_frame,
)
from ..wire.messages import (
    CheckResult,
    EngineState,
    Failure,
    Hello,
    MicAck,
    ModelState,
    Receipt,
    Role,
    ServerHello,
    ServerMessage,
)
from .desk import Desk, Order
from .guard import SUBPROTOCOL, TAB_KEY
from .site import SOCKETS

logger = logging.getLogger(__name__)

HELLO_S = 10.0
"""A connection that says nothing for so long is not one of ours."""

MAX_SOCKETS = 64
"""Far more windows and captions than anyone has; each costs a session and its buffers."""

HEARTBEAT_S = 20.0
"""Between pings; a peer that does not answer within half of it is gone."""

CLOSE_NOT_READABLE = 1007
CLOSE_NOT_ALLOWED = 1008
CLOSE_INTERNAL = 1011
CLOSE_TRY_LATER = 1013
CLOSE_VERSION = 4002


@dataclass
class Link:
    """A participant of a session at the other end of a socket."""

    socket: web.WebSocketResponse
    role: Role
    reader: Reader
    _notices: dict[str, ServerMessage] = field(default_factory=dict)
    """Unnumbered messages that wait to be sent; a newer one of its kind takes the place of the older."""

    def tell(self, message: ServerMessage) -> None:
        self._notices[_kind(message)] = message
        self.reader.wake()

    async def write(self) -> None:
        """Send what there is, as fast as the peer takes it, until cancelled or the socket has closed."""
        try:
            while not self.socket.closed:
                await self._write_next()
        except ConnectionError:
            pass  # The peer is gone; the reader notices, too, and ends the link.

    async def _write_next(self) -> None:
        if self._notices:
            await self.socket.send_str(encode(self._notices.pop(next(iter(self._notices)))))
            return
        item = self.reader.next()
        if self.reader.lost:
            await self.socket.close(code=CLOSE_TRY_LATER)
        elif item is None:
            await self.reader.wait()
        elif not isinstance(item, Frame):
            await self.socket.send_str(encode(item))
        elif self.role == "speaker":
            await self.socket.send_bytes(encode_frame(item))


async def serve_link(request: web.Request, sessions: Sessions, desk: Desk, instance: str) -> web.WebSocketResponse:
    """Serve one upgraded connection to its end."""
    socket = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,), heartbeat=HEARTBEAT_S, max_msg_size=MAX_MESSAGE_BYTES, compress=False
    )
    await socket.prepare(request)
    sockets = request.app[SOCKETS]
    sockets.add(socket)
    counters = sessions.telemetry.counters
    counters.connections += 1
    try:
        if len(sockets) > MAX_SOCKETS:
            raise TooManyConnections(f"{MAX_SOCKETS} windows are connected, which is the most; close one")
        hello = await _hello(socket)
        if hello is not None:
            await _take_part(socket, hello, sessions, desk, instance, request.get(TAB_KEY))
    except VersionMismatch as error:
        await _refuse(socket, error, CLOSE_VERSION)
    except TooManyConnections as error:
        await _refuse(socket, error, CLOSE_TRY_LATER)
    except BadMessage as error:
        logger.warning("closing a connection: %s", error)
        await _refuse(socket, error, CLOSE_NOT_READABLE)
    except ConnectionError:
        pass  # The peer went away in the middle of our writing.
    finally:
        sockets.discard(socket)
        counters.drops += socket.close_code in (None, WSCloseCode.ABNORMAL_CLOSURE)
    return socket


async def _hello(socket: web.WebSocketResponse) -> Hello | None:
    """The first message. None when the peer went away, or was closed for saying nothing."""
    try:
        with fail_after(HELLO_S):
            first = await socket.receive()
    except TimeoutError:
        await socket.close(code=CLOSE_NOT_ALLOWED, message=b"hello is missing")
        return None
    if first.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
        return None
    message = decode_client(first.data) if first.type is WSMsgType.TEXT else None
    if not isinstance(message, Hello):
        await _refuse(socket, BadMessage("the first message must be hello"), CLOSE_NOT_ALLOWED)
        return None
    if message.protocol_version != PROTOCOL_VERSION:
        raise VersionMismatch(
            f"the client speaks protocol version {message.protocol_version}, this sidecar {PROTOCOL_VERSION}: "
            "update the older one"
        )
    return message


async def _take_part(
    socket: web.WebSocketResponse, hello: Hello, sessions: Sessions, desk: Desk, instance: str, tab_key: str | None
) -> None:
    session, resumed = await sessions.enter(hello)
    if resumed and given(hello.session_id) == session.session_id:
        sessions.telemetry.counters.reconnects += 1
        missed = await sessions.missed(session, hello)
        last_seq = given(missed[-1].seq) if missed else given(hello.last_seq)
        turn_id, samples = given(hello.received_turn_id), given(hello.received_samples)
        reader = session.outbox.reader(last_seq or 0, turn_id, samples or 0, missed)
    else:
        reader = session.outbox.reader()
    link = Link(socket, hello.role, reader)
    await socket.send_str(encode(_answer(session, resumed, hello.role, instance, tab_key)))
    session.join(link)
    link.tell(session.activity)
    link.tell(session.consent)
    for news in (*sessions.engines.states, *sessions.troubles.values(), *desk.news):
        link.tell(news)
    try:
        async with create_task_group() as tasks:
            tasks.start_soon(link.write)
            tasks.start_soon(_close_with, session, socket)
            with log_context.session(session.session_id):
                broken = await _read(socket, session, desk, link)
            tasks.cancel_scope.cancel()
        if broken is not None:
            raise broken
    finally:
        reader.close()
        session.leave(link)
        sessions.left(session)


async def _close_with(session: Session, socket: web.WebSocketResponse) -> None:
    await session.ended.wait()
    await socket.close(code=CLOSE_INTERNAL)


async def _read(socket: web.WebSocketResponse, session: Session, desk: Desk, link: Link) -> BadMessage | None:
    """Until the peer closes, breaks the protocol, or the session ends."""
    try:
        async for message in socket:
            await _dispatch(message, session, desk, link)
    except BadMessage as error:
        return error
    except ClosedResourceError:
        pass  # The session ended; `_close_with` tells the peer.
    return None


async def _dispatch(message: WSMessage, session: Session, desk: Desk, link: Link) -> None:
    match message.type:
        case WSMsgType.BINARY:
            frame = decode_frame(message.data)
            if frame.kind != "mic":
                raise BadMessage("a client sends no speech frames")
            if frame.stream == 0:
                raise BadMessage("captures are numbered from 1")
            await session.hear(frame, link)
        case WSMsgType.TEXT:
            received = decode_client(message.data)
            if name := getattr(received, "id", ""):
                logger.debug("%s came as %s", type(received).__name__, name)
            if isinstance(received, Order):
                await desk.take(received, link)
            else:
                await session.receive(received, link)
        case _:
            # aiohttp has closed with the right code: 1007 for bad UTF-8, 1009 for a message over the limit.
            logger.warning("a connection broke: %s", type(message.data).__name__)


def _answer(session: Session, resumed: bool, role: Role, instance: str, tab_key: str | None) -> ServerHello:
    return ServerHello(
        protocol_version=PROTOCOL_VERSION,
        instance=instance,
        session_id=session.session_id,
        resumed=resumed,
        role=role,
        mic_streams=session.mic_streams,
        key=tab_key or UNSET,
    )


async def _refuse(socket: web.WebSocketResponse, error: ParleyError, code: int) -> None:
    """Say what was wrong, then close. The peer may be gone by then, or not be reading."""
    try:
        await socket.send_str(encode(failure(error)))
        await socket.close(code=code)
    except ConnectionError:
        pass


def _kind(message: ServerMessage) -> str:
    """What a newer message takes the place of."""
    match message:
        case EngineState(port=port):
            return f"engine_state {port}"
        case MicAck(stream=stream):
            return f"mic_ack {stream}"
        case ModelState(name=name):
            return f"model_state {name}"
        case CheckResult(name=name):
            return f"check_result {name}"
        case Receipt() | Failure():
            return f"{type(message).__name__} {given(message.id) or getattr(message, 'message', '')}"
        case _:
            return type(message).__name__
