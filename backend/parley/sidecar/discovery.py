"""How a sidecar is found without a port file: mDNS tells the port, a file that only its user reads tells the token.

Python advertises, after `ready` and in the background; the command line browses. The two sides of a discovered
port prove to each other that they know the token before anything else is said (proof.py).
"""

import importlib
import ipaddress
import logging
import os
import secrets
import stat
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import anyio
import platformdirs
import psutil

from ..settings import APP
from ..wire.codec import PROTOCOL_VERSION
from ..wire.messages import Mdns
from .guard import SOCKET_PATH, parameters
from .proof import prove, proves

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncZeroconf

logger = logging.getLogger(__name__)

SERVICE = "_parley._tcp.local."
LOOPBACK = "127.0.0.1"
REGISTER_S = 5.0
"""Registering takes 1.2 s where nothing is wrong."""

GOODBYE_S = 1.0

BROWSE_S = 3.0
"""Finding takes 1.2 s where nothing is wrong."""


@dataclass(frozen=True)
class Found:
    instance: str
    port: int
    token: str


def runtime_folder() -> Path:
    """The user's runtime folder, made if need be. Raises OSError when it is not the user's own alone."""
    with warnings.catch_warnings(action="ignore"):  # That XDG_RUNTIME_DIR is not set is nothing to tell anyone.
        folder = Path(os.environ.get("PARLEY_RUNTIME_DIR") or platformdirs.user_runtime_dir(APP, appauthor=False))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        info = folder.stat()
        if info.st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to another user")
        if stat.S_IMODE(info.st_mode) != 0o700:
            folder.chmod(0o700)
    return folder


@contextmanager
def token_file(instance: str, token: str) -> Iterator[None]:
    """Leave the token where only this user's programs find it, for as long as the sidecar runs."""
    try:
        path = runtime_folder() / f"{instance}.{os.getpid()}.token"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, token.encode())
        os.close(descriptor)
    except OSError as error:
        logger.warning("the command line will not find this sidecar: %s", error)
        yield
        return
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def known_tokens() -> dict[str, str]:
    """The instances that run, with their tokens. What a killed sidecar left behind is removed."""
    tokens: dict[str, str] = {}
    try:
        for file in runtime_folder().glob("*.token"):
            instance, _, pid = file.stem.rpartition(".")
            if pid.isdigit() and psutil.pid_exists(int(pid)):
                tokens[instance] = file.read_text()
            else:
                file.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("running sidecars cannot be looked up: %s", error)
    return tokens


async def advertise(instance: str, port: int, tell: Callable[[Mdns], None], by_hand: bool = False) -> None:
    """Announce the sidecar on loopback until cancelled, then take it back.

    `tell` hears once whether it worked. `by_hand`: no shell started it, so one may attach.
    Nothing that goes wrong here is raised: discovery is a convenience.
    """
    try:
        with anyio.fail_after(REGISTER_S):
            zeroconf = await _register(instance, port, by_hand)
    except Exception as error:
        logger.warning("not announced by mDNS: %s: %s", type(error).__name__, error)
        tell(Mdns(ok=False, reason=f"{type(error).__name__}: {error}"))
        return
    tell(Mdns(ok=True))
    try:
        await anyio.sleep_forever()
    finally:
        with anyio.move_on_after(GOODBYE_S, shield=True):
            await zeroconf.async_unregister_all_services()
            await zeroconf.async_close()


async def _register(instance: str, port: int, by_hand: bool) -> "AsyncZeroconf":
    # Imported in a thread: it takes 70 ms. Abandoned when it is late: a disk that hangs must not hold a stop.
    zeroconf = await anyio.to_thread.run_sync(importlib.import_module, "zeroconf", abandon_on_cancel=True)
    asyncio_side = await anyio.to_thread.run_sync(importlib.import_module, "zeroconf.asyncio", abandon_on_cancel=True)
    name = f"parley-{instance}"
    info = asyncio_side.AsyncServiceInfo(
        SERVICE,
        f"{name}.{SERVICE}",
        addresses=[ipaddress.ip_address(LOOPBACK).packed],
        port=port,
        properties={
            "v": str(PROTOCOL_VERSION),
            "instance": instance,
            "path": SOCKET_PATH,
            "by_hand": "yes" if by_hand else "no",
        },
        server=f"{name}.local.",
    )
    registry: AsyncZeroconf = asyncio_side.AsyncZeroconf(interfaces=[LOOPBACK], ip_version=zeroconf.IPVersion.V4Only)
    try:
        await (await registry.async_register_service(info))
    except BaseException:
        with anyio.move_on_after(GOODBYE_S, shield=True):
            await registry.async_close()
        raise
    return registry


async def find() -> Found | None:
    """A sidecar of this user's that runs on this machine. None when there is none, or mDNS does not work."""
    tokens = await anyio.to_thread.run_sync(known_tokens)
    if not tokens:
        return None
    found: list[Found] = []
    done = anyio.Event()
    try:
        await anyio.to_thread.run_sync(importlib.import_module, "zeroconf.asyncio")
        from zeroconf import IPVersion, ServiceStateChange, Zeroconf
        from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

        async with AsyncZeroconf(interfaces=[LOOPBACK], ip_version=IPVersion.V4Only) as zeroconf:

            def on_change(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
                if state_change is not ServiceStateChange.Added:
                    return
                info = AsyncServiceInfo(service_type, name)
                # The answer that announces the name carries the rest, so the cache has it.
                if info.load_from_cache(zeroconf) and info.port:
                    instance = info.decoded_properties.get("instance") or ""
                    if instance in tokens:
                        found.append(Found(instance, info.port, tokens[instance]))
                        done.set()

            browser = AsyncServiceBrowser(zeroconf.zeroconf, SERVICE, handlers=[on_change])
            with anyio.move_on_after(BROWSE_S):
                await done.wait()
            await browser.async_cancel()
    except Exception as error:
        logger.warning("mDNS cannot be used: %s: %s", type(error).__name__, error)
    return found[0] if found else None


async def credentials(client: aiohttp.ClientSession, found: Found) -> dict[str, str] | None:
    """Headers for one connection to a discovered port, or None when who listens there does not know the token."""
    nonce = secrets.token_hex(16)
    url = f"http://{LOOPBACK}:{found.port}/healthz"
    try:
        async with client.get(url, headers={"Authorization": f'Parley nonce="{nonce}"'}) as answer:
            challenge = parameters(answer.headers.get("WWW-Authenticate", "").removeprefix("Parley "))
    except aiohttp.ClientError:
        return None
    if not proves(found.token, "server", nonce, found.port, challenge.get("proof", "")):
        return None
    proof = prove(found.token, "client", challenge.get("nonce", ""), found.port)
    return {"Authorization": f'Parley nonce="{challenge.get("nonce", "")}", proof="{proof}"'}
