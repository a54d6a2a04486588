"""Who has the floor when somebody speaks while the assistant does: a machine over windows of speech and words. Pure.

Silence costs nothing and comes at once; an answer that was cut is gone. So a sound holds the assistant, and only what
is known to be meant stops it. There is one machine an utterance; barge_in.py feeds it and carries out what it says.
"""

from dataclasses import dataclass, replace
from typing import Literal

from ..audio.pcm import MIC_RATE_HZ
from .backchannel import Verdict

HOLD_WINDOWS = 3
"""Of speech (96 ms) hold the assistant. A click fills one or two."""

DECIDE_WINDOWS = 7
"""Of speech (224 ms), and with words in them, interrupt: the shortest thing that people say to stop somebody ("no",
"stop") has as many. What is shorter and holds no words was a noise."""

UNSURE_WINDOWS = 25
"""As `DECIDE_WINDOWS`, of a recognizer that makes words of noise: 0.8 s are longer than a cough or an "uh-huh". What
is shorter is judged when it is over, by its last text."""

LET_GO_SAMPLES = round(0.4 * MIC_RATE_HZ)
"""Silence after an aside in which the assistant goes on: longer than the gap in "uh … huh", and a short hesitation."""

Command = Literal["hold", "resume", "interrupt"]


@dataclass(frozen=True)
class Undecided:
    """It may be meant for the assistant, or not."""

    speech: int = 0
    """Windows of it since the assistant last went on."""
    all_speech: int = 0
    position: int = 0
    """Sample up to which it was listened to."""
    spoke_until: int = 0
    understood: Verdict = "nothing"
    understood_until: int = 0
    is_held: bool = False


@dataclass(frozen=True)
class Taken:
    """The user has the floor: the assistant was interrupted."""


State = Undecided | Taken


class Floor:
    """Feed it every window of an utterance, what is understood of it, and its end."""

    def __init__(self, is_basic: bool = False) -> None:
        """`is_basic`: the recognizer makes words of noise."""
        self.state: State = Undecided()
        self._is_basic = is_basic

    @property
    def is_silent(self) -> bool:
        """The assistant is to be silent: held, or interrupted."""
        return isinstance(self.state, Taken) or self.state.is_held

    @property
    def is_taken(self) -> bool:
        """The user has it."""
        return isinstance(self.state, Taken)

    @property
    def is_short(self) -> bool:
        """So far, it may be a cough or an "uh-huh"."""
        return isinstance(self.state, Undecided) and self.state.all_speech < UNSURE_WINDOWS

    def hear(self, is_speech: bool, end_sample: int) -> Command | None:
        """The next window. `is_speech`: of the user's; the assistant's own voice is none."""
        if isinstance(self.state, Taken):
            return None
        self.state = replace(self.state, position=end_sample)
        if is_speech:
            speech, all_speech = self.state.speech + 1, self.state.all_speech + 1
            self.state = replace(self.state, speech=speech, all_speech=all_speech, spoke_until=end_sample)
        return self._decide(self.state)

    def understand(self, verdict: Verdict, until_sample: int) -> Command | None:
        """What was said until there amounts to `verdict`."""
        if isinstance(self.state, Taken):
            return None
        self.state = replace(self.state, understood=verdict, understood_until=until_sample)
        return self._decide(self.state)

    def end(self, verdict: Verdict, has_echo: bool = False) -> Command | None:
        """It is over, and that is all. After this it is the user's turn where the floor is `Taken`. `has_echo`: the
        assistant's own voice was in it, of which a basic recognizer makes words, too."""
        if isinstance(self.state, Taken):
            return None
        needed = (UNSURE_WINDOWS if has_echo else DECIDE_WINDOWS) if self._is_basic else HOLD_WINDOWS
        if verdict == "words" and self.state.all_speech >= needed:
            return self._interrupt()
        was_held = self.state.is_held
        self.state = Undecided()
        return "resume" if was_held else None

    def _decide(self, state: Undecided) -> Command | None:
        needed = UNSURE_WINDOWS if self._is_basic else DECIDE_WINDOWS
        if state.understood == "words" and state.speech >= needed:
            return self._interrupt()
        if state.position - state.spoke_until >= LET_GO_SAMPLES and self._is_aside(state):
            self.state = replace(state, speech=0, is_held=False)
            return "resume" if state.is_held else None
        if state.speech >= HOLD_WINDOWS and not state.is_held:
            self.state = replace(state, is_held=True)
            return "hold"
        return None

    def _is_aside(self, state: Undecided) -> bool:
        """Known to be one: of what was too long for a noise, the words must be at hand."""
        if state.understood == "nothing":
            return state.speech < DECIDE_WINDOWS
        return state.understood == "aside" and state.understood_until >= state.spoke_until

    def _interrupt(self) -> Command:
        self.state = Taken()
        return "interrupt"
