"""The answer that is begun in a pause, for the turn that comes of it if the user has ended.

First to wait until silence tells that he has, and then to work, adds the two up. So the work begins in the pause,
behind a gate (gate.py) that opens when the turn is certain. When he goes on, it is thrown away.
"""

from collections.abc import Sequence
from typing import Literal

from anyio.abc import TaskGroup

from ..engines.ports import ChatMessage
from ..engines.slots import Engines
from ..telemetry.counters import Counters
from .attempt import Attempt
from .completeness import completeness
from .orders import order_in

MAX_TRIES = 3
"""For one turn. Who pauses more often is thinking, and pays for nothing (LiveKit's agents have the same bound)."""

Speculate = Literal["always", "when_free", "never"]


def is_wanted(speculate: Speculate, engines: Engines) -> bool:
    """Whether answers begin in pauses, by the user's wish and by what a request costs."""
    slots = (engines.transcriber, engines.language_model, engines.synthesizer)
    is_free = not any(slot.current is not None and slot.current.info.metered for slot in slots)
    return speculate == "always" or (speculate == "when_free" and is_free)


def is_promising(text: str, tries: int) -> bool:
    """Whether an answer may begin. After "and…" it would be in vain nine times out of ten; an order has none."""
    return tries < MAX_TRIES and completeness(text) != "open" and order_in(text) is None


class Speculation:
    """Of one session: at most one at a time."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._attempt: Attempt | None = None
        self._tries = 0
        """For the turn to come."""

    def may_begin(self, text: str) -> bool:
        return is_promising(text, self._tries)

    def begin(self, attempt: Attempt, messages: Sequence[ChatMessage], tasks: TaskGroup) -> None:
        self.withdraw()
        self._attempt = attempt
        self._tries += 1
        self._counters.answers_begun += 1
        tasks.start_soon(attempt.run, messages)

    def withdraw(self) -> None:
        """The user went on."""
        if self._attempt is not None:
            self._attempt.cancel()
            self._attempt = None

    def take(self, turn_id: int, messages: Sequence[ChatMessage]) -> Attempt | None:
        """A turn has come: what was begun, if it answers this and nothing went wrong with it."""
        attempt, self._tries = self._attempt, 0
        fits = attempt is not None and attempt.turn.turn_id == turn_id and attempt.messages == messages
        if attempt is None or attempt.failures or not fits:
            self.withdraw()
            return None
        self._attempt = None
        self._counters.answers_used += 1
        return attempt
