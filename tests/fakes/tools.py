"""A tool that counts how often it was used."""

from collections.abc import Mapping
from typing import Any

from parley.engines.ports import ToolSpec
from parley.tools.tool import Permission, Tell


class FakeTool:
    timeout_s = 1.0

    def __init__(self, name: str) -> None:
        self.spec = ToolSpec(name, "Counts.", {"type": "object"})
        self.title = name
        self.runs = 0

    def permission(self, arguments: Mapping[str, Any]) -> Permission | None:
        return None

    async def run(self, arguments: Mapping[str, Any], tell: Tell) -> str:
        self.runs += 1
        return "It is done."
