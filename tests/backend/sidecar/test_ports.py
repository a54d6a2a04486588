"""The port: taken, free again, or somebody else's. The announced one is always the one that serves."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from parley.sidecar.service import bind
from parley.wire.messages import Listening, Mdns, Ready
from tests.fakes.client import connected
from tests.fakes.relay import ask
from tests.fakes.sidecar import boot_line, environment, sidecar

LOOPBACK = "127.0.0.1"


@contextmanager
def listener(address: str = LOOPBACK) -> Iterator[socket.socket]:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((address, 0))
        taken.listen()
        yield taken


def bound(hint: int | None) -> int:
    with bind(hint) as ours:
        address, port = ours.getsockname()
        assert address == LOOPBACK
        return int(port)


@pytest.mark.parametrize("address", [LOOPBACK, "0.0.0.0"])
def test_s12_a_hint_that_is_taken_is_passed_over(address: str) -> None:
    with listener(address) as taken:
        port = taken.getsockname()[1]
        assert bound(port) not in (0, port)


def test_s12_a_hint_that_is_free_is_taken() -> None:
    port = bound(None)
    assert bound(port) == port


def test_s12_a_port_that_somebody_holds_without_listening_is_passed_over() -> None:
    with socket.socket() as held:
        held.bind((LOOPBACK, 0))
        assert bound(held.getsockname()[1]) != held.getsockname()[1]


def test_s12_a_port_whose_connections_still_linger_is_taken_again() -> None:
    """The side that closes first keeps the connection in TIME_WAIT for a minute."""
    with bind(None) as ours:
        port = int(ours.getsockname()[1])
        with socket.create_connection((LOOPBACK, port)) as client:
            accepted, _ = ours.accept()
            accepted.close()
            assert client.recv(1) == b""
    assert bound(port) == port


def test_a_port_below_1024_or_another_that_is_refused_is_passed_over() -> None:
    assert bound(1) > 0


@pytest.mark.anyio
@pytest.mark.slow
async def test_s12_a_sidecar_that_was_killed_gets_its_port_again(tmp_path: Path) -> None:
    boot = boot_line(config_dir=tmp_path)
    async with sidecar(tmp_path, boot) as first:
        await first.until(Ready)
        async with connected(first):
            first.process.kill()
            await first.ended()
            # The client has not closed its side yet.
            again = boot_line(config_dir=tmp_path, token=boot.token, port_hint=first.port)
            async with sidecar(tmp_path, again) as second:
                assert (await second.until(Listening)).port == first.port


class Squatter:
    """A program that has taken the port of a sidecar that is gone."""

    def __init__(self) -> None:
        self.heard = bytearray()

    async def serve(self, stream: anyio.abc.SocketStream) -> None:
        async with stream:
            try:
                while True:
                    self.heard += await stream.receive()
                    await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                pass


def talk(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """With settings in which no sidecar of its own would start: it must find the one that runs."""
    command = [sys.executable, "-m", "parley", "talk", *arguments]
    env = environment(folder, PARLEY_PAUSE_S="99")
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=40)


@pytest.mark.anyio
@pytest.mark.slow
@pytest.mark.timeout(60)
async def test_port_taken_changed_or_stale_never_separates_the_two_sides(tmp_path: Path) -> None:
    """S12, S13, A13: a sidecar is killed and a stranger takes its port, so the next one gets another. The token's file
    and the mDNS record of the first still lie about. A client that reads the announcement finds the new one, and so
    does one that looks around."""
    squatter = Squatter()
    async with sidecar(tmp_path, boot_line(config_dir=tmp_path, instance="old")) as old:
        assert (await old.until(Mdns)).ok
        old.process.kill()
        await old.ended()
    assert [file.name for file in (tmp_path / "run").iterdir()] == [f"old.{old.pid}.token"]
    async with (
        await anyio.create_tcp_listener(local_host=LOOPBACK, local_port=old.port) as taken,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(taken.serve, squatter.serve)
        boot = boot_line(config_dir=tmp_path, instance="new", token=old.token, port_hint=old.port)
        async with sidecar(tmp_path, boot) as new:
            assert (await new.until(Listening)).port != old.port
            health = await ask(new.port, headers={"Authorization": f"Bearer {new.token}"})
            assert json.loads(health.body)["instance"] == "new"
            async with connected(new) as client:
                assert client.hello.instance == "new"
            assert (await new.until(Mdns)).ok
            done = await anyio.to_thread.run_sync(talk, tmp_path, "--text", "hello", "--json")
            assert done.returncode == 0, done.stderr
            assert [json.loads(line)["outcome"] for line in done.stdout.splitlines() if "turn_end" in line] == [
                "completed"
            ]
            files = [file.name for file in (tmp_path / "run").iterdir()]
            assert files == [f"new.{new.pid}.token"], "no second sidecar was started, and the stale file is gone"
        tasks.cancel_scope.cancel()
    assert old.token.encode() not in squatter.heard and b"proof=" not in squatter.heard
