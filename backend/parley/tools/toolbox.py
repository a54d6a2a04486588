"""The tools that there are, and which of them the user has allowed or forbidden for good."""

from collections.abc import Sequence

from ..engines.ports import ToolSpec
from .store import Store
from .tool import Tool


class Toolbox:
    """Shared by the sessions of one sidecar."""

    def __init__(self, tools: Sequence[Tool] = ()) -> None:
        self._own = {tool.spec.name: tool for tool in tools}
        self._others: dict[str, dict[str, Tool]] = {}
        self._store: Store | None = None
        self._allowed: dict[str, bool] = {}

    async def load(self, store: Store) -> None:
        """Learn what was answered for good before, and keep there what will be."""
        self._allowed = await store.permissions()
        self._store = store

    def add(self, *tools: Tool) -> None:
        self._own |= {tool.spec.name: tool for tool in tools}

    def bring(self, source: str, tools: Sequence[Tool]) -> None:
        """These are the tools of that source now, in place of those it brought before."""
        self._others[source] = {tool.spec.name: tool for tool in tools}

    @property
    def specs(self) -> list[ToolSpec]:
        """In an order that stays, because servers keep prompts that begin alike."""
        others = [tool for _, tools in sorted(self._others.items()) for tool in tools.values()]
        return [tool.spec for tool in (*self._own.values(), *others)]

    def find(self, name: str) -> Tool | None:
        for tools in (self._own, *self._others.values()):
            if name in tools:
                return tools[name]
        return None

    def allowed(self, key: str) -> bool | None:
        """What the user has answered for good; None: nothing."""
        return self._allowed.get(key)

    async def remember(self, key: str, allowed: bool) -> None:
        self._allowed[key] = allowed
        if self._store is not None:
            await self._store.permit(key, allowed)

    async def forget_permissions(self) -> int:
        """Ask again before everything. Returns how many answers were forgotten."""
        count = len(self._allowed)
        self._allowed = {}
        if self._store is not None:
            await self._store.forget_permissions()
        return count
