"""How long this speaker pauses within his turns, and so how much silence ends them. Pure; listener.py feeds it.

Some people never pause in a sentence, others look for words; one wait for all cuts off these or keeps those waiting.
What is learned stays within bounds, and is forgotten with the session.
"""

from collections import deque

TURNS = 20
"""That are remembered: some minutes, so that a mood passes."""

MIN_SPEECH_S = 1.5
"""Of a turn that tells something: in a word or two nobody pauses."""

SHARE = 0.9
"""Of the turns are to be free of pauses that would have ended them."""

MARGIN_S = 0.25
"""Beyond the pause that this share stays below: the next one may be a little longer."""

LEAST, MOST = 0.75, 1.5
"""Times the pause that is set: what it can become."""

PRIOR_TURNS = 5
"""What was set counts like so many turns."""


class Rhythm:
    """Pauses are given as what `Endpointer.pause_s` must be to outlast them, whatever the words before them were."""

    def __init__(self) -> None:
        self._longest: deque[float] = deque(maxlen=TURNS)
        """Pause within each turn, 0 where there was none."""
        self._in_turn = 0.0
        """The longest in the turn that goes on."""

    def paused(self, pause_s: float) -> None:
        """He paused, and went on."""
        self._in_turn = max(self._in_turn, pause_s)

    def ended(self, speech_s: float) -> None:
        """A turn of so many seconds ended."""
        if speech_s >= MIN_SPEECH_S:
            self._longest.append(self._in_turn)
        self._in_turn = 0.0

    def reopened(self, pause_s: float) -> None:
        """He went on with a turn that had been taken to be over: it was a pause."""
        if self._longest:
            self._longest.pop()
        self._in_turn = pause_s

    def pause_s(self, usual_s: float) -> float:
        """The silence that usually ends an utterance of his, where `usual_s` is set."""
        if not self._longest:
            return usual_s
        longest = sorted(self._longest)
        needed_s = longest[min(len(longest) - 1, int(SHARE * len(longest)))] + MARGIN_S
        learned_s = min(MOST * usual_s, max(LEAST * usual_s, needed_s))
        known = len(longest) / (len(longest) + PRIOR_TURNS)
        return known * learned_s + (1 - known) * usual_s
