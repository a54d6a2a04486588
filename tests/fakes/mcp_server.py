"""A tool server made with the official SDK, as its users make them.

    python -m tests.fakes.mcp_server               # stdio
    python -m tests.fakes.mcp_server 8123          # streamable HTTP on that port of loopback

It is as good and as bad as it is asked to be.
"""

import os
import sys
from pathlib import Path

import anyio
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("fake")


@server.tool()
def add(a: int, b: int) -> str:
    """Add two numbers."""
    return str(a + b)


@server.tool(title="Count slowly")
async def count(to: int, ctx: Context) -> str:
    """Count, and say how far it has come."""
    for number in range(1, to + 1):
        await ctx.report_progress(number, to, f"at {number}")
    return f"counted to {to}"


@server.tool()
def fail() -> None:
    """Fail."""
    raise ToolError("there is nothing to see")


@server.tool()
async def hang(mark: str) -> None:
    """Never answer. `mark` is a file that is there while it hangs."""
    Path(mark).touch()  # noqa: ASYNC240
    try:
        await anyio.sleep_forever()
    finally:
        Path(mark).unlink()  # noqa: ASYNC240


@server.tool()
def crash() -> str:
    """End at once."""
    os._exit(3)


@server.tool()
def environment() -> str:
    """The names and values of the environment."""
    return str(dict(os.environ))


@server.tool()
def pid() -> str:
    """Of this process."""
    return str(os.getpid())


if __name__ == "__main__":
    sys.stderr.write("what the user said\n")
    if len(sys.argv) > 1:
        server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
    else:
        server.run()
