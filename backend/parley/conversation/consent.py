"""Asks the user before something happens. One question at a time; the rest wait."""

from collections.abc import Callable
from typing import Literal

from anyio import Event, Lock, move_on_after
from msgspec import UNSET

from ..tools.tool import Permission
from ..wire.messages import Consent, ConsentRequest

ANSWER_S = 60.0
"""Nobody there: the question is withdrawn, and the model is told so."""

Answer = Literal["once", "always", "no", "never", "none"]
"""none: nobody answered."""


class ConsentDesk:
    """Of one session. `on_change` is called when `current` has changed."""

    def __init__(self, on_change: Callable[[], None], asked_before: int = 0) -> None:
        """`asked_before`: in an earlier process, so that a late answer is to no other question."""
        self._on_change = on_change
        self._lock = Lock()
        self._count = asked_before
        self._request: ConsentRequest | None = None
        self._answer: Answer = "none"
        self._answered = Event()

    @property
    def current(self) -> Consent:
        return Consent(request=self._request or UNSET)

    @property
    def is_asking(self) -> bool:
        return self._request is not None

    async def ask(self, turn_id: int, permission: Permission) -> Answer:
        """Cancelling withdraws the question."""
        async with self._lock:
            self._count += 1
            self._answer, self._answered = "none", Event()
            self._show(
                ConsentRequest(
                    request_id=self._count,
                    turn_id=turn_id,
                    question=permission.question,
                    detail=permission.detail or UNSET,
                    url=permission.url or UNSET,
                    can_remember=permission.can_remember,
                )
            )
            try:
                with move_on_after(ANSWER_S):
                    await self._answered.wait()
            finally:
                self._show(None)
        if not permission.can_remember:
            return {"always": "once", "never": "no"}.get(self._answer, self._answer)  # type: ignore[return-value]
        return self._answer

    def answer(self, request_id: int, answer: Answer) -> None:
        """An answer to a question that is no longer there, or that has one, means nothing."""
        if self._request is not None and self._request.request_id == request_id and not self._answered.is_set():
            self._answer = answer
            self._answered.set()

    def _show(self, request: ConsentRequest | None) -> None:
        self._request = request
        self._on_change()
