"""HTTP to a server that has OpenAI's audio routes: one warm connection, our time-outs, failures as `ServerFailed`."""

import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import anyio.to_thread
from aiohttp import ClientResponse, ClientTimeout
from anyio import fail_after
from yarl import URL

from ..errors import EngineFailed
from .openai_errors import meaning, refusal
from .speech_address import http_address, is_loopback
from .speech_server import ANSWER_S, CONNECT_S, PROBE_S, ServerFailed

IDLE_CONNECTION_S = 60.0
"""How long an idle connection is kept: the next sentence, and mostly the next turn, finds it open."""

MAX_TEXT_BYTES = 1024 * 1024
"""Of an answer that is not sound."""

Body = Callable[[], dict[str, Any]]
"""Makes the request's `json` or `data` anew: a form can be sent once."""


class AudioServer:
    def __init__(self, session: aiohttp.ClientSession, base_url: str, proxy: str | None) -> None:
        self.name = f"The speech server at {base_url}"
        self.has_key = "Authorization" in session.headers
        self._session = session
        self._base_url = base_url
        self._proxy = proxy

    @classmethod
    async def open(cls, address: str, key: str = "") -> "AudioServer":
        """Prepare a client; touches no network. Raises `EngineFailed` for an address or a key that is none."""
        key = key.strip()
        if not (key.isascii() and key.isprintable()):
            raise EngineFailed("The key of the speech server holds characters that no key has: copy it again")
        try:
            base_url = http_address(address)
            URL(base_url)
        except ValueError as error:
            raise EngineFailed(str(error)) from None
        proxy = None if is_loopback(base_url) else await anyio.to_thread.run_sync(_proxy_for, base_url)
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_CONNECTION_S),
            # No compression: it would hold sound back. The times are kept where the meaning of each is known.
            headers={"Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})},
            timeout=ClientTimeout(total=None, connect=CONNECT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # It would read ~/.netrc, on the event loop.
        )
        return cls(session, base_url, proxy)

    async def probe(self) -> None:
        """Whether it is there and takes the key. Raises `ServerFailed`. Not every server lists its models."""
        async with self._ask("GET", "/models", lambda: {}, PROBE_S) as answer:
            if answer.status not in (200, 404, 405):
                raise ServerFailed(refusal(answer.status, self.name))

    @asynccontextmanager
    async def post(self, route: str, body: Body) -> AsyncIterator[ClientResponse]:
        """An answer of status 200, its body still to come. Leaving early closes the connection: the server stops."""
        async with self._ask("POST", route, body, ANSWER_S) as answer:
            if answer.status != 200:
                raise ServerFailed(refusal(answer.status, self.name))
            yield answer

    async def text(self, answer: ClientResponse) -> bytes:
        """The whole body of an answer that is not sound, within its `async with`."""
        body = b""
        while data := await answer.content.readany():
            body += data
            if len(body) > MAX_TEXT_BYTES:
                raise ServerFailed(f"{self.name} does not answer as OpenAI's audio routes do")
        return body

    async def aclose(self) -> None:
        await self._session.close()

    @asynccontextmanager
    async def _ask(self, method: str, route: str, body: Body, within_s: float) -> AsyncIterator[ClientResponse]:
        answer = await self._send(method, route, body, within_s)
        try:
            yield answer
        except aiohttp.ClientError as error:
            raise ServerFailed(meaning(error, self.name)) from error
        finally:
            answer.close()

    async def _send(self, method: str, route: str, body: Body, within_s: float) -> ClientResponse:
        for again in (True, False):
            try:
                with fail_after(within_s):
                    return await self._session.request(
                        method, f"{self._base_url}{route}", proxy=self._proxy, allow_redirects=False, **body()
                    )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # The server closed an idle connection at the moment in which it was used again. Nothing was
                # carried out, and nothing would change by being carried out twice.
                if not again or isinstance(error, aiohttp.ClientConnectorError):
                    raise ServerFailed(meaning(error, self.name)) from error
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                raise ServerFailed(meaning(error, self.name)) from error
        raise AssertionError("the second attempt returns or raises")


def _proxy_for(base_url: str) -> str | None:
    """In a thread: the proxy of the user's own, by variables or the system's settings."""
    url = URL(base_url)
    if urllib.request.proxy_bypass(url.host or ""):
        return None
    proxy = urllib.request.getproxies().get(url.scheme)
    if proxy is not None and URL(proxy).scheme not in ("http", "https"):
        raise EngineFailed("The proxy that this computer uses is none for HTTP, so the speech server is out of reach")
    return proxy
