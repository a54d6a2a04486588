"""One measured figure beside its floor and its target, and the table of all of them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np


class Skipped(Exception):
    """A benchmark that cannot run here; the text says what it needs."""


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    value: float
    unit: str
    floor: float | None = None
    """What nothing of ours can go below, measured in the same run and in the same unit."""
    compare: Literal["ratio", "difference"] = "ratio"
    """How the value is held against its floor."""
    target: float | None = None
    """The most that is allowed; None: a figure for information."""
    target_of: Literal["value", "comparison"] = "value"
    note: str = ""

    @property
    def comparison(self) -> float | None:
        if self.floor is None:
            return None
        if self.compare == "difference":
            return self.value - self.floor
        return self.value / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """None when there is no target."""
        measured = self.value if self.target_of == "value" else self.comparison
        return None if self.target is None or measured is None else measured <= self.target


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)


def percentile(values: Sequence[float], percent: float) -> float:
    """Between two values, linearly."""
    return float(np.percentile(values, percent))


HEADINGS = ("figure", "value", "floor", "vs floor", "target", "met", "")


def table(rows: Sequence[Row]) -> str:
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    lines.insert(1, tuple("-" * width for width in widths[:-1]) + ("",))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    comparison = row.comparison
    versus = "" if comparison is None else f"× {comparison:.3f}" if row.compare == "ratio" else f"{comparison:+.2f}"
    of = "× " if row.target_of == "comparison" and row.compare == "ratio" else ""
    return (
        row.name,
        f"{_number(row.value)} {row.unit}",
        "" if row.floor is None else _number(row.floor),
        versus,
        "" if row.target is None else f"≤ {of}{row.target:g}",
        {True: "yes", False: "NO", None: ""}[row.met],
        row.note,
    )


def _number(value: float) -> str:
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:.{decimals}f}"
