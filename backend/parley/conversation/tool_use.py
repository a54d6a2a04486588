"""Carries out what the language model asks for in one answer: looks the tool up, asks the user, waits, and reports.

Whatever goes wrong is told to the model, which tells the user. Nothing here stops the speech of what was said before.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from anyio import create_task_group, fail_after, lowlevel
from msgspec import UNSET

from ..engines.ports import ChatMessage, ToolCall, ToolResult, ToolSpec
from ..errors import ToolFailed
from ..tools.tool import Tool
from ..tools.toolbox import Toolbox
from ..wire.messages import ToolUse
from .consent import ConsentDesk
from .gate import Gate

logger = logging.getLogger(__name__)

MAX_ROUNDS = 8
"""Of calls in one answer. A model that goes on beyond is lost, and the user waits."""

MAX_CALLS = 16
"""In one round."""

MAX_RESULT_CHARS = 12_000
"""That the model is told: some 4000 tokens, which it reads in a second."""

MAX_SHOWN_CHARS = 300

State = Literal["asking", "running", "completed", "failed", "refused"]

UNKNOWN = (
    "Parley was stopped while it did this: it may be done, or not. Do not do it again unasked. "
    "Say that it is not known."
)
"""What the model is told of a use whose end was not seen."""

_REFUSED = {
    "no": "The user did not allow it this time.",
    "never": "The user never allows this. Do not ask again.",
    "none": "The user did not answer whether this is allowed, so it was not done.",
}


@dataclass
class ToolUser:
    """Of one turn."""

    turn_id: int
    toolbox: Toolbox
    consent: ConsentDesk
    outbox: Gate
    used: list[tuple[ToolCall, ToolResult]] = field(default_factory=list)
    on_use: Callable[[ToolCall, ToolResult], Awaitable[None]] = lambda *_: lowlevel.checkpoint()
    """A tool is about to be used, of which no more is known yet. It is when this returns."""
    on_used: Callable[[ToolCall, ToolResult], None] = lambda *_: None

    @property
    def specs(self) -> list[ToolSpec]:
        return self.toolbox.specs

    async def carry_out(self, said: str, calls: Sequence[ToolCall]) -> list[ChatMessage]:
        """All of them, at once; returns what the conversation goes on with. `said`: before the calls."""
        results: dict[str, ToolResult] = {}

        async def one(call: ToolCall, use: int) -> None:
            results[call.call_id] = await self._carry_out(call, use)

        async with create_task_group() as tasks:
            for index, call in enumerate(calls[:MAX_CALLS]):
                tasks.start_soon(one, call, len(self.used) + index)
        for call in calls[MAX_CALLS:]:
            results[call.call_id] = ToolResult(call.call_id, "Too many calls at once.", failed=True)
        self.used += [(call, results[call.call_id]) for call in calls]
        for call in calls:
            self.on_used(call, results[call.call_id])
        told = tuple(results[call.call_id] for call in calls)
        return [ChatMessage("assistant", said, tuple(calls)), ChatMessage("user", "", (), told)]

    async def _carry_out(self, call: ToolCall, use: int) -> ToolResult:
        tool = self.toolbox.find(call.name)
        if tool is None:
            return ToolResult(call.call_id, f"There is no tool {call.name}.", failed=True)

        def show(state: State, text: str = "") -> None:
            text = text if len(text) <= MAX_SHOWN_CHARS else f"{text[: MAX_SHOWN_CHARS - 1]}…"
            shown = partial(ToolUse, turn_id=self.turn_id, use=use, title=tool.title)
            self.outbox.post(partial(shown, state=state, text=text or UNSET))

        try:
            if (refusal := await self._refusal(tool, call, show)) is not None:
                show("refused")
                return ToolResult(call.call_id, refusal, failed=True)
            await self.on_use(call, ToolResult(call.call_id, UNKNOWN, failed=True))
            show("running")
            with fail_after(tool.timeout_s):
                text = await tool.run(call.arguments, partial(show, "running"))
        except ToolFailed as error:
            text = str(error)
        except TimeoutError:
            text = f"It took longer than {tool.timeout_s:g} seconds, and was given up."
        except Exception:
            logger.exception("the tool %s broke", call.name)
            text = "It broke, by a mistake in Parley."
        else:
            show("completed", text)
            return ToolResult(call.call_id, text[:MAX_RESULT_CHARS])
        show("failed", text)
        return ToolResult(call.call_id, text[:MAX_RESULT_CHARS], failed=True)

    async def _refusal(self, tool: Tool, call: ToolCall, show: Callable[[State], None]) -> str | None:
        """None: it is allowed, by the user now or before, or needs no asking."""
        permission = tool.permission(call.arguments)
        if permission is None:
            return None
        before = self.toolbox.allowed(permission.key) if permission.can_remember else None
        if before is not None:
            return None if before else _REFUSED["never"]
        show("asking")
        answer = await self.consent.ask(self.turn_id, permission)
        if answer in ("always", "never"):
            await self.toolbox.remember(permission.key, answer == "always")
        return _REFUSED.get(answer)
