"""Where in a turn's speech the loudspeaker was when a window of the microphone came, from its reports. Pure.

Both come over one socket, in order, so the microphone's samples are the clock: a machine that stands still for a moment
sets it back for neither. While no microphone is open, the wall's clock goes on from there.
"""

from collections import deque
from dataclasses import dataclass

from ..audio.pcm import MIC_RATE_HZ
from ..wire.messages import Playback

KEPT = 32
"""Reports: they come twice a second and at each change, so these are some seconds."""

CLOSED_S = 1.0
"""Without a frame for so long, the microphone is closed."""


class MicClock:
    """Seconds, by the samples that have arrived of the capture in progress."""

    def __init__(self) -> None:
        self._stream = 0
        self._began_s = 0.0
        self._end_sample = 0
        self._arrived_s = float("-inf")

    def arrive(self, stream: int, end_sample: int, wall_s: float) -> None:
        if stream != self._stream or wall_s - self._arrived_s > CLOSED_S:
            self._stream, self._began_s = stream, wall_s - end_sample / MIC_RATE_HZ
        self._end_sample, self._arrived_s = end_sample, wall_s

    def now(self, wall_s: float) -> float:
        is_open = wall_s - self._arrived_s <= CLOSED_S
        return self.at(self._end_sample) if is_open else wall_s

    def at(self, end_sample: int) -> float:
        """When this sample of the capture in progress arrived."""
        return self._began_s + end_sample / MIC_RATE_HZ


@dataclass(frozen=True)
class Report:
    when_s: float
    playback: Playback


class Playhead:
    def __init__(self) -> None:
        self._reports: deque[Report] = deque(maxlen=KEPT)

    def report(self, playback: Playback, now_s: float) -> None:
        self._reports.append(Report(now_s, playback))

    def heard(self, turn_id: int, rate_hz: int, now_s: float) -> int:
        """Samples of this turn that have left the loudspeaker by now: between two reports it runs on."""
        at = self.at(turn_id, rate_hz, now_s)
        if at is not None:
            return at
        last = self._reports[-1].playback if self._reports else None
        return last.heard_samples if last is not None and last.turn_id == turn_id else 0

    def at(self, turn_id: int, rate_hz: int, when_s: float) -> int | None:
        """The sample of this turn that was leaving the loudspeaker then; None when it was silent."""
        after: Report | None = None
        for report in reversed(self._reports):
            if report.when_s <= when_s:
                played = report.playback
                if played.state != "playing" or played.turn_id != turn_id:
                    return None
                at = played.heard_samples + round((when_s - report.when_s) * rate_hz)
                is_same = after is not None and after.playback.turn_id == turn_id
                return min(at, after.playback.heard_samples) if after is not None and is_same else at
            after = report
        return None
