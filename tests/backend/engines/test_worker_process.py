"""Engines in a process of their own: real processes, and all the ways in which they end."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import msgspec
import psutil
import pytest

from parley.engines import worker as worker_program
from parley.engines import worker_process
from parley.engines.worker_process import WorkerEnded, WorkerProcess, WorkFailed

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
MODULE = "tests.fakes.worker"


@pytest.fixture(autouse=True)
def the_worker_finds_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
async def worker() -> AsyncIterator[WorkerProcess]:
    it = WorkerProcess(MODULE, "fake")
    await it.start()
    yield it
    await it.aclose()


def is_gone(pid: int | None) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until_gone(pid: int | None, seconds: float = 5.0) -> None:
    until = time.monotonic() + seconds
    while not is_gone(pid):
        assert time.monotonic() < until, f"process {pid} is still there after {seconds} s"
        time.sleep(0.005)


async def cancel_in_work(worker: WorkerProcess, seconds: float = 0.1) -> None:
    """The request is sent, and its answer no longer awaited."""
    with anyio.move_on_after(seconds / 2) as scope:
        await worker.call("work", seconds)
    assert scope.cancelled_caught


async def test_load_and_calls_get_their_arguments(worker: WorkerProcess) -> None:
    assert await worker.call("name") == "fake"
    assert await worker.call("echo", b"\x00\xff") == b"\x00\xff"
    assert await worker.call("count") == 1
    await worker.start()
    assert await worker.call("count") == 2, "starting what runs starts nothing"


async def test_a_message_larger_than_the_pipe(worker: WorkerProcess) -> None:
    data = os.urandom(3_000_000)
    assert await worker.call("echo", data) == data


async def test_calls_at_the_same_time_get_each_its_answer(worker: WorkerProcess) -> None:
    answers = {}

    async def ask(number: int) -> None:
        answers[number] = await worker.call("echo", bytes([number]) * number)

    async with anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(ask, number)
    assert answers == {number: bytes([number]) * number for number in range(50)}


async def test_what_the_engine_raises_is_named_and_not_told(worker: WorkerProcess) -> None:
    with pytest.raises(WorkFailed, match="worker failed in `fail`: LookupError") as caught:
        await worker.call("fail")
    assert caught.value.kind == "LookupError"
    assert "private" not in str(caught.value)
    with pytest.raises(WorkFailed, match="AttributeError"):
        await worker.call("no_such_method")
    with pytest.raises(WorkFailed, match="TypeError"):
        await worker.call("answer_badly")
    assert await worker.call("name") == "fake"


async def test_a_crash_fails_the_call_and_the_next_start_brings_up_another(worker: WorkerProcess) -> None:
    assert await worker.call("count") == 1
    first = worker.pid
    with pytest.raises(WorkerEnded, match=r"during `crash` \(exit code 3\)"):
        await worker.call("crash")
    with pytest.raises(WorkerEnded, match="not running"):
        await worker.call("count")
    await worker.start()
    assert worker.pid not in (None, first)
    assert await worker.call("count") == 1


async def test_a_worker_killed_between_two_calls(worker: WorkerProcess) -> None:
    pid = worker.pid
    assert pid is not None
    psutil.Process(pid).kill()
    wait_until_gone(pid)
    with pytest.raises(WorkerEnded):
        await worker.call("name")
    await worker.start()
    assert await worker.call("name") == "fake"


async def test_a_worker_that_is_stuck_is_ended(worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = worker.pid
    monkeypatch.setattr(worker_process, "STUCK_S", 0.05)
    with pytest.raises(WorkerEnded, match=r"did not answer `work` within 0\.05 s"):
        await worker.call("work", 60)
    assert is_gone(pid)


async def test_a_worker_that_does_nothing_is_ended_soon_after_its_time(worker: WorkerProcess) -> None:
    pid = worker.pid
    with pytest.raises(WorkerEnded, match=r"did not answer `work` within 0\.05 s"):
        await worker.call("work", 60, within_s=0.05)
    assert is_gone(pid)


async def test_a_worker_that_is_slow_because_it_works_is_waited_for(
    worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "LATE_S", 0.4)
    assert await worker.call("toil", 0.8, within_s=0.5) == "toiled"


async def test_a_worker_that_works_for_ever_is_ended(worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "LATE_S", 0.4)
    pid = worker.pid
    with pytest.raises(WorkerEnded, match=r"did not answer `toil` within 0\.05 s"):
        await worker.call("toil", 60, within_s=0.05)
    assert is_gone(pid)


async def test_a_worker_that_rests_comes_back_with_the_next_start(worker: WorkerProcess) -> None:
    first = worker.pid
    assert await worker.memory_mb()
    await worker.rest()
    assert is_gone(first) and worker.pid is None
    assert await worker.memory_mb() is None
    await worker.ended()
    await worker.start()
    assert worker.pid != first
    assert await worker.call("name") == "fake"


async def test_its_end_is_noticed(worker: WorkerProcess) -> None:
    assert worker.pid is not None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(worker.ended)
        await anyio.wait_all_tasks_blocked()
        psutil.Process(worker.pid).kill()


@pytest.fixture
def another_python(tmp_path: Path) -> Path:
    """An environment with msgspec and an engine."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path)], check=True)
    [site] = tmp_path.rglob("site-packages")
    (site / "msgspec").symlink_to(Path(msgspec.__file__).parent, target_is_directory=True)
    (site / "voice.py").write_text(VOICE)
    return next(path for path in tmp_path.glob("*/python*") if path.is_file())


VOICE = """
import importlib.util, sys
from parley.engines.kokoro_voices import DEFAULT_VOICE

class Engine:
    def finds(self, name):
        return importlib.util.find_spec(name) is not None

    def where(self):
        return [sys.prefix, DEFAULT_VOICE]

load = Engine
"""


async def test_another_interpreter_knows_parley_and_nothing_that_lies_beside_it(another_python: Path) -> None:
    worker = WorkerProcess("voice", python=another_python)
    await worker.start()
    assert not await worker.call("finds", "numpy")
    assert not await worker.call("finds", "tests")
    assert await worker.call("where") == [str(another_python.parents[1]), "af_heart"]
    await worker.aclose()


async def test_the_answer_to_a_cancelled_call_is_not_taken_for_the_nexts(worker: WorkerProcess) -> None:
    await cancel_in_work(worker)
    assert await worker.call("name") == "fake"
    for _ in range(3):
        await cancel_in_work(worker, 0.02)
    assert await worker.call("echo", b"mine") == b"mine"
    assert await worker.call("count") == 1


async def test_a_cancelled_large_request_is_not_cut_in_two(worker: WorkerProcess) -> None:
    data = os.urandom(3_000_000)
    for delay_s in (0, 0.001, 0.005):
        with anyio.move_on_after(delay_s):
            await worker.call("echo", data)
    assert await worker.call("echo", b"mine") == b"mine"


async def test_a_call_that_waits_for_its_turn_can_be_cancelled(worker: WorkerProcess) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(worker.call, "work", 0.1)
        await anyio.lowlevel.checkpoint()
        with anyio.move_on_after(0.01) as scope:
            await worker.call("count")
        assert scope.cancelled_caught
    assert await worker.call("count") == 1, "it was never sent"


async def test_noise_on_the_workers_standard_output_spoils_nothing(worker: WorkerProcess) -> None:
    assert await worker.call("make_noise") == ""
    assert await worker.call("name") == "fake"


async def test_no_secret_reaches_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "OTHER_API_KEY")
    for name in secrets:
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("PARLEY_TEST", "harmless")
    worker = WorkerProcess(MODULE, "fake")
    await worker.start()
    environment = await worker.call("environment")
    await worker.aclose()
    assert not set(secrets) & set(environment)
    assert environment["PARLEY_TEST"] == "harmless"


async def test_load_that_raises_leaves_no_process() -> None:
    worker = WorkerProcess(MODULE, "broken")
    with pytest.raises(WorkFailed, match="RuntimeError"):
        await worker.start()
    assert worker.pid is None
    missing = WorkerProcess("tests.fakes.no_such_module")
    with pytest.raises(WorkFailed) as caught:
        await missing.start()
    assert caught.value.kind == "ModuleNotFoundError"


async def test_starts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "MAX_STARTS", 2)
    worker = WorkerProcess(MODULE, "crashing")
    for _ in range(2):
        with pytest.raises(WorkerEnded, match=r"during `load` \(exit code 4\)"):
            await worker.start()
    with pytest.raises(WorkerEnded, match="ended 2 times within 120 s"):
        await worker.start()
    monkeypatch.setattr(worker_process, "STARTS_WITHIN_S", 0)
    with pytest.raises(WorkerEnded, match="during `load`"):
        await worker.start()


async def test_a_cancelled_start_leaves_no_process_and_can_be_repeated() -> None:
    worker = WorkerProcess(MODULE, "fake")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(worker.start)
        while worker.pid is None:
            await anyio.lowlevel.checkpoint()
        pid = worker.pid
        tasks.cancel_scope.cancel()
    assert is_gone(pid)
    await worker.start()
    assert await worker.call("name") == "fake"
    await worker.aclose()


async def test_closing_ends_a_worker_at_work(worker: WorkerProcess) -> None:
    pid = worker.pid
    failed: list[WorkerEnded] = []

    async def work() -> None:
        try:
            await worker.call("work", 60)
        except WorkerEnded as error:
            failed.append(error)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await anyio.wait_all_tasks_blocked()
        started = time.monotonic()
        await worker.aclose()
        assert time.monotonic() - started < 0.5
    assert is_gone(pid)
    assert failed
    await worker.aclose()
    with pytest.raises(WorkerEnded):
        await worker.start()
    assert worker.pid is None


def test_a_worker_ends_with_its_standard_input() -> None:
    command = [sys.executable, worker_program.__file__, MODULE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(5) == 0


PARENT = """
import anyio
from parley.engines.worker_process import WorkerProcess

async def main():
    worker = WorkerProcess("tests.fakes.worker", "fake")
    await worker.start()
    print(worker.pid, flush=True)
    await worker.call("work", {seconds})
    await anyio.sleep_forever()

anyio.run(main)
"""


@pytest.mark.parametrize(
    "seconds",
    [0, pytest.param(60, marks=pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends after its work"))],
    ids=["idle", "at work"],
)
def test_a_worker_does_not_outlive_a_parent_that_was_killed(seconds: int) -> None:
    command = [sys.executable, "-c", PARENT.format(seconds=seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        parent.kill()
    wait_until_gone(pid)
