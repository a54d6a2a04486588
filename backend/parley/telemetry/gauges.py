"""How the process is doing right now: memory and processor of the sidecar and its workers, and how late its loop is.

Looking at processes costs milliseconds, so it is done in a thread and seldom. The loop's lateness is what a timer of a
second is late by: a wake-up a second, whatever goes on.
"""

import math
from collections import deque
from dataclasses import dataclass, fields

import psutil
from anyio import Lock, current_time, sleep, to_thread

from .spans import percentile

LAG_EVERY_S = 1.0
LAGS_KEPT = 120
"""Two minutes."""

SAMPLE_EVERY_S = 30.0
"""Unless somebody asks."""

FRESH_S = 1.0
"""Who asks again within this time gets the same figures."""


@dataclass(frozen=True)
class Queues:
    """What waits, over all sessions. Every queue has a bound; one that stays near it is a defect somewhere."""

    sessions: int = 0
    windows: int = 0
    unacked_bytes: int = 0
    """Sent or to be sent, and not acknowledged by the windows."""
    mic_frames: int = 0
    """For the detector of speech."""
    turns: int = 0
    """To be answered."""

    def __add__(self, other: "Queues") -> "Queues":
        return Queues(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Queues)})


@dataclass(frozen=True)
class Gauges:
    rss_bytes: int = 0
    """Of the sidecar's own process."""
    workers: int = 0
    workers_rss_bytes: int = 0
    cpu_percent: float = 0.0
    """Of one core, the sidecar and its workers together, since the look before."""
    lag_p99_s: float = 0.0
    lag_max_s: float = 0.0


@dataclass(frozen=True)
class _Look:
    rss_bytes: int
    workers: int
    workers_rss_bytes: int
    cpu_s: dict[int, float]
    """By process."""


class Sampler:
    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=LAGS_KEPT)
        self._last = _Look(0, 0, 0, {})
        self._looked_at = -math.inf
        self._cpu_percent = 0.0
        self._looking = Lock()

    async def run(self) -> None:
        """Until cancelled."""
        await self._look()
        while True:
            for _ in range(round(SAMPLE_EVERY_S / LAG_EVERY_S)):
                due = current_time() + LAG_EVERY_S
                await sleep(LAG_EVERY_S)
                self._lags.append(max(0.0, current_time() - due))
            await self._look()

    async def now(self) -> Gauges:
        """Raises nothing: a figure that cannot be had is 0."""
        await self._look()
        lags = sorted(self._lags) or [0.0]
        last = self._last
        return Gauges(
            last.rss_bytes,
            last.workers,
            last.workers_rss_bytes,
            self._cpu_percent,
            percentile(lags, 99),
            lags[-1],
        )

    async def _look(self) -> None:
        async with self._looking:
            passed_s = current_time() - self._looked_at
            if passed_s < FRESH_S:
                return
            before, self._looked_at = self._last, current_time()
            self._last = await to_thread.run_sync(_look)
            if before.cpu_s:
                # One that has just come has used all its time since; one that is gone is not counted.
                used_s = sum(cpu_s - before.cpu_s.get(pid, 0.0) for pid, cpu_s in self._last.cpu_s.items())
                self._cpu_percent = 100 * max(0.0, used_s) / passed_s


def _look() -> _Look:
    rss: list[int] = []
    cpu_s: dict[int, float] = {}
    own = psutil.Process()
    try:
        workers = own.children(recursive=True)
    except psutil.Error:
        workers = []  # Not to be seen on this system.
    for process in (own, *workers):
        try:
            with process.oneshot():
                times = process.cpu_times()
                rss.append(process.memory_info().rss)
                cpu_s[process.pid] = times.user + times.system
        except psutil.Error:
            continue  # It has just ended, or is another user's.
    return _Look(rss[0], len(rss) - 1, sum(rss[1:]), cpu_s) if rss else _Look(0, 0, 0, {})
