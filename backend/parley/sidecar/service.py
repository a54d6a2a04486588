"""The sidecar's life: bind, announce, load, serve, stop. Owns the site, the host, mDNS and the leash.

Order matters at the start: the port is bound and announced before anything heavy is imported, so that the
window can connect at once; typing and speech wait in order until their engines are there.
"""

import asyncio
import importlib
import logging
import os
import signal
import socket
import sys
import time
import webbrowser
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import anyio
from aiohttp import web

from ..credentials import Credentials
from ..errors import SourceError
from ..settings import SettingsFile, data_folder
from ..wire.base import given
from ..wire.codec import PROTOCOL_VERSION
from ..wire.messages import (
    Address,
    Boot,
    Listening,
    NewCode,
    Opened,
    Progress,
    Ready,
    Reload,
    Secret,
    ShellLine,
    Shutdown,
    Stopping,
)
from . import leash
from .announce import Announcer
from .desktop import ShellDesktop
from .guard import Guard
from .site import WindowFiles, build_app

if TYPE_CHECKING:
    from .host import Host
    from .reload import Source

logger = logging.getLogger(__name__)

STOP_S = 1.5
"""For the sockets to close; with what else ends, a stop stays under 3 s."""

Reason = Literal["shutdown", "signal", "stdin_closed", "reload", "failure"]


def bind(port_hint: int | None) -> socket.socket:
    """Listen on loopback: at the hint if it is free, else where the system likes. Raises OSError if not at all."""
    for port in dict.fromkeys((port_hint or 0, 0)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            # Without it the connections of a sidecar that was killed block its port for a minute.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(128)
        except OSError:
            listener.close()
            if port == 0:
                raise
        else:
            return listener
    raise AssertionError("the last port tried is 0, which is bound or raises")


@dataclass
class Service:
    boot: Boot = field(repr=False)
    settings: SettingsFile
    credentials: Credentials
    listener: socket.socket
    announce: Announcer
    lines: leash.Lines | None
    """Standard input in managed mode; None when run by hand."""
    started_at: float
    """Of the process, on time.monotonic()'s clock."""
    open_browser: bool = False
    source: "Source | None" = None
    """Developer mode: what to start anew for when it is saved."""

    def __post_init__(self) -> None:
        self._port: int = self.listener.getsockname()[1]
        self._stop = anyio.Event()
        self.reason: Reason = "shutdown"
        """Why it stopped."""
        self._host: Host | None = None
        self._host_there = anyio.Event()
        self._ready = anyio.Event()
        self._address = ""
        """The first one, with its code. Known when `_ready` is set."""
        origins = [origin for origin in self.boot.allowed_origins if self.boot.dev or origin.startswith("app://")]
        self._desktop = ShellDesktop(self.announce, has_shell=self.lines is not None and not self.boot.browser)
        self._guard = Guard(self.boot.token, self._port, origins, self.boot.browser)

    async def run(self) -> None:
        """Serve until told to stop, in whatever way."""
        ui_dir = given(self.boot.ui_dir) if self.boot.browser else None
        files = await anyio.to_thread.run_sync(WindowFiles, Path(ui_dir) if ui_dir else None)
        app = build_app(self._guard, self.boot.instance, files, self._ready.is_set, self._serve, self._report)
        runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=STOP_S / 2)
        await runner.setup()
        await web.SockSite(runner, self.listener).start()
        self.announce(
            Listening(
                port=self._port,
                pid=os.getpid(),
                instance=self.boot.instance,
                protocol_version=PROTOCOL_VERSION,
            )
        )
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch_signals)
            tasks.start_soon(self._converse)
            tasks.start_soon(self._watch_source)
            self._watch_stdin()
            await self._stop.wait()
            self.announce(Stopping(reason=self.reason))
            with anyio.move_on_after(STOP_S):
                await runner.cleanup()
            tasks.cancel_scope.cancel()

    def stop(self, reason: Reason) -> None:
        """Begin a graceful stop; a second call changes nothing."""
        if not self._stop.is_set():
            self.reason = reason
            self._stop.set()

    async def _converse(self) -> None:
        host = await anyio.to_thread.run_sync(importlib.import_module, "parley.sidecar.host")
        folder = given(self.boot.data_dir)
        self._host = host.Host(
            self.settings,
            self.credentials,
            self.boot.instance,
            Path(folder) if folder else data_folder(),
            self._desktop,
        )
        self._host_there.set()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._advertise)
            tasks.start_soon(self._open_window)
            await self._host.run(self._on_progress, self._on_ready)

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        await self._host_there.wait()
        assert self._host is not None
        return await self._host.serve(request)

    async def _report(self, request: web.Request) -> web.StreamResponse:
        await self._host_there.wait()
        assert self._host is not None
        return await self._host.report(request)

    async def _advertise(self) -> None:
        await self._ready.wait()
        discovery = await anyio.to_thread.run_sync(importlib.import_module, "parley.sidecar.discovery")
        await discovery.advertise(self.boot.instance, self._port, self.announce, self.lines is None)

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        self.announce(Progress(stage=stage, done=done, total=total))

    def _on_ready(self) -> None:
        self._ready.set()
        self.announce(Ready(seconds=round(time.monotonic() - self.started_at, 3)))
        if self.boot.browser:
            self._address = self._tell_address()

    async def _open_window(self) -> None:
        """In a thread, and abandoned at a stop: a text browser keeps its caller until it is left."""
        await self._ready.wait()
        if self.open_browser:
            await anyio.to_thread.run_sync(webbrowser.open, self._address, abandon_on_cancel=True)

    def _tell_address(self) -> str:
        url = f"http://127.0.0.1:{self._port}/#code={self._guard.codes.issue(time.monotonic())}"
        self.announce(Address(url=url))
        if self.lines is None:
            sys.stderr.write(f"Parley is at {url}\n(for one visit within two minutes; Enter gives a new address)\n")
        return url

    async def _watch_source(self) -> None:
        if self.source is None:
            return
        await self._host_there.wait()
        reload = await anyio.to_thread.run_sync(importlib.import_module, "parley.sidecar.reload")
        await reload.until_saved(self.source, self._on_source_error)
        self.announce(Reload())
        self.stop("reload")

    def _on_source_error(self, error: str) -> None:
        logger.warning("what was saved is not taken: %s", error)
        self.announce(Reload(error=error))
        assert self._host is not None
        self._host.complain(SourceError(error))

    async def _watch_signals(self) -> None:
        try:
            with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                async for _ in signals:
                    self.stop("signal")
        except NotImplementedError:
            pass  # Windows: Ctrl-C raises KeyboardInterrupt, and the shell uses the pipe.

    def _watch_stdin(self) -> None:
        # In this task's context: a callback from another thread has none, and anyio starts no task there. Without
        # arguments: one that fails is logged with them, and a line may hold a secret.
        on_loop = partial(asyncio.get_running_loop().call_soon_threadsafe, context=copy_context())
        if self.lines is not None:
            leash.watch(
                self.lines,
                on_line=lambda line: on_loop(lambda: self._on_line(line)),
                on_end=lambda: on_loop(self.stop, "stdin_closed"),
            )
        elif self.boot.browser and sys.stdin is not None and sys.stdin.isatty():
            leash.watch_enter(lambda: on_loop(self._tell_address))

    def _on_line(self, line: ShellLine) -> None:
        match line:
            case Shutdown():
                self.stop("shutdown")
            case NewCode() if self.boot.browser:
                self._tell_address()
            case Secret(name=name, value=value):
                self.credentials = self.credentials.having(name, value)
                if self._host is not None:
                    self._host.set_credentials(self.credentials)
            case Opened():
                self._desktop.opened(line)
            case _:
                logger.warning("a line of type %s means nothing here", type(line).__name__)
