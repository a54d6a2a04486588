"""Pure rules of who may come in: the token, what is derived from it, and the proof of knowing it.

The token is never sent to a port that was discovered rather than announced: both sides prove that they know
it, by HMAC-SHA256(token, role ‖ nonce ‖ port).
"""

import base64
import hashlib
import hmac
import secrets
from typing import Literal

TOKEN_BYTES = 32
CODE_BYTES = 16
"""128 bits: a one-time code cannot be guessed in the two minutes it lives."""

CODE_LIFE_S = 120.0

Side = Literal["client", "server"]


def new_token() -> str:
    return secrets.token_hex(TOKEN_BYTES)


def new_code() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(CODE_BYTES)).decode().rstrip("=")


def prove(token: str, side: Side, nonce: str, port: int) -> str:
    """The proof that `side` knows `token`, bound to the port, so that it is of no use anywhere else."""
    return _mac(token, f"{side}\0{nonce}\0{port}")


def proves(token: str, side: Side, nonce: str, port: int, proof: str) -> bool:
    return same(prove(token, side, nonce, port), proof)


def tab_key(token: str) -> str:
    """A key for one browser tab: good as long as the token, worth nothing without it, and needing no memory."""
    name = secrets.token_hex(8)
    return f"{name}.{_mac(token, f'tab{name}')}"


def is_tab_key(token: str, key: str) -> bool:
    name, dot, mac = key.partition(".")
    return bool(dot) and same(_mac(token, f"tab{name}"), mac)


def same(ours: str, theirs: str) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    return hmac.compare_digest(ours.encode(), _bytes(theirs))


def _mac(token: str, text: str) -> str:
    return hmac.new(bytes.fromhex(token), _bytes(text), hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    """Of what may come from a header: aiohttp keeps bytes that are no UTF-8 as surrogates."""
    return text.encode("utf-8", "surrogateescape")


class OneTimeCodes:
    """Codes for the address that a browser opens: each works once, for two minutes."""

    def __init__(self) -> None:
        self._born: dict[str, float] = {}

    def issue(self, now: float) -> str:
        """`now` in seconds of a monotonic clock. Older codes that have died are forgotten."""
        self._born = {code: born for code, born in self._born.items() if now - born < CODE_LIFE_S}
        code = new_code()
        self._born[code] = now
        return code

    def redeem(self, code: str, now: float) -> bool:
        known = next((ours for ours in self._born if same(ours, code)), None)
        return known is not None and now - self._born.pop(known) < CODE_LIFE_S
