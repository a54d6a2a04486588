"""How long a piece of work may take before its engine counts as stuck: by what such work took lately. Pure."""

from collections import deque

SLACK_S = 1.0
"""On top, whatever the pace. worker_process.py adds a second, in which it looks whether the worker works at all."""

FACTOR = 2.0
"""Times the slowest lately. A machine that is busier than that is noticed, see worker_process.py."""

UNKNOWN_S = 30.0
"""Allowed while nothing was measured."""

REMEMBERED = 8


class Pace:
    """Work is counted in units that each take about as long: a window of sound, a phoneme."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=REMEMBERED)
        self.last_s = 0.0
        """What the last piece of work took."""

    def took(self, seconds: float, units: float = 1.0) -> None:
        self.last_s = seconds
        self._recent.append(seconds / units)

    def allowed_s(self, units: float = 1.0) -> float:
        if not self._recent:
            return UNKNOWN_S
        return SLACK_S + FACTOR * units * max(self._recent)
