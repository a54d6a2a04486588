"""What it costs to take the times of a talk, and how true they are.

Cost: processor time, of one core, threads included. The parts are measured by themselves, for beside a whole sidecar
they are lost in its noise: every call that a turn makes, its commit to the file, a look at the processes, a tick of the
loop's clock. A talk is a turn every five seconds.

Truth: a real sidecar with declared delays is spoken to, as in overlap.py; what it tells of each turn until its first
speech is held against the client's clock, which counts from the same end of speech.
"""

import time
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from parley.engines.silero import SileroVad
from parley.telemetry import gauges
from parley.telemetry.hub import Telemetry
from parley.telemetry.stopwatch import Stopwatch
from parley.wire.messages import Health, HealthAsk

from .client import connected
from .overlap import SCRIPTED
from .processes import sidecar
from .rows import Row, median, percentile
from .speech import needs_speech
from .turn_overhead import respond, utterance

TURN_S = 5.0
"""From one to the next: brisk."""
TURNS = 300
TOKENS = 100
"""Pieces of an answer; each notes what only the first of them tells."""
LOOKS = 10
WORKERS = 4
"""Recognizer, voice, spare and a tool server."""
TICKS = 500
SPOKEN = 12
"""Turns, each spoken in real time: fewer than the sidecar tells of."""


async def telemetry() -> list[Row]:
    turn_ms = 1000 * await _turns() / TURNS
    look_ms = 1000 * await _look()
    tick_ms = 1000 * await _ticks() / TICKS
    per_second_ms = turn_ms / TURN_S + look_ms / gauges.SAMPLE_EVERY_S + tick_ms / gauges.LAG_EVERY_S
    note = f"a turn {turn_ms:.2f} ms, a look {look_ms:.1f} ms, a tick {tick_ms:.3f} ms of processor"
    cost = Row(name="telemetry in a talk", value=per_second_ms / 10, unit="% core", target=1.0, note=note)
    return [cost, *await _truth()]


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


async def _truth() -> list[Row]:
    needs_speech()
    vad = await SileroVad.load()
    rows = []
    for speculate, how in (("never", "one after the other"), ("always", "begun in the pause")):
        apart = await _apart_ms(speculate, vad)
        row = Row(
            name=f"spans against the client's clock, {how}",
            value=median(apart),
            unit="ms",
            target=5.0,
            note=f"median of {len(apart)} turns; P95 {percentile(apart, 95):.1f}; the way to the client included",
        )
        rows.append(row)
    return rows


async def _apart_ms(speculate: str, vad: SileroVad) -> list[float]:
    """Of each turn, by how much the sum of its spans differs from what the client measured."""
    environment = {"PARLEY_SPECULATE": speculate, "PARLEY_LEARN_PAUSES": "false"}
    measured = []
    async with sidecar(SCRIPTED, environment) as it, connected(it) as client:
        for number in range(SPOKEN):
            one = utterance(vad, number)
            response_s, _ = await respond(client, number + 1, one)
            measured.append(1000 * (response_s - one.lag_s))
        await client.send(HealthAsk(id="times"))
        told = (await client.next(Health)).what
    assert isinstance(told, Health) and len(told.turns) == SPOKEN
    own = ("pause", "recognition", "first_token", "first_sentence", "first_audio")
    sums = [sum(one.wait_ms for one in turn.waits if one.stage in own) for turn in told.turns]
    return [abs(ours - theirs) for ours, theirs in zip(sums, measured, strict=True)]
