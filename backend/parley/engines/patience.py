"""How long an engine is waited for, from how long it took: who waits longer waits for something that hangs. Pure."""

from collections import deque

REMEMBERED = 8
"""Measurements. The slowest of them counts, so one that was quick does not make the next one late."""

BEYOND_S = 1.5
"""What its speed allows. With the half second that a change of engines takes, two seconds."""

WATCHED_BEYOND_S = 0.5
"""For an engine in a process of its own, which is watched for another second before it counts as stuck
(worker_process.py), so that one which is slow because the machine is busy may finish."""

OVERRUN = 1.5
"""An engine that was too late is allowed so much more the next time: it may be slow and not hang."""


class Patience:
    """For work of a size: seconds of speech to understand, or characters to say; less than 1 counts as 1.

    A larger one may take longer in proportion. A smaller one may take as long: much of the work is the same for both.
    """

    def __init__(self, unmeasured_s: float, most_s: float, watched: bool = False) -> None:
        """`unmeasured_s`: before anything was measured. `most_s`: whatever was measured. `watched`: see
        `WATCHED_BEYOND_S`."""
        self._unmeasured_s = unmeasured_s
        self._most_s = most_s
        self._watched = watched
        self._took: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)

    def took(self, seconds: float, size: float) -> None:
        self._took.append((seconds, max(1.0, size)))

    def overran(self, size: float) -> None:
        """What `allows` says was not enough."""
        self.took(OVERRUN * (self.allows(size) - self._beyond_s()), size)

    def allows(self, size: float, runs: int = 1) -> float:
        """How many seconds may pass before something is wrong. `runs`: so many of that size, one after the other."""
        expected = (seconds * max(1.0, size / known) for seconds, known in self._took)
        return runs * min(self._most_s, max(expected, default=self._unmeasured_s)) + self._beyond_s()

    def _beyond_s(self) -> float:
        return WATCHED_BEYOND_S if self._watched else BEYOND_S
