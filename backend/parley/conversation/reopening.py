"""Whether the user goes on with a turn that was taken to be over. Pure. dialogue.py asks.

Whoever is answered while he draws breath has not asked two things. What he says within a moment belongs to the turn
before: one transcript, one answer.
"""

from collections.abc import Sequence

from ..audio.pcm import MIC_RATE_HZ
from .history import Place, Turn

REOPEN_S = 0.8
"""From the end of a turn. Later than that people answer what they hear: it takes them 0.2 s and a few words."""

MOST_S = 60.0
"""Of one turn, whatever is joined: as much as one utterance may have. A television never ends."""


def reopened(turns: Sequence[Turn], place: Place | None) -> Turn | None:
    """The turn that what was said at `place` goes on with. None: it is a turn of its own."""
    before = turns[-1] if turns else None
    if before is None or place is None or before.place is None or before.place.stream != place.stream:
        return None
    if before.stopped or before.acted:
        return None  # What has happened is not taken back, and the user knows that he was heard.
    gap_s = (place.speech_sample - before.place.end_sample) / MIC_RATE_HZ
    length_s = (place.end_sample - before.place.first_sample) / MIC_RATE_HZ
    return before if gap_s <= REOPEN_S and length_s <= MOST_S else None


def joined(before: str, after: str) -> str:
    """The stop was the recognizer's, who thought that it was the end."""
    return f"{before.rstrip(' .…')} {after}"
