"""How long an engine is waited for, from how long it took: who waits longer waits for something that hangs. Pure."""

from collections import deque

REMEMBERED = 8
"""Measurements. The slowest of them counts, so one that was quick does not make the next one late."""

BEYOND_S = 1.5
"""What its speed allows. With the half second that a change of engines takes, two seconds."""

OVERRUN = 1.5
"""An engine that was too late is allowed so much more the next time: it may be slow and not hang."""


class Patience:
    """For work of a size: seconds of speech to understand, or characters to say; less than 1 counts as 1.

    A larger one may take longer in proportion. A smaller one may take as long: much of the work is the same for both.
    """

    def __init__(self, unmeasured_s: float, most_s: float) -> None:
        """`unmeasured_s`: before anything was measured. `most_s`: whatever was measured."""
        self._unmeasured_s = unmeasured_s
        self._most_s = most_s
        self._took: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)

    def took(self, seconds: float, size: float) -> None:
        self._took.append((seconds, max(1.0, size)))

    def overran(self, size: float) -> None:
        """What `allows` says was not enough."""
        self.took(OVERRUN * (self.allows(size) - BEYOND_S), size)

    def allows(self, size: float) -> float:
        """How many seconds may pass before something is wrong."""
        expected = (seconds * max(1.0, size / known) for seconds, known in self._took)
        return min(self._most_s, max(expected, default=self._unmeasured_s)) + BEYOND_S
