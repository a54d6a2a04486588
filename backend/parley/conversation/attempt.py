"""One answer in the making: for a turn that is certain, or for one that may come of a pause. dialogue.py owns it."""

import logging
from collections.abc import Sequence

from anyio import CancelScope, Event

from ..engines.ports import ChatMessage
from ..errors import ParleyError
from ..telemetry import log_context
from ..telemetry.stopwatch import Marks
from .echo_guard import OwnVoice
from .gate import Gate
from .history import Turn
from .turn import Answering, answer

logger = logging.getLogger(__name__)


class Attempt:
    def __init__(self, work: Answering, gate: Gate) -> None:
        self.turn: Turn = work.turn
        self.messages: Sequence[ChatMessage] = ()
        """What it answers: the conversation as it was when it began."""
        self.begun = False
        self._work = work
        self._gate = gate
        self._scope = CancelScope()
        self._ended = Event()

    @property
    def failures(self) -> list[ParleyError]:
        return self._work.failures

    @property
    def marks(self) -> Marks:
        return self._work.marks

    @property
    def voice(self) -> OwnVoice:
        return self._work.voice

    def commit(self) -> None:
        """Its turn is certain: what was made is let out."""
        self._gate.open()

    def cancel(self) -> None:
        """The user went on, or cut in."""
        self._scope.cancel()

    async def run(self, messages: Sequence[ChatMessage]) -> None:
        self.begun, self.messages = True, messages
        with log_context.turn(self.turn.turn_id):
            await self._run(messages)

    async def _run(self, messages: Sequence[ChatMessage]) -> None:
        try:
            with self._scope:
                await answer(self._work, messages)
        except Exception:
            # Ours to mend, whatever it was: the log has the traceback, the user has a turn that ends.
            logger.exception("turn %d broke", self.turn.turn_id)
            self.failures.append(ParleyError("Parley made a mistake in this answer; its log says more."))
        finally:
            self._ended.set()

    async def ended(self) -> None:
        await self._ended.wait()
