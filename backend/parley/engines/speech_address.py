"""Where a speech server is, as settings have it: `tcp://host:port` for Wyoming, `http(s)://host:port/v1` for OpenAI's
audio routes. Pure.
"""

from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class TcpAddress(NamedTuple):
    host: str
    port: int

    def __str__(self) -> str:
        return f"tcp://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def tcp_address(text: str) -> TcpAddress:
    """Raises ValueError, in a sentence, for what is no address of a Wyoming server."""
    parts = _split(text)
    if parts is not None and parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path.strip("/"):
        return TcpAddress(parts.hostname, parts.port)
    raise ValueError(f"{_shown(text)} is no address of a Wyoming server, which is like tcp://192.168.1.20:10300")


def http_address(text: str) -> str:
    """The base of the routes, without a slash at its end; `/v1` where no path is given. Raises ValueError as above."""
    parts = _split(text)
    if parts is not None and parts.scheme in ("http", "https") and parts.hostname and not parts.query:
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or '/v1'}"
    raise ValueError(f"{_shown(text)} is no address of OpenAI's routes, which is like http://192.168.1.20:8000/v1")


def is_loopback(address: str) -> bool:
    return urlsplit(address).hostname in LOOPBACK


def _split(text: str) -> SplitResult | None:
    """None for what cannot be taken apart, and for a user or a password in it: keys are no part of settings."""
    try:
        parts = urlsplit(text.strip())
        return None if parts.port == 0 or parts.username is not None or parts.fragment else parts
    except ValueError:
        return None


def _shown(text: str) -> str:
    return "what holds an @, and so perhaps a password," if "@" in text else repr(text)
