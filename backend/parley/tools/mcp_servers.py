"""MCP servers that the user named in the settings: each is kept running, and its tools are in the toolbox while it is.

Through the official SDK. Imported only where a server is named: the SDK takes 2 s.
"""

import json
import logging
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from shutil import which
from typing import Any, TextIO
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import httpx2
import jsonschema  # noqa: F401  # the SDK imports it at the first result, on the event loop
import mcp.client.stdio
from anyio import Event
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CONNECTION_CLOSED, CallToolResult, Implementation, TextContent, ToolListChangedNotification
from mcp_types import Tool as McpToolSpec

from ..engines.ports import ToolSpec
from ..errors import ToolFailed, ToolServerFailed
from ..leashed import leashed
from ..settings import McpServer
from .tool import Permission, Tell
from .toolbox import Toolbox

logger = logging.getLogger(__name__)

# A stop of the sidecar must take less than 3 s in all; the SDK's 2 s and 2 s more are for slower programs than tools.
mcp.client.stdio.PROCESS_TERMINATION_TIMEOUT = 0.5
mcp.client.stdio.FORCE_KILL_TIMEOUT = 0.5

START_S = 20.0
"""To connect and to list the tools. A server that is fetched by npx at its first start takes its time."""

BACKOFF_S = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
HEALTHY_S = 60.0
"""After so long, the next failure is told again, and tried again at once."""

MAX_TOOLS = 64
"""Of one server. Each costs the model tokens at every question."""

MAX_DESCRIPTION_CHARS = 1000
MAX_DETAIL_CHARS = 1000

Report = Callable[[str, ToolServerFailed | None], None]
"""Of a server by its name: what is wrong with it, None for nothing any more."""


class McpRunner:
    """Keeps one server running."""

    def __init__(self, name: str, server: McpServer, toolbox: Toolbox, report: Report) -> None:
        self.name = name
        self._server = server
        self._toolbox = toolbox
        self._report = report
        self._lost = Event()
        """The connection has ended, or a call found it broken."""
        self._changed = Event()
        """Its list of tools has, or it was lost."""

    async def run(self) -> None:
        """Until cancelled. A server that fails is told of once and started again, later each time."""
        failures = 0
        while True:
            began = time.monotonic()
            try:
                await self._serve()
                reason = "it ended"
            except Exception as error:
                reason = _reason(error)
            self._toolbox.bring(self.name, [])
            if time.monotonic() - began > HEALTHY_S:
                failures = 0
            logger.warning("the tool server %s is gone: %s", self.name, reason)
            if failures == 0:
                told = f"The tool server {self.name} is not there: {reason}. It is tried again by itself."
                self._report(self.name, ToolServerFailed(told))
            await anyio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
            failures += 1

    def lost(self) -> None:
        self._lost.set()
        self._changed.set()

    async def _serve(self) -> None:
        """Connect, bring the tools, and stay until the connection is lost."""
        self._lost, self._changed = Event(), Event()
        with open(os.devnull, "w") as nowhere:  # noqa: ASYNC230  # never waits
            # What a server writes to its standard error may be what the user said.
            async with anyio.create_task_group() as tasks:
                started = Event()
                tasks.start_soon(self._give_up_on_start, started, tasks.cancel_scope)
                async with Client(
                    _transport(self._server, nowhere, self.lost),
                    client_info=Implementation(name="parley", version="0.1.0"),
                    message_handler=self._on_message,
                ) as client:
                    await self._bring(client)
                    started.set()
                    self._report(self.name, None)
                    while not self._lost.is_set():
                        await self._changed.wait()
                        self._changed = Event()
                        if not self._lost.is_set():
                            await self._bring(client)
            if not started.is_set():
                raise TimeoutError

    @staticmethod
    async def _give_up_on_start(started: Event, scope: anyio.CancelScope) -> None:
        with anyio.move_on_after(START_S):
            await started.wait()
        if not started.is_set():
            scope.cancel()

    async def _bring(self, client: Client) -> None:
        specs: list[McpToolSpec] = []
        cursor: str | None = None
        while len(specs) < MAX_TOOLS:
            page = await client.list_tools(cursor=cursor)
            specs += page.tools
            cursor = page.next_cursor
            if not cursor:
                break
        self._toolbox.bring(self.name, [McpTool(self, client, spec, self._server) for spec in specs[:MAX_TOOLS]])

    async def _on_message(self, message: object) -> None:
        if isinstance(getattr(message, "root", message), ToolListChangedNotification):
            self._changed.set()


class McpTool:
    def __init__(self, runner: McpRunner, client: Client, spec: McpToolSpec, server: McpServer) -> None:
        self._runner = runner
        self._client = client
        self._name = spec.name
        title = spec.title or (spec.annotations.title if spec.annotations else None) or spec.name
        self.title = f"{runner.name}: {title}"[:80]
        self.timeout_s = server.timeout_s
        name = re.sub(r"[^A-Za-z0-9_-]", "_", f"{runner.name}__{spec.name}")[:64]
        self.spec = ToolSpec(name, (spec.description or title)[:MAX_DESCRIPTION_CHARS], spec.input_schema)
        # Whoever allowed it allowed this one: what became another tool under the same name is asked for again.
        what = [server.command, server.args, server.url, spec.description, spec.input_schema]
        mark = sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]
        self._key = f"mcp {runner.name} {spec.name} {mark}"

    def permission(self, arguments: Mapping[str, Any]) -> Permission:
        detail = json.dumps(arguments, ensure_ascii=False, indent=1) if arguments else ""
        return Permission(self._key, f"Let Parley use {self.title}?", detail[:MAX_DETAIL_CHARS])

    async def run(self, arguments: Mapping[str, Any], tell: Tell) -> str:
        async def on_progress(progress: float, total: float | None, message: str | None) -> None:
            tell(message or (f"{progress:g} of {total:g}" if total else f"{progress:g}"))

        try:
            result = await self._client.call_tool(self._name, dict(arguments), progress_callback=on_progress)
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                raise self._gone() from error
            raise ToolFailed(f"{self.title} failed: {error.message}") from error
        except (httpx2.HTTPError, OSError, anyio.ClosedResourceError, anyio.BrokenResourceError) as error:
            raise self._gone() from error
        except ValueError as error:
            raise ToolFailed(f"{self.title} answered with what cannot be read.") from error
        text = _text(result)
        if result.is_error:
            raise ToolFailed(text or f"{self.title} failed.")
        return text

    def _gone(self) -> ToolFailed:
        self._runner.lost()
        return ToolFailed(f"The tool server {self._runner.name} is gone; it is being started again.")


def _text(result: CallToolResult) -> str:
    """What can be told in words; of the rest, that it is there."""
    parts = [block.text if isinstance(block, TextContent) else f"({block.type})" for block in result.content]
    if not parts and result.structured_content is not None:
        parts = [json.dumps(result.structured_content, ensure_ascii=False)]
    return "\n".join(parts)


@asynccontextmanager
async def _transport(server: McpServer, errors: TextIO, on_end: Callable[[], None]) -> AsyncIterator[Any]:
    if server.url:
        # In a thread, because it reads the system's certificates.
        client = await anyio.to_thread.run_sync(_http_client, server)
        async with client as http, streamable_http_client(server.url, http_client=http) as (read, write):
            yield _Watched(read, on_end), write
    else:
        # The SDK hands on PATH, HOME and a few more of our environment, and nothing else.
        environment = _filled(server.env)
        program, *args = await anyio.to_thread.run_sync(_command, server, environment)
        command = StdioServerParameters(command=program, args=args, env=environment)
        async with mcp.client.stdio.stdio_client(command, errlog=errors) as (read, write):
            yield _Watched(read, on_end), write


def _http_client(server: McpServer) -> httpx2.AsyncClient:
    # As the SDK's own: a server may be silent for long while it works. Calls end by their timeout_s.
    # Loopback needs no proxy, whatever the environment says.
    timeout, trust_env = httpx2.Timeout(30.0, read=300.0), not is_on_this_computer(server)
    return httpx2.AsyncClient(headers=_filled(server.headers), timeout=timeout, trust_env=trust_env)


class _Watched:
    """A stream that says when it has ended: the SDK tells only those who wait for an answer."""

    def __init__(self, stream: Any, on_end: Callable[[], None]) -> None:
        self._stream = stream
        self._on_end = on_end

    async def __aenter__(self) -> "_Watched":
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> Any:
        return await self._stream.__aexit__(*error)

    def __aiter__(self) -> "_Watched":
        return self

    async def __anext__(self) -> Any:
        try:
            return await self._stream.__anext__()
        except StopAsyncIteration:
            self._on_end()
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _command(server: McpServer, environment: Mapping[str, str]) -> list[str]:
    """One that ignores the end of its input ends with us all the same. One that is not there is named by the SDK."""
    command = [server.command, *server.args]
    return leashed(command) if which(server.command, path=environment.get("PATH")) else command


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    """`${NAME}` is the environment's, so that a key need not stand in the settings. Raises `ToolServerFailed`."""

    def look(found: re.Match[str]) -> str:
        if (value := os.environ.get(found[1])) is None:
            raise ToolServerFailed(f"the environment variable {found[1]} is not set")
        return value

    return {name: re.sub(r"\$\{(\w+)\}", look, value) for name, value in values.items()}


def _reason(error: BaseException) -> str:
    """For people, in half a sentence; no words of the server's, which may be anything."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    match error:
        case ToolServerFailed():
            return str(error)
        case TimeoutError():
            return f"it did not answer within {START_S:g} s"
        case FileNotFoundError() | PermissionError():
            return f"its program cannot be started ({error.strerror})"
        case httpx2.HTTPError():
            return "its address cannot be reached"
        case MCPError(code=code) if code == CONNECTION_CLOSED:
            return "it ended"
        case _:
            return f"it does not answer as an MCP server does ({type(error).__name__})"


def is_on_this_computer(server: McpServer) -> bool:
    return not server.url or urlsplit(server.url).hostname in ("127.0.0.1", "localhost", "::1")
