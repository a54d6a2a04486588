"""One turn in the Trace Event Format of Chrome, for Perfetto (ui.perfetto.dev) or chrome://tracing. Pure.

One row shows what was waited for, end to end; below it, a row for each stage that worked, which may overlap.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from .spans import WORKS, Span, TurnTimes

PID = 1
WAITED = 1
ROWS = {stage: row for row, stage in enumerate(WORKS, WAITED + 1)}
WORKERS = {"recognition": "recognizer", "first_token": "language model", "first_audio": "voice"}


def chrome_trace(turn: TurnTimes) -> dict[str, Any]:
    """What is written to a file, as JSON. It begins at 0, with the first that worked."""
    spans = (*turn.spans, *turn.works)
    zero_s = min((span.start_s for span in spans), default=0.0)
    rows = [(WAITED, "waited for"), *((row, WORKERS[stage]) for stage, row in ROWS.items())]
    return {
        "displayTimeUnit": "ms",
        "otherData": {
            "turn": turn.number,
            "at": turn.at,
            "source": turn.source,
            "outcome": turn.outcome,
            "was_begun_in_pause": turn.was_begun_in_pause,
        },
        "traceEvents": [
            _name("process_name", 0, f"Parley, turn {turn.number}"),
            *(_name("thread_name", row, name) for row, name in rows),
            *_events(turn.spans, {}, zero_s),
            *_events(turn.works, ROWS, zero_s),
        ],
    }


def _name(of: str, row: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": of, "pid": PID, "tid": row, "args": {"name": name}}


def _events(spans: Iterable[Span], rows: dict[Any, int], zero_s: float) -> Iterator[dict[str, Any]]:
    for span in spans:
        yield {
            "ph": "X",
            "name": span.stage,
            "cat": "worked" if rows else "waited",
            "pid": PID,
            "tid": rows.get(span.stage, WAITED),
            "ts": round(1e6 * (span.start_s - zero_s)),
            "dur": round(1e6 * span.seconds),
        }
