"""Claude, or any server that speaks the Messages API, through Anthropic's SDK.

The SDK is imported in `load` (1.2 s), so only where a key or a `base_url` is set. What it raises is put into
our words in claude_errors.py.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio.to_thread

from ..errors import (
    EngineMissing,
    KeyRefused,
    LanguageModelFailed,
    NoKey,
    RequestRefused,
    StreamCut,
    Unreachable,
)
from ..settings import Settings
from .claude_errors import meaning
from .ports import ChatMessage, EngineInfo

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic

THINKING_TOKENS = 3072
"""Added to the cap for models that think before they speak, because thinking counts towards it."""

CONNECT_S = 5.0
SILENCE_S = 20.0
"""Longest wait for the first byte and between bytes. The server sends a ping while it works, so 20 s without
any is a dead line; nobody waits longer for an answer to a spoken question."""

IDLE_CONNECTION_S = 60.0
"""How long an idle connection is kept. httpx's 5 s would make every turn pay for TLS again (0.1 to 0.3 s)."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")

SYSTEM = """\
You are Parley, a voice assistant on the user's computer. What you write is read aloud, sentence by \
sentence, and shown as subtitles.
Answer the way a person talks: short, plain sentences, usually one to three, the answer first. Do not use \
markdown, lists, headings, tables, emoji or web addresses unless the user asks for them. Write numbers, \
units and abbreviations so that they can be read aloud.
The user's words come from speech recognition and may be misheard; go by what was probably meant, and ask \
briefly when you cannot tell. An assistant message that stops in mid-sentence was interrupted by the user.
It is now {now:%A, %d %B %Y, %H:%M} where the user is."""


class ClaudeModel:
    """Prompt caching is not asked for: SYSTEM is below the shortest prompt that is cached (1024 tokens), and
    other Messages servers may not know the field."""

    info = EngineInfo(name="claude", basic=False)

    def __init__(self, client: "AsyncAnthropic", *, model: str, max_tokens: int, now: Callable[[], datetime]) -> None:
        self._client = client
        self._host = client.base_url.host
        self._model = model
        self._now = now
        # Newer models think when nothing is said about it, which costs seconds before the first word. Haiku
        # can be told not to; some others refuse that (status 400), so they get room for it instead.
        self._thinks = not model.startswith("claude-haiku-")
        self._max_tokens = max_tokens + THINKING_TOKENS if self._thinks else max_tokens

    @classmethod
    async def load(
        cls, settings: Settings, api_key: str = "", *, now: Callable[[], datetime] = datetime.now
    ) -> "ClaudeModel":
        """Import the SDK and prepare a client, off the event loop. Touches no network.

        Without `api_key` the SDK looks for credentials itself (ANTHROPIC_API_KEY, profiles). Raises
        `EngineMissing`, `NoKey`, `KeyRefused`, and `Unreachable` for addresses that are none.
        """
        client = await anyio.to_thread.run_sync(_open_client, api_key.strip(), settings.base_url or None)
        return cls(client, model=settings.model, max_tokens=settings.max_tokens, now=now)

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """See `LanguageModel.stream`. Leaving it closes the connection, so the server stops too."""
        began = spoke = ended = False
        stop_reason: str | None = None
        events = None
        try:
            events = await self._client.messages.create(**self._request(messages), stream=True)
            # Read on after message_stop, to the end of the response: only then is the connection used again.
            async for event in events:
                began = True
                if event.type == "content_block_delta" and event.delta.type == "text_delta":
                    if event.delta.text:
                        spoke = True
                        yield event.delta.text
                elif event.type == "message_delta":
                    stop_reason = event.delta.stop_reason
                elif event.type == "message_stop":
                    ended = True
        except Exception as error:
            if not ended:
                raise meaning(error, host=self._host, model=self._model, began=began) from error
        finally:
            if events is not None:
                await events.close()
        if not began:
            raise LanguageModelFailed(f"{self._host} did not answer as a Messages server does")
        if not ended:
            raise StreamCut(f"{self._host} ended the answer before it was complete")
        self._check_end(stop_reason, spoke)

    async def aclose(self) -> None:
        await self._client.close()

    def _request(self, messages: Sequence[ChatMessage]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._model,
            "max_tokens": self._max_tokens,
            "system": SYSTEM.format(now=self._now()),
            "messages": _conversation(messages),
        }
        if not self._thinks:
            request["thinking"] = {"type": "disabled"}
        if _is_keyless(self._client):
            # A server of one's own may need no key; the SDK wants to be told that this is meant.
            from anthropic import omit

            request["extra_headers"] = {"Authorization": omit}
        return request

    def _check_end(self, stop_reason: str | None, spoke: bool) -> None:
        if stop_reason == "refusal":
            raise RequestRefused(f"{self._model} declined to answer this")
        if not spoke:
            raise LanguageModelFailed(f"{self._model} ended its answer without a word ({stop_reason})")


def _conversation(messages: Sequence[ChatMessage]) -> list[dict[str, str]]:
    """The server refuses empty texts and conversations that the assistant begins."""
    told = [message for message in messages if message.text.strip()]
    while told and told[0].role == "assistant":
        del told[0]
    return [{"role": message.role, "content": message.text} for message in told]


def _open_client(api_key: str, base_url: str | None) -> "AsyncAnthropic":
    try:
        import anthropic
        import httpx2
    except ImportError as error:
        raise EngineMissing("Claude needs the Python package anthropic, which is missing") from error
    if api_key and not (api_key.isascii() and api_key.isprintable()):
        raise KeyRefused("The API key holds characters that no key has: it was probably copied with something else")
    try:
        client = anthropic.AsyncAnthropic(
            api_key=api_key or None,
            base_url=base_url,
            timeout=anthropic.Timeout(SILENCE_S, connect=CONNECT_S),
            # A retry would wait 0.5 s, or as long as the server's retry-after says, in silence. The user is
            # there to decide.
            max_retries=0,
            http_client=_http_client(base_url),
        )
    except anthropic.AnthropicError as error:
        raise NoKey("The credentials for Claude on this computer cannot be read") from error
    except (httpx2.InvalidURL, ValueError, ImportError, OSError) as error:
        # A base_url or a proxy variable that is no address, or a SOCKS proxy without its package.
        raise Unreachable("The address of the language model, or of the proxy to it, cannot be used") from error
    if base_url is None and _is_keyless(client):
        raise NoKey("There is no API key for Claude")
    client.messages  # noqa: B018  # imports its modules now, not on the event loop at the first question
    return client


def _is_keyless(client: "AsyncAnthropic") -> bool:
    return client.api_key is None and client.auth_token is None and client.credentials is None


def _http_client(base_url: str | None) -> "httpx2.AsyncClient":
    """The SDK's own client. It honours the user's proxy variables, except for a loopback address."""
    import anthropic
    import httpx2

    limits = httpx2.Limits(keepalive_expiry=IDLE_CONNECTION_S)
    if base_url is not None and urlsplit(base_url).hostname in LOOPBACK:
        # The SDK reads the proxy variables unless it is given a transport (_base_client.py).
        return anthropic.DefaultAsyncHttpxClient(transport=httpx2.AsyncHTTPTransport(limits=limits))
    return anthropic.DefaultAsyncHttpxClient(limits=limits)
