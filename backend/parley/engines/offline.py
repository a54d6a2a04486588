"""The language model that is always there: answers by rule, with no network, key or download.

Its words are in offline_rules.py, offline_sums.py, offline_machine.py and offline_timers.py.
It does not hide that it is basic.
"""

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime

import anyio.to_thread

from .offline_machine import read_machine
from .offline_rules import answer
from .offline_timers import wanted
from .ports import GO_ON, ChatMessage, EngineInfo, ToolCall, ToolSpec


class OfflineModel:
    info = EngineInfo(
        name="offline",
        basic=True,
        remedy="It knows the time, sums and this computer; with an API key, Claude answers the rest.",
    )

    def __init__(self, now: Callable[[], datetime] = datetime.now) -> None:
        self._now = now

    @classmethod
    async def load(cls) -> "OfflineModel":
        """There is nothing to load: psutil is imported at the first question about this computer."""
        return cls()

    async def stream(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        done = ""
        if len(messages) > 2 and messages[-1].text == GO_ON:
            messages, done = messages[:-2], messages[-2].text
        # Several lines are several questions, of which those before were cut off or failed: history.py joins them.
        lines = messages[-1].text.strip().splitlines() if messages else []
        question = lines[-1] if lines else ""
        said = next(
            (message.text for message in reversed(messages) if message.role == "assistant" and message.text), ""
        )
        if messages and messages[-1].results:
            # A tool was used for it, and what came of it is the answer.
            text = " ".join(result.text for result in messages[-1].results)
        elif (asked := wanted(question, self._now())) is not None and tools:
            if not isinstance(asked, str):
                yield ToolCall("offline", *asked)
                return
            text = asked
        else:
            text = await self._answer(question, said)
        for word in re.findall(r"\S+\s*", text.removeprefix(done)):
            yield word

    async def _answer(self, question: str, said: str) -> str:
        # In a thread, because a look at the processor takes a while.
        return await anyio.to_thread.run_sync(
            lambda: answer(question, self._now(), read_machine, said=said), abandon_on_cancel=True
        )

    async def warm(self) -> None:
        pass

    async def aclose(self) -> None:
        pass
