"""The sidecar of countable.py in a world in a hurry: its clocks run so much faster, and what waits by them waits so
much less. A window that speaks and listens at the same pace has a conversation of hours with it in minutes.

    python -m tests.fakes.quick_clock    TEST_PACE says how much faster
"""

import os
import selectors
import time
from collections.abc import Callable
from selectors import SelectorKey

PACE = "TEST_PACE"


def quicken(pace: float) -> None:
    """Before anything takes a clock by its name."""
    for name in ("time", "monotonic", "perf_counter"):
        setattr(time, name, _quick(getattr(time, name), pace))

    class Hurried(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
            return super().select(timeout if timeout is None else timeout / pace)

    selectors.DefaultSelector = Hurried  # type: ignore[misc] # which asyncio asks for by this name


def _quick(clock: Callable[[], float], pace: float) -> Callable[[], float]:
    began = clock()
    return lambda: began + (clock() - began) * pace


if __name__ == "__main__":
    quicken(float(os.environ[PACE]))
    from tests.fakes.countable import main  # only now: what it imports takes clocks by their names

    main()
