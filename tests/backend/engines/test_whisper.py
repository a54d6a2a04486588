"""Whisper's adapter: a model that is not there or damaged, and a process that crashes, hangs or raises."""

import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import numpy as np
import psutil
import pytest

from parley.conversation.session import Session
from parley.engines import patience
from parley.engines.patience import Patience
from parley.engines.whisper import WhisperOptions, WhisperTranscriber
from parley.errors import EngineFailed, EngineMissing, TranscriberFailed
from parley.settings import Settings
from parley.wire.messages import MicOpen, Transcript
from tests.fakes.conversation import conversing, engines, frames
from tests.fakes.engines import FakeVad
from tests.fakes.libraries import library_errors, raised_in_worker
from tests.fakes.speech import voiced_noise
from tests.fakes.whisper_model import scripted

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
SENTENCE = "how much memory do i have"


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scripted(tmp_path_factory.mktemp("whisper"), SENTENCE)


@pytest.fixture
async def whisper(model: Path) -> AsyncIterator[WhisperTranscriber]:
    it = await WhisperTranscriber.load(model)
    yield it
    await it.aclose()


async def test_a_folder_that_lacks_a_file(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path, dirs_exist_ok=True)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(EngineMissing, match=r"no Whisper model in .*: tokenizer\.json is missing"):
        await WhisperTranscriber.load(tmp_path)


async def test_a_name_is_looked_for_on_this_computer_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hub:
        hub.setblocking(False)
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{hub.getsockname()[1]}")
        monkeypatch.setenv("HF_HOME", str(tmp_path))
        for name in ("small", "somebody/whisper", "no such size"):
            with pytest.raises(EngineMissing, match=f"The Whisper model {name} is not on this computer"):
                await WhisperTranscriber.load(name)
        with pytest.raises(BlockingIOError):
            hub.accept()


async def test_a_damaged_model(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.bin").write_bytes((model / "model.bin").read_bytes()[:10_000])
    with pytest.raises(EngineFailed, match="cannot be read: its files may be damaged"):
        await WhisperTranscriber.load(tmp_path)


async def test_a_language_that_is_none(model: Path) -> None:
    with pytest.raises(EngineMissing, match="does not know the language 'xx'"):
        await WhisperTranscriber.load(model, WhisperOptions(language="xx"))


async def test_a_crash_in_mid_utterance_loses_nothing(whisper: WhisperTranscriber) -> None:
    """What was heard is kept, and goes through a new process."""
    session = Session(engines(FakeVad([(1.0, 2.0)]), whisper), Settings)
    async with conversing(session) as me:
        await session.receive(MicOpen(stream=1, mode="hands_free"), me)
        for index, frame in enumerate(frames(4.0, [(1.0, 2.0)])):
            await session.hear(frame, me)
            if index == 50:
                with anyio.fail_after(5):
                    while whisper._samples == 0:  # noqa: ASYNC110  (nobody tells)
                        await anyio.sleep(0.01)
                assert whisper._worker.pid is not None
                psutil.Process(whisper._worker.pid).kill()
        assert (await me.until(Transcript)).text == SENTENCE


async def test_a_hang_ends_within_what_its_pace_allows(
    whisper: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WATCHED_BEYOND_S", 0.2)
    whisper._patience = Patience(0.1, 0.1, watched=True)
    await whisper.start()
    await whisper.feed(voiced_noise(1.0))
    assert whisper._worker.pid is not None
    psutil.Process(whisper._worker.pid).suspend()
    with pytest.raises(TranscriberFailed, match=r"did not answer `finish` within 0\.4 s and was ended"):
        await whisper.finish()
    whisper._patience = Patience(30.0, 60.0)
    await whisper.start()
    await whisper.feed(voiced_noise(1.0))
    assert await whisper.finish() == SENTENCE


async def test_what_libraries_raise_stops_at_the_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    whisper = WhisperTranscriber(raised_in_worker("finish"))
    for name in library_errors():
        await whisper.start()
        await whisper.feed(np.frombuffer(name.encode("utf-16-le"), dtype=np.int16))
        with pytest.raises(TranscriberFailed, match=name.rpartition(".")[2]):
            await whisper.finish()
    await whisper.aclose()
