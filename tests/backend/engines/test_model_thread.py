"""The doorway between a model's thread and the event loop."""

import asyncio
import threading
from contextlib import aclosing

import anyio
import pytest

from parley.engines import model_thread
from parley.engines.model_thread import DOORWAY, Emit, ModelThread

pytestmark = pytest.mark.anyio


@pytest.fixture
def thread() -> ModelThread:
    return ModelThread("test")


async def in_thread(event: threading.Event) -> None:
    """Wait for something that happens in the model's thread."""
    assert await anyio.to_thread.run_sync(event.wait, 5)


async def test_call_returns_the_result_and_raises_the_error(thread: ModelThread) -> None:
    def fail() -> None:
        raise LookupError("no such word")

    assert await thread.call(lambda: threading.current_thread().name.startswith("test"))
    with pytest.raises(LookupError, match="no such word"):
        await thread.call(fail)


async def test_what_a_foreign_thread_emits_arrives_in_order(thread: ModelThread) -> None:
    def work(emit: Emit[int]) -> None:
        for number in range(1000):
            emit(number)

    assert [number async for number in thread.stream(work)] == list(range(1000))


async def test_emissions_are_awaited_and_none_is_lost_at_the_end(thread: ModelThread) -> None:
    go = threading.Event()

    def work(emit: Emit[str]) -> None:
        go.wait(5)
        emit("late")

    async with aclosing(thread.stream(work)) as stream:
        asyncio.get_running_loop().call_later(0.01, go.set)
        assert await anext(stream) == "late"
        with pytest.raises(StopAsyncIteration):
            await anext(stream)


async def test_the_producer_waits_while_the_reader_is_slow(thread: ModelThread) -> None:
    emitted: list[int] = []
    full = threading.Event()

    def work(emit: Emit[int]) -> None:
        for number in range(3 * DOORWAY):
            emit(number)
            emitted.append(number)
            if len(emitted) == DOORWAY + 1:
                full.set()

    async with aclosing(thread.stream(work)) as stream:
        assert await anext(stream) == 0
        await in_thread(full)
        # One read, a doorway full of others: the next emission is waiting or about to.
        assert len(emitted) <= DOORWAY + 1
        assert [number async for number in stream] == list(range(1, 3 * DOORWAY))
    assert len(emitted) == 3 * DOORWAY


async def test_emit_says_when_the_reader_has_left(thread: ModelThread) -> None:
    answers: list[bool] = []
    done = threading.Event()
    left = threading.Event()

    def work(emit: Emit[int]) -> None:
        answers.append(emit(0))
        left.wait(5)
        # More often than the doorway is wide: a worker that does not look must not hang.
        answers.extend(emit(number) for number in range(3 * DOORWAY))
        done.set()

    async with aclosing(thread.stream(work)) as stream:
        assert await anext(stream) == 0
    left.set()
    await in_thread(done)
    assert answers == [True] + [False] * 3 * DOORWAY


async def test_a_waiting_emit_is_let_go_when_the_reader_leaves(thread: ModelThread) -> None:
    answers: list[bool] = []

    def work(emit: Emit[int]) -> None:
        while not answers or answers[-1]:
            answers.append(emit(0))

    async with aclosing(thread.stream(work)) as stream:
        await anext(stream)
    assert await thread.call(lambda: answers[-1]) is False


async def test_an_error_comes_after_what_was_emitted_before_it(thread: ModelThread) -> None:
    def work(emit: Emit[int]) -> None:
        emit(1)
        raise LookupError("out of words")

    seen = []
    with pytest.raises(LookupError, match="out of words"):
        async for number in thread.stream(work):
            seen.append(number)  # noqa: PERF401
    assert seen == [1]
    assert await thread.call(lambda: "alive") == "alive"


async def test_cancellation_lets_no_second_caller_into_the_model(thread: ModelThread) -> None:
    inside = 0
    most = 0
    entered = threading.Event()
    leave = threading.Event()

    def work() -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        entered.set()
        leave.wait(5)
        inside -= 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(thread.call, work)
        await in_thread(entered)
        tasks.cancel_scope.cancel()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(thread.call, work)
        await anyio.wait_all_tasks_blocked()
        assert inside == 1
        leave.set()
    assert most == 1


async def test_a_cancelled_reader_frees_the_thread_for_the_next(thread: ModelThread) -> None:
    started = threading.Event()

    def endless(emit: Emit[int]) -> None:
        started.set()
        while emit(0):
            pass

    async def read() -> None:
        async with aclosing(thread.stream(endless)) as stream:
            async for _ in stream:
                await anyio.sleep_forever()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await in_thread(started)
        tasks.cancel_scope.cancel()
    assert await thread.call(lambda: "free") == "free"


async def test_work_that_was_closed_before_it_began_is_not_done(thread: ModelThread) -> None:
    leave = threading.Event()
    done: list[str] = []

    def forbidden(emit: Emit[int]) -> None:
        done.append("done")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(thread.call, lambda: leave.wait(5))
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0.001):
            async for _ in thread.stream(forbidden):
                pass
        leave.set()
    await thread.call(lambda: None)
    assert done == []


async def test_a_closed_thread_takes_no_work(thread: ModelThread) -> None:
    thread.close()
    with pytest.raises(RuntimeError):
        await thread.call(lambda: None)


@pytest.mark.parametrize("waiting", [False, True], ids=["running", "waiting at the door"])
def test_a_loop_that_closed_does_not_hold_the_thread(waiting: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_thread, "LOOP_CHECK_S", 0.01)
    answers: list[bool] = []
    first = threading.Event()
    closed = threading.Event()
    done = threading.Event()

    def work(emit: Emit[int]) -> None:
        emit(0)
        first.set()
        if not waiting:
            closed.wait(5)
        answers.extend(emit(number) for number in range(2 * DOORWAY))
        done.set()

    thread = ModelThread("test")
    loop = asyncio.new_event_loop()
    stream = thread.stream(work)
    loop.run_until_complete(anext(stream))
    assert first.wait(5)
    # As a crash would leave it: nobody closes the generator.
    loop.close()
    closed.set()
    assert done.wait(5)
    assert answers[-1] is False
    thread.close()
    with pytest.raises(StopIteration):
        stream.aclose().send(None)
