"""Two hours of conversation at ten times its pace: nothing grows, and nothing is left behind.

Speech comes and goes ten times faster than life, and so do the sidecar's own clocks (tests/fakes/quick_clock.py).
"""

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import anyio
import psutil
import pytest

from tests.fakes.client import connected
from tests.fakes.conversation import engines
from tests.fakes.countable import LoudnessTranscriber, LoudnessVad, RepeatingModel
from tests.fakes.engines import FakeSynthesizer
from tests.fakes.long_talk import User, expect_nothing_lost, lives
from tests.fakes.sidecar import service
from tests.fakes.window import window

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

LONG_S = 2 * 3600.0
"""By the sidecar's clock."""

WARM_UP = 480
"""Turns before it begins. What is kept of a conversation has its bounds; on the way to them, from the 240th turn to the
480th, memory grew by 2.3 MB, and by 0.8 MB in the 2,294 turns after that."""

SPEED = 10.0
EVERY_TURNS = 10
GROWTH = 1.05


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_two_hours_leave_memory_threads_and_files_as_they_were(tmp_path: Path) -> None:
    async with lives(tmp_path, SPEED) as ours, window(lambda: (ours.port, ours.headers), random.Random(1)) as it:
        it.speed = SPEED
        process = psutil.Process(ours.pid)
        sizes: list[int] = []
        threads: list[int] = []
        files: list[int] = []
        user = User(it, random.Random(2))
        ends_at = 0.0

        def is_enough() -> bool:
            nonlocal ends_at
            if ends_at == 0 and len(user.said) >= WARM_UP:
                ends_at = time.monotonic() + LONG_S / SPEED
            if len(user.said) % EVERY_TURNS == 0:
                sizes.append(process.memory_info().rss)
                threads.append(process.num_threads())
                files.append(process.num_fds())
            return ends_at > 0 and time.monotonic() > ends_at

        await user.converse(is_enough)
        expect_nothing_lost(it, user)
        warm = WARM_UP // EVERY_TURNS
        before, after = sizes[warm], max(sizes[warm:])
        sys.stderr.write(
            f"\n{len(user.said) - WARM_UP} turns: {before / 1e6:.1f} MB at first, {after / 1e6:.1f} MB at most; "
            f"threads {threads[warm]} to {threads[-1]}, files {files[warm]} to {files[-1]}\n"
        )
        assert after <= before * GROWTH
        assert max(threads[warm:]) <= max(threads[:warm])
        # A file that is left stays open; one that is open for a moment is not seen twice in a row.
        assert max(map(min, pairwise(files[warm:]))) <= max(files[:warm])


async def test_a_conversation_leaves_no_task_and_no_queue() -> None:
    filled = engines(LoudnessVad(), LoudnessTranscriber(), RepeatingModel(), FakeSynthesizer(8000, 0.05))
    async with service(filled) as it:
        host = it.service._host
        assert host is not None
        async with connected(it):
            pass
        host._sessions.end()
        await anyio.sleep(0.5)
        before = running_tasks()
        headers = {"Authorization": f"Bearer {it.token}"}
        for seed in range(2):
            async with window(lambda: (it.port, headers), random.Random(seed)) as page:
                page.speed = 40.0
                user = User(page, random.Random(seed))
                await user.converse(lambda user=user: len(user.said) >= 8)  # type: ignore[misc]
                expect_nothing_lost(page, user)
        sessions = [kept.session for kept in host._sessions._kept.values()]
        assert len(sessions) == 2, "each is kept for its time"
        await soon(lambda: not any(session.participants for session in sessions))
        for session in sessions:
            assert session.outbox._readers == []
            assert session._dialogue._waiting.statistics().current_buffer_used == 0
            assert session._dialogue._unfinished == set()
            assert session._microphone._frames.statistics().current_buffer_used == 0
        host._sessions.end()
        await soon(lambda: not host._memory._waiting)
        await soon(lambda: running_tasks() <= before)
        assert running_tasks() - before == Counter()


async def soon(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        await anyio.sleep(0.01)


def running_tasks() -> Counter[str]:
    """By what they run."""
    return Counter(getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks())
