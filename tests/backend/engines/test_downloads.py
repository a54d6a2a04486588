"""S52: models are fetched whole or not at all, whatever the way to them does."""

import os
import sys
from collections import deque
from pathlib import Path

import anyio
import pytest
from anyio import create_task_group, to_thread

from parley.engines.catalog import MODELS, Model, find_in_catalog
from parley.engines.downloads import Meter, Progress, fetch
from parley.engines.model_store import ModelStore, part_of
from parley.errors import DownloadFailed, UnknownModel
from tests.fakes.hub import Hub, make_model

pytestmark = pytest.mark.anyio

CONTENTS = {"config.json": b"{}", "model.bin": os.urandom(3_000_000), "voices/one.pt": os.urandom(5000)}
MODEL = make_model(CONTENTS)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parley.engines.downloads.RETRY_S", (0.0,))


def nothing(progress: Progress) -> None:
    pass


async def read(folder: Path) -> dict[str, bytes]:
    def files() -> dict[str, bytes]:
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    return await to_thread.run_sync(files)


async def part_bytes(store: ModelStore) -> int:
    return await to_thread.run_sync(store.bytes_there, MODEL)


async def test_it_arrives_whole_and_progress_counts_every_byte(store: ModelStore) -> None:
    seen: list[Progress] = []
    async with Hub(CONTENTS) as hub:
        folder = await fetch(MODEL, store, seen.append, hub.address)
    assert await read(folder) == CONTENTS
    assert seen[-1].done_bytes == seen[-1].total_bytes == MODEL.size_bytes
    assert [progress.done_bytes for progress in seen] == sorted(progress.done_bytes for progress in seen)
    assert await to_thread.run_sync(store.damaged, MODEL) == []


async def test_a_second_start_works_with_the_hub_gone(store: ModelStore) -> None:
    async with Hub(CONTENTS) as hub:
        folder = await fetch(MODEL, store, nothing, hub.address)
    assert await fetch(MODEL, store, nothing, hub.address) == folder


async def test_s52_a_cut_connection_goes_on_where_it_was_cut(store: ModelStore) -> None:
    async with Hub(CONTENTS, cuts=[2, 1_000_000, 1_000_000]) as hub:
        folder = await fetch(MODEL, store, nothing, hub.address)
    assert await read(folder) == CONTENTS
    ranges = [asked.range for asked in hub.asked if asked.path == "model.bin"]
    assert ranges[0] is None
    positions = [int((wanted or "").removeprefix("bytes=").removesuffix("-")) for wanted in ranges[1:]]
    assert len(positions) == 2 and 0 < positions[0] < positions[1]


async def test_s52_a_server_without_ranges_sends_it_again_from_the_start(store: ModelStore) -> None:
    seen: list[Progress] = []
    async with Hub(CONTENTS, cuts=[2, 1_000_000], knows_ranges=False) as hub:
        folder = await fetch(MODEL, store, seen.append, hub.address)
    assert await read(folder) == CONTENTS
    assert seen[-1].done_bytes == MODEL.size_bytes


async def test_s52_a_wrong_checksum_is_fetched_anew_once(store: ModelStore) -> None:
    async with Hub(CONTENTS, spoilt=1) as hub:
        folder = await fetch(MODEL, store, nothing, hub.address)
    assert await read(folder) == CONTENTS


async def test_s52_what_stays_wrong_never_gets_its_final_name(store: ModelStore) -> None:
    async with Hub(CONTENTS, spoilt=99) as hub:
        with pytest.raises(DownloadFailed, match="twice with a wrong checksum"):
            await fetch(MODEL, store, nothing, hub.address)
    assert await to_thread.run_sync(store.find, MODEL) is None
    assert not await anyio.Path(store.folder(MODEL)).exists()


async def test_a_longer_file_is_another_file(store: ModelStore) -> None:
    async with Hub({**CONTENTS, "config.json": b"{} and more"}) as hub:
        with pytest.raises(DownloadFailed, match="longer than the catalog says"):
            await fetch(MODEL, store, nothing, hub.address)


async def test_a_busy_server_is_asked_again(store: ModelStore) -> None:
    async with Hub(CONTENTS, statuses=[503, 429, 500]) as hub:
        assert await read(await fetch(MODEL, store, nothing, hub.address)) == CONTENTS


@pytest.mark.parametrize(("status", "words"), [(401, "asks for a key"), (403, "refuses it"), (404, "does not have it")])
async def test_what_will_not_change_is_told_at_once(store: ModelStore, status: int, words: str) -> None:
    async with Hub(CONTENTS, statuses=[status] * 9) as hub:
        with pytest.raises(DownloadFailed, match=words):
            await fetch(MODEL, store, nothing, hub.address)
    assert len(hub.asked) == 1


async def test_s52_with_no_network_it_says_so_and_keeps_what_came(store: ModelStore) -> None:
    async with Hub(CONTENTS, cuts=[2, 1_000_000], statuses=[200, 200, *[503] * 9]) as hub:
        with pytest.raises(DownloadFailed, match="could not be reached.*what has come is kept"):
            await fetch(MODEL, store, nothing, hub.address)
    assert await part_bytes(store) > 500_000
    async with Hub(CONTENTS) as hub:
        assert await read(await fetch(MODEL, store, nothing, hub.address)) == CONTENTS
    assert [asked.path for asked in hub.asked][0] == "model.bin"  # config.json was there


async def test_s52_cancelling_keeps_what_came(store: ModelStore) -> None:
    async with Hub(CONTENTS, cuts=[2, 1_000_000]) as hub, create_task_group() as tasks:

        def report(progress: Progress) -> None:
            if progress.done_bytes > 500_000:
                tasks.cancel_scope.cancel()

        tasks.start_soon(fetch, MODEL, store, report, hub.address)
    assert await part_bytes(store) > 500_000
    assert await to_thread.run_sync(store.find, MODEL) is None
    async with Hub(CONTENTS) as hub:
        await fetch(MODEL, store, nothing, hub.address)
    assert any(asked.range for asked in hub.asked)


async def test_s52_there_is_one_writer(store: ModelStore) -> None:
    """Another process holds the lock, as a second window's sidecar or a command would."""
    lock = store.root / ".incoming" / f"{MODEL.name}.lock"
    await anyio.Path(lock.parent).mkdir(parents=True)
    hold = "import sys, filelock as f; lock = f.FileLock(sys.argv[1]); lock.acquire(); print(flush=True); input()"
    async with await anyio.open_process([sys.executable, "-c", hold, str(lock)]) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        await holder.stdout.receive()
        async with Hub(CONTENTS) as hub:
            with pytest.raises(DownloadFailed, match="fetched already"):
                await fetch(MODEL, store, nothing, hub.address)
            assert hub.asked == []
            holder.kill()
            await holder.wait()
            assert await read(await fetch(MODEL, store, nothing, hub.address)) == CONTENTS


async def test_s31_s52_without_room_it_is_refused_before_a_byte_comes(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelStore, "free_bytes", lambda self: 1_000_000)
    async with Hub(CONTENTS) as hub:
        with pytest.raises(DownloadFailed, match=r"needs \d+ MB .* has 0 MB free"):
            await fetch(MODEL, store, nothing, hub.address)
    assert hub.asked == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting a small disk needs root")
async def test_s31_a_disk_that_fills_up_on_the_way_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "small"
    await anyio.Path(disk).mkdir()
    mounted = await anyio.run_process(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], check=False)
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        monkeypatch.setattr(ModelStore, "free_bytes", lambda self: 10**12)  # nothing else had to be written then
        small = ModelStore(disk / "models")
        async with Hub(CONTENTS) as hub:
            with pytest.raises(DownloadFailed, match="No space left on device"):
                await fetch(MODEL, small, nothing, hub.address)
        assert await to_thread.run_sync(small.find, MODEL) is None
    finally:
        await anyio.run_process(["umount", str(disk)])


async def test_a3_nothing_is_fetched_unencrypted_or_from_this_computer(store: ModelStore) -> None:
    with pytest.raises(DownloadFailed, match="not encrypted"):
        await fetch(MODEL, store, nothing, "http://hub.example")
    async with Hub(CONTENTS, redirect="http://hub.example/{path}") as hub:
        with pytest.raises(DownloadFailed, match="not encrypted"):
            await fetch(MODEL, store, nothing, hub.address)
    async with Hub(CONTENTS, redirect="file:///etc/passwd") as hub:
        with pytest.raises(DownloadFailed, match="not encrypted"):
            await fetch(MODEL, store, nothing, hub.address)


async def test_it_follows_the_hub_to_where_the_files_lie(store: ModelStore) -> None:
    async with Hub(CONTENTS) as files:
        async with Hub({}, redirect=f"{files.address}/a/b/resolve/c/{{path}}") as hub:
            assert await read(await fetch(MODEL, store, nothing, hub.address)) == CONTENTS


async def test_a_circle_of_redirects_ends(store: ModelStore) -> None:
    async with Hub(CONTENTS, redirect="/a/b/resolve/c/{path}") as hub:
        with pytest.raises(DownloadFailed, match="from one address to the next"):
            await fetch(MODEL, store, nothing, hub.address)


async def test_removing_takes_what_came_as_well(store: ModelStore) -> None:
    async with Hub(CONTENTS) as hub:
        await fetch(MODEL, store, nothing, hub.address)
    assert await to_thread.run_sync(store.remove, MODEL) == MODEL.size_bytes
    assert await to_thread.run_sync(store.presence, MODEL) == "absent"


async def test_a_damaged_file_is_named(store: ModelStore) -> None:
    async with Hub(CONTENTS) as hub:
        folder = await fetch(MODEL, store, nothing, hub.address)
    await anyio.Path(folder / "voices" / "one.pt").write_bytes(b"x" * 5000)
    assert await to_thread.run_sync(store.damaged, MODEL) == ["voices/one.pt"]


def test_speed_is_that_of_the_last_seconds_and_counts_no_bytes_of_an_earlier_try() -> None:
    times = iter((0.0, 1.0, 2.0, 60.0))
    seen: deque[Progress] = deque(maxlen=1)
    meter = Meter(total_bytes=1000, done_bytes=500, report=seen.append, clock=lambda: next(times))
    for _ in range(3):
        meter.add(100)
    assert seen[0] == Progress(done_bytes=800, total_bytes=1000, bytes_per_s=100.0)
    assert seen[0].seconds_left == 2.0
    meter.add(100)
    assert seen[0].bytes_per_s == 0.0
    assert seen[0].seconds_left is None


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_catalog_is_whole(model: Model, tmp_path: Path) -> None:
    assert all(len(file.sha256) == 64 and file.size_bytes > 0 for file in model.files)
    assert len({file.path for file in model.files}) == len(model.files)
    assert len(model.revision) == 40
    assert all(not file.path.startswith("/") and ".." not in file.path for file in model.files)
    assert model.address(model.files[0]).startswith("https://")
    assert part_of(tmp_path, model.files[0]).name.endswith(".part")


def test_a_model_is_found_by_its_short_name_and_an_unknown_one_is_answered_with_what_there_is() -> None:
    assert find_in_catalog("base") is find_in_catalog("whisper-base")
    with pytest.raises(UnknownModel, match=r"no model 'huge'; there are whisper-tiny.*kokoro"):
        find_in_catalog("huge")
