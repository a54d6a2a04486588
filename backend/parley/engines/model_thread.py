"""The one file with threads: a model of this process lives in a thread of its own, and this is the only door to it.

What the model makes crosses to the event loop through one bounded doorway. A callback on the model's thread
never touches the loop itself: it calls `emit`, which waits while the doorway is full and returns False when
nobody listens any more (so a barge-in ends the work at the next piece).

anyio.to_thread with abandon_on_cancel is not used: on cancellation its limiter lets a second thread into the
model while the first is still there.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

DOORWAY = 8
"""Pieces that may wait at the door: half a second of espeak's 60 ms pieces. A barge-in throws them away."""

LOOP_CHECK_S = 1.0
"""How often an `emit` that waits looks whether the loop is still there."""

Emit = Callable[[T], bool]


class ModelThread:
    """One thread, one model. Work is done in the order it was asked for, never two at a time."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def call(self, work: Callable[[], T]) -> T:
        """Run `work` in the model's thread and return its result.

        Cancelling returns at once. Work that has begun ends unseen, and the next call waits for it.
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """The same in a worker process, which has no loop."""
        return self._executor.submit(work)

    async def stream(self, work: Callable[[Emit[T]], None]) -> AsyncGenerator[T, None]:
        """Run `work(emit)` in the model's thread and yield what it emits.

        When the reader closes the generator or is cancelled, `emit` returns False and `work` should return.
        An exception in `work` is raised here, after what was emitted before it.
        """
        door: _Doorway[T] = _Doorway(asyncio.get_running_loop())
        future = self._executor.submit(door.serve, work)
        try:
            async for item in door:
                yield item
        finally:
            door.close()
            future.cancel()

    def close(self) -> None:
        """Refuse new work, drop what has not begun. Does not wait: a model may be deep in native code."""
        self._executor.shutdown(wait=False, cancel_futures=True)


class _Doorway(Generic[T]):
    """A bounded queue from one thread to the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._items: deque[T] = deque()
        self._room = threading.Semaphore(DOORWAY)
        self._arrived = asyncio.Event()
        self._closed = False
        self._ended = False
        self._error: BaseException | None = None

    def serve(self, work: Callable[[Emit[T]], None]) -> None:
        """In the model's thread: run `work`, then say how it ended."""
        try:
            if not self._closed:
                work(self._emit)
        except BaseException as error:
            self._error = error
        self._ended = True
        self._notify()

    def _emit(self, item: T) -> bool:
        # A loop that was closed without its generators cannot let us go. Then we look for ourselves, or
        # this thread would keep the process from ending.
        while not self._room.acquire(timeout=LOOP_CHECK_S):
            self._closed = self._closed or self._loop.is_closed()
            if self._closed:
                return False
        if self._closed:
            self._room.release()
            return False
        self._items.append(item)
        self._notify()
        return True

    def _notify(self) -> None:
        # RuntimeError: the loop has closed, so there is nobody left to tell.
        try:
            self._loop.call_soon_threadsafe(self._arrived.set)
        except RuntimeError:
            self._closed = True

    def close(self) -> None:
        """On the loop: let a waiting `emit` go, and every later one (each passes the permit on)."""
        self._closed = True
        self._items.clear()
        self._room.release()

    def __aiter__(self) -> "_Doorway[T]":
        return self

    async def __anext__(self) -> T:
        while True:
            # Read `ended` before the items: the thread appends first and ends afterwards.
            ended = self._ended
            if self._items:
                item = self._items.popleft()
                self._room.release()
                return item
            if ended:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._arrived.clear()
            if not self._items and not self._ended:
                await self._arrived.wait()
