"""S50: in developer mode the sidecar starts anew with what was saved, and goes on where that does not compile."""

import importlib.util
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import psutil
import pytest

from parley.sidecar.reload import PACKAGE, QUIET_S, Source
from parley.wire.base import given
from parley.wire.messages import Failure, Ready, Reload, Stopping
from tests.fakes.client import connected
from tests.fakes.sidecar import Sidecar, boot_line, runner, sidecar

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Our source, where saving it disturbs nobody."""
    return Path(shutil.copytree(PACKAGE, tmp_path / "backend" / "parley", ignore=shutil.ignore_patterns("__pycache__")))


def save(path: Path, text: str) -> None:
    """As editors do: a new file takes the old one's place."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    os.replace(fresh, path)


@asynccontextmanager
async def developed(copy: Path, *, dev: bool = True) -> AsyncIterator[Sidecar]:
    folder = copy.parents[1]
    boot = boot_line(dev=dev, config_dir=folder)
    command = runner(folder, f"sys.path.insert(0, {str(copy.parent)!r})")
    async with sidecar(folder, boot, command=command) as it:
        await it.until(Ready)
        yield it


def reloads_of(it: Sidecar) -> list[str | None]:
    """The error of each reload that was not to be."""
    return [given(line.error) for line in it.lines if isinstance(line, Reload)]


async def test_s50_ten_saves_in_two_seconds_are_one_reload(copy: Path) -> None:
    async with developed(copy) as it:
        file = copy / "conversation" / "turn.py"
        for number in range(10):
            await anyio.sleep(0.2)
            save(file, f"{file.read_text()}# {number}\n")
        assert reloads_of(it) == []
        assert (await it.until(Stopping)).reason == "reload"
        assert await it.ended() == 3
        assert reloads_of(it) == [None]


async def test_s50_what_does_not_compile_is_told_and_the_sidecar_goes_on_until_it_is_mended(copy: Path) -> None:
    async with developed(copy) as it, connected(it) as client:
        file = copy / "conversation" / "turn.py"
        good = file.read_text()
        save(file, good + "def broken(:\n")
        line = await it.until(Reload)
        assert line.error == f"backend/parley/conversation/turn.py:{good.count(chr(10)) + 1}: invalid syntax"
        told = await client.until(Failure)
        assert (told.code, told.message, told.retryable) == ("source_error", line.error, False)
        # Whoever comes later is told, too, and another file that is whole changes nothing.
        async with connected(it) as later:
            assert (await later.until(Failure)).code == "source_error"
        save(copy / "errors.py", (copy / "errors.py").read_text() + "# whole\n")
        await it.until(Reload, 2)
        assert psutil.pid_exists(it.pid) and not any(isinstance(line, Stopping) for line in it.lines)
        save(file, good)
        assert await it.ended() == 3
        assert reloads_of(it) == [line.error, line.error, None]


async def test_s50_what_was_saved_while_it_started_counts(copy: Path) -> None:
    folder, file = copy.parents[1], copy / "errors.py"
    code = f"""
sys.path.insert(0, {str(copy.parent)!r})
from parley.sidecar import reload
class Source(reload.Source):
    def __init__(self):
        super().__init__()
        with open({str(file)!r}, "a") as file:
            file.write("# saved before anybody watched")
reload.Source = Source
"""
    async with sidecar(folder, boot_line(dev=True, config_dir=folder), command=runner(folder, code)) as it:
        assert await it.ended() == 3
        assert reloads_of(it) == [None]


async def test_nothing_is_watched_outside_of_developer_mode(copy: Path) -> None:
    async with developed(copy, dev=False) as it:
        save(copy / "errors.py", "no python (\n")
        await anyio.sleep(3 * QUIET_S)
        await it.close_stdin()
        assert await it.ended() == 0
        assert reloads_of(it) == []


def test_the_source_tells_what_was_saved_added_and_removed(copy: Path) -> None:
    source = Source(copy)
    assert source.changed() == []
    saved, added, removed = copy / "errors.py", copy / "audio" / "new.py", copy / "audio" / "wav.py"
    save(saved, saved.read_text())
    added.write_text("\n")
    removed.unlink()
    (copy / "notes.txt").write_text("no source")
    assert source.changed() == sorted([saved, added, removed])
    assert source.error_in(source.changed()) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a = (\n", "backend/parley/errors.py:1: '(' was never closed"),
        (b"if 1:\n  a\n b\n", "backend/parley/errors.py:3: unindent does not match any outer indentation level"),
        (b"a = '\xff'\n", "backend/parley/errors.py:1: "),
        (b"a\0", "backend/parley/errors.py:1: source code string cannot contain null bytes"),
    ],
)
def test_an_error_names_file_and_line(copy: Path, text: bytes, said: str) -> None:
    (copy / "errors.py").write_bytes(text)
    assert (Source(copy).error_in([copy / "errors.py"]) or "").startswith(said)


def test_a_second_save_within_one_second_is_not_taken_for_the_first(copy: Path) -> None:
    file = copy / "errors.py"
    cached = Path(importlib.util.cache_from_source(str(file)))
    cached.parent.mkdir()
    cached.write_bytes(b"of the first")
    Source(copy).forget_bytecode([file, copy / "never_compiled.py"])
    assert not cached.exists()
