"""What was measured, each figure with all of its repetitions. Pure. `--json` writes it, `--compare` reads it."""

from collections.abc import Sequence
from statistics import median, quantiles
from typing import Literal

import msgspec

Bound = Literal["processor", "network", "waiting"]
"""What it hangs on most."""

Unit = Literal["ms", "× real time"]
Suits = Literal["well", "slowly", "no"]
StageName = Literal["pause", "recognition", "first sentence", "first sound"]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    unit: Unit
    """Of real time: seconds of work for a second of sound. Below 1 keeps up. Lower is better in all."""
    values: list[float]
    bound: Bound = "processor"
    floor: float | None = None
    """What nothing of ours goes below, measured in the same run and in the same unit."""
    floor_is: str = ""
    yardstick_ms: list[float] = []
    """The same arithmetic each time, taken between the repetitions: how quick the processor was meanwhile."""

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> float:
        """Half of the middle half, as a part of the median: 0.1 is a tenth up and down."""
        return spread(self.values)


def spread(values: Sequence[float]) -> float:
    if len(values) < 2 or not median(values):
        return 0.0
    low, _, high = quantiles(values, n=4, method="inclusive")
    return (high - low) / 2 / median(values)


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the wait between the user's last sound and Parley's first one."""

    name: StageName
    values_ms: list[float]

    @property
    def median_ms(self) -> float:
        return median(self.values_ms)


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    system: str
    processor: str
    cores: int
    memory_mb: int
    free_memory_mb: int
    free_disk_mb: int
    has_nvidia: bool


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a model of the catalog suits this computer."""

    model: str
    suits: Suits
    why: str
    is_here: bool


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What would be set, and what should be fetched for it to be so."""

    settings: dict[str, str] = {}
    fetch: list[str] = []
    why: list[str] = []


class Report(msgspec.Struct, frozen=True, kw_only=True):
    version: int = 1
    parley: str
    at: str
    machine: Machine
    figures: list[Figure]
    stages: list[Stage]
    """One after the other, with nothing begun in the pause."""
    engines: dict[str, str]
    """Who served the turns, by port."""
    limit: str
    fits: list[Fit]
    choice: Choice
    not_measured: list[str]


WHOLE = "end of speech to first sound"
IN_TURN = f"{WHOLE}, one after the other"
