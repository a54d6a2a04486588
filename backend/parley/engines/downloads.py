"""Fetch one model into the store: whole or not at all, and what has come is kept for the next try.

Called only after the user has agreed. The way of a byte: hub → `.incoming/NAME/FILE.part`, hashed as it is written →
FILE when its checksum is right → all of them together become the model's folder (model_store.py).
"""

import os
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import anyio
import anyio.to_thread
from filelock import FileLock, Timeout

from ..errors import DownloadFailed
from .catalog import HUB, Model, ModelFile
from .model_store import BLOCK_BYTES, ModelStore, is_whole, part_of

if TYPE_CHECKING:
    import aiohttp

LOOPBACK = ("127.0.0.1", "localhost", "::1")

SPARE_BYTES = 200 * 1024 * 1024
"""Left free on the disk: settings, logs and the conversation must still be written."""

TRIES = 5
"""In a row without a byte, with RETRY_S between them, before it is given up; what has come stays."""

RETRY_S = (0.5, 1.0, 2.0, 4.0)
SILENCE_S = 30.0
"""Without a byte for so long the connection counts as dead."""

REDIRECTS = 5
SPEED_OVER_S = 5.0
"""The speed that is told is that of the last so many seconds."""


@dataclass(frozen=True)
class Progress:
    done_bytes: int
    total_bytes: int
    bytes_per_s: float

    @property
    def seconds_left(self) -> float | None:
        """None while the speed is not known."""
        return (self.total_bytes - self.done_bytes) / self.bytes_per_s if self.bytes_per_s > 0 else None


@dataclass
class Meter:
    """Counts bytes into a Progress. The bytes of an earlier try count as done, and not towards the speed."""

    total_bytes: int
    done_bytes: int
    report: Callable[[Progress], None]
    clock: Callable[[], float] = time.monotonic
    _marks: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, count: int) -> None:
        self.done_bytes += count
        now = self.clock()
        self._marks.append((now, count))
        while self._marks and now - self._marks[0][0] > SPEED_OVER_S:
            self._marks.popleft()
        span = now - self._marks[0][0]
        come = sum(count for _, count in self._marks) - self._marks[0][1]
        self.report(Progress(self.done_bytes, self.total_bytes, come / span if span > 0 else 0.0))

    def take_back(self, count: int) -> None:
        """What had come is of no use: it is fetched again."""
        self.done_bytes -= count


def hub_address() -> str:
    return os.environ.get("HF_ENDPOINT", "").strip() or HUB


async def fetch(model: Model, store: ModelStore, report: Callable[[Progress], None], hub: str = "") -> Path:
    """Bring a model into the store and return its folder; at once when it is there.

    Cancelling keeps what has come; the next call goes on from there. `report` is called on the event loop for each
    block that came. Raises `DownloadFailed`, whose sentence says what to do.
    """
    if (there := await anyio.to_thread.run_sync(store.find, model)) is not None:
        return there
    lock = await anyio.to_thread.run_sync(_be_the_writer, store, model)
    try:
        done = await anyio.to_thread.run_sync(_prepare, model, store)
        meter = Meter(model.size_bytes, done, report)
        async with _client() as client:
            for file in model.files:
                await _fetch_file(client, model.address(file, hub or hub_address()), file, store.incoming(model), meter)
        return await anyio.to_thread.run_sync(store.accept, model)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lock.release)


def _be_the_writer(store: ModelStore, model: Model) -> FileLock:
    """The only one, across windows, commands and accounts. The lock of a process that has ended is free."""
    path = store.root / ".incoming" / f"{model.name}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0, thread_local=False)
        lock.acquire()
    except Timeout:
        raise DownloadFailed(f"{model.name} is being fetched already, by another window or command.") from None
    except OSError as error:
        raise DownloadFailed(
            f"{store.root} cannot be written: {error.strerror}. PARLEY_MODELS names another folder."
        ) from error
    return lock


def _prepare(model: Model, store: ModelStore) -> int:
    """Make the folders, and see that there is room. Returns the bytes that have come already."""
    incoming = store.incoming(model)
    for file in model.files:
        (incoming / file.path).parent.mkdir(parents=True, exist_ok=True)
    done = store.bytes_there(model)
    needed, free = model.size_bytes - done + SPARE_BYTES, store.free_bytes()
    if free < needed:
        raise DownloadFailed(
            f"{model.name} needs {needed // 2**20} MB on the disk of {store.root}, which has {free // 2**20} MB free. "
            "Make room, or name another folder in PARLEY_MODELS."
        )
    return done


async def _fetch_file(
    client: "aiohttp.ClientSession", address: str, file: ModelFile, folder: Path, meter: Meter
) -> None:
    """One file, over as many connections as it takes. A wrong checksum is fetched anew once."""
    target, part = folder / file.path, part_of(folder, file)
    if await anyio.to_thread.run_sync(is_whole, target, file):
        return
    for attempt in (1, 2):
        await _complete(client, address, file, part, meter)
        if await anyio.to_thread.run_sync(is_whole, part, file):
            await anyio.to_thread.run_sync(os.replace, part, target)
            return
        meter.take_back(file.size_bytes)
        await anyio.to_thread.run_sync(part.unlink)
        if attempt == 2:
            raise DownloadFailed(
                f"{file.path} came twice with a wrong checksum, so it was thrown away. Something on the way changes "
                "it (a proxy, a mirror in HF_ENDPOINT); try again from another network."
            )


async def _complete(client: "aiohttp.ClientSession", address: str, file: ModelFile, part: Path, meter: Meter) -> None:
    """Append to `part` until it has the file's size, through cuts and silences."""
    import aiohttp

    tries = 0
    while (have := await anyio.to_thread.run_sync(_length, part)) < file.size_bytes:
        try:
            await _one_connection(client, address, file, part, have, meter)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            came = await anyio.to_thread.run_sync(_length, part) > have
            tries = 0 if came else tries + 1
            if tries >= TRIES:
                raise DownloadFailed(
                    f"{urlsplit(address).hostname} could not be reached ({type(error).__name__}). Check the network; "
                    "what has come is kept."
                ) from error
            await anyio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
        except OSError as error:
            raise DownloadFailed(f"{part} could not be written: {error.strerror}. What has come is kept.") from error


async def _one_connection(
    client: "aiohttp.ClientSession", address: str, file: ModelFile, part: Path, have: int, meter: Meter
) -> None:
    """Ask for the rest and append what comes, to the end of the answer."""
    async with _answer(client, address, have) as answer:
        if answer.status == 200 and have > 0:  # It knows no ranges: from the start.
            meter.take_back(have)
            have = 0
        with await anyio.to_thread.run_sync(_open_at, part, have) as stream:
            async for block in answer.content.iter_chunked(BLOCK_BYTES):
                have += len(block)
                if have > file.size_bytes:
                    raise DownloadFailed(f"{file.path} is longer than the catalog says, so it is another file.")
                # A thread that writes is waited for, so a cancelled download is never cut within a block.
                await anyio.to_thread.run_sync(_write, stream, block)
                meter.add(len(block))


@asynccontextmanager
async def _answer(client: "aiohttp.ClientSession", address: str, have: int) -> AsyncIterator["aiohttp.ClientResponse"]:
    """The answer with the file's bytes from `have` on, or from its start (status 200). Follows redirects itself, so
    that none leads to an unencrypted or a local address."""
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    for _ in range(REDIRECTS):
        _allow(address)
        async with client.get(address, headers=headers, allow_redirects=False) as answer:
            if answer.status not in (301, 302, 303, 307, 308):
                _examine(answer, have)
                yield answer
                return
            target = urljoin(address, answer.headers.get("Location", ""))
        if urlsplit(target).hostname in LOOPBACK and urlsplit(address).hostname not in LOOPBACK:
            raise DownloadFailed(f"{urlsplit(address).hostname} leads to this computer itself, which is not followed.")
        address = target
    raise DownloadFailed(f"{urlsplit(address).hostname} led from one address to the next more than {REDIRECTS} times.")


def _allow(address: str) -> None:
    """Encrypted, or a hub on this computer."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise DownloadFailed(f"{parts.scheme}://{parts.hostname} is not encrypted, so nothing is fetched from it.")


def _examine(answer: "aiohttp.ClientResponse", have: int) -> None:
    status, host = answer.status, answer.url.host
    if status == 200 or (status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")):
        return
    if status == 429 or status >= 500:
        answer.raise_for_status()  # It may be better in a second.
    reasons = {
        401: "asks for a key",
        403: "refuses it",
        404: "does not have it",
        407: "is behind a proxy that asks who you are",
    }
    raise DownloadFailed(f"{host} {reasons.get(status, f'answered with status {status}')}: {answer.url.path}")


def _client() -> "aiohttp.ClientSession":
    """With the proxy that the environment names, which the sidecar itself never uses."""
    import aiohttp

    limits = aiohttp.ClientTimeout(total=None, sock_connect=10.0, sock_read=SILENCE_S)
    return aiohttp.ClientSession(timeout=limits, trust_env=True, auto_decompress=False)


def _open_at(part: Path, position: int) -> FileIO:
    """Unbuffered: what was written is in the file, however this ends."""
    stream = part.open("r+b" if position else "wb", buffering=0)
    stream.seek(position)
    return stream


def _write(stream: FileIO, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[stream.write(rest) :]


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
