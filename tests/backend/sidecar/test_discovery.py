"""Being found without a port file: mDNS tells the port, a private file the token, and a proof settles who is who."""

import importlib.abc
import importlib.machinery
import os
import stat
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import aiohttp
import anyio
import psutil
import pytest

from parley.sidecar import discovery
from parley.sidecar.discovery import Found, advertise, credentials, find, known_tokens, runtime_folder, token_file
from parley.sidecar.guard import parameters
from parley.sidecar.proof import new_token, prove
from parley.wire.messages import Listening, Mdns, Ready, Stopping
from tests.fakes.client import connected
from tests.fakes.conversation import engines
from tests.fakes.relay import Relay, relay
from tests.fakes.sidecar import PYTHON, boot_line, runner, service, sidecar

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    monkeypatch.setenv("PARLEY_RUNTIME_DIR", str(folder))
    return folder


# The token's file.


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_s31_the_token_lies_in_a_file_of_the_users_own_while_the_sidecar_runs(runtime: Path) -> None:
    runtime.mkdir(mode=0o777)
    runtime.chmod(0o777)
    token = new_token()
    with token_file("abc", token):
        [file] = runtime.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
        assert known_tokens() == {"abc": token}
    assert [*runtime.iterdir()] == [] and known_tokens() == {}


def test_what_a_killed_sidecar_left_behind_is_removed(runtime: Path) -> None:
    folder = runtime_folder()
    dead = 2**22 + 1  # above the largest process id of any system
    assert not psutil.pid_exists(dead)
    for name in (f"abc.{dead}.token", "abc.token", "abc.x.token"):
        (folder / name).write_text(new_token())
    (folder / "kept.txt").write_text("of somebody else")
    assert known_tokens() == {}
    assert [file.name for file in folder.iterdir()] == ["kept.txt"]


def test_s31_a_runtime_folder_that_cannot_be_used_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PARLEY_RUNTIME_DIR", str(tmp_path / "file" / "run"))
    token = new_token()
    with token_file("abc", token):
        assert known_tokens() == {}
    assert "will not find this sidecar" in caplog.text and token not in caplog.text


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can give a folder away")
def test_s31_a_runtime_folder_of_another_user_is_not_used(runtime: Path, caplog: pytest.LogCaptureFixture) -> None:
    runtime.mkdir()
    os.chown(runtime, 12345, 12345)
    with token_file("abc", new_token()):
        assert [*runtime.iterdir()] == []
    assert "belongs to another user" in caplog.text


@pytest.mark.slow
async def test_s31_a_sidecar_starts_without_a_runtime_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with sidecar(tmp_path, PARLEY_RUNTIME_DIR=str(tmp_path / "file" / "run")) as it:
        await it.until(Ready)
        async with connected(it) as client:
            assert (await client.say("hello")).outcome == "completed"
        await it.logged("will not find this sidecar")


# mDNS that does not work.


async def announced(within_s: float = 2.0) -> Mdns:
    """The one word that `advertise` says of itself."""
    told: list[Mdns] = []
    heard = anyio.Event()

    def tell(line: Mdns) -> None:
        told.append(line)
        heard.set()

    with anyio.fail_after(within_s):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(advertise, "abc", 1, tell)
            await heard.wait()
            tasks.cancel_scope.cancel()
    [line] = told
    return line


async def test_s33_zeroconf_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    line = await announced()
    assert not line.ok and str(line.reason).startswith("ModuleNotFoundError: ")


class Broken:
    """Stands for AsyncZeroconf; each method does as told."""

    made: OSError | None = None
    registers: OSError | str | None = None
    closes: str | None = None

    def __init__(self, **_: object) -> None:
        if self.made:
            raise self.made

    async def async_register_service(self, info: object) -> Any:
        if isinstance(self.registers, OSError):
            raise self.registers
        if self.registers == "hangs":
            await anyio.sleep_forever()

        async def done() -> None: ...

        return done()

    async def async_unregister_all_services(self) -> None: ...

    async def async_close(self) -> None:
        if self.closes == "hangs":
            await anyio.sleep_forever()


def broken(monkeypatch: pytest.MonkeyPatch, **how: object) -> None:
    import zeroconf.asyncio

    monkeypatch.setattr(zeroconf.asyncio, "AsyncZeroconf", type("AsyncZeroconf", (Broken,), how))


NO_DEVICE = OSError(19, "No such device")


@pytest.mark.parametrize("where", ["made", "registers"])
async def test_s33_no_interface_can_be_used(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, **{where: NO_DEVICE})
    line = await announced()
    assert line == Mdns(ok=False, reason="OSError: [Errno 19] No such device")


async def test_s33_registering_never_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "REGISTER_S", 0.2)
    broken(monkeypatch, registers="hangs")
    line = await announced()
    assert not line.ok and str(line.reason).startswith("TimeoutError")


async def test_s33_neither_registering_nor_closing_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "REGISTER_S", 0.2)
    monkeypatch.setattr(discovery, "GOODBYE_S", 0.2)
    broken(monkeypatch, registers="hangs", closes="hangs")
    assert not (await announced()).ok


async def test_s33_a_goodbye_that_never_ends_does_not_hold_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "GOODBYE_S", 0.2)
    broken(monkeypatch, closes="hangs")
    assert (await announced()).ok


class Slow(importlib.abc.MetaPathFinder):
    """An import from a disk that does not answer."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname == "zeroconf":
            self.let_go.wait(10)
        return None


async def test_s33_importing_it_never_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "REGISTER_S", 0.2)
    for name in [name for name in sys.modules if name.partition(".")[0] == "zeroconf"]:
        monkeypatch.delitem(sys.modules, name)
    slow = Slow()
    monkeypatch.setattr(sys, "meta_path", [slow, *sys.meta_path])
    try:
        assert not (await announced()).ok
    finally:
        slow.let_go.set()


@pytest.mark.slow
async def test_s33_a_sidecar_whose_mdns_hangs_is_as_fast_and_says_so_in_time(tmp_path: Path) -> None:
    assert discovery.REGISTER_S == 5.0
    hang = """
import types, asyncio
from parley.sidecar import discovery
discovery.REGISTER_S = 1.0
class Hangs:
    def __init__(self, **_): pass
    async def async_register_service(self, info): await asyncio.sleep(60)
    async def async_close(self): pass
fake, side = types.ModuleType('zeroconf'), types.ModuleType('zeroconf.asyncio')
fake.IPVersion = types.SimpleNamespace(V4Only=4)
side.AsyncZeroconf, side.AsyncServiceInfo = Hangs, lambda *_, **__: None
sys.modules.update({'zeroconf': fake, 'zeroconf.asyncio': side})
"""
    async with sidecar(tmp_path, command=runner(tmp_path, hang)) as it:
        await it.until(Ready)
        async with connected(it) as client:
            assert (await client.say("hello")).outcome == "completed"
        assert not [line for line in it.lines if isinstance(line, Mdns)], "nothing has waited for it"
        line = await it.until(Mdns)
        kinds = [type(line) for line in it.lines]
        seconds = it.arrived_at[kinds.index(Mdns)] - it.arrived_at[kinds.index(Ready)]
        assert not line.ok and "TimeoutError" in str(line.reason) and 0.9 < seconds < 4
        await it.close_stdin()
        assert await it.ended(3.0) == 0


# mDNS that works.


@pytest.mark.slow
async def test_s33_a_sidecar_is_found_with_its_port_and_token_and_not_when_it_has_stopped(
    tmp_path: Path, runtime: Path
) -> None:
    # S46: another process has inherited the id of a sidecar that was killed. It is left alone.
    leave_token(runtime, f"gone.{os.getpid()}.token")
    async with sidecar(tmp_path, boot_line(config_dir=tmp_path, instance="F00-ba2")) as it:
        assert (await it.until(Mdns)).ok
        found = await find()
        assert found == Found("F00-ba2", it.port, it.token)
        async with aiohttp.ClientSession(trust_env=False) as session:
            headers = await credentials(session, found)
        assert headers is not None and it.token not in str(headers)
        async with connected(it, headers=headers) as client:
            assert client.hello.instance == "F00-ba2"
        await it.close_stdin()
        await it.until(Stopping)
        assert await it.ended(3.0) == 0
    assert await find() is None


async def test_without_a_token_nothing_is_asked_for() -> None:
    with anyio.fail_after(1):
        assert await find() is None


# A port that somebody else has.


class Stranger:
    """A program on a port that was a sidecar's. It answers what it likes and keeps all it is sent."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = answers
        self.heard = bytearray()

    async def serve(self, stream: anyio.abc.SocketStream) -> None:
        async with stream:
            try:
                for answer in self.answers:
                    self.heard += await stream.receive()
                    await stream.send(answer)
                while True:
                    self.heard += await stream.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                pass


REFUSAL = b'HTTP/1.1 401 x\r\nWWW-Authenticate: Parley nonce="%s", proof="%s"\r\nContent-Length: 0\r\n\r\n'


@pytest.mark.parametrize(
    "answers",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",),
        (b"HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n",),
        (REFUSAL % (b"aa", b"00"),),
        (REFUSAL % (b"aa", b""),),
        (REFUSAL % (b"\xff\xfe", b"\xff\xfe"),),
        (b"HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",),
        (b"SSH-2.0-OpenSSH_9.2\r\n",),
        (b"\x00\xff" * 100,),
    ],
)
async def test_s13_a13_a_stranger_on_the_discovered_port_learns_nothing(answers: tuple[bytes, ...]) -> None:
    stranger = Stranger(*answers)
    token = new_token()
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, stranger.serve)
            async with aiohttp.ClientSession(trust_env=False) as session:
                assert await credentials(session, Found("abc", port, token)) is None
            tasks.cancel_scope.cancel()
    assert token.encode() not in stranger.heard and b"Parley nonce=" in stranger.heard
    # All that it got is a number that was drawn for this once: no proof of ours.
    assert b"proof=" not in stranger.heard


async def test_s13_nobody_on_the_discovered_port_is_no_error() -> None:
    async with relay(1) as refused:
        port = refused.port
    async with aiohttp.ClientSession(trust_env=False) as session:
        assert await credentials(session, Found("abc", port, new_token())) is None


async def test_a13_a_stranger_that_hands_on_to_the_real_sidecar_gains_nothing() -> None:
    """The proofs name the port, so one for the stranger's port is none for the sidecar's."""
    async with service(engines()) as it, relay(it.port) as between:
        async with aiohttp.ClientSession(trust_env=False) as session:
            assert await credentials(session, Found("abc", between.port, it.token)) is None
            headers = {"Authorization": 'Parley nonce="n"', "Host": f"127.0.0.1:{it.port}"}
            url = f"http://127.0.0.1:{between.port}/healthz"
            async with session.get(url, headers=headers) as answer:
                challenge = parameters(answer.headers["WWW-Authenticate"].removeprefix("Parley "))
        assert challenge["proof"] == prove(it.token, "server", "n", it.port)
        assert challenge["proof"] != prove(it.token, "server", "n", between.port)
        assert it.token.encode() not in seen(between)


def seen(between: Relay) -> bytes:
    return bytes(between.to_server + between.to_client)


async def test_a13_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """S16: loopback never goes through a proxy."""
    async with service(engines()) as it, relay(1) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with aiohttp.ClientSession(trust_env=False) as session:
            assert await credentials(session, Found("abc", it.port, it.token)) is not None
        assert proxy.connections == 0


def leave_token(folder: Path, name: str) -> None:
    folder.mkdir(mode=0o700)
    (folder / name).write_text(new_token())


@pytest.mark.slow
@pytest.mark.parametrize("dev", [False, True])
async def test_a6_a_sidecar_by_hand_lets_in_the_shell_and_in_development_its_server(tmp_path: Path, dev: bool) -> None:
    """What attaches to it has one of two origins, and none without a credential."""
    serve = (*PYTHON, "-m", "parley", "serve", *(["--dev"] if dev else []))
    more = {"PARLEY_NO_BROWSER": "1", "PARLEY_DEV_PORT": "6000"}
    async with sidecar(tmp_path, b"", command=serve, tick_s=None, **more) as it:
        instance = (await it.until(Listening)).instance
        token = (await anyio.to_thread.run_sync(known_tokens))[instance]
        statuses = {}
        async with aiohttp.ClientSession(trust_env=False) as session:
            for origin in ("app://parley", "http://127.0.0.1:6000", "http://127.0.0.1:5173", "app://other", "null"):
                url = f"http://127.0.0.1:{it.port}/healthz"
                headers = {"Origin": origin, "Authorization": f"Bearer {token}"}
                async with session.get(url, headers=headers) as answer:
                    statuses[origin] = answer.status
                async with session.get(url, headers={"Origin": origin}) as answer:
                    assert answer.status == (401 if statuses[origin] == 200 else 403)
        let_in = {origin for origin, status in statuses.items() if status == 200}
        assert let_in == {"app://parley", *({"http://127.0.0.1:6000"} if dev else set())}
