"""All the tools of one sidecar, and what has to run for them. Owns the store, the reminders and the MCP servers."""

import importlib
from collections.abc import Callable
from pathlib import Path

import msgspec
from anyio import CancelScope, create_task_group, to_thread

from ..errors import ToolServerFailed
from ..settings import Settings
from .computer import computer_tools
from .opening import Desktop, opening_tools
from .reminder_tools import reminder_tools
from .reminders import Reminders, Say
from .store import Store
from .tool import Function, Tool
from .toolbox import Toolbox

FILE = "tools.sqlite3"


class _Nothing(msgspec.Struct):
    pass


class Workshop:
    def __init__(self, settings: Settings, folder: Path, desktop: Desktop) -> None:
        self._settings = settings
        self._path = folder / FILE
        self.toolbox = Toolbox([*computer_tools(), *opening_tools(desktop)])

    async def run(self, say: Say, report: Callable[[str, ToolServerFailed | None], None]) -> None:
        """Until cancelled. `report`: what the user should know of."""
        store = await Store.open(self._path)
        try:
            reminders = Reminders(store, say)
            self.toolbox.add(*reminder_tools(reminders), _forgetting(self.toolbox))
            await self.toolbox.load(store)
            async with create_task_group() as tasks:
                tasks.start_soon(reminders.run)
                if self._settings.mcp_servers:
                    tasks.start_soon(self._run_servers, report)
        finally:
            with CancelScope(shield=True):
                await store.aclose()

    async def _run_servers(self, report: Callable[[str, ToolServerFailed | None], None]) -> None:
        module = await to_thread.run_sync(importlib.import_module, "parley.tools.mcp_servers")
        async with create_task_group() as tasks:
            for name, server in self._settings.mcp_servers.items():
                if not self._settings.offline or module.is_on_this_computer(server):
                    tasks.start_soon(module.McpRunner(name, server, self.toolbox, report).run)


def _forgetting(toolbox: Toolbox) -> Tool:
    async def forget(_: _Nothing) -> str:
        count = await toolbox.forget_permissions()
        return f"Forgotten: {count} answers. I will ask again." if count else "There was nothing to forget."

    return Function(
        "forget_permissions",
        "Forget permissions",
        "Forgets what the user allowed or forbade for good, so that every tool asks again.",
        _Nothing,
        forget,
    )
