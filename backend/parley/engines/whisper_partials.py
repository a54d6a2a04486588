"""When Whisper looks at an utterance that goes on, and what of two looks is certain. Pure.

It transcribes whole stretches of sound, so whatever is shown before the end is another transcription from the
beginning. A look at a pause is worth most: if the user has ended, it is the transcript already.
"""

from dataclasses import dataclass

from .ports import Partial

EVERY_S = 0.6
"""Sound between two looks while somebody speaks: a word or two are new."""

SHARE = 2.0
"""New sound that a look costs, in times of what the last one took: so it keeps the processor half the time at most."""

SLOWEST_LOOK_S = 1.5
"""Where a look takes longer, none is made in mid-speech: it would come late, and the end would wait for it."""

PAUSE_S = 0.12
"""So much without a voice is a pause, in which a look is made at any machine: longer than a closed consonant."""


@dataclass(frozen=True)
class Progress:
    """Of an utterance, in seconds."""

    new_s: float
    """Sound since the last look began."""
    new_voiced_s: float
    """The part of it with a voice."""
    quiet_s: float
    """Since the last voice."""
    look_s: float
    """What the last look took."""


def is_due(progress: Progress) -> bool:
    """Whether to look now, when no look is being made."""
    if progress.new_voiced_s <= 0:
        return False
    if progress.quiet_s >= PAUSE_S:
        return True
    return progress.look_s <= SLOWEST_LOOK_S and progress.new_s >= max(EVERY_S, SHARE * progress.look_s)


class Agreement:
    """What two looks in a row agree on will not change any more ("local agreement", Macháček et al. 2023)."""

    def __init__(self) -> None:
        self._certain: list[str] = []
        self._before: list[str] = []
        self.partial = Partial("")

    def look(self, text: str) -> Partial:
        """Take the text of another look, and tell what is shown."""
        words = text.split()
        # A look that contradicts what was certain gives only what comes after it.
        words = [*self._certain, *words[len(self._certain) :]]
        agreed = 0
        while agreed < min(len(words), len(self._before)) and words[agreed] == self._before[agreed]:
            agreed += 1
        self._certain = words[: max(agreed, len(self._certain))]
        self._before = words
        self.partial = Partial(" ".join(words), len(" ".join(self._certain)))
        return self.partial
