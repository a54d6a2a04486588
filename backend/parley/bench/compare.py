"""A run beside an earlier one: better, worse, or within the noise. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Literal

from .figures import Figure, Report, Unit, spread

LEAST_BAND = 0.1
"""A change below it says nothing, however steady both runs were: clocks of processors wander as much."""

FINEST_MS = 2.0
"""Differences of less than this are the scheduler's."""


@dataclass(frozen=True)
class Change:
    name: str
    unit: Unit
    before: float | None
    after: float | None
    change: float
    """+0.25: a quarter more than before, when the processor is reckoned out."""
    band: float
    verdict: Literal["better", "worse", "the same", "new", "not measured now"]


def compared(before: Report, after: Report) -> Iterator[Change]:
    """In the order of the later one. Work of the processor is judged as it stands to the yardstick beside it, so a busy
    computer makes nothing worse."""
    earlier = {one.name: one for one in before.figures}
    for one in after.figures:
        was = earlier.pop(one.name, None)
        if was is None or was.unit != one.unit:
            yield Change(one.name, one.unit, None, one.median, 0.0, 0.0, "new")
        else:
            yield _change(was, one)
    for was in earlier.values():
        yield Change(was.name, was.unit, was.median, None, 0.0, 0.0, "not measured now")


def _change(was: Figure, now: Figure) -> Change:
    pace, doubt = _pace(was, now)
    band = max(LEAST_BAND, was.spread + now.spread + doubt)
    change = now.median / pace / was.median - 1 if was.median else 0.0
    is_tiny = now.unit == "ms" and abs(now.median / pace - was.median) < FINEST_MS
    verdict: Literal["better", "worse", "the same"] = (
        "the same" if is_tiny or abs(change) <= band else "worse" if change > 0 else "better"
    )
    return Change(now.name, now.unit, was.median, now.median, 0.0 if is_tiny else change, band, verdict)


def _pace(was: Figure, now: Figure) -> tuple[float, float]:
    """How much slower the processor was, and how far that is to be trusted: an engine need not slow down as it does."""
    if not (was.yardstick_ms and now.yardstick_ms):
        return 1.0, 0.0
    pace = median(now.yardstick_ms) / median(was.yardstick_ms)
    return pace, spread(was.yardstick_ms) + spread(now.yardstick_ms) + abs(pace - 1) / 2
