"""Kokoro's adapter: how its process is kept, let go, interrupted and lost. The worker makes tones."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import anyio
import psutil
import pytest

from parley.conversation.session import Session
from parley.engines import patience
from parley.engines.kokoro import KokoroSynthesizer
from parley.engines.local_models import VoicePython
from parley.engines.worker_process import WorkerEnded, WorkerProcess
from parley.errors import EngineMissing, SynthesizerFailed
from parley.settings import Settings
from parley.wire.messages import Failure, ReplySentence, Say, TurnEnd
from tests.backend.engines.test_synthesizer_contract import shown, speak
from tests.fakes.conversation import conversing, engines
from tests.fakes.engines import FakeLanguageModel
from tests.fakes.libraries import library_errors, raised_in_worker

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
WORKER = "tests.fakes.stubborn_speaker"


@pytest.fixture(autouse=True)
def the_worker_finds_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
async def kokoro() -> AsyncIterator[KokoroSynthesizer]:
    it = KokoroSynthesizer(WorkerProcess(WORKER))
    yield it
    await it.aclose()


async def until(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(5):
        while not holds():  # noqa: ASYNC110  (nobody tells)
            await anyio.sleep(0.005)


async def test_stretches_of_a_sentence_follow_one_another(kokoro: KokoroSynthesizer) -> None:
    sentence = "one two, three “four” five, six"
    pieces = await speak(kokoro, sentence)
    assert shown(sentence, pieces) == ["one", "two", "three", "four", "five", "six"]
    assert [word.first_sample for piece in pieces for word in piece.words] == [2400 * index for index in range(6)]


async def test_nothing_to_say_starts_nothing(kokoro: KokoroSynthesizer) -> None:
    assert await speak(kokoro, "...") == []
    assert kokoro._worker.pid is None


async def test_a_barge_in_ends_at_once_and_kills_nothing(kokoro: KokoroSynthesizer) -> None:
    await speak(kokoro, "hello")
    pid = kokoro._worker.pid
    with anyio.move_on_after(0.05) as scope:
        await speak(kokoro, "slow, slow, slow, slow, slow, slow")
    assert scope.cancelled_caught
    assert shown("next", await speak(kokoro, "next")) == ["next"]
    assert await kokoro._worker.call("said") == 3, "hello, the stretch in work, next"
    assert kokoro._worker.pid == pid


async def test_a_process_that_dies_is_brought_up_again(kokoro: KokoroSynthesizer) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kokoro.watch, lambda: None)
        await until(lambda: kokoro._worker.pid is not None)
        await speak(kokoro, "hello")
        first = kokoro._worker.pid
        assert first is not None
        psutil.Process(first).kill()
        await until(lambda: kokoro._worker.pid not in (None, first))
        assert shown("again", await speak(kokoro, "again")) == ["again"]
        tasks.cancel_scope.cancel()


async def test_what_cannot_be_brought_up_waits_for_somebody_to_speak(caplog: pytest.LogCaptureFixture) -> None:
    kokoro = KokoroSynthesizer(WorkerProcess("tests.fakes.no_such_module"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kokoro.watch, lambda: None)
        await until(lambda: "down until somebody speaks" in caplog.text)
        caplog.clear()
        kokoro.wake()
        await until(lambda: "ModuleNotFoundError" in caplog.text)
        tasks.cancel_scope.cancel()
    await kokoro.aclose()


async def test_it_rests_when_it_has_spoken(kokoro: KokoroSynthesizer) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(speak, kokoro, "slow, slow")
        await until(lambda: kokoro._speakers == 1)
        await kokoro.rest()
        assert kokoro._speakers == 0 and kokoro._worker.pid is None
    assert shown("again", await speak(kokoro, "again")) == ["again"]


async def test_it_is_let_go_when_idle_and_comes_back_when_somebody_speaks() -> None:
    kokoro = KokoroSynthesizer(WorkerProcess(WORKER), idle_s=0.2)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kokoro.watch, lambda: None)
        assert shown("hello", await speak(kokoro, "hello")) == ["hello"]
        await until(lambda: kokoro._worker.pid is None)
        kokoro.wake()
        await until(lambda: kokoro._worker.pid is not None)
        await until(lambda: kokoro._worker.pid is None)
        assert shown("hello", await speak(kokoro, "hello")) == ["hello"]
        tasks.cancel_scope.cancel()
    await kokoro.aclose()


async def test_who_speaks_often_keeps_it() -> None:
    kokoro = KokoroSynthesizer(WorkerProcess(WORKER), idle_s=0.5)
    await speak(kokoro, "hello")
    pid = kokoro._worker.pid
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kokoro.watch, lambda: None)
        for _ in range(4):
            await anyio.sleep(0.2)
            await speak(kokoro, "hello")
        assert kokoro._worker.pid == pid
        tasks.cancel_scope.cancel()
    await kokoro.aclose()


async def test_a_hang_ends_within_what_its_pace_allows(
    kokoro: KokoroSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WATCHED_BEYOND_S", 0.2)
    await speak(kokoro, "hello")
    first = kokoro._worker.pid
    with pytest.raises(SynthesizerFailed, match=r"did not answer `say` within 0\.2\d* s and was ended") as caught:
        await speak(kokoro, "hang")
    assert isinstance(caught.value.__cause__, WorkerEnded)
    assert shown("again", await speak(kokoro, "again")) == ["again"]
    assert kokoro._worker.pid != first


async def test_a_hang_that_was_interrupted_holds_the_next_no_longer(
    kokoro: KokoroSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WATCHED_BEYOND_S", 0.2)
    await speak(kokoro, "hello")
    with anyio.move_on_after(0.05):
        await speak(kokoro, "hang")
    with pytest.raises(SynthesizerFailed, match="did not answer"):
        await speak(kokoro, "next")
    assert shown("again", await speak(kokoro, "again")) == ["again"]


@pytest.mark.parametrize(("word", "said"), [("crash", "exit code 3"), ("fail", "LookupError")])
async def test_a_turn_in_which_it_breaks_ends_with_a_clear_message(
    kokoro: KokoroSynthesizer, word: str, said: str
) -> None:
    model = FakeLanguageModel(["It is noon. ", f"Now {word}. ", "And this is read. "])
    session = Session(engines(language_model=model, synthesizer=kokoro), Settings)
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="What time is it?"), me)
        end = await me.until(TurnEnd)
        failure = await me.until(Failure)
        assert end.outcome == "failed" and end.sample_count > 0
        assert len(me.of(ReplySentence)) == 3, "the text arrives in full"
        assert failure.code == "synthesizer_failed"
        assert "The Kokoro voice failed" in failure.message and said in failure.message
        assert "private" not in failure.message
        await session.receive(Say(id="2", text="And now?"), me)
        await me.until(TurnEnd, count=2)


async def test_what_libraries_raise_stops_at_the_adapter() -> None:
    kokoro = KokoroSynthesizer(raised_in_worker("prepare"))
    for name in library_errors():
        with pytest.raises(SynthesizerFailed, match=name.rpartition(".")[2]):
            await speak(kokoro, name)
    await kokoro.aclose()


async def test_what_is_missing_is_named_before_anything_is_started(tmp_path: Path) -> None:
    python = VoicePython(tmp_path / "python")
    with pytest.raises(EngineMissing, match=r"config\.json, kokoro-v1_0\.pth, voices is missing"):
        await KokoroSynthesizer.load(tmp_path / "kokoro", python, "af_heart")
    model = tmp_path / "kokoro"
    (model / "voices").mkdir(parents=True)
    for name in ("config.json", "kokoro-v1_0.pth", "voices/af_sky.pt", "voices/jf_alpha.pt"):
        (model / name).touch()
    with pytest.raises(EngineMissing, match="no Kokoro voice 'jf_alpha' in .*; there are af_sky"):
        await KokoroSynthesizer.load(model, python, "jf_alpha")
    with pytest.raises(WorkerEnded, match="no process could be started"):
        await KokoroSynthesizer.load(model, python, "af_sky")
