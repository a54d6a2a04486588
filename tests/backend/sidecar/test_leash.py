"""What ties a sidecar to its parent: the lines on standard input, and the lease on native code."""

import os
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.sidecar.leash import MAX_LINE_BYTES, Lines, read_boot, watch
from parley.wire.codec import encode_shell_line
from parley.wire.messages import NewCode, Ready, Resume, Secret, ShellLine, Shutdown, Stopping, Suspend, Tick
from tests.fakes.sidecar import boot_line, runner, sidecar

SHUTDOWN = b'{"type":"shutdown"}\n'


@contextmanager
def pipe_of(*pieces: bytes) -> Iterator[Lines]:
    """Lines of a real pipe into which the pieces are written one by one, and which then closes."""
    out, into = os.pipe()

    def write() -> None:
        with os.fdopen(into, "wb", buffering=0) as pipe:
            for piece in pieces:
                pipe.write(piece)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield Lines(out)
    finally:
        os.close(out)
        writer.join()


def all_lines(*pieces: bytes) -> list[bytes]:
    with pipe_of(*pieces) as lines:
        return list(iter(lines.next, None))


def test_s8_bytes_one_at_a_time_and_split_characters_are_whole_lines() -> None:
    text = "für 🦜\nund\n\n".encode()
    assert all_lines(*[bytes([byte]) for byte in text]) == ["für 🦜".encode(), b"und", b""]


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=8), st.data())
@settings(max_examples=30, deadline=None)
def test_s8_lines_do_not_depend_on_how_the_bytes_are_cut(whole: list[bytes], data: st.DataObject) -> None:
    raw = b"".join(line + b"\n" for line in whole)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=5)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    assert all_lines(*[piece for piece in pieces if piece]) == whole


def test_s8_what_has_no_end_is_no_line() -> None:
    assert all_lines(b"whole\n", b"half") == [b"whole"]


def test_s8_an_endless_line_is_passed_over_and_fills_no_memory() -> None:
    chunk = b"x" * (1 << 20)
    with pipe_of(*[chunk] * 30, b"\n", SHUTDOWN) as lines:
        tracemalloc.start()
        first = lines.next()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert first is not None and len(first) <= MAX_LINE_BYTES + 4096 and first.startswith(b"!")
        assert lines.next() == SHUTDOWN.strip()
    assert peak < 1 << 20


def test_s8_a_line_of_almost_the_limit_is_read_whole() -> None:
    line = b"y" * (MAX_LINE_BYTES - 1)
    assert all_lines(line + b"\n") == [line]


SPOILED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"shutdown"',
    b'{"type":"of a later version"}',
    b'{"type":null}',
    b'{"type":"secret"}',
    b'{"type":"secret","name":"anthropic_api_key","value":NaN}',
    b'{"type":"secret","name":"other","value":"x"}',
    b"\xff\xfe\x00",
    b"[" * 60_000,
    b'{"type":"shutdown"} trailing',
    b"@parley {}",
    b"z" * (3 * MAX_LINE_BYTES),
]


def test_s8_s11_lines_that_cannot_be_read_are_passed_over_and_the_rest_is_heard() -> None:
    heard: list[ShellLine] = []
    ended = threading.Event()
    good = encode_shell_line(Secret(name="anthropic_api_key", value="k"))
    pieces = [piece for spoiled in SPOILED for piece in (spoiled + b"\n", good)]
    with pipe_of(*pieces, b'{"type":"new_code","of_a_later_version":1}\n', SHUTDOWN) as lines:
        watch(lines, heard.append, ended.set)
        assert ended.wait(10)
    assert heard == [Secret(name="anthropic_api_key", value="k")] * len(SPOILED) + [NewCode(), Shutdown()]


def test_s11_a_pipe_that_is_gone_is_an_end_and_no_error() -> None:
    out, into = os.pipe()
    os.close(out)
    assert Lines(out).next() is None
    os.close(into)


def test_the_first_line_is_the_boot_line_and_what_follows_at_once_is_not_lost() -> None:
    boot = boot_line()
    with pipe_of(encode_shell_line(boot) + SHUTDOWN) as lines:
        assert read_boot(lines) == boot
        assert lines.next() == SHUTDOWN.strip()


# The lease is 45 s. These sidecars get one second once they are ready.

SHORT = """
from parley.sidecar import leash
from parley.sidecar.announce import StdoutLines
say = StdoutLines.__call__
def shorten(self, line):
    say(self, line)
    if type(line).__name__ == 'Ready':
        leash.LEASE_S = 1.0
        {then}
StdoutLines.__call__ = shorten
"""


@pytest.mark.anyio
@pytest.mark.slow
async def test_s22_a_sidecar_stuck_with_the_interpreter_lock_ends_itself_with_a_traceback(tmp_path: Path) -> None:
    # PyDLL keeps the lock, as a model deep in native code may.
    stuck = SHORT.format(then="import ctypes; leash.hold_lease(); ctypes.PyDLL(None).sleep(60)")
    async with sidecar(tmp_path, tick_s=0.1, command=runner(tmp_path, stuck)) as it:
        await it.until(Ready)
        tree = it.tree()
        assert await it.ended(5.0) == 1
        await gone(tree)
    assert "Timeout (0:00:01" in it.log and "in shorten" in it.log


@pytest.mark.anyio
@pytest.mark.slow
async def test_s22_ticks_hold_the_lease_and_their_end_ends_it(tmp_path: Path) -> None:
    async with sidecar(tmp_path, tick_s=None, command=runner(tmp_path, SHORT.format(then=""))) as it:
        await it.until(Ready)
        for _ in range(13):
            await it.send(Tick())
            await anyio.sleep(0.2)
        assert it.process.returncode is None, "more than two leases long"
        assert await it.ended(5.0) == 1
    assert "Timeout" in it.log


@pytest.mark.anyio
@pytest.mark.slow
async def test_s29_a_sleeping_machine_does_not_end_it_and_an_awake_one_counts_again(tmp_path: Path) -> None:
    async with sidecar(tmp_path, tick_s=None, command=runner(tmp_path, SHORT.format(then=""))) as it:
        await it.until(Ready)
        await it.send(Tick(), Suspend())
        with anyio.move_on_after(2.0) as asleep:
            await it.process.wait()
        assert asleep.cancelled_caught, "it ended while the machine slept"
        await it.send(Resume())
        assert await it.ended(5.0) == 1
    assert "Timeout" in it.log


@pytest.mark.anyio
@pytest.mark.slow
async def test_a_stop_within_the_lease_is_a_clean_one(tmp_path: Path) -> None:
    async with sidecar(tmp_path, tick_s=None, command=runner(tmp_path, SHORT.format(then="leash.hold_lease()"))) as it:
        await it.until(Ready)
        await it.send(Shutdown())
        await it.until(Stopping)
        assert await it.ended(3.0) == 0


async def gone(tree: list[psutil.Process]) -> None:
    _, alive = await anyio.to_thread.run_sync(psutil.wait_procs, tree, 3.0)
    assert alive == []
