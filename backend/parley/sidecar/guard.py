"""One middleware before every route and every upgrade: host, origin, credential, in this order.

    Host is exactly 127.0.0.1:<port>          else 421   (DNS rebinding)
    Origin, when sent, is on the list         else 403   (pages of other sites)
    a credential                              else 401   (other programs and users of this machine)

Credentials: `Authorization: Bearer <token>`; `Authorization: Parley …`, the proof for a discovered port; and in
browser mode, for /client-ws only, a one-time code or a tab's key offered as WebSocket subprotocol. The window's
static files need none. No CORS header, no cookie, no side effect on GET.
"""

import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from .proof import OneTimeCodes, is_tab_key, prove, proves, same, tab_key

SUBPROTOCOL = "parley.v1"
CODE_PREFIX = "parley.code."
KEY_PREFIX = "parley.key."
SOCKET_PATH = "/client-ws"

MAX_CHALLENGES = 64
"""Open challenges, of any callers: more than that is not a person with a command line."""

TAB_KEY = web.RequestKey("tab_key", str)
"""Set when a browser tab came in: the key that server_hello hands it."""


@dataclass
class Guard:
    """Who may come in. `port` is that of the bound socket, `origins` the exact ones that may connect."""

    token: str = field(repr=False)
    port: int
    origins: Collection[str]
    browser: bool = False
    is_public: Callable[[web.Request], bool] = lambda _: False
    """Whether the request is for one of the built window's static files."""
    codes: OneTimeCodes = field(default_factory=OneTimeCodes)
    _challenges: dict[str, None] = field(default_factory=dict)

    def middleware(self) -> Middleware:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            refusal = self._refuse(request)
            return refusal if refusal is not None else await handler(request)

        return guard

    def _refuse(self, request: web.Request) -> web.Response | None:
        if request.headers.getall(hdrs.HOST, []) != [f"127.0.0.1:{self.port}"]:
            return web.Response(status=421, text="Not a host of this server.\n")
        origins = request.headers.getall(hdrs.ORIGIN, [])
        if origins and not (len(origins) == 1 and origins[0] in self._allowed_origins()):
            return web.Response(status=403, text="Not an origin of this server.\n")
        if self.is_public(request):
            return None
        return self._check_credential(request)

    def _allowed_origins(self) -> set[str]:
        own = {f"http://127.0.0.1:{self.port}"} if self.browser else set[str]()
        return own | (set(self.origins) - {"null", "file://"})

    def _check_credential(self, request: web.Request) -> web.Response | None:
        scheme, _, rest = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        challenge: str | None = None
        if scheme == "Bearer" and same(self.token, rest):
            return None
        if scheme == "Parley":
            offered = parameters(rest)
            nonce, proof = offered.get("nonce", ""), offered.get("proof")
            if proof is None:
                challenge = self._challenge(nonce)
            elif nonce in self._challenges:
                del self._challenges[nonce]
                if proves(self.token, "client", nonce, self.port, proof):
                    return None
        if self.browser and request.path == SOCKET_PATH and self._admit_tab(request):
            return None
        headers = {hdrs.WWW_AUTHENTICATE: challenge} if challenge else {}
        return web.Response(status=401, text="A credential is needed.\n", headers=headers)

    def _challenge(self, client_nonce: str) -> str:
        """Prove to a caller who found this port that we know the token, and ask the same of it."""
        while len(self._challenges) >= MAX_CHALLENGES:
            del self._challenges[next(iter(self._challenges))]
        nonce = secrets.token_hex(16)
        self._challenges[nonce] = None
        return f'Parley nonce="{nonce}", proof="{prove(self.token, "server", client_nonce, self.port)}"'

    def _admit_tab(self, request: web.Request) -> bool:
        offered = request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").split(",")
        for protocol in map(str.strip, offered):
            if protocol.startswith(KEY_PREFIX) and is_tab_key(self.token, protocol.removeprefix(KEY_PREFIX)):
                request[TAB_KEY] = protocol.removeprefix(KEY_PREFIX)
                return True
            if protocol.startswith(CODE_PREFIX):
                code = protocol.removeprefix(CODE_PREFIX)
                if self.codes.redeem(code, time.monotonic()):
                    request[TAB_KEY] = tab_key(self.token)
                    return True
        return False


def parameters(text: str) -> dict[str, str]:
    """Read `a="b", c="d"`, the form of authentication headers (RFC 9110, section 11.2). Never raises."""
    pairs = (part.strip().partition("=") for part in text.split(","))
    return {name: value.strip('"') for name, equals, value in pairs if equals}
