"""Whose work the lines of the log tell of: a session and its turn, from the message that came to the last sample sent.

A task begins with the context of whoever starts it, so what is said here holds for all that comes of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_session: ContextVar[str] = ContextVar("session", default="")
_turn: ContextVar[int] = ContextVar("turn", default=0)

SESSION_CHARS = 8
"""Enough to tell sessions apart; the whole of it would open one to whoever knows the token."""


@contextmanager
def session(session_id: str) -> Iterator[None]:
    before = _session.set(session_id[:SESSION_CHARS])
    try:
        yield
    finally:
        _session.reset(before)


@contextmanager
def turn(turn_id: int) -> Iterator[None]:
    before = _turn.set(turn_id)
    try:
        yield
    finally:
        _turn.reset(before)


def now() -> dict[str, str]:
    """What is known, by name."""
    known = {"session": _session.get(), "turn": str(_turn.get() or "")}
    return {name: value for name, value in known.items() if value}
