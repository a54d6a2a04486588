"""How often what happened, since the process began."""

from dataclasses import dataclass, field

from .spans import STAGES, Outcome, Stage, TurnTimes

BUCKETS_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
"""Upper bounds of the waits that are counted together; an answer within half a second feels prompt."""


@dataclass
class Waits:
    """Of one stage, over all turns."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_S) + 1))
    sum_s: float = 0.0

    def add(self, seconds: float) -> None:
        at = next((index for index, bound in enumerate(BUCKETS_S) if seconds <= bound), len(BUCKETS_S))
        self.counts[at] += 1
        self.sum_s += seconds


@dataclass
class Counters:
    turns: dict[Outcome, int] = field(default_factory=lambda: {"completed": 0, "interrupted": 0, "failed": 0})
    interruptions: int = 0
    """Answers that were cut while they were made or heard."""
    holds: int = 0
    """Answers that fell silent because somebody may have begun to speak."""
    false_starts: int = 0
    """Of the holds, those after which the answer went on."""
    answers_begun: int = 0
    """In a pause, before it was certain that the question was over."""
    answers_used: int = 0
    """Of those, the ones that answered."""
    connections: int = 0
    reconnects: int = 0
    """Of the connections, those that came back to a session."""
    drops: int = 0
    """Connections that broke instead of being closed."""
    missing_samples: int = 0
    """Of microphones: lost between two frames."""
    waits: dict[Stage, Waits] = field(default_factory=lambda: {stage: Waits() for stage in STAGES})

    def add(self, turn: TurnTimes) -> None:
        self.turns[turn.outcome] += 1
        for span in turn.spans:
            self.waits[span.stage].add(span.seconds)
