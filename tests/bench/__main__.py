"""`python -m tests.bench`: measure the design's bars on this machine, one after another, and print one table.

Figures are medians of runs that alternate with those of their floor. Nothing is asserted: a machine at work
misses bars that it meets when it rests, so the load is printed, too.
"""

import argparse
import json
import platform
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path

import anyio
import psutil

from .fall_back import fall_back
from .idle_cpu import idle_cpu
from .loop_lag import loop_lag
from .overlap import overlap
from .remote_speech import remote_speech
from .resident_memory import resident_memory
from .rows import Row, Skipped, table
from .shell import shell_idle, shell_reconnect, shell_start
from .speech_engines import kokoro_calls, speech_in_a_sidecar, whisper_calls
from .start import start
from .telemetry import telemetry
from .turn_overhead import turn_overhead
from .turn_taking import turn_taking
from .window_size import window_size
from .window_speed import window_speed
from .wire_bytes import wire_bytes
from .written import written

BENCHMARKS: tuple[Callable[[], Awaitable[list[Row]]], ...] = (
    start,
    turn_overhead,
    written,
    telemetry,
    overlap,
    idle_cpu,
    resident_memory,
    wire_bytes,
    loop_lag,
    remote_speech,
    fall_back,
    whisper_calls,
    kokoro_calls,
    speech_in_a_sidecar,
    window_size,
    window_speed,
    shell_start,
    shell_reconnect,
    shell_idle,
    turn_taking,
)


def main() -> int:
    """0 when everything asked for was measured, whatever came out; 1 when a benchmark broke."""
    names = [benchmark.__name__ for benchmark in BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Parley on this machine.")
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=f"one of {', '.join(names)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    rows: list[Row] = []
    remarks: list[str] = []
    loads: dict[str, float] = {}
    broke = False
    for benchmark in BENCHMARKS:
        name = benchmark.__name__
        if options.only and name not in options.only:
            continue
        loads[name] = psutil.getloadavg()[0]
        began = time.monotonic()
        try:
            rows += anyio.run(benchmark)
            remark = f"{name}: {time.monotonic() - began:.0f} s; load before it {loads[name]:.2f}"
        except Skipped as skipped:
            remark = f"{name}: not measured: {skipped}"
        except Exception:
            traceback.print_exc()
            broke = True
            remark = f"{name}: BROKE"
        print(remark, file=sys.stderr, flush=True)
        remarks.append(remark)
    machine = f"{platform.platform()}, Python {platform.python_version()}, {psutil.cpu_count()} CPUs"
    print(f"\n{machine}; load now {psutil.getloadavg()[0]:.2f}\n\n{table(rows)}\n")
    if options.json is not None:
        figures = [{**asdict(row), "comparison": row.comparison, "met": row.met} for row in rows]
        report = {"machine": machine, "load_before": loads, "remarks": remarks, "rows": figures}
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if broke else 0


if __name__ == "__main__":
    sys.exit(main())
