"""The voice pack: the packages that Kokoro stands on, in a folder of the user's data, installed after consent.

They are used by Parley's own Python, from a folder that only Kokoro's worker looks into, so they survive an update of
Parley unless that brings another Python. A checkout has them in an environment of its own instead (build/voice.mjs).

data/voice-pack/            whole, with `parley.json` beside the packages
data/.voice-pack/           what an installation in progress makes; its downloads are kept for the next try
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
import msgspec
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream
from filelock import FileLock, Timeout

from ..errors import DownloadFailed
from ..leashed import leashed
from ..settings import data_folder
from .downloads import SPARE_BYTES, Meter, Progress

NEWEST_PYTHON = (3, 12)
"""kokoro 0.9.4 needs Python below 3.13."""

FETCHED_BYTES, INSTALLED_BYTES = 320_000_000, 1_500_000_000
"""Measured on Linux with torch built for processors alone."""

CPU_BUILDS = "https://download.pytorch.org/whl/cpu"
"""On Linux, what the public index has of torch brings several GB of CUDA. Elsewhere it has none."""

CHECKOUT = Path(__file__).parents[3]
PACKED = Path(sys.prefix) / "voice"
"""Where a package of Parley has the lock and pyproject.toml (build/package/stage.mjs)."""

_PROGRESS = re.compile(r"^Progress (\d+) of \d+")
"""pip's `--progress-bar raw`."""

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    python: str
    """Its minor version: compiled packages fit no other."""
    lock: str
    """SHA-256 of the lock that was installed."""


@dataclass(frozen=True)
class Sources:
    """What is installed, and from where."""

    torch: str
    """`torch==2.13.0`. Not in the lock: which of its builds is the right one hangs on the machine."""
    lock: Path
    torch_index: str | None
    """None: whichever pip is set up to ask."""

    @classmethod
    def here(cls) -> "Sources":
        folder = CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else PACKED
        groups = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
        [torch] = [one for one in groups["voice"] if one.startswith("torch==")]
        return cls(torch, folder / "build" / "locks" / "voice.txt", CPU_BUILDS if sys.platform == "linux" else None)


def voice_pack_folder() -> Path:
    return data_folder() / "voice-pack"


def find_voice_pack() -> Path | None:
    """The folder of packages, where it is whole and of this Python. Reads the disk."""
    try:
        marker = msgspec.json.decode((voice_pack_folder() / "parley.json").read_bytes(), type=Marker)
    except (OSError, msgspec.DecodeError):
        return None
    return voice_pack_folder() if marker.python == PYTHON else None


def remove_voice_pack() -> int:
    """Delete it, and what has come of it. Returns the bytes that were freed. Raises `OSError`."""
    freed = 0
    for folder in (voice_pack_folder(), _work_folder()):
        if folder.is_dir():
            freed += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            shutil.rmtree(folder)
    return freed


async def install_voice_pack(report: Callable[[Progress], None], sources: Sources | None = None) -> Path:
    """Fetch and install it, and return its folder; at once when it is there.

    Cancelling ends the installer and keeps its downloads. Raises `DownloadFailed`, whose sentence says what to do.
    """
    if (there := await anyio.to_thread.run_sync(find_voice_pack)) is not None:
        return there
    if sys.version_info[:2] > NEWEST_PYTHON:
        raise DownloadFailed(
            f"The voice pack needs Python 3.11 or 3.12, and this Parley runs on {PYTHON}. From its source: "
            "npm run setup -- --voice, with PARLEY_VOICE_PYTHON naming one (`uv python install 3.12` fetches it)."
        )
    lock = await anyio.to_thread.run_sync(_be_the_writer)
    try:
        taken = await anyio.to_thread.run_sync(Sources.here) if sources is None else sources
        meter = Meter(FETCHED_BYTES, 0, report)
        target = await anyio.to_thread.run_sync(_prepare)
        await _install_torch(target, taken, meter)
        strict = ["--require-hashes", "--only-binary", ":all:", "-r", str(taken.lock)]
        await _pip(target, strict, meter)
        await _try(target)
        await anyio.to_thread.run_sync(_accept, target, taken.lock)
        return voice_pack_folder()
    except OSError as error:
        raise DownloadFailed(f"The voice pack could not be written to {_work_folder()}: {error.strerror}") from error
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lock.release)


async def _install_torch(target: Path, sources: Sources, meter: Meter) -> None:
    """A wheel that lies on this machine (pip's find-links) is taken as it is."""
    try:
        return await _pip(target, ["--no-index", sources.torch], meter)
    except DownloadFailed:
        index = [] if sources.torch_index is None else ["--index-url", sources.torch_index]
        await _pip(target, [*index, sources.torch], meter)


def _work_folder() -> Path:
    return data_folder() / ".voice-pack"


def _be_the_writer() -> FileLock:
    path = data_folder() / ".voice-pack.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise DownloadFailed("The voice pack is being installed already, by another window or command.") from None
    return lock


def _prepare() -> Path:
    """An empty folder to install into, on a disk with room."""
    work = _work_folder()
    for name in ("packages", "temporary"):
        shutil.rmtree(work / name, ignore_errors=True)
        (work / name).mkdir(parents=True)
    free, needed = shutil.disk_usage(work).free, INSTALLED_BYTES + FETCHED_BYTES + SPARE_BYTES
    if free < needed:
        raise DownloadFailed(
            f"The voice pack needs {needed // 2**20} MB on the disk of {data_folder()}, which has {free // 2**20} MB "
            "free. Make room, and try again."
        )
    return work / "packages"


async def _pip(target: Path, what: list[str], meter: Meter) -> None:
    """Raises `DownloadFailed` with pip's own last word."""
    work = target.parent
    options = ["install", "--no-deps", "--target", str(target), "--upgrade", "--cache-dir", str(work / "downloads")]
    quiet = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--progress-bar", "raw"]
    command = leashed([sys.executable, *_isolated(), "-m", "pip", *options, *quiet, *what])
    environment = {**os.environ, "TMPDIR": str(work / "temporary"), "PYTHONNOUSERSITE": "1"}
    last, counted = "", 0
    async with await anyio.open_process(command, env=environment, stderr=subprocess.STDOUT) as process:
        async for line in _lines(process):
            if (found := _PROGRESS.match(line)) is None:
                last = line if line.startswith("ERROR: ") or not last else last
                continue
            come = int(found[1])
            if come < counted:  # The next file.
                counted = 0
            if meter.done_bytes + come - counted <= meter.total_bytes:  # The total is that of one machine.
                meter.add(come - counted)
            counted = come
    if process.returncode != 0:
        raise DownloadFailed(f"The voice pack could not be installed: {last.removeprefix('ERROR: ').strip()}")


async def _lines(process: Process) -> AsyncIterator[str]:
    assert process.stdout is not None
    rest = ""
    async for text in TextReceiveStream(process.stdout, errors="replace"):
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            yield line


async def _try(target: Path) -> None:
    """A pack that cannot be imported is not accepted."""
    code = f"import sys; sys.path.insert(0, {str(target)!r}); import msgspec, torch, kokoro"
    result = await anyio.run_process([sys.executable, *_isolated(), "-c", code], check=False)
    if result.returncode != 0:
        last = result.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise DownloadFailed(f"The voice pack was installed and does not work here: {last}")


def _isolated() -> list[str]:
    return ["-I"] if sys.flags.isolated else ["-P"]


def _accept(target: Path, lock: Path) -> None:
    marker = Marker(python=PYTHON, lock=hashlib.sha256(lock.read_bytes()).hexdigest())
    (target / "parley.json").write_bytes(msgspec.json.encode(marker))
    shutil.rmtree(voice_pack_folder(), ignore_errors=True)
    os.replace(target, voice_pack_folder())
    shutil.rmtree(target.parent, ignore_errors=True)
