"""The report for people: a table, a bar for each stage, what fits. Pure."""

from collections.abc import Iterator, Sequence

from .compare import Change
from .figures import Figure, Fit, Report, Stage

BAR = 44
"""Columns of the longest bar."""


def page(report: Report) -> str:
    machine = report.machine
    lines = [
        f"Parley {report.parley} on {machine.system}",
        f"{machine.processor}: {machine.cores} cores{', NVIDIA graphics' if machine.has_nvidia else ''}",
        f"memory {machine.memory_mb:,} MB, {machine.free_memory_mb:,} free; disk {machine.free_disk_mb:,} MB free",
        "",
        *table([("", "median", "spread", "runs", "floor"), *(_row(one) for one in report.figures)]),
        "",
    ]
    if report.stages:
        served = ", ".join(report.engines.values())
        lines += [f"One turn, one stage after the other ({served}):", "", *bars(report.stages), ""]
    lines += [report.limit, "", "Models:", ""]
    lines += table([("", "suits", "here", "why"), *(_fit(one) for one in report.fits)])
    if report.not_measured:
        lines += ["", "Not measured:", *(f"  {one}" for one in report.not_measured)]
    return "\n".join(line.rstrip() for line in lines)


def _row(one: Figure) -> tuple[str, ...]:
    floor = (
        "" if one.floor is None else f"× {one.median / one.floor:.2f} of {one.floor_is} ({number(one.floor, one.unit)})"
    )
    return one.name, number(one.median, one.unit), f"± {one.spread:.0%}", str(len(one.values)), floor


def _fit(one: Fit) -> tuple[str, ...]:
    return one.model, one.suits, "yes" if one.is_here else "", one.why


def bars(stages: Sequence[Stage]) -> Iterator[str]:
    """Each begins where the one before ends."""
    whole = sum(stage.median_ms for stage in stages) or 1.0
    width = max(len(stage.name) for stage in stages)
    before = 0.0
    for stage in stages:
        first, last = round(BAR * before / whole), round(BAR * (before + stage.median_ms) / whole)
        drawn = " " * first + ("█" * (last - first) or "▏")
        yield f"  {stage.name.ljust(width)}  {drawn.ljust(BAR + 1)} {stage.median_ms:6.0f} ms"
        before += stage.median_ms
    yield f"  {'in all'.ljust(width)}  {' ' * (BAR + 1)} {whole:6.0f} ms"


def comparison(changes: Sequence[Change], of: str) -> str:
    rows = [("", "before", "now", "change", "noise", "")]
    for one in changes:
        is_pair = one.before is not None and one.after is not None
        rows.append(
            (
                one.name,
                "" if one.before is None else number(one.before, one.unit),
                "" if one.after is None else number(one.after, one.unit),
                f"{one.change:+.0%}" if is_pair else "",
                f"± {one.band:.0%}" if is_pair else "",
                one.verdict,
            )
        )
    words = f"Beside {of}; work of the processor is judged by the same arithmetic done beside it:"
    return "\n".join(line.rstrip() for line in (words, "", *table(rows)))


def table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))


def number(value: float, unit: str) -> str:
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:.{decimals}f} {unit}"
