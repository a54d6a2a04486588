"""S16: what the user's environment and folder hold does not reach a sidecar; loopback needs no proxy."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest

from parley.credentials import NAMES
from parley.wire.messages import Ready, Secret
from tests.fakes.client import connected
from tests.fakes.relay import relay
from tests.fakes.sidecar import environment, sidecar

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

DECOYS = ("numpy", "secrets", "aiohttp", "parley")


def decoys(folder: Path) -> Path:
    """A folder of the user's own, with files that happen to be named as modules are."""
    folder.mkdir()
    for name in DECOYS:
        (folder / f"{name}.py").write_text("raise SystemExit('the user has a file of this name')")
    return folder


async def test_s16_talk_works_whatever_the_environment_says_and_asks_no_proxy(tmp_path: Path) -> None:
    async with relay(1) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        odd = {
            **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"), address),
            "PYTHONPATH": str(tmp_path / "absent"),
            "PYTHONSTARTUP": str(tmp_path / "absent.py"),
            "VIRTUAL_ENV": str(tmp_path / "absent"),
            "LD_LIBRARY_PATH": str(tmp_path / "absent"),
            "ELECTRON_RUN_AS_NODE": "1",
            "LANG": "C",
            "LC_ALL": "C",
            "COLUMNS": "x",
        }
        folder = decoys(tmp_path / "work")
        # As the installed program `parley` is started: its own folder is on the path, not the user's.
        command = [sys.executable, "-P", "-m", "parley", "talk", "--own", "--text", "hello"]

        def talk() -> "subprocess.CompletedProcess[str]":
            env = environment(tmp_path, **odd)
            return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=15)

        done = await anyio.to_thread.run_sync(talk)
        assert proxy.connections == 0
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("You:    hello\nParley: ") and done.stderr == ""


async def test_a11_a_secret_of_the_shells_is_in_no_argument_and_no_environment_of_the_tree(tmp_path: Path) -> None:
    key = "sk-ant-planted-0123456789"
    async with sidecar(tmp_path, ANTHROPIC_BASE_URL="http://127.0.0.1:1") as it:
        await it.send(Secret(name="anthropic_api_key", value=key))
        await it.until(Ready)
        looked_at = 0
        for process in it.tree():
            try:
                seen = " ".join(process.cmdline()) + str(process.environ())
            except psutil.NoSuchProcess:  # It ended while we looked, as one that asks the system something does.
                continue
            looked_at += 1
            assert key not in seen and it.token not in seen
        assert looked_at >= 2, "the sidecar and its recognizer"


async def test_a_key_in_the_environment_is_not_handed_on_to_workers(tmp_path: Path) -> None:
    key = "sk-ant-planted-0123456789"
    planted: dict[str, Any] = {name.upper(): key for name in NAMES}
    async with sidecar(tmp_path, PARLEY_LANGUAGE_MODEL="offline", **planted) as it:
        await it.until(Ready)
        workers = psutil.Process(it.pid).children(recursive=True)
        assert workers
        for process in workers:
            assert key not in str(process.environ())


async def test_a2_every_listener_of_the_whole_tree_is_loopback(tmp_path: Path) -> None:
    """mDNS binds UDP 5353 on every address, even for loopback; there is no TCP listener but ours."""
    async with sidecar(tmp_path) as it:
        await it.until(Ready)
        async with connected(it) as client:
            await client.say("hello")
            listeners = [
                connection.laddr
                for process in it.tree()
                for connection in process.net_connections("tcp")
                if connection.status == psutil.CONN_LISTEN
            ]
        assert [(address.ip, address.port) for address in listeners] == [("127.0.0.1", it.port)]
