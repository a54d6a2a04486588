"""Tool servers made with the official SDK: real processes over stdio, a real HTTP server, and the ways they fail."""

import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest

from parley.errors import ToolFailed, ToolServerFailed
from parley.settings import McpServer
from parley.tools import mcp_servers
from parley.tools.mcp_servers import McpRunner
from parley.tools.tool import Permission, Tool
from parley.tools.toolbox import Toolbox

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
RUN = "runpy.run_module('tests.fakes.mcp_server', None, '__main__')"
CODE = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); {RUN}"
ARGS = ["-c", CODE]
STDIO = McpServer(command=sys.executable, args=ARGS, timeout_s=5)
PATIENCE_S = 15.0


async def eventually(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(PATIENCE_S):
        while not holds():  # noqa: ASYNC110  # nothing tells of it
            await anyio.sleep(0.005)


class World:
    def __init__(self) -> None:
        self.toolbox = Toolbox()
        self.reports: list[str] = []
        self.told: list[str] = []

    def report(self, name: str, error: ToolServerFailed | None) -> None:
        if error is not None:
            self.reports.append(str(error))

    async def tool(self, name: str) -> Tool:
        """As soon as it is there."""
        await eventually(lambda: self.toolbox.find(name) is not None)
        tool = self.toolbox.find(name)
        assert tool is not None
        return tool

    async def use(self, name: str, **arguments: Any) -> str:
        return await (await self.tool(name)).run(arguments, self.told.append)

    async def until(self, reports: int) -> None:
        await eventually(lambda: len(self.reports) >= reports)


@asynccontextmanager
async def running(server: McpServer) -> AsyncIterator[World]:
    world = World()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(McpRunner("fake", server, world.toolbox, world.report).run)
        yield world
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def http_server(port: int) -> AsyncIterator[subprocess.Popen[bytes]]:
    process = await anyio.to_thread.run_sync(
        lambda: subprocess.Popen(
            [sys.executable, *ARGS, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    )
    try:
        await eventually(lambda: listens(port))
        yield process
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_tools_of_a_program_are_there_and_work() -> None:
    async with running(STDIO) as world:
        assert await world.use("fake__add", a=2, b=3) == "5"
        names = [spec.name for spec in world.toolbox.specs]
        assert {"fake__add", "fake__count", "fake__hang"} <= set(names)
        tool = await world.tool("fake__count")
        assert tool.title == "fake: Count slowly"
        assert tool.spec.parameters["properties"]["to"]["type"] == "integer"
        assert await tool.run({"to": 3}, world.told.append) == "counted to 3"
        assert world.told == ["at 1", "at 2", "at 3"]
        with pytest.raises(ToolFailed, match="nothing to see"):
            await world.use("fake__fail")
        with pytest.raises(ToolFailed):
            await world.use("fake__add", a="many")
        pid = int(await world.use("fake__pid"))
        assert world.reports == []
    await eventually(lambda: not psutil.pid_exists(pid))


async def test_the_user_is_asked_once_for_each_tool_and_again_when_it_becomes_another() -> None:
    async with running(STDIO) as world:
        tool = await world.tool("fake__add")
        permission = tool.permission({"a": 2})
        assert permission is not None
        assert permission.question == "Let Parley use fake: add?" and '"a": 2' in permission.detail
        assert permission.can_remember
        other = await world.tool("fake__fail")
        assert key(other) != key(tool)
        first = key(tool)
    async with running(McpServer(command=sys.executable, args=ARGS, timeout_s=9)) as world:
        assert key(await world.tool("fake__add")) == first
    async with running(McpServer(command="/usr/bin/env", args=[sys.executable, *ARGS])) as world:
        assert key(await world.tool("fake__add")) != first


def key(tool: Tool) -> str:
    permission = tool.permission({})
    assert isinstance(permission, Permission)
    return permission.key


async def test_a_server_gets_no_secret_of_ours_and_what_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "planted-key")
    monkeypatch.setenv("SOME_TOKEN", "planted-token")
    monkeypatch.setenv("FOR_THE_SERVER", "a-value")
    server = McpServer(command=sys.executable, args=ARGS, env={"GIVEN": "<${FOR_THE_SERVER}>"})
    async with running(server) as world:
        seen = await world.use("fake__environment")
    assert "'GIVEN': '<a-value>'" in seen
    assert "planted" not in seen and "FOR_THE_SERVER" not in seen


async def test_a_variable_that_is_not_set_is_named() -> None:
    async with running(McpServer(command="true", env={"KEY": "${PARLEY_ABSENT}"})) as world:
        await world.until(1)
    assert "PARLEY_ABSENT is not set" in world.reports[0]


async def test_a_crash_is_told_once_and_the_server_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_servers, "BACKOFF_S", (0.01, 0.01))
    async with running(STDIO) as world:
        first = await world.use("fake__pid")
        for _ in range(2):
            with pytest.raises(ToolFailed, match="is gone"):
                await world.use("fake__crash")
            await eventually(lambda: world.toolbox.find("fake__pid") is None)
            assert await world.use("fake__pid") != first
        assert world.reports == ["The tool server fake is not there: it ended. It is tried again by itself."]


async def test_a_server_that_is_killed_while_idle_is_missed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_servers, "BACKOFF_S", (60.0,))
    async with running(STDIO) as world:
        os.kill(int(await world.use("fake__pid")), 9)
        await world.until(1)
        assert world.toolbox.specs == []


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (McpServer(command="/nowhere/at/all"), "its program cannot be started"),
        (McpServer(command=sys.executable, args=["-c", "print('hello')"]), "it ended"),
        (McpServer(url="http://127.0.0.1:1/mcp"), "its address cannot be reached"),
    ],
)
async def test_a_server_that_is_none(server: McpServer, reason: str) -> None:
    async with running(server) as world:
        await world.until(1)
    assert reason in world.reports[0]


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_servers, "START_S", 0.3)
    async with running(McpServer(command="sleep", args=["60"])) as world:
        await world.until(1)
    assert "did not answer within 0.3 s" in world.reports[0]


async def test_a_call_that_is_given_up_is_given_up_by_the_server_too(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    async with running(STDIO) as world:
        tool = await world.tool("fake__hang")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tool.run, {"mark": str(mark)}, world.told.append)
            await eventually(mark.exists)
            tasks.cancel_scope.cancel()
        await eventually(lambda: not mark.exists())
        assert await world.use("fake__add", a=1, b=1) == "2"


async def test_s16_the_tools_of_an_address_are_there_and_work_without_a_proxy(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with http_server(port), running(McpServer(url=f"http://127.0.0.1:{port}/mcp")) as world:
        assert await world.use("fake__add", a=2, b=3) == "5"
        assert await world.use("fake__count", to=2) == "counted to 2"
        assert world.told == ["at 1", "at 2"]


async def test_an_address_that_goes_and_comes_back(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_servers, "BACKOFF_S", (0.05,))
    async with running(McpServer(url=f"http://127.0.0.1:{port}/mcp")) as world:
        async with http_server(port):
            await world.use("fake__add", a=2, b=3)
        with pytest.raises(ToolFailed):
            await world.use("fake__add", a=2, b=3)
        async with http_server(port):
            with anyio.fail_after(PATIENCE_S):
                while True:
                    try:
                        assert await world.use("fake__add", a=2, b=2) == "4"
                        break
                    except ToolFailed:
                        await anyio.sleep(0.05)


def test_the_sdk_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, parley.sidecar.host; sys.exit('mcp' in sys.modules or 'boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
