"""The language model that is always there: answers by rule, with no network, key or download.

Its words are in offline_rules.py, offline_sums.py and offline_machine.py. It does not hide that it is basic.
"""

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime

import anyio.to_thread

from .offline_machine import read_machine
from .offline_rules import answer
from .ports import ChatMessage, EngineInfo, ToolCall, ToolSpec


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
        # Several lines are several questions, of which those before were cut off or failed: history.py joins them.
        lines = messages[-1].text.strip().splitlines() if messages else []
        question = lines[-1] if lines else ""
        said = next((message.text for message in reversed(messages) if message.role == "assistant"), "")
        # In a thread, because a look at the processor takes a while.
        text = await anyio.to_thread.run_sync(
            lambda: answer(question, self._now(), read_machine, said=said), abandon_on_cancel=True
        )
        for word in re.findall(r"\S+\s*", text):
            yield word

    async def warm(self) -> None:
        pass

    async def aclose(self) -> None:
        pass
