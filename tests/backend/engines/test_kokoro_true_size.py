"""Kokoro's real code on a model of its true size with random weights, in the voice pack's own Python."""

import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import anyio
import psutil
import pytest

from parley.engines.kokoro import KokoroSynthesizer
from parley.engines.kokoro_words import FRAME
from parley.engines.local_models import VoicePython
from parley.errors import EngineFailed
from tests.backend.engines.test_synthesizer_contract import check_words, shown, speak
from tests.fakes.voice import ROOT, make_kokoro, needs_voice_pack, voice_python

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(180), needs_voice_pack]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop for the module: its process takes some seconds to load."""
    return "asyncio"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield make_kokoro(tmp_path_factory.mktemp("kokoro"))


@pytest.fixture(scope="module")
def python() -> VoicePython:
    return voice_python()


@pytest.fixture(scope="module")
async def kokoro(model: Path, python: VoicePython) -> AsyncIterator[KokoroSynthesizer]:
    it = await KokoroSynthesizer.load(model, python, "af_heart")
    yield it
    await it.aclose()


async def test_words_are_timed_in_order_inside_the_sound(kokoro: KokoroSynthesizer) -> None:
    sentence = "It’s “fine”: $3.50, Dr. Smith!"
    pieces = await speak(kokoro, sentence)
    check_words(sentence, pieces)
    assert shown(sentence, pieces) == ["It’s", "fine", "$3.50", "Dr", "Smith"]
    assert all(0 < piece.samples.size <= 0.1 * kokoro.sample_rate_hz for piece in pieces)


async def test_a_barge_in_ends_at_once_and_kills_nothing(kokoro: KokoroSynthesizer) -> None:
    pid = kokoro._worker.pid
    with anyio.move_on_after(0.05) as scope:
        await speak(kokoro, "Here it was at work.")
    assert scope.cancelled_caught
    async with aclosing(kokoro.speak("Here it was heard.")) as pieces:
        async for _ in pieces:
            break
    check_words("Next.", await speak(kokoro, "Next."))
    assert kokoro._worker.pid == pid


async def test_it_fetches_nothing_and_holds_what_it_says(kokoro: KokoroSynthesizer) -> None:
    assert kokoro._worker.pid is not None
    process = psutil.Process(kokoro._worker.pid)
    assert process.net_connections() == []
    told = await kokoro._worker.memory_mb()
    assert told is not None and told > 500


async def test_weights_that_are_none_are_named(model: Path, python: VoicePython, tmp_path: Path) -> None:
    damaged = tmp_path / "kokoro"
    damaged.mkdir()
    (damaged / "config.json").write_bytes((model / "config.json").read_bytes())
    (damaged / "voices").symlink_to(model / "voices")
    (damaged / "kokoro-v1_0.pth").write_bytes(b"not what it seems")
    with pytest.raises(EngineFailed, match="cannot be read: its files may be damaged"):
        await KokoroSynthesizer.load(damaged, python, "af_heart")


def test_words_begin_where_the_library_says(python: VoicePython) -> None:
    command = [str(python.program), str(ROOT / "tests" / "fakes" / "kokoro_times.py")]
    sentences = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert [len(times) for times in sentences] == [8, 12, 14]
    assert all(abs(ours - theirs) <= FRAME for times in sentences for ours, theirs in times)
