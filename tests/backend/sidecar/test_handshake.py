"""Birth and death of a sidecar as a real process: the boot line, its lines, and all the ways to stop it."""

import json
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import msgspec
import psutil
import pytest
from anyio.abc import TaskStatus
from jsonschema import Draft202012Validator

from parley.wire.codec import encode_shell_line
from parley.wire.messages import (
    Address,
    Boot,
    Listening,
    Mdns,
    NewCode,
    Progress,
    Ready,
    Say,
    Shutdown,
    SpeechStart,
    StartFailure,
    Stopping,
)
from tests.fakes.client import connected
from tests.fakes.relay import UPGRADE, ask
from tests.fakes.sidecar import PATIENCE_S, PYTHON, ROOT, Sidecar, boot_line, runner, sidecar

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

HEAVY = {
    "anthropic",
    "espeakng_loader",
    "numpy",
    "onnxruntime",
    "parley.conversation",
    "parley.engines",
    "pocketsphinx",
    "soundfile",
    "soxr",
    "zeroconf",
}

STOP_S = 3.0
"""What DESIGN.md and protocol.json promise of a graceful stop."""


def schema(name: str) -> Draft202012Validator:
    document = json.loads((ROOT / "shared" / "protocol.json").read_text(encoding="utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": document["$defs"]})


async def test_the_lines_of_a_whole_life_come_in_order_and_obey_the_schema(tmp_path: Path) -> None:
    """S7: from the first line on, standard output carries lines of the protocol and nothing else."""
    boot = boot_line(config_dir=tmp_path, instance="8c0f1a2b", browser=True)
    async with sidecar(tmp_path, boot) as it:
        await it.until(Listening)
        health = await ask(it.port, headers={"Authorization": f"Bearer {it.token}"})
        await it.until(Mdns)
        await it.send(NewCode())
        await it.until(Address, count=2)
        await it.send(Shutdown())
        assert await it.ended(STOP_S) == 0
    validator = schema("SidecarLine")
    for line in it.lines:
        validator.validate(msgspec.to_builtins(line))
    listening = it.lines[0]
    assert isinstance(listening, Listening) and listening.instance == "8c0f1a2b" and listening.pid == it.pid
    assert json.loads(health.body)["instance"] == "8c0f1a2b"
    kinds = [type(line) for line in it.lines]
    assert Progress in kinds[: kinds.index(Ready)]
    assert kinds.index(Ready) < kinds.index(Address) and kinds.index(Ready) < kinds.index(Mdns)
    assert it.lines[-1] == Stopping(reason="shutdown") and it.noise == []


async def test_listening_is_said_before_anything_heavy_is_imported_and_the_port_is_bound_by_then(
    tmp_path: Path,
) -> None:
    probe = """
import json, socket
from parley.sidecar.announce import StdoutLines
say = StdoutLines.__call__
def probe(self, line):
    if type(line).__name__ == 'Listening':
        with socket.create_connection(('127.0.0.1', line.port), 1): pass
        sys.stderr.write('modules ' + json.dumps(sorted(sys.modules)) + '\\n')
    say(self, line)
StdoutLines.__call__ = probe
"""
    async with sidecar(tmp_path, command=runner(tmp_path, probe)) as it:
        await it.until(Listening)
        await it.logged("modules ")
        line = next(line for line in it.log.splitlines() if line.startswith("modules "))
    assert not HEAVY & set(json.loads(line.removeprefix("modules ")))


async def test_s7_nothing_that_libraries_or_children_print_gets_among_the_lines(tmp_path: Path) -> None:
    noise = """
import ctypes, os, subprocess
from parley.sidecar.announce import StdoutLines
say = StdoutLines.__call__
def noisy(self, line):
    c = ctypes.CDLL(None)
    c.printf(b'from C, and half a line'); c.fflush(None)
    os.write(1, b'from the descriptor')
    subprocess.run([sys.executable, '-c', 'print("from a child")'])
    sys.__stdout__.write('from the old stdout'); sys.__stdout__.flush()
    print('from print')
    say(self, line)
StdoutLines.__call__ = noisy
"""
    async with sidecar(tmp_path, command=runner(tmp_path, noise)) as it:
        await it.until(Ready)
        await it.send(Shutdown())
        assert await it.ended() == 0
    assert it.noise == []
    for text in ("from C, and half a line", "from the descriptor", "from a child", "from the old", "from print"):
        assert text in it.log


def spoiled(**change: object) -> bytes:
    """A boot line with one field changed; None takes it away."""
    fields = {**json.loads(encode_shell_line(boot_line())), **change}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode() + b"\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"\n", "cannot be read"),
        (b"hello?\n", "cannot be read"),
        (b"\xff\xfe\n", "cannot be read"),
        (b'{"type":"tick"}\n', "not a boot line"),
        (spoiled(type="nonsense"), "cannot be read"),
        (spoiled(protocol_version=2), "protocol version 2"),
        (spoiled(token="ab"), "64 hexadecimal digits"),
        (spoiled(token="g" * 64), "64 hexadecimal digits"),
        (spoiled(token="é" * 64), "64 hexadecimal digits"),
        (spoiled(token=None), "cannot be read"),
        (spoiled(port_hint=0), "cannot be read"),
        (spoiled(port_hint=65536), "cannot be read"),
    ],
)
async def test_s9_a_boot_line_that_cannot_be_used_is_said_and_ends_it_with_78(
    tmp_path: Path, line: bytes, says: str
) -> None:
    async with sidecar(tmp_path, line) as it:
        failure = await it.until(StartFailure)
        assert await it.ended() == 78
    assert failure.code == "bad_config" and says in failure.message
    assert "Parley cannot start" in it.log and "Traceback" not in it.log
    assert it.noise == [] and len(it.lines) == 1


async def test_s3_settings_that_cannot_be_used_are_named_and_end_it_with_78(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"pause_s": 99}')
    async with sidecar(tmp_path) as it:
        failure = await it.until(StartFailure)
        assert await it.ended() == 78
    assert failure.code == "bad_config" and "settings.json" in failure.message and "pause_s" in failure.message
    assert (tmp_path / "settings.json").read_text() == '{"pause_s": 99}'


async def test_a_parent_that_says_nothing_and_leaves_is_no_error(tmp_path: Path) -> None:
    async with sidecar(tmp_path, b"", tick_s=None) as it:
        await it.close_stdin()
        assert await it.ended() == 0
    assert it.lines == [] and it.noise == []


async def test_a_boot_line_may_come_byte_by_byte_and_without_haste(tmp_path: Path) -> None:
    line = encode_shell_line(boot_line(config_dir=tmp_path, instance="Zürich-🦜"))
    async with sidecar(tmp_path, b"", tick_s=None) as it:
        for byte in line:
            await it.send(bytes([byte]))
        assert (await it.until(Listening)).instance == "Zürich-🦜"


async def stop(it: Sidecar, how: str) -> None:
    if how == "stdin_closed":
        await it.close_stdin()
    elif how == "shutdown":
        await it.send(Shutdown())
    else:
        it.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("how", ["stdin_closed", "shutdown", "signal"])
async def test_s42_a_stop_while_it_speaks_ends_everything_within_3_s(tmp_path: Path, how: str) -> None:
    async with sidecar(tmp_path) as it:
        await it.until(Ready)
        tree = it.tree()
        assert len(tree) > 1, "the recognizer is a process of its own"
        async with connected(it) as client:
            await client.send(Say(id="1", text="What can you do?"))
            await client.until(SpeechStart)
            await stop(it, how)
            code = await it.ended(STOP_S)
            # Its last words may be lost: a socket that is closed while acks arrive is reset.
            assert await client.closed() in (1001, None)
        assert code == 0 and it.lines[-1] == Stopping(reason=how)  # type: ignore[arg-type]
        assert not [process for process in tree if process.is_running()]


@pytest.mark.parametrize("how", ["stdin_closed", "signal"])
async def test_a_stop_while_it_loads_is_as_quick(tmp_path: Path, how: str) -> None:
    async with sidecar(tmp_path) as it:
        await it.until(Listening)
        await it.until(Progress)
        tree = it.tree()
        await stop(it, how)
        assert await it.ended(STOP_S) == 0
        assert not [process for process in tree if process.is_running()]


async def test_s43_clients_that_do_not_answer_the_farewell_hold_neither_a_stop_nor_the_others(tmp_path: Path) -> None:
    async with sidecar(tmp_path) as it, anyio.create_task_group() as tasks, AsyncExitStack() as clients:
        await it.until(Ready)
        healthy = []
        for _ in range(6):
            await tasks.start(mute, it)
            healthy.append(await clients.enter_async_context(connected(it)))
        await it.close_stdin()
        assert await it.ended(STOP_S) == 0
        assert [await client.closed() for client in healthy] == [1001] * 6
        tasks.cancel_scope.cancel()


async def mute(it: Sidecar, *, task_status: TaskStatus[None]) -> None:
    """Upgrade, and then neither read nor write: the close frame gets no answer."""
    async with await anyio.connect_tcp("127.0.0.1", it.port) as stream:
        head = {"Host": f"127.0.0.1:{it.port}", "Authorization": f"Bearer {it.token}", **UPGRADE}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        await stream.send(f"GET /client-ws HTTP/1.1\r\n{lines}\r\n".encode())
        assert (await stream.receive()).startswith(b"HTTP/1.1 101")
        task_status.started()
        await anyio.sleep_forever()


async def test_s44_a_parent_that_was_killed_takes_it_along(tmp_path: Path) -> None:
    boot = encode_shell_line(boot_line(config_dir=tmp_path)).decode().strip()
    parent = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, '-m', 'parley', 'serve', '--managed'], stdin=subprocess.PIPE)
child.stdin.write({boot!r}.encode() + b'\\n'); child.stdin.flush()
child.wait()
"""
    script = tmp_path / "parent.py"
    script.write_text(parent)
    async with sidecar(tmp_path, b"", command=[sys.executable, str(script)], tick_s=None) as it:
        await it.until(Ready)
        tree = [process for process in it.tree() if process.pid != it.pid]
        it.process.kill()
        gone, alive = await anyio.to_thread.run_sync(psutil.wait_procs, tree, STOP_S)
        assert len(gone) == len(tree) >= 2 and alive == []


async def test_a_boot_line_knows_nothing_of_fields_to_come(tmp_path: Path) -> None:
    boot: Boot = boot_line(config_dir=tmp_path)
    line = json.dumps({**json.loads(encode_shell_line(boot)), "of_a_later_version": {"deep": [1]}}).encode()
    async with sidecar(tmp_path, line + b"\n") as it:
        await it.until(Listening)


async def test_a_browser_that_is_waited_for_holds_neither_the_loop_nor_a_stop(tmp_path: Path) -> None:
    """Text browsers keep the terminal until they are left, and others are waited for up to 5 s."""
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$$ $1" > {opened}.new; mv {opened}.new {opened}\nexec sleep 60\n')
    browser.chmod(0o755)
    by_hand = (*PYTHON, "-m", "parley", "serve")
    async with sidecar(tmp_path, b"", command=by_hand, tick_s=None, BROWSER=f"{browser} %s") as it:
        _, _, code = (await it.until(Address)).url.partition("#code=")
        offer = {**UPGRADE, "Sec-WebSocket-Protocol": f"parley.v1, parley.code.{code}"}
        assert (await ask(it.port, "/client-ws", offer)).status == 101
        with anyio.fail_after(PATIENCE_S):
            while not opened.exists():
                await ask(it.port)
        pid, url = opened.read_text().split()
        assert url.endswith(f"#code={code}")
        it.process.send_signal(signal.SIGTERM)
        try:
            with anyio.fail_after(STOP_S):
                assert await it.process.wait() == 0
            assert psutil.pid_exists(int(pid)), "what was opened goes on"
        finally:
            psutil.Process(int(pid)).kill()
