"""What the speaker's client has reported of its loudspeaker, and what follows from it and from the time since."""

from anyio import current_time

from ..wire.messages import Playback
from .history import Turn

FADED_S = 0.3
"""After the last of an answer: its echo is on its way to the microphone, and people begin to react."""

REPORTED_S = 1.5
"""A speaker that plays reports twice a second (protocol.json): one that does not has vanished."""


class Loudspeaker:
    def __init__(self, last: Playback | None = None) -> None:
        """`last`: that an earlier process knew."""
        self._last = last
        self._told_at = 0.0

    def report(self, report: Playback) -> None:
        self._last, self._told_at = report, current_time()

    @property
    def is_sounding(self) -> bool:
        """It plays, or did a moment ago."""
        if self._last is None or self._last.state == "paused":
            return False
        return not self._is_past(REPORTED_S if self._last.state == "playing" else FADED_S)

    def heard_samples(self, turn: Turn) -> int:
        return self._last.heard_samples if self._last and self._last.turn_id == turn.turn_id else 0

    def has_finished(self, turn: Turn) -> bool:
        """All of it was heard, as far as it had come."""
        return self._last is not None and self._last.turn_id == turn.turn_id and self._last.state == "finished"

    def is_through(self, turn: Turn) -> bool:
        """Nothing more of it will be heard: it was cut, played to its end or stopped."""
        last = self._last
        return turn.cut or (last is not None and last.turn_id >= turn.turn_id and last.state in ("finished", "stopped"))

    def has_faded(self, turn: Turn) -> bool:
        """`is_through`, and not only since a moment ago."""
        return self.is_through(turn) and self._is_past(FADED_S)

    def _is_past(self, seconds: float) -> bool:
        return current_time() - self._told_at > seconds
