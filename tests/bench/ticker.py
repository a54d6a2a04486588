"""How late an event loop comes to its work: ticks that are due every 2 ms, and how late each was served.

The ticks stand on a fixed grid. A loop that is blocked for 40 ms misses 20 of them, and each counts with its own
lateness (40, 38 … 2): as late as something that arrived at that moment would have been. So a long block weighs
what it lasts, and a percentile is one of time. Run as a program, it is the floor: a loop with nothing else to do.

A machine that is at work lets a process wait, too. So it also notes how much processor time the whole process
used meanwhile: where that is less than the lateness, the rest was not its doing, or it waited for a disk.
"""

import asyncio
import sys
import time
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PERIOD_S = 0.002


class Tick(NamedTuple):
    due: float
    """On time.monotonic()'s clock, in seconds."""
    late_s: float
    at_work_s: float
    """The part of it in which this process worked, in whatever thread."""


Ticks = Sequence[Tick]


class Ticker:
    def __init__(self) -> None:
        self._record = array("d")

    async def run(self) -> None:
        """Tick until cancelled."""
        due = time.monotonic() + PERIOD_S
        while True:
            used = time.process_time()
            await asyncio.sleep(due - time.monotonic())
            now, used = time.monotonic(), time.process_time() - used
            while due <= now:
                self._record.extend((due, now - due, min(used, now - due)))
                due += PERIOD_S

    def save(self, path: Path) -> None:
        path.write_bytes(self._record.tobytes())


def load(path: Path) -> Ticks:
    record = array("d")
    record.frombytes(path.read_bytes())
    return [Tick(*record[at : at + 3]) for at in range(0, len(record), 3)]


async def main(seconds: float, path: Path) -> None:
    ticker = Ticker()
    print(flush=True)
    try:
        async with asyncio.timeout(seconds):
            await ticker.run()
    except TimeoutError:
        ticker.save(path)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), Path(sys.argv[2])))
