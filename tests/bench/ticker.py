"""How late an event loop comes to its work: ticks that are due every 2 ms, and how late each was served.

The ticks stand on a fixed grid. A loop that is blocked for 40 ms misses 20 of them, and each counts with its own
lateness (40, 38 … 2): as late as something that arrived at that moment would have been. So a long block weighs
what it lasts, and a percentile is one of time. Run as a program, it is the floor: a loop with nothing else to do.
"""

import asyncio
import sys
import time
from array import array
from collections.abc import Sequence
from pathlib import Path

PERIOD_S = 0.002

Ticks = Sequence[tuple[float, float]]
"""(when it was due on time.monotonic()'s clock, how late it was served), in seconds."""


class Ticker:
    def __init__(self) -> None:
        self._record = array("d")

    async def run(self) -> None:
        """Tick until cancelled."""
        due = time.monotonic() + PERIOD_S
        while True:
            await asyncio.sleep(due - time.monotonic())
            now = time.monotonic()
            while due <= now:
                self._record.extend((due, now - due))
                due += PERIOD_S

    def save(self, path: Path) -> None:
        path.write_bytes(self._record.tobytes())


def load(path: Path) -> Ticks:
    record = array("d")
    record.frombytes(path.read_bytes())
    return list(zip(record[::2], record[1::2], strict=True))


def lateness_ms(ticks: Ticks, first: float, last: float) -> list[float]:
    """Of the ticks due in this time."""
    return [1000 * late for due, late in ticks if first <= due <= last]


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
