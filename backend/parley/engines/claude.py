"""Claude, from Anthropic, from Amazon Bedrock or from any server that speaks the Messages API, through Anthropic's SDK.

The SDK is imported in `load`, so only where a server was chosen. claude_client.py opens it, claude_request.py says what
is asked, claude_errors.py puts into our words what it raises.
"""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from ..credentials import Credentials
from ..errors import LanguageModelError, LanguageModelFailed, RequestRefused, StreamCut
from ..settings import Settings
from .claude_client import Server, open_anthropic, open_bedrock
from .claude_errors import meaning, retry_wait_s
from .claude_request import request
from .ports import ChatMessage, EngineInfo, ToolCall, ToolSpec

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent

THINKING_TOKENS = 3072
"""Added to the cap for models that think before they speak, because thinking counts towards it."""


class ClaudeModel:
    def __init__(self, server: Server, settings: Settings, name: str, now: Callable[[], datetime]) -> None:
        self.info = EngineInfo(name=name, basic=False, metered=not server.keyless)
        self._server = server
        self._host = server.client.base_url.host
        self._persona = settings.persona.strip()
        self._now = now
        # Newer models think when nothing is said about it, which costs seconds before the first word. Haiku
        # can be told not to; some others refuse that (status 400), so they get room for it instead.
        self._thinks = "claude-haiku-" not in server.model
        self._max_tokens = settings.max_tokens + THINKING_TOKENS if self._thinks else settings.max_tokens

    @classmethod
    async def load(
        cls,
        settings: Settings,
        credentials: Credentials = Credentials(),  # noqa: B008  # immutable
        *,
        bedrock: bool = False,
        now: Callable[[], datetime] = datetime.now,
    ) -> "ClaudeModel":
        """Import the SDK and prepare a client, off the event loop. Raises as claude_client.py says."""
        server = await anyio.to_thread.run_sync(open_bedrock if bedrock else open_anthropic, settings, credentials)
        return cls(server, settings, "bedrock" if bedrock else "claude", now)

    async def stream(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        """See `LanguageModel.stream`. Leaving it closes the connection, so the server stops too."""
        for is_last in (False, True):
            began = False
            try:
                async with aclosing(self._attempt(messages, tools)) as pieces:
                    async for piece in pieces:
                        began = True
                        yield piece
                return
            except LanguageModelError as error:
                wait_s = retry_wait_s(error)
                if began or is_last or wait_s is None:
                    raise
            await anyio.sleep(wait_s)

    async def warm(self) -> None:
        """A connection, with its encryption, costs 0.1 to 0.3 s. The request asks for nothing and carries no key."""
        try:
            await self._server.http.head(self._server.client.base_url)
        except Exception:
            pass  # The question will find out what is wrong, and say it.

    async def aclose(self) -> None:
        await self._server.client.close()

    async def _attempt(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec]
    ) -> AsyncGenerator[str | ToolCall, None]:
        answer = _Answer()
        began = False
        events = None
        try:
            events = await self._server.client.messages.create(**self._request(messages, tools), stream=True)
            # Read on after message_stop, to the end of the response: only then is the connection used again.
            async for event in events:
                began = True
                if (piece := answer.take(event)) is not None:
                    yield piece
        except LanguageModelError:
            raise
        except Exception as error:
            if not answer.ended:
                raise meaning(error, host=self._host, model=self._server.model, began=began) from error
        finally:
            if events is not None:
                await events.close()
        if not began:
            raise LanguageModelFailed(f"{self._host} did not answer as a Messages server does")
        if not answer.ended:
            raise StreamCut(f"{self._host} ended the answer before it was complete")
        if answer.stop_reason == "refusal":
            raise RequestRefused(f"{self._server.model} declined to answer this")
        if not answer.said:
            raise LanguageModelFailed(f"{self._server.model} ended its answer without a word ({answer.stop_reason})")

    def _request(self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec]) -> dict[str, Any]:
        asked = request(messages, tools, persona=self._persona, now=self._now(), caches=self._server.caches)
        asked |= {"model": self._server.model, "max_tokens": self._max_tokens}
        if not self._thinks:
            asked["thinking"] = {"type": "disabled"}
        if self._server.keyless:
            # The SDK wants to be told that this is meant.
            from anthropic import omit

            asked["extra_headers"] = {"Authorization": omit}
        return asked


class _Answer:
    """Puts the events of a stream together: text as it comes, a call once it is whole."""

    def __init__(self) -> None:
        self.said = self.ended = False
        self.stop_reason: str | None = None
        self._block: dict[str, Any] = {}
        """The one in the making, as the server will want to see it again."""
        self._input = ""
        """Of a call: JSON, in the making."""
        self._thoughts: list[dict[str, Any]] = []
        """A model that thought before a call must be shown its thoughts again with it (they are signed)."""

    def take(self, event: "RawMessageStreamEvent") -> str | ToolCall | None:
        match event.type:
            case "content_block_start":
                self._block, self._input = event.content_block.model_dump(exclude_none=True), ""
            case "content_block_delta":
                return self._add(event.delta)
            case "content_block_stop":
                return self._end_block()
            case "message_delta":
                self.stop_reason = event.delta.stop_reason
            case "message_stop":
                self.ended = True
            case _:
                pass
        return None

    def _add(self, delta: Any) -> str | None:
        match delta.type:
            case "text_delta" if delta.text:
                self.said = True
                return str(delta.text)
            case "input_json_delta":
                self._input += delta.partial_json
            case "thinking_delta":
                self._block["thinking"] = self._block.get("thinking", "") + delta.thinking
            case "signature_delta":
                self._block["signature"] = self._block.get("signature", "") + delta.signature
            case _:
                pass
        return None

    def _end_block(self) -> ToolCall | None:
        block, self._block = self._block, {}
        match block.get("type"):
            case "thinking" | "redacted_thinking":
                self._thoughts.append(block)
            case "tool_use":
                context, self._thoughts = tuple(self._thoughts), []
                self.said = True
                return ToolCall(block["id"], block["name"], self._arguments(), context)
            case _:
                pass
        return None

    def _arguments(self) -> dict[str, Any]:
        try:
            arguments = json.loads(self._input or "{}")
        except ValueError:
            arguments = None
        if not isinstance(arguments, dict):
            # Cut off by the cap on its length, or a server that does not know how.
            raise LanguageModelFailed("The language model's call of a tool cannot be read")
        return arguments
