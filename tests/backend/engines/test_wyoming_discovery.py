"""Wyoming servers nearby: found by mDNS on loopback, asked what they offer, listed, and never used by themselves."""

import ipaddress
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from parley.commands.servers import _as_json, _as_text
from parley.engines import wyoming_discovery
from parley.engines.speech_address import TcpAddress
from parley.engines.wyoming_discovery import SERVICE, Offer, WyomingServer, find_servers
from tests.fakes.sidecar import environment
from tests.fakes.wyoming_server import WyomingServer as Server

pytestmark = pytest.mark.anyio

LOOPBACK = ["127.0.0.1"]


@asynccontextmanager
async def announced(name: str, port: int, address: str = "127.0.0.1") -> AsyncIterator[None]:
    """As wyoming-faster-whisper does with --zeroconf, on loopback."""
    info = AsyncServiceInfo(
        SERVICE,
        f"{name}.{SERVICE}",
        addresses=[ipaddress.ip_address(address).packed],
        port=port,
        server=f"host-{port}.local.",
    )
    async with AsyncZeroconf(interfaces=LOOPBACK, ip_version=IPVersion.V4Only) as zeroconf:
        await (await zeroconf.async_register_service(info, cooperating_responders=True))
        yield
        await (await zeroconf.async_unregister_service(info))


@pytest.mark.slow
async def test_servers_are_found_and_asked_what_they_offer() -> None:
    async with (
        Server(models=["base"], voices=[]) as ear,
        Server(models=[], voices=["en_US-lessac-medium"]) as mouth,
        announced("faster-whisper\u009b2J", ear.port),
        announced("piper", mouth.port),
        announced("gone", 1),
        announced("elsewhere", 10300, "8.8.8.8"),
    ):
        found = await find_servers(offline=False, interfaces=LOOPBACK)
    servers = {server.name: server for server in found}
    assert servers.keys() == {"faster-whisper2J", "piper", "gone"}, "what is not on this network is not listed"
    assert servers["faster-whisper2J"].models == (Offer("base", ("en",)),)
    assert servers["faster-whisper2J"].address == TcpAddress("127.0.0.1", ear.port)
    assert servers["piper"].voices == (Offer("en_US-lessac-medium", ("en_US",)),)
    assert servers["gone"].trouble.endswith("does not answer")
    assert ear.asked == mouth.asked == [], "nothing was said to them"


async def test_offline_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    async def browse(*_: object) -> list[tuple[str, TcpAddress]]:
        raise AssertionError("it looked")

    monkeypatch.setattr(wyoming_discovery, "_browse", browse)
    assert await find_servers(offline=True) == []


async def test_s33_where_mdns_does_not_work_no_server_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (OSError(19, "No such device"), RuntimeError("no interface")):

        async def browse(*_: object, error: Exception = error) -> list[tuple[str, TcpAddress]]:
            raise error

        monkeypatch.setattr(wyoming_discovery, "_browse", browse)
        assert await find_servers(offline=False) == []


@pytest.mark.slow
async def test_the_loop_turns_while_servers_are_looked_for() -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await anyio.sleep(0.01)
            turns += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(turn)
        await find_servers(offline=False, interfaces=LOOPBACK)
        tasks.cancel_scope.cancel()
    assert turns > 50


SERVER = WyomingServer(
    "piper", TcpAddress("192.168.1.20", 10200), voices=tuple(Offer(f"voice-{n}", ("en_US",)) for n in range(8))
)


def test_a_server_in_words() -> None:
    assert _as_text(SERVER).splitlines() == [
        "tcp://192.168.1.20:10200  piper",
        "  speaks as " + ", ".join(f"voice-{n} (en_US)" for n in range(6)) + " and 2 more",
    ]
    assert json.loads(_as_json(SERVER)) == {
        "name": "piper",
        "address": "tcp://192.168.1.20:10200",
        "models": {},
        "voices": {f"voice-{n}": ["en_US"] for n in range(8)},
        "trouble": "",
    }


def test_the_command_says_that_it_does_not_look(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "parley", "servers"]
    run = subprocess.run(
        command, env=environment(tmp_path, PARLEY_OFFLINE="true"), capture_output=True, text=True, check=False
    )
    assert run.returncode == 1 and run.stdout == ""
    assert "Parley is set to offline" in run.stderr
