"""Tools that look, on this very computer."""

from datetime import datetime

import pytest

from parley.errors import ToolFailed
from parley.tools.computer import computer_tools

pytestmark = pytest.mark.anyio

TOOLS = {tool.spec.name: tool for tool in computer_tools(now=lambda: datetime(2026, 11, 23, 18, 47))}


async def test_the_status_is_said_in_sentences() -> None:
    text = await TOOLS["computer_status"].run({}, lambda _: None)
    assert "gigabytes of memory are in use" in text and "has been running for" in text


async def test_the_time_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    text = await TOOLS["time_in"].run({"zone": "Asia/Tokyo"}, lambda _: None)
    assert text.endswith("2026, in Asia/Tokyo.")
    for zone in ("Nowhere/At_All", "../../etc/passwd", ""):
        with pytest.raises(ToolFailed):
            await TOOLS["time_in"].run({"zone": zone}, lambda _: None)


def test_the_model_is_told_what_arguments_mean() -> None:
    spec = TOOLS["time_in"].spec
    assert spec.parameters["required"] == ["zone"]
    assert "IANA" in spec.parameters["properties"]["zone"]["description"]
    assert TOOLS["computer_status"].spec.parameters["type"] == "object"
