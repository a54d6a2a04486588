"""What one waited for, from the end of one's speech to the first sound of the answer. Pure.

Stages overlap: in the pause that ends the question, the recognizer, the language model and the voice may be at work
already. So a span is not how long a stage worked but how long it was *waited for*: from the moment when all before it
was there to the moment when it was there, too. What was through in the pause was waited for 0 s. Thus the spans lie end
to end, without gap or overlap, and their sum is the whole. How long each worked is told beside them (`works`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Source = Literal["speech", "typed", "retry", "reminder", "sample"]
Outcome = Literal["completed", "interrupted", "failed"]

Stage = Literal["pause", "recognition", "first_token", "first_sentence", "first_audio", "playback", "heard"]
"""A span is named after what ends it.

pause           silence decided that the question is over
recognition     its words are known, and the turn is committed
first_token     the language model said its first piece
first_sentence  the first sentence is whole
first_audio     the first of its speech is made
playback        the window's loudspeaker has begun to play it
heard           its first sample has left the loudspeaker
"""

Begin = Literal["speech_end", "asked", "recognition_began", "recognition_ended", "model_began", "voice_began"]
"""What begins the whole (when speech ended, or the text was sent), and the works."""

Moment = Stage | Begin
Moments = Mapping[Moment, float]
"""Seconds by one clock, the event loop's."""

STAGES: tuple[Stage, ...] = get_args(Stage)

WORKS: dict[Stage, tuple[Begin, Moment]] = {
    "recognition": ("recognition_began", "recognition_ended"),
    "first_token": ("model_began", "first_token"),
    "first_audio": ("voice_began", "first_audio"),
}


@dataclass(frozen=True)
class Span:
    stage: Stage
    start_s: float
    """From the beginning of the whole."""
    end_s: float

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class TurnTimes:
    """One turn, as far as time goes: nothing of what was said."""

    number: int
    """Counts the turns of this process."""
    at: float
    """Epoch seconds of its beginning, to show to people."""
    source: Source
    outcome: Outcome
    was_begun_in_pause: bool
    spans: tuple[Span, ...]
    works: tuple[Span, ...]
    """May begin before 0: what is recognized while the user speaks."""

    @property
    def whole_s(self) -> float:
        return self.spans[-1].end_s if self.spans else 0.0

    @property
    def was_heard(self) -> bool:
        return bool(self.spans) and self.spans[-1].stage == "heard"

    @property
    def waits(self) -> dict[Stage, float]:
        return {span.stage: span.seconds for span in self.spans}


def beginning(moments: Moments) -> float | None:
    return moments.get("speech_end", moments.get("asked"))


def spans_of(moments: Moments) -> tuple[Span, ...]:
    """Where the waiting went. A stage that was not passed (a typed text has no pause) is not among them."""
    began = at = beginning(moments)
    if began is None or at is None:
        return ()
    spans = []
    for stage in STAGES:
        if (reached := moments.get(stage)) is not None:
            end = max(at, reached)
            spans.append(Span(stage, at - began, end - began))
            at = end
    return tuple(spans)


def works_of(moments: Moments) -> tuple[Span, ...]:
    """How long those worked that work, waited for or not."""
    began = beginning(moments)
    if began is None:
        return ()
    found = ((stage, moments.get(first), moments.get(last)) for stage, (first, last) in WORKS.items())
    return tuple(
        Span(stage, first - began, last - began)
        for stage, first, last in found
        if first is not None and last is not None and last >= first
    )


@dataclass(frozen=True)
class Usual:
    """What is usual, of some turns: in the middle, and at worst but for one in twenty."""

    source: Literal["speech", "typed"]
    turns: int
    stages: dict[Stage, tuple[float, float]]
    """P50 and P95 in seconds."""
    whole: tuple[float, float]


def usual(source: Literal["speech", "typed"], rows: Sequence[Mapping[Stage, float]]) -> Usual | None:
    """Of each turn, how long its stages were waited for. None: there are no turns."""
    if not rows:
        return None
    stages = {stage: _both([row[stage] for row in rows if stage in row]) for stage in STAGES}
    return Usual(
        source,
        len(rows),
        {stage: both for stage, both in stages.items() if both is not None},
        _both([sum(row.values()) for row in rows]) or (0.0, 0.0),
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Between two values, linearly."""
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _both(values: list[float]) -> tuple[float, float] | None:
    if not values:
        return None
    values.sort()
    return percentile(values, 50), percentile(values, 95)
