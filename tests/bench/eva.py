"""How well the moment of an answer is chosen, by the published curve of EVA, ServiceNow's evaluation of voice agents.

The numbers are those of its metric `turn_taking` (github.com/ServiceNow/eva, src/eva/metrics/experience/turn_taking.py
at 6ff857c8; the paper is arXiv:2605.13841), where a turn without an interruption is scored by its latency, one that
cuts the user off by how long both speak at once, and a conversation by the mean of its turns. EVA holds an answer that
comes sooner than half a second to be hasty, so a faster assistant does not score higher there: the waits stand beside.
Pure.
"""

from collections.abc import Sequence

import numpy as np

LATENCY_MS = (-500, 500, 2000, 5000)
"""Nothing at or before the first and at or after the last, everything between the middle two, straight between."""

TOOL_LATENCY_MS = (-500, 500, 4000, 7000)
"""The same for a turn in which tools were used."""

OVERLAP_MS, INTERRUPTING_MOST = 2000, 0.5
"""Speaking into the user's words is worth half at most, and nothing from two seconds on."""


def latency_score(latency_ms: float, used_tools: bool = False) -> float:
    """From the end of the user's speech to the beginning of the answer's."""
    return float(np.interp(latency_ms, TOOL_LATENCY_MS if used_tools else LATENCY_MS, (0, 1, 1, 0)))


def overlap_score(overlap_ms: float) -> float:
    """An answer that began before the user had ended."""
    return INTERRUPTING_MOST * max(0.0, 1 - overlap_ms / OVERLAP_MS)


def mean_score(latencies_ms: Sequence[float], cut_offs: int = 0) -> float:
    """Of turns without tools, and of so many in which the user was cut off, with the most that these can have."""
    cut_off = [overlap_score(0)] * cut_offs
    return float(np.mean([*map(latency_score, latencies_ms), *cut_off]))
