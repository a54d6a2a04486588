"""What it costs to take the times of a talk: processor time, of one core, threads included.

The parts are measured by themselves, for beside a whole sidecar they are lost in its noise: every call that a turn
makes, its commit to the file, a look at the processes, a tick of the loop's clock. A talk is a turn every five seconds.
"""

import time
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from parley.telemetry import gauges
from parley.telemetry.hub import Telemetry
from parley.telemetry.stopwatch import Stopwatch

from .rows import Row, median

TURN_S = 5.0
"""From one to the next: brisk."""
TURNS = 300
TOKENS = 100
"""Pieces of an answer; each notes what only the first of them tells."""
LOOKS = 10
WORKERS = 4
"""Recognizer, voice, spare and a tool server."""
TICKS = 500


async def telemetry() -> list[Row]:
    turn_ms = 1000 * await _turns() / TURNS
    look_ms = 1000 * await _look()
    tick_ms = 1000 * await _ticks() / TICKS
    per_second_ms = turn_ms / TURN_S + look_ms / gauges.SAMPLE_EVERY_S + tick_ms / gauges.LAG_EVERY_S
    note = f"a turn {turn_ms:.2f} ms, a look {look_ms:.1f} ms, a tick {tick_ms:.3f} ms of processor"
    return [Row(name="telemetry in a talk", value=per_second_ms / 10, unit="% core", target=1.0, note=note)]


async def _turns() -> float:
    """One after the other, each in a commit of its own."""
    assert datetime.now().year  # The first call reads the time zone.
    with TemporaryDirectory() as folder:
        it = Telemetry(Path(folder))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(it.run)
            await anyio.sleep(0.5)
            used = time.process_time()
            watch = Stopwatch(it)
            for number in range(1, TURNS + 1):
                _take(watch, number)
                await anyio.sleep(0.005)
            used = time.process_time() - used
            tasks.cancel_scope.cancel()
        return used


def _take(watch: Stopwatch, number: int) -> None:
    marks = watch.marks()
    watch.paused(0.1)
    marks.note("model_began")
    watch.understood()
    for _ in range(TOKENS):
        marks.note("first_token")
    marks.note("first_sentence")
    marks.note("voice_began")
    for _ in range(TOKENS):
        marks.note("first_audio")
    watch.ended(1, number)
    watch.began(number, "speech", marks, (1, number), was_begun_in_pause=True)
    for report in range(20):
        watch.played(number, report * 12_000, 24_000, "playing")
    watch.finished(number, "completed")


async def _look() -> float:
    async with anyio.create_task_group() as tasks:
        for _ in range(WORKERS):
            tasks.start_soon(anyio.run_process, ["sleep", "60"])
        await anyio.sleep(0.5)
        each = []
        for _ in range(LOOKS):
            used = time.process_time()
            await anyio.to_thread.run_sync(gauges._look)
            each.append(time.process_time() - used)
        tasks.cancel_scope.cancel()
    return median(each)


async def _ticks() -> float:
    used = time.process_time()
    for _ in range(TICKS):
        await anyio.sleep(0.001)
    return time.process_time() - used
