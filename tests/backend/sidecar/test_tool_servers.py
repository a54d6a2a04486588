"""A tool server in a real sidecar: named in the settings, allowed by the user, used, and gone with the sidecar."""

import json
import sys
from pathlib import Path

import psutil
import pytest

from parley.wire.messages import Consent, ConsentAnswer, Failure, Ready, Say, Shutdown, ToolUse, TurnEnd
from tests.fakes.client import connected
from tests.fakes.messages_server import MessagesServer
from tests.fakes.sidecar import ROOT, sidecar

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

RUN = "runpy.run_module('tests.fakes.mcp_server', None, '__main__')"
SERVER = {
    "command": sys.executable,
    "args": ["-c", f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); {RUN}"],
}


async def test_it_is_used_after_the_user_agreed_and_ends_with_the_sidecar(tmp_path: Path) -> None:
    settings = {"mcp_servers": {"sums": SERVER, "absent": {"command": "/nowhere/at/all"}}}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    async with MessagesServer([], calls=[("sums__add", {"a": 2, "b": 3})], pieces_after=["Five."]) as server:
        planted = {"ANTHROPIC_BASE_URL": server.base_url, "ANTHROPIC_API_KEY": "planted-key"}
        async with sidecar(tmp_path, **planted) as it:  # type: ignore[arg-type]
            await it.until(Ready)
            await it.logged("absent is gone")
            async with connected(it) as client:
                failure = await client.until(Failure)
                assert (failure.code, "absent" in failure.message) == ("tool_server_failed", True)
                number = 0
                while not any(tool["name"] == "sums__add" for tool in last_tools(server)):
                    number += 1
                    server.calls = []
                    await client.say("are the tools there", f"c-{number}")
                server.calls = [("sums__add", {"a": 2, "b": 3})]
                await client.send(Say(id="sum", text="two and three"))
                asked = await client.until(Consent, lambda one: bool(one.request))
                assert asked.request.question == "Let Parley use sums: add?"  # type: ignore[union-attr]
                request_id = asked.request.request_id  # type: ignore[union-attr]
                await client.send(ConsentAnswer(id="yes", request_id=request_id, answer="always"))
                assert (await client.until(TurnEnd, count=number + 1)).outcome == "completed"
                assert [use.text for use in client.of(ToolUse)][-1] == "5"
            children = psutil.Process(it.pid).children(recursive=True)
            assert len(children) > 1
            assert not [child for child in children if "planted-key" in str(child.environ())]
            await it.send(Shutdown())
            assert await it.ended() == 0
            assert not [child for child in children if child.is_running()]
    assert server.requests[-1].body["messages"][-1]["content"][0]["content"] == "5"
    assert server.warmed, "the connection was opened before the first question"
    assert "what the user said" not in it.log and "planted-key" not in it.log


def last_tools(server: MessagesServer) -> list[dict[str, object]]:
    return server.requests[-1].body.get("tools", []) if server.requests else []
