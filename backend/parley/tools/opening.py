"""Tools that open something on the desktop, after the user agreed. The opening itself is the shell's."""

from typing import Annotated, Protocol
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from ..errors import ToolFailed
from .tool import Function, Permission, Tool

MAX_URL_CHARS = 2000


class Desktop(Protocol):
    """Whoever can open things for the user."""

    @property
    def page_opens(self) -> bool:
        """There is no shell: the page opens an address itself, when the user agrees."""
        ...

    async def open(self, *, url: str = "", app: str = "") -> None:
        """Raises `ToolFailed`."""
        ...


class OpenAddress(msgspec.Struct):
    url: Annotated[str, Meta(max_length=MAX_URL_CHARS, description="https://… or mailto:…")]


class OpenApp(msgspec.Struct):
    name: Annotated[str, Meta(min_length=1, max_length=100, description="As the system shows it: Calculator.")]


def opening_tools(desktop: Desktop) -> list[Tool]:
    def ask_address(asked: OpenAddress) -> Permission:
        place = _place(asked.url)
        if place.startswith("mailto:"):
            question = f"Write to {place.removeprefix('mailto:')}?"
        else:
            question = f"Open {place}?"
        url = asked.url if desktop.page_opens else ""
        # A page may open a window only at a click, so it must ask each time.
        return Permission(f"open {place}", question, asked.url, url, can_remember=not desktop.page_opens)

    async def open_address(asked: OpenAddress) -> str:
        place = _place(asked.url)
        if not desktop.page_opens:
            await desktop.open(url=asked.url)
        return f"Opened {place}."

    def ask_app(asked: OpenApp) -> Permission:
        if desktop.page_opens:
            raise ToolFailed("I can open applications only from Parley's own window, not from a browser.")
        return Permission(f"start {asked.name.lower()}", f"Open the application {asked.name}?")

    async def open_app(asked: OpenApp) -> str:
        await desktop.open(app=asked.name)
        return f"Opened {asked.name}."

    return [
        Function(
            "open_address",
            "Open an address",
            "Opens a web page, or a new mail, on the user's screen. The user is asked first.",
            OpenAddress,
            open_address,
            ask_address,
        ),
        Function(
            "open_app",
            "Open an application",
            "Opens an installed application. The user is asked first.",
            OpenApp,
            open_app,
            ask_app,
        ),
    ]


def _place(url: str) -> str:
    """What the user is asked about, and what an answer for good holds for: the host, or whom a mail is to."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()  # letters that only look like others' are seen
        plain = parts.username is None and parts.port in (None, 443)
    except ValueError:
        raise ToolFailed("That is no address.") from None
    if url != url.strip() or any(not char.isprintable() or char.isspace() for char in url):
        raise ToolFailed("That is no address.")
    if parts.scheme == "mailto" and parts.path:
        return f"mailto:{parts.path}"
    if parts.scheme != "https" or not host or not plain:
        raise ToolFailed("I open only addresses that begin with https, and mail.")
    return host
