"""A Messages API server with a script, on a real loopback socket.

    async with MessagesServer(["It is ", "noon."], first_token_s=0.3) as server:
        ...  # base_url=server.base_url
    assert server.requests[0].body["model"] == "claude-haiku-5-5"

It speaks the streaming events of the real one. Failures are named by `ending` and `status`.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

import anyio
from aiohttp import web

Ending = Literal["complete", "refusal", "max_tokens", "no_stop", "cut", "silent", "malformed", "error", "page"]
"""How a stream goes on after its pieces:

complete, refusal, max_tokens: message_stop with that stop_reason
no_stop: a clean end of the response without message_stop
cut: the connection breaks
silent: nothing more comes
malformed: an event that is no JSON
error: an `error` event of type `error_type`
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
    body: dict[str, Any]
    authorization: str | None
    """The SDK sends `Bearer <key>`."""
    client_port: int
    """The same for two requests means that the connection was used again."""


@dataclass
class MessagesServer:
    pieces: Sequence[str] = ("It is ", "noon.")
    first_token_s: float = 0.0
    between_s: float = 0.0
    status: int = 200
    retry_after: str | None = None
    ending: Ending = "complete"
    error_type: str = "overloaded_error"
    thinking: bool = False
    """Send a block of thought before the text."""

    requests: list[Request] = field(default_factory=list, init=False)
    disconnected: anyio.Event = field(default_factory=anyio.Event, init=False)
    """Set when a client leaves in the middle of a stream."""
    base_url: str = field(default="", init=False)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/messages", self._answer)
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
        self.requests.append(Request(await request.json(), request.headers.get("Authorization"), port))
        if self.status != 200:
            return self._refuse()
        if self.ending == "page":
            return web.Response(text="<html><body>Please log in to the Wi-Fi</body></html>", content_type="text/html")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            async for name, data in self._events():
                await response.write(f"event: {name}\ndata: {data}\n\n".encode())
            if self.ending == "silent":
                await anyio.sleep_forever()
            if self.ending == "cut":
                request.transport.abort()
        except (anyio.get_cancelled_exc_class(), ConnectionResetError):
            self.disconnected.set()
            raise
        return response

    def _refuse(self) -> web.Response:
        kind = ERROR_TYPES.get(self.status, "api_error")
        error = {"type": kind, "message": "as the script says, with what you said: hello"}
        headers = {} if self.retry_after is None else {"retry-after": self.retry_after}
        return web.json_response({"type": "error", "error": error}, status=self.status, headers=headers)

    async def _events(self) -> AsyncIterator[tuple[str, str]]:
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
            yield _event("content_block_start", index=0, content_block={"type": "thinking", "thinking": ""})
            yield _event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm."})
            yield _event("content_block_stop", index=0)
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for index, piece in enumerate(self.pieces):
            await anyio.sleep(self.between_s if index else self.first_token_s)
            yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
        if self.ending == "malformed":
            yield "content_block_delta", '{"type": "content_block_del'
        elif self.ending == "error":
            yield _event("error", error={"type": self.error_type, "message": "as the script says: hello"})
        elif self.ending in ("complete", "refusal", "max_tokens"):
            stop_reason = "end_turn" if self.ending == "complete" else self.ending
            yield _event("content_block_stop", index=0)
            yield _event("message_delta", delta={"stop_reason": stop_reason}, usage={"output_tokens": 6})
            yield _event("message_stop")


def _event(kind: str, **fields: Any) -> tuple[str, str]:
    return kind, json.dumps({"type": kind, **fields})
