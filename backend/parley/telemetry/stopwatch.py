"""Takes the times of one session's turns, at the places where they happen. Each call is a dictionary's worth of work.

microphone → Stopwatch ← dialogue, turn; what it makes of a turn goes to `Telemetry` (hub.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from anyio import current_time

from .hub import Telemetry
from .spans import Moment, Outcome, Source, TurnTimes, beginning, spans_of, works_of

UNSETTLED = 4
"""Utterances that may have ended without being a turn yet: one being recognized, and those behind it."""

Clock = Callable[[], float]


@dataclass
class Marks:
    """When what happened first, in one answer or one utterance."""

    now: Clock = current_time
    at: dict[Moment, float] = field(default_factory=dict)

    def note(self, moment: Moment) -> None:
        if moment not in self.at:
            self.at[moment] = self.now()


@dataclass(frozen=True)
class _Open:
    """A turn of which more is to be known."""

    at: float
    source: Source
    was_begun_in_pause: bool
    marks: Marks
    outcome: Outcome | None = None


class Stopwatch:
    def __init__(self, telemetry: Telemetry | None = None, now: Clock = current_time) -> None:
        self._telemetry = telemetry or Telemetry()
        self.counters = self._telemetry.counters
        self._now = now
        self._said = Marks(now)
        """The utterance in progress."""
        self._ended: dict[tuple[int, int], Marks] = {}
        """By stream and last sample: utterances whose words are not known yet."""
        self._turns: dict[int, _Open] = {}

    def marks(self) -> Marks:
        """For an answer that begins."""
        return Marks(self._now)

    def paused(self, silent_s: float) -> None:
        """The user has been silent for so long; what he said is being recognized."""
        self._said = Marks(self._now, {"speech_end": self._now() - silent_s, "recognition_began": self._now()})

    def understood(self) -> None:
        """What he said until this pause is known."""
        self._said.note("recognition_ended")

    def resumed(self) -> None:
        """He went on."""
        self._said = Marks(self._now)

    def ended(self, stream: int, end_sample: int) -> None:
        """The utterance is over."""
        said, self._said = self._said, Marks(self._now)
        said.note("speech_end")
        said.note("pause")
        said.note("recognition_began")
        self._ended[stream, end_sample] = said
        while len(self._ended) > UNSETTLED:
            del self._ended[next(iter(self._ended))]

    def began(
        self, turn_id: int, source: Source, marks: Marks, place: tuple[int, int] | None, was_begun_in_pause: bool
    ) -> None:
        """A turn is committed. `place`: stream and last sample of what was said; `marks`: of its answer."""
        self._close_before(turn_id)
        said = self._ended.pop(place, None) if place is not None else None
        if said is None:
            marks.note("asked")
        else:
            said.note("recognition")
            said.note("recognition_ended")
            marks.at.update(said.at)
        waited_s = self._now() - (beginning(marks.at) or self._now())
        at = datetime.now().timestamp() - waited_s
        self._turns[turn_id] = _Open(at, source, was_begun_in_pause, marks)

    def played(
        self, turn_id: int, samples: int, rate_hz: int, state: Literal["playing", "paused", "stopped", "finished"]
    ) -> None:
        """The loudspeaker's report. Between two of them it runs on, so the first sound lies before the report of it."""
        turn = self._turns.get(turn_id)
        if turn is None:
            return
        if state == "playing":
            turn.marks.note("playback")
        if samples and rate_hz and "heard" not in turn.marks.at:
            turn.marks.at["heard"] = heard = self._now() - samples / rate_hz
            turn.marks.at.setdefault("playback", heard)
        self._close_if_known(turn_id)

    def finished(self, turn_id: int, outcome: Outcome) -> None:
        """Nothing more of the answer will be made."""
        if (turn := self._turns.get(turn_id)) is not None:
            self._turns[turn_id] = replace(turn, outcome=outcome)
            self._close_if_known(turn_id)

    def close(self) -> None:
        """The session ends: no report comes any more."""
        for turn_id in list(self._turns):
            self._close(turn_id)

    def _close_before(self, turn_id: int) -> None:
        """Only the newest is still heard. A client that reports nothing has heard the others, or never will."""
        for earlier in [one for one in self._turns if one < turn_id]:
            self._close(earlier)

    def _close_if_known(self, turn_id: int) -> None:
        turn = self._turns[turn_id]
        is_heard = "heard" in turn.marks.at or "first_audio" not in turn.marks.at
        if turn.outcome is not None and (is_heard or turn.outcome == "interrupted"):
            self._close(turn_id)

    def _close(self, turn_id: int) -> None:
        turn = self._turns.pop(turn_id)
        moments = turn.marks.at
        self._telemetry.add(
            TurnTimes(
                number=0,
                at=turn.at,
                source=turn.source,
                outcome=turn.outcome or "interrupted",
                was_begun_in_pause=turn.was_begun_in_pause,
                spans=spans_of(moments),
                works=works_of(moments),
            )
        )
