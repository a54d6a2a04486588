"""Holds back an answer until its turn is certain. Behind an open gate everything goes straight to the outbox.

So an answer that begins in the user's pause is made by the same code as any other, and nothing of it gets out when
the user goes on: the gate is dropped with all that it holds.
"""

from collections.abc import Callable
from functools import partial

from anyio import Event

from ..memory.journal import Numbered
from ..wire.codec import Frame
from .outbox import MESSAGE_BYTES, Outbox

HELD_BYTES = 1 << 18
"""Five seconds of speech. More is seldom needed before the turn is certain, and made in vain when the user goes on."""


class Gate:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._held: list[Callable[[], None]] = []
        self._held_bytes = 0
        self._opened = Event()

    def open(self) -> None:
        """Let out what was held, in its order, and hold back nothing more."""
        for let_out in self._held:
            let_out()
        self._held.clear()
        self._opened.set()

    async def opened(self) -> None:
        """For what cannot be taken back: wait until the turn is certain."""
        await self._opened.wait()

    def when_open(self, effect: Callable[[], None], size: int = 0) -> None:
        """Do this in its turn among what is let out."""
        if self._opened.is_set():
            effect()
        else:
            self._held.append(effect)
            self._held_bytes += size

    async def room(self) -> None:
        """See `Outbox.room`. Waits, too, while enough is held back."""
        if self._held_bytes >= HELD_BYTES:
            await self._opened.wait()
        if self._opened.is_set():
            await self._outbox.room()

    def post(self, make: Callable[..., Numbered]) -> None:
        self.when_open(partial(self._outbox.post, make), MESSAGE_BYTES)

    def post_speech(self, frame: Frame) -> None:
        self.when_open(partial(self._outbox.post_speech, frame), len(frame.pcm))
