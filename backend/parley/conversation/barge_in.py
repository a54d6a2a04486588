"""What is said while the assistant speaks: holds it, lets it go on or interrupts it, as floor.py decides. Here that
meets what is being heard: which words, and which sound.

microphone → BargeIn → dialogue.cut; session.py asks `is_silent` for the activity, which is what holds the speaker.
"""

from dataclasses import dataclass

from anyio import current_time

from ..engines.ports import Transcriber
from ..engines.slots import Slot
from ..wire.codec import Frame
from ..wire.messages import Playback
from .backchannel import Verdict, judge
from .dialogue import Dialogue
from .echo_guard import EchoGuard, is_echo, played, sounding
from .floor import HOLD_WINDOWS, Command, Floor
from .history import Turn, asks
from .listener import Began, Continued, Ended, Event
from .playhead import MicClock, Playhead

MOST = 4
"""Utterances that may be undecided at once: one being said, those before it being recognized."""


@dataclass
class Contest:
    """An utterance that began while the assistant spoke."""

    turn: Turn
    began_at: int
    """Sample of the turn's speech that was heard then."""
    floor: Floor
    guard: EchoGuard
    position: int
    """Of the microphone."""


class BargeIn:
    def __init__(self, dialogue: Dialogue, transcriber: Slot[Transcriber]) -> None:
        self._dialogue = dialogue
        self._transcriber = transcriber
        self._contests: dict[tuple[int, int], Contest] = {}
        """By stream and first sample: not recognized yet, in the order in which they will be."""
        self._said_now: Contest | None = None
        self._has_echo = False
        """The assistant's voice was in the last utterance."""
        self._playhead = Playhead()
        self._clock = MicClock()

    @property
    def is_contested(self) -> bool:
        """Somebody speaks or spoke while the assistant does, and what was said is not known yet."""
        return bool(self._contests)

    @property
    def is_undecided(self) -> bool:
        """It may be an aside: nothing is to come of it yet."""
        return any(not contest.floor.is_taken for contest in self._contests.values())

    @property
    def is_passed_over(self) -> bool:
        """What is heard is, as far as is known, not said to the assistant: it is not shown."""
        return self.is_contested and not self.is_silent

    @property
    def is_silent(self) -> bool:
        """The assistant is to be silent meanwhile."""
        return any(contest.floor.is_silent for contest in self._contests.values())

    @property
    def is_sounding(self) -> bool:
        """The assistant is heard, and its voice may be in the microphone."""
        return self._dialogue.loudspeaker.is_sounding

    def arrive(self, frame: Frame) -> None:
        """A frame came from the microphone; what is in it is heard in its time."""
        self._clock.arrive(frame.stream, frame.first_sample + frame.sample_count, current_time())

    def played(self, report: Playback) -> None:
        self._playhead.report(report, self._clock.now(current_time()))

    def hear(self, event: Event) -> bool:
        """Whether that changed anything."""
        match event:
            case Began():
                self._said_now = self._contest(event)
                if self._said_now is None:
                    return False
                is_speech = not self._is_own(self._said_now)
                floor, position = self._said_now.floor, self._said_now.position
                commands = [floor.hear(is_speech, position) for _ in range(HOLD_WINDOWS)]
                return any(self._obey(self._said_now, command) for command in commands)
            case Continued(samples=samples, is_speech=is_speech) if self._said_now is not None:
                self._said_now.guard.hear(samples)
                self._said_now.position += len(samples)
                return self._window(self._said_now, is_speech)
            case Ended():
                self._said_now = None
            case _:
                pass
        return False

    def understand(self, stream: int, text: str, until_sample: int) -> bool:
        """What the utterance that is being recognized says so far. Whether that changed anything."""
        for (of_stream, first_sample), contest in self._contests.items():
            if of_stream == stream and first_sample <= until_sample:
                return self._obey(contest, contest.floor.understand(self._judge(contest, text), until_sample))
        return False

    def end(self, stream: int, first_sample: int, text: str) -> bool:
        """An utterance was recognized. Whether it is the user's turn."""
        contest = self._contests.pop((stream, first_sample), None)
        if contest is None:
            return True
        verdict = self._judge(contest, text)
        self._obey(contest, contest.floor.end(verdict, contest.guard.has_echo))
        self._has_echo = contest.guard.has_echo
        return verdict == "words" and contest.floor.is_silent

    def _contest(self, began: Began) -> Contest | None:
        turn = self._dialogue.speaking
        if turn is None or began.pushed:
            return None
        while len(self._contests) >= MOST:
            del self._contests[next(iter(self._contests))]
        end = began.first_sample + len(began.samples)
        contest = Contest(turn, self._heard(turn), Floor(self._is_basic), EchoGuard(self._has_echo), end)
        contest.guard.hear(began.samples)
        self._contests[began.stream, began.first_sample] = contest
        return contest

    def _window(self, contest: Contest, is_speech: bool) -> bool:
        return self._obey(contest, contest.floor.hear(is_speech and not self._is_own(contest), contest.position))

    def _is_own(self, contest: Contest) -> bool:
        now_s = self._clock.at(contest.position)
        return contest.guard.is_own(played(self._dialogue.voices, self._playhead, now_s))

    def _turn(self, contest: Contest) -> Turn:
        """The one that is heard now: somebody, or an echo without a pause, may speak from one answer into the next."""
        return self._dialogue.speaking or contest.turn

    def _heard(self, turn: Turn) -> int:
        return self._playhead.heard(turn.turn_id, self._dialogue.voices[-1].rate_hz, self._clock.now(current_time()))

    def _judge(self, contest: Contest, text: str) -> Verdict:
        verdict = judge(text, self._is_basic, contest.floor.is_short)
        if verdict == "nothing":
            return verdict
        turn = self._turn(contest)
        heard = self._heard(turn)
        began_at = contest.began_at if turn is contest.turn else 0
        if is_echo(text, sounding(turn.sentences, self._dialogue.voices[-1].rate_hz, began_at, heard)):
            return "aside"
        return "words" if asks(turn.sentences, heard) else verdict

    @property
    def _is_basic(self) -> bool:
        """Whether the recognizer makes words of noise."""
        engine = self._transcriber.current
        return engine is not None and engine.info.basic

    def _obey(self, contest: Contest, command: Command | None) -> bool:
        counters = self._dialogue.stopwatch.counters
        counters.holds += command == "hold"
        counters.false_starts += command == "resume"
        if command == "interrupt":
            turn = self._turn(contest)
            self._dialogue.cut(turn.turn_id, self._heard(turn))
        return command is not None
