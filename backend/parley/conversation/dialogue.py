"""Whose turn it is: takes what the user says, one at a time, and has it answered. Owns the turn in progress.

The user's words are committed (posted) before anything of the answer. What the user says next cuts the turn
before it. `turn_end` is posted whatever happened.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Literal

from anyio import CancelScope, Event, create_memory_object_stream, sleep
from msgspec.structs import replace

from ..engines.ports import EngineInfo
from ..engines.slots import Engines
from ..errors import ParleyError, failure
from ..memory.journal import Journal
from ..tools.toolbox import Toolbox
from ..wire.messages import Interrupted, Playback, Transcript, TurnEnd
from .consent import ConsentDesk
from .history import Turn, chat, remembered
from .outbox import Outbox
from .recall import NO_PAST, Past, going_on
from .tool_use import ToolUser
from .turn import Answering, answer

logger = logging.getLogger(__name__)

WAITING_TURNS = 16
"""Turns that may wait. Only the last of them is answered (with what was said before it), so a few are plenty."""

WARM_EVERY_S = 30.0
"""A connection is kept for a minute (claude_client.py)."""

Source = Literal["speech", "typed", "retry", "reminder", "sample"]
Stage = Literal["thinking", "speaking"]
Outcome = Literal["completed", "interrupted", "failed"]


@dataclass(frozen=True)
class Place:
    """Where in a capture something was said."""

    stream: int
    first_sample: int
    sample_count: int


class Dialogue:
    """The turns of one session. `on_change` is called when `stage` may have changed."""

    def __init__(
        self,
        outbox: Outbox,
        engines: Engines,
        on_change: Callable[[], None],
        toolbox: Toolbox,
        consent: ConsentDesk,
        history_tokens: int,
        journal: Journal | None = None,
        past: Past = NO_PAST,
    ) -> None:
        self._outbox = outbox
        self._engines = engines
        self._on_change = on_change
        self._toolbox = toolbox
        self._consent = consent
        self._history_tokens = history_tokens
        self._expected = Event()
        self._slow_turn: int | None = None
        self._journal = journal or Journal("")
        self._turns = remembered(past.turns, history_tokens)
        self._turn_count = past.last_turn_id
        # And the one that was in progress when an earlier process ended.
        self._waiting_in, self._waiting = create_memory_object_stream[Turn](WAITING_TURNS + 1)
        self._unfinished = {turn.turn_id for turn in past.open}
        for turn in past.open:
            self._waiting_in.send_nowait(turn)
        self._scope: CancelScope | None = None
        """Of the turn in progress."""
        self._ended = Event()
        """Set, and made anew by who waits, when a turn has ended."""
        self._played = past.played
        """The speaker's last report."""

    @property
    def stage(self) -> tuple[Stage, int] | None:
        """What goes on, in which turn; None when nothing does."""
        if not self._turns:
            return None
        turn = self._turns[-1]
        if turn.speech_samples and not self._is_played(turn):
            return "speaking", turn.turn_id
        return ("thinking", turn.turn_id) if turn.turn_id in self._unfinished else None

    @property
    def note(self) -> str | None:
        """What a turn that is thought about waits for, when it takes long."""
        slow = self._slow_turn is not None and self.stage == ("thinking", self._slow_turn)
        return "The language model has not answered yet." if slow else None

    def expect(self) -> None:
        """The user is about to ask something."""
        self._expected.set()

    async def keep_warm(self) -> None:
        """Have the language model ready when something is expected, until cancelled."""
        while True:
            await self._expected.wait()
            if (model := self._engines.language_model.current) is not None:
                await model.warm()
            await sleep(WARM_EVERY_S)
            self._expected = Event()

    async def speak_up(self, headline: str, words: str) -> None:
        """Say something that the user wanted to be told, as a turn of its own; returns when it was made."""
        turn = self._begin(headline, "reminder", None, words)
        while turn.turn_id in self._unfinished:
            self._ended = Event()
            await self._ended.wait()

    def try_voice(self) -> int | None:
        """Say something in the voice that is chosen. None when too much is waiting."""
        voice = self._engines.synthesizer.current
        return self.ask("", "sample", scripted=EngineInfo.sample if voice is None else voice.info.sample)

    def ask(self, text: str, source: Source = "typed", place: Place | None = None, scripted: str = "") -> int | None:
        """Commit what the user said, as a new turn, and return its number; None when too much is waiting."""
        if self._waiting.statistics().current_buffer_used >= WAITING_TURNS:
            return None
        self.cut()
        return self._begin(text, source, place, scripted).turn_id

    def _begin(self, text: str, source: Source, place: Place | None, scripted: str) -> Turn:
        self._turn_count += 1
        turn = Turn(self._turn_count, text, scripted=scripted)
        where = asdict(place) if place else {}
        self._outbox.post(partial(Transcript, turn_id=turn.turn_id, text=text, source=source, **where))
        self._turns = remembered([*self._turns, turn], self._history_tokens)
        self._unfinished.add(turn.turn_id)
        self._waiting_in.send_nowait(turn)
        self._on_change()
        return turn

    def knows(self, turn_id: int) -> bool:
        return any(turn.turn_id == turn_id for turn in self._turns)

    def retry(self, turn_id: int) -> int | None:
        """Answer again what was said in a known turn, which leaves the history. None when too much is waiting."""
        old = next(turn for turn in self._turns if turn.turn_id == turn_id)
        new = self.ask(old.said, "retry", scripted=old.scripted)
        if new is not None and old in self._turns:
            self._turns.remove(old)
        return new

    def cut(self, turn_id: int | None = None, heard_samples: int | None = None) -> None:
        """Stop the answer that is being made or heard. Nothing happens when it is over, or another turn's."""
        turn = self._turns[-1] if self._turns else None
        if turn is None or turn.cut or turn_id not in (None, turn.turn_id) or self._is_over(turn):
            return
        if self._scope is not None:
            self._scope.cancel()
        turn.cut = True
        reported = self._played.heard_samples if self._played and self._played.turn_id == turn.turn_id else 0
        turn.heard_samples = min(turn.speech_samples, reported if heard_samples is None else heard_samples)
        self._outbox.drop_speech(turn.turn_id)
        self._outbox.post(partial(Interrupted, turn_id=turn.turn_id, heard_samples=turn.heard_samples))
        self._on_change()

    def played(self, report: Playback) -> None:
        """The speaker's report of what was heard."""
        self._played = report
        self._on_change()

    async def run(self) -> None:
        """Serve until cancelled, which cuts the turn in progress without a word."""
        try:
            async with self._waiting_in, self._waiting:
                async for turn in self._waiting:
                    if not turn.cut:
                        await self._take(turn)
                    self._finish(turn)
        finally:
            self._unfinished.clear()
            self._ended.set()

    async def _take(self, turn: Turn) -> None:
        work = Answering(
            turn,
            self._outbox,
            self._engines.language_model,
            self._engines.synthesizer,
            ToolUser(
                turn.turn_id,
                self._toolbox,
                self._consent,
                self._outbox,
                turn.used,
                partial(self._journal.used, turn.turn_id),
            ),
            on_speech=self._on_change,
            on_whole=partial(self._journal.whole, turn.turn_id),
            on_slow=partial(self._note_slowness, turn),
        )
        with CancelScope() as self._scope:
            try:
                await answer(work, going_on(chat(self._turns), turn))
            except Exception:
                # Ours to mend, whatever it was: the log has the traceback, the user has a turn that ends.
                logger.exception("turn %d broke", turn.turn_id)
                work.failures.append(ParleyError("Parley made a mistake in this answer; its log says more."))
        self._scope = None
        for error in [] if turn.cut else work.failures:
            turn.failed = True
            logger.warning("turn %d: %s: %s", turn.turn_id, error.code, error)
            self._outbox.post(partial(replace, failure(error), turn_id=turn.turn_id))

    def _note_slowness(self, turn: Turn) -> None:
        self._slow_turn = turn.turn_id
        self._on_change()

    def _finish(self, turn: Turn) -> None:
        self._unfinished.discard(turn.turn_id)
        self._ended.set()
        outcome: Outcome = "interrupted" if turn.cut else "failed" if turn.failed else "completed"
        self._outbox.post(partial(TurnEnd, turn_id=turn.turn_id, outcome=outcome, sample_count=turn.speech_samples))
        self._on_change()

    def _is_over(self, turn: Turn) -> bool:
        """Made, and heard to its end; one whose playback was stopped before is not."""
        report = self._played
        heard = report is not None and report.turn_id == turn.turn_id and report.state == "finished"
        return turn.turn_id not in self._unfinished and (heard or not turn.speech_samples)

    def _is_played(self, turn: Turn) -> bool:
        report = self._played
        ended = report is not None and report.turn_id >= turn.turn_id and report.state in ("finished", "stopped")
        return turn.cut or ended
