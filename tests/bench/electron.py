"""A real Electron to be measured, on a screen that nobody sees: Parley's shell, or a bare one for the floor.

Its page is looked into through DevTools, whose clock is the same as ours: `time.time()`.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import anyio
import psutil
from anyio import to_thread
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from .processes import ROOT
from .rows import Skipped

BARE = str(ROOT / "tests" / "bench" / "bare_electron.cjs")
START_S = 60.0
LOOKS_APART_S = 0.01

PREPARE = """
const { prepareElectron } = await import('./tests/shell/support/electron9.mjs')
const { NEEDED_FLAGS } = await import('./build/electron.mjs')
console.log(JSON.stringify({ ...await prepareElectron(), flags: NEEDED_FLAGS }))
"""


@cache
def _prepare() -> tuple[list[str], str]:
    """The program with the flags that it needs here, and the shell's entry. Builds what is missing."""
    node = shutil.which("node")
    if node is None or shutil.which("Xvfb") is None:
        raise Skipped("it needs Node and Xvfb")
    made = subprocess.run(
        [node, "--input-type=module", "--eval", PREPARE], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    found = json.loads(made.stdout.splitlines()[-1])
    if "program" not in found:
        raise Skipped("there is no Electron on this machine")
    return [found["program"], *found["flags"]], found["entry"]


@dataclass
class Shell:
    pid: int
    spawned_at: float
    """On time.time()'s clock."""
    home: Path
    _page: aiohttp.ClientWebSocketResponse

    async def evaluate(self, expression: str) -> Any:
        """What it comes to in the page; a promise is waited for. Asked again when the page was loaded in between."""
        order = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        with anyio.fail_after(START_S):
            while True:
                await self._page.send_json({"id": 1, "method": "Runtime.evaluate", "params": order})
                answer = await self._page.receive_json()
                if "result" in answer:
                    return answer["result"]["result"]["value"]
                await anyio.sleep(LOOKS_APART_S)

    async def painted_at(self) -> float:
        """When the window had something in it."""
        return float(await self.evaluate(PAINTED)) / 1000

    async def connected_at(self) -> float:
        return float(await self.evaluate(CONNECTION % "==")) / 1000

    async def disconnected_at(self) -> float:
        return float(await self.evaluate(CONNECTION % "!=")) / 1000

    def sidecar(self) -> psutil.Process:
        (found,) = [one for one in psutil.Process(self.pid).children() if "parley" in one.cmdline()]
        return found

    def log(self) -> list[str]:
        return (self.home / "state" / "parley" / "log" / "sidecar.log").read_text().splitlines()


PAINTED = """
new Promise((resolve) => new PerformanceObserver((list) => {
  const [paint] = list.getEntriesByName('first-contentful-paint')
  if (paint) resolve(performance.timeOrigin + paint.startTime)
}).observe({ type: 'paint', buffered: true }))
"""

CONNECTION = """
new Promise((resolve) => {
  const look = () => {
    const mark = document.querySelector('[data-testid="connection"]')
    if (mark && mark.dataset.state %s 'connected') resolve(Date.now())
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
  look()
})
"""


@asynccontextmanager
async def screen() -> AsyncIterator[str]:
    await to_thread.run_sync(_prepare)
    options = ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    async with await anyio.open_process(["Xvfb", *options], stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        number = await BufferedByteReceiveStream(server.stdout).receive_until(b"\n", 100)
        try:
            yield f":{number.decode().strip()}"
        finally:
            server.terminate()


@asynccontextmanager
async def electron(display: str, entry: str | None = None, *arguments: str) -> AsyncIterator[Shell]:
    """Start one, with a home of its own. `entry`: None for Parley's shell. It is killed at the end."""
    program, shell = await to_thread.run_sync(_prepare)
    with TemporaryDirectory() as folder:
        command = [*program, "--remote-debugging-port=0", entry or shell, *arguments]
        environment = _environment(Path(folder), display)
        spawned_at = time.time()
        async with await anyio.open_process(command, env=environment, cwd=folder) as process:
            try:
                async with aiohttp.ClientSession(trust_env=False) as session:
                    with anyio.fail_after(START_S):
                        address = await _page_of(session, process)
                    async with session.ws_connect(address) as page:
                        started = Shell(process.pid, spawned_at, Path(folder), page)
                        # Its address is told before it is loaded, and what an empty page was asked is lost.
                        while await started.evaluate("location.protocol") == "about:":  # noqa: ASYNC110  (nobody tells)
                            await anyio.sleep(LOOKS_APART_S)
                        yield started
            finally:
                _kill(process.pid)


async def _page_of(session: aiohttp.ClientSession, process: Process) -> str:
    """Where DevTools talks to its page."""
    assert process.stderr is not None
    lines = BufferedByteReceiveStream(process.stderr)
    while b"DevTools listening on ws://" not in (line := await lines.receive_until(b"\n", 64 * 1024)):
        pass
    host = line.split(b"ws://")[1].split(b"/")[0].decode()
    while True:
        async with session.get(f"http://{host}/json/list") as answer:
            for target in await answer.json(content_type=None):
                if target["type"] == "page" and target["url"] not in ("", "about:blank"):
                    return str(target["webSocketDebuggerUrl"])
        await anyio.sleep(LOOKS_APART_S)


def _environment(home: Path, display: str) -> dict[str, str]:
    """Nothing of the user's settings, keys, desktop or running sidecars."""
    foreign = ("PARLEY_", "ANTHROPIC_", "AWS_", "XDG_", "PYTHON", "DBUS_", "ELECTRON_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    folders = {f"XDG_{name.upper()}_HOME": str(home / name) for name in ("config", "data", "cache", "state")}
    buses = {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "DBUS_SYSTEM_BUS_ADDRESS": "disabled:"}
    # The shell that is lowered for this Electron lies elsewhere than the one that looks for its sidecar from there.
    sidecar = json.dumps([sys.executable, "-P", "-X", "utf8", "-u", "-m", "parley", "serve", "--managed"])
    own = {"HOME": str(home), "DISPLAY": display, "PARLEY_RUNTIME_DIR": str(home / "run"), "PARLEY_SIDECAR": sidecar}
    return {**inherited, **folders, **buses, **own}


def _kill(pid: int) -> None:
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for one in tree:
        if one.is_running():
            one.kill()
    psutil.wait_procs(tree, 5.0)
