"""Spare the voice detector the windows that are no louder than the room. listener.py asks it before the VAD.

The room's level is followed by minimum statistics: the floor falls fast to the quiet moments, between words
too, and rises slowly and never in an utterance, so speech cannot become the floor. Whatever it does not know,
it lets through.
"""

from ..audio.pcm import WINDOW_S

LOUD_RATIO = 1.6
"""A window this much above the floor (4 dB) is looked at. Less, and a fan's own fluctuation opens the gate;
more, and a soft onset at 6 dB (a ratio of 2) is missed when the floor is estimated a little high."""

ABSOLUTE_QUIET = 8.0
"""Below this (of 32768; -72 dBFS) no microphone delivers speech: muted, or its own hiss."""

FLOOR_DOUBLING_S = 5.0
"""How fast the floor rises. A fan that starts is passed over later; a long vowel changes little."""

FALL_SHARE = 0.1
"""Share of the way down per window: a pause of half a second brings the floor to the room. Faster, and the
floor follows each flicker of a rumbling fan: of noise at 6 dB per octave from 80 Hz, 0.1 passes over 87 %,
0.3 60 %."""

HANGOVER_S = 0.5
"""Stays open so long after a loud window: the detector must see the soft ends and the gaps between words."""

_RISE = 2.0 ** (WINDOW_S / FLOOR_DOUBLING_S)
_LOWEST_FLOOR = ABSOLUTE_QUIET / LOUD_RATIO


class LevelGate:
    """Ask it about every window, in order. It starts open and takes its time to learn the room."""

    def __init__(self) -> None:
        self._floor = _LOWEST_FLOOR
        self._open_s = 0.0

    @property
    def floor(self) -> float:
        """The room's level as estimated, in the unit of `pcm.rms`."""
        return self._floor

    def is_quiet(self, rms: float, speaking: bool) -> bool:
        """Whether a window of this level (`pcm.rms`) is silence. `speaking`: an utterance is in progress."""
        loud = rms >= self._floor * LOUD_RATIO
        if rms < self._floor:
            self._floor = max(self._floor + FALL_SHARE * (rms - self._floor), _LOWEST_FLOOR)
        elif not speaking:
            self._floor *= _RISE
        if loud or speaking:
            self._open_s = HANGOVER_S
            return False
        self._open_s -= WINDOW_S
        return self._open_s <= 0
