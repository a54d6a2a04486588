"""Whose turn it is: takes what the user says, one at a time, and has it answered. Owns the turn in progress.

The user's words are committed (posted) before anything of the answer. What the user says next cuts the turn
before it. `turn_end` is posted whatever happened. In a pause, an answer is begun for the turn that may come of it.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace as changed
from functools import partial
from typing import Literal, assert_never

from anyio import Event, create_memory_object_stream, create_task_group, sleep
from anyio.abc import TaskGroup
from msgspec.structs import replace

from ..engines.ports import ChatMessage, EngineInfo
from ..engines.slots import Engines
from ..errors import failure
from ..memory.journal import Journal
from ..telemetry.stopwatch import Stopwatch
from ..tools.toolbox import Toolbox
from ..wire.messages import Interrupted, Playback, Transcript, TurnEnd
from .attempt import Attempt
from .consent import ConsentDesk
from .echo_guard import OwnVoice
from .gate import Gate
from .history import Place, Turn, chat, remembered, unheard_text, whole_text
from .loudspeaker import Loudspeaker
from .orders import Order, order_in
from .outbox import Outbox
from .recall import NO_PAST, Past, going_on
from .reopening import joined, reopened
from .speculation import Speculation
from .tool_use import ToolUser
from .turn import Answering

logger = logging.getLogger(__name__)

WAITING_TURNS = 16
"""Turns that may wait. Only the last of them is answered (with what was said before it), so a few are plenty."""

WARM_EVERY_S = 30.0
"""A connection is kept for a minute (claude_client.py)."""

Source = Literal["speech", "typed", "retry", "reminder", "sample"]
Stage = Literal["thinking", "speaking"]
Outcome = Literal["completed", "interrupted", "failed"]


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
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self.stopwatch = stopwatch or Stopwatch()
        self._outbox = outbox
        self._engines = engines
        self._on_change = on_change
        self._toolbox = toolbox
        self._consent = consent
        self._history_tokens = history_tokens
        self._expected = Event()
        self._slow_turn: Turn | None = None
        self._journal = journal or Journal("")
        self._turns = remembered(past.turns, history_tokens)
        self._turn_count = past.last_turn_id
        # And the one that was in progress when an earlier process ended.
        self._waiting_in, self._waiting = create_memory_object_stream[Attempt](WAITING_TURNS + 1)
        self._unfinished = {turn.turn_id for turn in past.open}
        self._attempt: Attempt | None = None
        """At the newest turn."""
        self.voices = deque([OwnVoice()], maxlen=2)
        """Of the answer that is being made, and of the one before: its last words may still be in the room."""
        for turn in past.open:
            self._attempt = self._attempt_at(turn)
            self._commit(self._attempt)
        self._speculation = Speculation(self.stopwatch.counters)
        self._tasks: TaskGroup | None = None
        self._ended = Event()
        """Set, and made anew by who waits, when a turn has ended."""
        self.loudspeaker = Loudspeaker(past.played)

    @property
    def stage(self) -> tuple[Stage, int] | None:
        """What goes on, in which turn; None when nothing does."""
        if not self._turns:
            return None
        turn = self._turns[-1]
        if turn.speech_samples and not self.loudspeaker.is_through(turn):
            return "speaking", turn.turn_id
        return ("thinking", turn.turn_id) if turn.turn_id in self._unfinished else None

    @property
    def speaking(self) -> Turn | None:
        """The turn that is heard, or was until a moment ago: what is said then was begun while it was."""
        turn = self._turns[-1] if self._turns else None
        if turn is None or turn.cut or not turn.speech_samples:
            return None
        return None if self.loudspeaker.has_faded(turn) else turn

    @property
    def waiting(self) -> int:
        """Turns that wait to be answered."""
        return self._waiting.statistics().current_buffer_used

    @property
    def note(self) -> str | None:
        """What a turn that is thought about waits for, when it takes long."""
        stage, slow = self.stage, self._slow_turn
        is_slow = slow is not None and slow is self._turns[-1] and stage == ("thinking", slow.turn_id)
        return "The language model has not answered yet." if is_slow else None

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
        turn = self._begin(self._next(headline, scripted=words), "reminder")
        while turn.turn_id in self._unfinished:
            self._ended = Event()
            await self._ended.wait()

    def try_voice(self) -> int | None:
        """Say something in the voice that is chosen. None when too much is waiting."""
        voice = self._engines.synthesizer.current
        return self.ask("", "sample", scripted=EngineInfo.sample if voice is None else voice.info.sample)

    def ask(self, text: str, source: Source = "typed", place: Place | None = None, scripted: str = "") -> int | None:
        """Commit what the user said, as a new turn, and return its number; None when too much is waiting. Words with
        which he goes on in a turn that seemed over take its place, with the words before them."""
        if self._waiting.statistics().current_buffer_used >= WAITING_TURNS:
            return None
        order = order_in(text) if not scripted else None
        before = reopened(self._turns, place) if order is None else None
        self.cut()
        turn = self._next(text, place, before, scripted or self._script(order))
        turn.is_order = order == "stop"
        return self._begin(turn, source, before).turn_id

    def _script(self, order: Order | None) -> str:
        """What an order wants said, as far as that is known; the rest is for the language model."""
        match order:
            case "repeat":
                return whole_text(self._turns)
            case "go_on":
                return unheard_text(self._turns)
            case "stop" | None:
                return ""
            case _:
                assert_never(order)

    def speculate(self, text: str, place: Place) -> None:
        """The user pauses. If this is all, it is going to be asked: begin the answer, of which nothing gets out."""
        is_free = not self._unfinished and self._engines.language_model.current is not None
        before = reopened(self._turns, place)
        if self._tasks is not None and is_free and self._speculation.may_begin(text):
            turn = self._next(text, place, before)
            self._speculation.begin(self._attempt_at(turn), self._chat_with(turn, before), self._tasks)

    def withdraw(self) -> None:
        """It was not all."""
        self._speculation.withdraw()

    def _begin(self, turn: Turn, source: Source, before: Turn | None = None) -> Turn:
        """`before`: the turn whose place it takes."""
        asks, place = not (turn.scripted or turn.is_order), turn.place
        begun = self._speculation.take(turn.turn_id, self._chat_with(turn, before) if asks else [])
        if begun is not None:
            begun.turn.place, turn = place, begun.turn
        self._attempt = attempt = begun or self._attempt_at(turn)
        self._turn_count = turn.turn_id
        said_at = None if place is None else (place.stream, place.end_sample)
        self.stopwatch.began(turn.turn_id, source, attempt.marks, said_at, begun is not None)
        more = _where(turn.place) | ({"continues": before.turn_id} if before else {})
        self._outbox.post(partial(Transcript, turn_id=turn.turn_id, text=turn.said, source=source, **more))
        self._turns = remembered([*(one for one in self._turns if one is not before), turn], self._history_tokens)
        self._unfinished.add(turn.turn_id)
        self._commit(attempt)
        self._on_change()
        return turn

    def _next(self, text: str, place: Place | None = None, before: Turn | None = None, scripted: str = "") -> Turn:
        """The turn that comes."""
        if before is not None and before.place is not None and place is not None:
            text, place = joined(before.said, text), changed(place, first_sample=before.place.first_sample)
        return Turn(self._turn_count + 1, text, place=place, scripted=scripted)

    def _chat_with(self, turn: Turn, before: Turn | None = None) -> list[ChatMessage]:
        """What the model is going to be asked, when `turn` cuts off the one that is being heard, or replaces it."""
        turns = [one for one in self._turns if one is not before]
        if turns and not (turns[-1].cut or self._is_over(turns[-1])):
            turns[-1] = changed(turns[-1], cut=True, heard_samples=self.loudspeaker.heard_samples(turns[-1]))
        return chat(remembered([*turns, turn], self._history_tokens))

    def _commit(self, attempt: Attempt) -> None:
        self.voices.append(attempt.voice)
        attempt.commit()
        self._waiting_in.send_nowait(attempt)

    def _attempt_at(self, turn: Turn) -> Attempt:
        gate = Gate(self._outbox)
        work = Answering(
            turn,
            gate,
            self._engines.language_model,
            self._engines.synthesizer,
            ToolUser(
                turn.turn_id,
                self._toolbox,
                self._consent,
                gate,
                turn.used,
                partial(self._journal.use, turn.turn_id),
                partial(self._journal.used, turn.turn_id),
            ),
            voice=OwnVoice(turn.turn_id, turn.speech_samples),
            on_speech=self._on_change,
            on_whole=partial(gate.when_open, partial(self._journal.whole, turn.turn_id)),
            on_slow=partial(self._note_slowness, turn),
            marks=self.stopwatch.marks(),
        )
        return Attempt(work, gate)

    def knows(self, turn_id: int) -> bool:
        return any(turn.turn_id == turn_id for turn in self._turns)

    def retry(self, turn_id: int) -> int | None:
        """Answer again what was said in a known turn, which leaves the history. None when too much is waiting."""
        old = next(turn for turn in self._turns if turn.turn_id == turn_id)
        new = self.ask(old.said, "retry", scripted=old.scripted)
        if new is not None and old in self._turns:
            self._turns.remove(old)
        return new

    def stop(self, turn_id: int | None = None, heard_samples: int | None = None) -> None:
        """`cut`, because the user says so and not because he says something else."""
        newest = self._turns[-1] if self._turns else None
        self.cut(turn_id, heard_samples)
        if newest is not None and newest.cut:
            newest.stopped = True

    def cut(self, turn_id: int | None = None, heard_samples: int | None = None) -> None:
        """Stop the answer that is being made or heard. Nothing happens when it is over, or another turn's."""
        turn = self._turns[-1] if self._turns else None
        if turn is None or turn.cut or turn_id not in (None, turn.turn_id) or self._is_over(turn):
            return
        if self._attempt is not None:
            self._attempt.cancel()
        self.stopwatch.counters.interruptions += 1
        turn.cut = True
        turn.heard_samples = min(
            turn.speech_samples, self.loudspeaker.heard_samples(turn) if heard_samples is None else heard_samples
        )
        self._outbox.drop_speech(turn.turn_id)
        self._outbox.post(partial(Interrupted, turn_id=turn.turn_id, heard_samples=turn.heard_samples))
        self._on_change()

    def played(self, report: Playback) -> None:
        """The speaker's report of what was heard."""
        self.loudspeaker.report(report)
        rate_hz = next((voice.rate_hz for voice in self.voices if voice.turn_id == report.turn_id), 0)
        self.stopwatch.played(report.turn_id, report.heard_samples, rate_hz, report.state)
        self._on_change()

    async def run(self) -> None:
        """Serve until cancelled, which cuts the turn in progress without a word."""
        try:
            async with self._waiting_in, self._waiting, create_task_group() as self._tasks:
                async for attempt in self._waiting:
                    await self._take(attempt)
                    self._finish(attempt.turn)
        finally:
            self._tasks = None
            self._unfinished.clear()
            self._ended.set()
            self.stopwatch.close()

    async def _take(self, attempt: Attempt) -> None:
        turn = attempt.turn
        if attempt.begun:
            await attempt.ended()
        elif not (turn.cut or turn.is_order):
            await attempt.run(going_on(chat(self._turns), turn))
        for error in [] if turn.cut else attempt.failures:
            turn.failed = True
            logger.warning("turn %d: %s: %s", turn.turn_id, error.code, error)
            self._outbox.post(partial(replace, failure(error), turn_id=turn.turn_id))

    def _note_slowness(self, turn: Turn) -> None:
        self._slow_turn = turn
        self._on_change()

    def _finish(self, turn: Turn) -> None:
        self._unfinished.discard(turn.turn_id)
        self._ended.set()
        outcome: Outcome = "interrupted" if turn.cut else "failed" if turn.failed else "completed"
        self.stopwatch.finished(turn.turn_id, outcome)
        self._outbox.post(partial(TurnEnd, turn_id=turn.turn_id, outcome=outcome, sample_count=turn.speech_samples))
        self._on_change()

    def _is_over(self, turn: Turn) -> bool:
        """Made, and heard to its end; one whose playback was stopped before is not."""
        heard = self.loudspeaker.has_finished(turn) or not turn.speech_samples
        return turn.turn_id not in self._unfinished and heard


def _where(place: Place | None) -> dict[str, int]:
    if place is None:
        return {}
    count = place.end_sample - place.first_sample
    return {"stream": place.stream, "first_sample": place.first_sample, "sample_count": count}
