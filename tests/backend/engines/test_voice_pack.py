"""The voice pack is installed by the real pip, from an index of the test's own: whole, or not at all."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import psutil
import pytest
from anyio import to_thread

from parley.engines import fetchable, local_models, voice_pack
from parley.engines.downloads import Progress
from parley.engines.fetchable import Fetchable
from parley.engines.local_models import VoicePython, find_voice_python
from parley.engines.model_store import ModelStore
from parley.engines.voice_pack import PYTHON, Sources, find_voice_pack, install_voice_pack, remove_voice_pack
from parley.errors import DownloadFailed
from tests.fakes.hub import Hub, make_model
from tests.fakes.index import Index, Wheel, make_wheel

pytestmark = pytest.mark.anyio

BULK = os.urandom(300_000).hex()
TORCH = make_wheel("torch", "2.13.0", {"torch/__init__.py": f"BULK = '{BULK}'"})
KOKORO = make_wheel("kokoro", "0.9.4", {"kokoro/__init__.py": "import torch"})


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "data"
    monkeypatch.setattr(voice_pack, "data_folder", lambda: folder)
    monkeypatch.setattr(local_models, "CHECKOUT", tmp_path / "nowhere")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    yield folder


def sources(index: Index, tmp_path: Path, kokoro: Wheel = KOKORO) -> Sources:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"kokoro==0.9.4 --hash=sha256:{kokoro.sha256}\n")
    return Sources("torch==2.13.0", lock, index.address)


def index_of(*wheels: Wheel, hold: bool = False) -> Index:
    return Index({wheel.file.partition("-")[0]: wheel for wheel in wheels}, hold=hold)


async def test_it_is_installed_tried_and_found(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Progress] = []
    async with index_of(TORCH, KOKORO) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.address)
        folder = await install_voice_pack(told.append, sources(index, tmp_path))
        assert index.asked == [TORCH.file, KOKORO.file]
    assert folder == data / "voice-pack" == await to_thread.run_sync(find_voice_pack)
    assert await to_thread.run_sync(find_voice_python) == VoicePython(Path(sys.executable), folder)
    assert told[-1].done_bytes >= len(TORCH.data)
    assert sorted(await to_thread.run_sync(os.listdir, data)) == [".voice-pack.lock", "voice-pack"]
    # The second time nothing is asked: the index is gone.
    assert await install_voice_pack(told.append) == folder
    assert await to_thread.run_sync(remove_voice_pack) > len(TORCH.data)
    assert await to_thread.run_sync(find_voice_pack) is None


async def test_a_package_that_is_not_the_locked_one_is_refused(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_wheel("kokoro", "0.9.4", {"kokoro/__init__.py": "import torch, os"})
    async with index_of(TORCH, other) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.address)
        with pytest.raises(DownloadFailed, match="DO NOT MATCH THE HASHES"):
            await install_voice_pack(lambda _: None, sources(index, tmp_path))
    assert await to_thread.run_sync(find_voice_pack) is None


async def test_what_cannot_be_imported_is_not_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = make_wheel("kokoro", "0.9.4", {"kokoro/__init__.py": "import nothing_of_the_kind"})
    async with index_of(TORCH, broken) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.address)
        with pytest.raises(DownloadFailed, match="No module named 'nothing_of_the_kind'"):
            await install_voice_pack(lambda _: None, sources(index, tmp_path, broken))
    assert await to_thread.run_sync(find_voice_pack) is None


async def test_what_is_nowhere_to_be_had_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with index_of(KOKORO) as index:
        with pytest.raises(DownloadFailed, match=r"No matching distribution found for torch==2\.13\.0"):
            await install_voice_pack(lambda _: None, sources(index, tmp_path))


async def test_stopping_ends_pip_and_frees_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with index_of(TORCH, KOKORO, hold=True) as index:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(install_voice_pack, lambda _: None, sources(index, tmp_path))
            with anyio.fail_after(60):
                while not index.asked:  # noqa: ASYNC110  (nobody tells)
                    await anyio.sleep(0.02)
            children = await to_thread.run_sync(psutil.Process().children)
            assert any({"pip", "install"} <= {*child.cmdline()} for child in children)
            with pytest.raises(DownloadFailed, match="is being installed already"):
                await install_voice_pack(lambda _: None, sources(index, tmp_path))
            tasks.cancel_scope.cancel()
        assert not any(child.is_running() for child in children)
        index.hold = False
        monkeypatch.setenv("PIP_INDEX_URL", index.address)
        await install_voice_pack(lambda _: None, sources(index, tmp_path))


async def test_a_disk_without_room_and_a_python_too_new_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_of()
    index.address = "http://127.0.0.1:9/simple"
    monkeypatch.setattr(voice_pack, "INSTALLED_BYTES", 1 << 60)
    with pytest.raises(DownloadFailed, match="Make room"):
        await install_voice_pack(lambda _: None, sources(index, tmp_path))
    monkeypatch.setattr(voice_pack, "NEWEST_PYTHON", (3, 10))
    with pytest.raises(DownloadFailed, match=f"this Parley runs on {PYTHON}"):
        await install_voice_pack(lambda _: None, sources(index, tmp_path))


async def test_kokoro_is_here_when_its_voice_pack_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = {"config.json": b"{}", "kokoro-v1_0.pth": os.urandom(1000)}
    model = make_model(contents, "kokoro", engine="kokoro")
    whole = Fetchable(model, ModelStore(tmp_path / "models"))
    told: list[Progress] = []
    async with Hub(contents) as hub, index_of(TORCH, KOKORO) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.address)
        monkeypatch.setenv("HF_ENDPOINT", hub.address)

        taken = sources(index, tmp_path)

        async def install(report: object) -> Path:
            return await install_voice_pack(report, taken)  # type: ignore[arg-type]

        monkeypatch.setattr(fetchable, "install_voice_pack", install)
        assert await to_thread.run_sync(whole.presence) == "absent"
        await whole.fetch(told.append)
    size = 1002 + voice_pack.FETCHED_BYTES
    assert await to_thread.run_sync(facts, whole) == ("here", size, size)
    assert [one.done_bytes for one in told] == sorted(one.done_bytes for one in told)
    assert {one.total_bytes for one in told} == {size}
    await to_thread.run_sync(remove_voice_pack)
    assert await to_thread.run_sync(facts, whole) == ("partly", size, 1002)
    assert await to_thread.run_sync(whole.remove) == 1002
    assert await to_thread.run_sync(facts, whole) == ("absent", size, 0)


def facts(whole: Fetchable) -> tuple[str, int, int]:
    return whole.presence(), whole.size_bytes(), whole.bytes_there()


def test_the_sources_are_those_of_the_checkout() -> None:
    here = Sources.here()
    assert here.torch.startswith("torch==") and "kokoro==" in here.lock.read_text("utf-8")
