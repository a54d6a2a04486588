"""Wyoming servers nearby, as they announce themselves by mDNS (`_wyoming._tcp`), with what they offer.

They are listed, for the user to choose: nothing said is ever sent to a server that was only found. Whoever shares
the network can announce one, and the protocol has neither keys nor encryption.
"""

import importlib
import ipaddress
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio import create_task_group, sleep, to_thread

from .speech_address import TcpAddress
from .speech_server import ServerFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wyoming.info import AsrModel, TtsVoice
    from zeroconf.asyncio import AsyncZeroconf

logger = logging.getLogger(__name__)

SERVICE = "_wyoming._tcp.local."

BROWSE_S = 2.0
"""Finding takes 0.1 s on a network, 1.2 s on one machine."""

RESOLVE_MS = 1000
MOST = 32
"""Servers that are asked what they offer: more than a home has."""

MAX_NAME_CHARS = 60


@dataclass(frozen=True)
class Offer:
    name: str
    """As settings take it: of a model or of a voice."""
    languages: tuple[str, ...]


@dataclass(frozen=True)
class WyomingServer:
    name: str
    """As it announces itself."""
    address: TcpAddress
    models: tuple[Offer, ...] = ()
    """With which it recognizes speech."""
    voices: tuple[Offer, ...] = ()
    trouble: str = ""
    """Why it does not say what it offers."""


async def find_servers(*, offline: bool, interfaces: list[str] | None = None) -> list[WyomingServer]:
    """Look for two seconds, and ask whoever is there. Raises nothing: where mDNS does not work, none is found.

    `offline`: no socket is opened. `interfaces`: addresses to look on; None for all.
    """
    if offline:
        return []
    try:
        found = await _browse(interfaces)
    except Exception as error:  # No network, a port that is taken, a firewall: zeroconf raises as the system does.
        logger.warning("mDNS cannot be used: %s: %s", type(error).__name__, error)
        return []
    servers: list[WyomingServer] = []
    async with create_task_group() as tasks:
        for name, address in found[:MOST]:
            tasks.start_soon(_ask, name, address, servers)
    return sorted(servers, key=lambda server: (server.name, server.address))


async def _browse(interfaces: list[str] | None) -> list[tuple[str, TcpAddress]]:
    # Imported in a thread: it takes 70 ms.
    await to_thread.run_sync(importlib.import_module, "zeroconf.asyncio")
    from zeroconf import InterfaceChoice, IPVersion, ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

    names: set[str] = set()

    def on_change(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        (names.discard if state_change is ServiceStateChange.Removed else names.add)(name)

    async with AsyncZeroconf(interfaces=interfaces or InterfaceChoice.All, ip_version=IPVersion.V4Only) as zeroconf:
        browser = AsyncServiceBrowser(zeroconf.zeroconf, SERVICE, handlers=[on_change])
        await sleep(BROWSE_S)
        await browser.async_cancel()
        found: dict[str, TcpAddress] = {}
        async with create_task_group() as tasks:
            for name in sorted(names)[:MOST]:
                tasks.start_soon(_resolve, zeroconf, name, found)
    return sorted(found.items())


async def _resolve(zeroconf: "AsyncZeroconf", name: str, found: dict[str, TcpAddress]) -> None:
    from zeroconf.asyncio import AsyncServiceInfo

    info = AsyncServiceInfo(SERVICE, name)
    if not await info.async_request(zeroconf.zeroconf, RESOLVE_MS) or not info.port:
        return
    for address in info.parsed_addresses():
        # A machine here, not one that somebody here would have us talk to.
        if ipaddress.ip_address(address).is_private:
            found[_shown(name.removesuffix(f".{SERVICE}"))] = TcpAddress(address, info.port)
            return


async def _ask(name: str, address: TcpAddress, servers: list[WyomingServer]) -> None:
    from .wyoming_connection import describe

    try:
        info = await describe(address)
        models = _offers(model for program in info.asr for model in program.models)
        voices = _offers(voice for program in info.tts for voice in program.voices)
    except ServerFailed as error:
        servers.append(WyomingServer(name, address, trouble=str(error)))
    except (TypeError, AttributeError):  # Fields that are something else than the package believes.
        servers.append(WyomingServer(name, address, trouble=f"The speech server at {address} offers nothing readable"))
    else:
        servers.append(WyomingServer(name, address, models, voices))


def _offers(artifacts: "Iterable[AsrModel | TtsVoice]") -> tuple[Offer, ...]:
    return tuple(
        Offer(_shown(one.name), tuple(_shown(language) for language in one.languages))
        for one in artifacts
        if one.installed
    )


def _shown(text: str) -> str:
    """Foreign text, fit for a terminal."""
    return "".join(char for char in text if char.isprintable())[:MAX_NAME_CHARS]
