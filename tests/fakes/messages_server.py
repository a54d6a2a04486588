"""A Messages API server with a script, on a real loopback socket. It is Anthropic's, and Amazon Bedrock's, too.

    async with MessagesServer(["It is ", "noon."], first_token_s=0.3) as server:
        ...  # base_url=server.base_url
    assert server.requests[0].body["model"] == "claude-haiku-5-5"

It speaks the streaming events of the real one; under Bedrock's paths it wraps them in its frames (bedrock_frames.py).
Failures are named by `ending` and `status`.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

import anyio
from aiohttp import web

from tests.fakes.bedrock_frames import event_frame, exception_frame

Ending = Literal[
    "complete", "refusal", "max_tokens", "no_stop", "cut", "silent", "malformed", "error", "corrupt", "page"
]
"""How a stream goes on after its pieces:

complete, refusal, max_tokens: message_stop with that stop_reason
no_stop: a clean end of the response without message_stop
cut: the connection breaks
silent: nothing more comes
malformed: an event that is no JSON
error: an `error` event of type `error_type`; from Bedrock, an exception of that name
corrupt: from Bedrock, a frame whose checksum is wrong
page: the whole answer is a web page, as from a hotel's network
"""

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class Request:
    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]
    authorization: str | None
    """The SDK sends `Bearer <key>`, or for AWS a signature."""
    client_port: int
    """The same for two requests means that the connection was used again."""


@dataclass
class MessagesServer:
    pieces: Sequence[str] = ("It is ", "noon.")
    first_token_s: float = 0.0
    between_s: float = 0.0
    status: int = 200
    refusals: int = 1_000_000
    """So many requests get `status`, those after them an answer."""
    retry_after: str | None = None
    ending: Ending = "complete"
    error_type: str = "overloaded_error"
    forgets: bool = False
    """A connection that was used before breaks when it is used again."""
    thinking: bool = False
    """Send a block of thought before the text."""
    calls: Sequence[tuple[str, Mapping[str, Any]]] = ()
    """Tools to be used, by name and arguments: after the pieces, where a request brings no results yet. `pieces_after`
    answer one that does."""
    pieces_after: Sequence[str] = ("Done.",)

    requests: list[Request] = field(default_factory=list, init=False)
    disconnected: anyio.Event = field(default_factory=anyio.Event, init=False)
    """Set when a client leaves in the middle of a stream."""
    warmed: list[int] = field(default_factory=list, init=False)
    """Client ports of requests that only open a connection."""
    base_url: str = field(default="", init=False)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/messages", self._answer)
        app.router.add_post("/anthropic/v1/messages", self._answer)
        app.router.add_post("/model/{model}/invoke-with-response-stream", self._answer)
        app.router.add_route("HEAD", "/{any:.*}", self._warm)
        # handler_cancellation: otherwise aiohttp lets a handler go on when its client has left.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        port = request.transport.get_extra_info("peername")[1]
        if self.forgets and port in (*self.warmed, *(one.client_port for one in self.requests)):
            request.transport.abort()
            return web.Response()
        body, authorization = await request.json(), request.headers.get("Authorization")
        self.requests.append(Request(request.path, body, request.headers, authorization, port))
        if self.status != 200 and len(self.requests) <= self.refusals:
            return self._refuse()
        if self.ending == "page":
            return web.Response(text="<html><body>Please log in to the Wi-Fi</body></html>", content_type="text/html")
        framed = request.path.startswith("/model/")
        kind = "application/vnd.amazon.eventstream" if framed else "text/event-stream"
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        try:
            async for name, data in self._events(body):
                sse = f"event: {name}\ndata: {data}\n\n".encode()
                await response.write(_framed(name, data) if framed else sse)
            if self.ending == "corrupt":
                await response.write(event_frame("{}")[:-1] + b"!")
            if self.ending == "silent":
                await anyio.sleep_forever()
            if self.ending == "cut":
                request.transport.abort()
        except (anyio.get_cancelled_exc_class(), ConnectionResetError):
            self.disconnected.set()
            raise
        return response

    async def _warm(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        assert "Authorization" not in request.headers
        self.warmed.append(request.transport.get_extra_info("peername")[1])
        raise web.HTTPNotFound

    def _refuse(self) -> web.Response:
        kind = ERROR_TYPES.get(self.status, "api_error")
        error = {"type": kind, "message": "as the script says, with what you said: hello"}
        headers = {} if self.retry_after is None else {"retry-after": self.retry_after}
        return web.json_response({"type": "error", "error": error}, status=self.status, headers=headers)

    async def _events(self, body: dict[str, Any]) -> AsyncIterator[tuple[str, str]]:
        """(event name, data) of the whole answer, at the declared pace."""
        message: dict[str, Any] = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "scripted",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": 5, "output_tokens": 0},
        }
        yield _event("message_start", message=message)
        yield _event("ping")
        if self.thinking:
            empty = {"type": "thinking", "thinking": "", "signature": ""}
            yield _event("content_block_start", index=0, content_block=empty)
            yield _event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm."})
            yield _event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "signed"})
            yield _event("content_block_stop", index=0)
        has_results = any("tool_result" in str(message["content"]) for message in body["messages"][-1:])
        calls = () if has_results else self.calls
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for index, piece in enumerate(self.pieces_after if has_results else self.pieces):
            await anyio.sleep(self.between_s if index else self.first_token_s)
            yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
        if self.ending == "malformed":
            yield "content_block_delta", '{"type": "content_block_del'
        elif self.ending == "error":
            yield _event("error", error={"type": self.error_type, "message": "as the script says: hello"})
        elif self.ending in ("complete", "refusal", "max_tokens"):
            stop_reason = self.ending if self.ending != "complete" else "tool_use" if calls else "end_turn"
            yield _event("content_block_stop", index=0)
            for index, (name, arguments) in enumerate(calls, 1):
                text = json.dumps(arguments)
                call = {"type": "tool_use", "id": f"call_{index}", "name": name, "input": {}}
                yield _event("content_block_start", index=index, content_block=call)
                for part in ("", text[:7], text[7:]):
                    delta = {"type": "input_json_delta", "partial_json": part}
                    yield _event("content_block_delta", index=index, delta=delta)
                if self.ending != "max_tokens":
                    yield _event("content_block_stop", index=index)
            yield _event("message_delta", delta={"stop_reason": stop_reason}, usage={"output_tokens": 6})
            yield _event("message_stop")


def _event(kind: str, **fields: Any) -> tuple[str, str]:
    return kind, json.dumps({"type": kind, **fields})


def _framed(name: str, data: str) -> bytes:
    if name == "error":
        error = json.loads(data)["error"]
        return exception_frame(error["type"], error["message"])
    return event_frame(data)
