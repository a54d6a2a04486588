"""A sidecar for tests: a real process with a boot line, or the service in this process with scripted engines.

    async with sidecar(tmp_path) as it:
        await it.until(Ready)
        async with connected(it) as client: ...

    async with service(engines()) as it:
        async with connected(it) as client: ...

The client is in client.py.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from unittest.mock import patch

import anyio
import msgspec
import psutil
from anyio.abc import ByteReceiveStream, Process
from msgspec.structs import replace

from parley.credentials import Credentials
from parley.engines.slots import Engines
from parley.errors import BadMessage
from parley.settings import Settings, SettingsFile
from parley.sidecar import discovery, host
from parley.sidecar.proof import new_token
from parley.sidecar.service import Service, bind
from parley.wire.codec import PROTOCOL_VERSION, decode_sidecar_line, encode_shell_line
from parley.wire.messages import Boot, Listening, Ready, ShellLine, SidecarLine, Tick

ROOT = Path(__file__).parents[2]
PYTHON = (sys.executable, "-X", "utf8", "-u")
"""As a shell starts it."""

SERVE = (*PYTHON, "-m", "parley", "serve", "--managed")

PATIENCE_S = 15.0
"""For what takes a second on an idle machine."""

TICK_S = 2.0

L = TypeVar("L", bound=SidecarLine)


def boot_line(
    *,
    token: str | None = None,
    instance: str = "test",
    browser: bool = False,
    dev: bool = False,
    allowed_origins: Sequence[str] = (),
    port_hint: int | None = None,
    ui_dir: Path | None = None,
    config_dir: Path | None = None,
    data_dir: Path | None = None,
) -> Boot:
    folders = {"ui_dir": ui_dir, "config_dir": config_dir, "data_dir": data_dir}
    fields: dict[str, object] = {"port_hint": port_hint, **folders}
    optional = {name: str(v) if isinstance(v, Path) else v for name, v in fields.items() if v is not None}
    return Boot(
        protocol_version=PROTOCOL_VERSION,
        instance=instance,
        token=token or new_token(),
        allowed_origins=list(allowed_origins),
        browser=browser,
        dev=dev,
        **optional,  # type: ignore[arg-type]
    )


def environment(folder: Path, **more: str) -> dict[str, str]:
    """This process's, without what is the user's own: settings, keys, running sidecars."""
    foreign = ("PARLEY_", "ANTHROPIC_", "AWS_", "PYTHON", "XDG_", "VIRTUAL_ENV")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    own = {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    return {**inherited, **own, "PARLEY_RUNTIME_DIR": str(folder / "run"), **more}


@dataclass
class Sidecar:
    """A real process. What it writes is kept, decoded and as it came."""

    process: Process
    boot: Boot
    lines: list[SidecarLine] = field(default_factory=list)
    arrived_at: list[float] = field(default_factory=list)
    """Of each of `lines`, on time.monotonic()'s clock."""
    noise: list[bytes] = field(default_factory=list)
    """What came on standard output and is no line of the protocol."""
    log: str = ""
    """Standard error."""
    _news: anyio.Event = field(default_factory=anyio.Event)
    _open_pipes: int = 2

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def token(self) -> str:
        return self.boot.token

    @property
    def port(self) -> int:
        return next(line.port for line in self.lines if isinstance(line, Listening))

    def tree(self) -> list[psutil.Process]:
        root = psutil.Process(self.pid)
        return [root, *root.children(recursive=True)]

    async def send(self, *lines: ShellLine | bytes) -> None:
        assert self.process.stdin is not None
        for line in lines:
            await self.process.stdin.send(line if isinstance(line, bytes) else encode_shell_line(line))

    async def close_stdin(self) -> None:
        assert self.process.stdin is not None
        await self.process.stdin.aclose()

    async def until(self, kind: type[L], count: int = 1, within_s: float = PATIENCE_S) -> L:
        """The line that makes `count` of its kind."""
        with anyio.fail_after(within_s):
            while len(found := [line for line in self.lines if isinstance(line, kind)]) < count:
                if not self._open_pipes:
                    raise AssertionError(f"it ended without {kind.__name__}. Its log:\n{self.log}")
                await self._news.wait()
        return found[count - 1]

    async def logged(self, text: str) -> None:
        with anyio.fail_after(PATIENCE_S):
            while text not in self.log:
                await self._news.wait()

    async def ended(self, within_s: float = PATIENCE_S) -> int:
        """Its exit code, once it has ended and everything that it wrote is here."""
        with anyio.fail_after(within_s):
            code = await self.process.wait()
            while self._open_pipes:
                await self._news.wait()
        return code

    async def _read_lines(self, stdout: ByteReceiveStream) -> None:
        rest = b""
        async for data in stdout:
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                try:
                    self.lines.append(decode_sidecar_line(line))
                    self.arrived_at.append(time.monotonic())
                except BadMessage:
                    self.noise.append(line)
            self._tell()
        self.noise += [rest] if rest else []
        self._end_pipe()

    async def _read_log(self, stderr: ByteReceiveStream) -> None:
        async for data in stderr:
            self.log += data.decode("utf-8", "replace")
            self._tell()
        self._end_pipe()

    def _end_pipe(self) -> None:
        self._open_pipes -= 1
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()


@asynccontextmanager
async def sidecar(
    folder: Path,
    boot: Boot | bytes | None = None,
    *,
    command: Sequence[str] = SERVE,
    tick_s: float | None = TICK_S,
    **more: str,
) -> AsyncIterator[Sidecar]:
    """Start one with everything of its own in `folder`; it and all its children are gone when this ends.

    `boot`: bytes are written as they are. `tick_s`: None for a parent that does not tick. `more`: environment.
    """
    boot = boot_line(config_dir=folder) if boot is None else boot
    async with await anyio.open_process(
        command, env=environment(folder, **more), cwd=ROOT, stdin=subprocess.PIPE
    ) as process:
        it = Sidecar(process, boot if isinstance(boot, Boot) else boot_line())
        assert process.stdout is not None and process.stderr is not None
        tree = psutil.Process(process.pid)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(it._read_lines, process.stdout)
                tasks.start_soon(it._read_log, process.stderr)
                await it.send(boot)
                if tick_s is not None:
                    tasks.start_soon(_tick, it, tick_s)
                yield it
                tasks.cancel_scope.cancel()
        finally:
            _kill(tree)


async def _tick(it: Sidecar, every_s: float) -> None:
    try:
        while True:
            await anyio.sleep(every_s)
            await it.send(Tick())
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        pass


def _kill(root: psutil.Process) -> None:
    try:
        tree = [*root.children(recursive=True), root]
    except psutil.NoSuchProcess:
        return
    for process in tree:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            pass


@dataclass
class Running:
    """The service in this process, on a real port."""

    service: Service
    port: int
    token: str
    announced: list[SidecarLine]

    def of(self, kind: type[L]) -> list[L]:
        return [line for line in self.announced if isinstance(line, kind)]


def _settings_file(settings: Settings) -> SettingsFile:
    folder = Path(tempfile.mkdtemp(prefix="parley-settings-"))
    (folder / "settings.json").write_bytes(msgspec.json.encode(settings))
    return SettingsFile(folder, {})


async def _not_announced(*_: object) -> None:
    """mDNS takes seconds and sockets that the machine shares; discovery has tests of its own."""


@asynccontextmanager
async def service(
    engines: Engines | None = None,
    boot: Boot | None = None,
    *,
    settings: Settings | None = None,
    advertise: Callable[..., object] = _not_announced,
) -> AsyncIterator[Running]:
    """Everything of a sidecar but the process, the pipes and the loading of engines."""
    boot = boot or boot_line()
    folder = TemporaryDirectory(prefix="parley-data-", ignore_cleanup_errors=True)
    if not isinstance(boot.data_dir, str):
        boot = replace(boot, data_dir=folder.name)
    announced: list[SidecarLine] = []
    ready = anyio.Event()

    def announce(line: SidecarLine) -> None:
        announced.append(line)
        if isinstance(line, Ready):
            ready.set()

    async def load(slots: Engines, *_: object) -> None:
        if engines is None:
            return
        for name in ("vad", "transcriber", "language_model", "synthesizer"):
            if (engine := getattr(engines, name).current) is not None:
                getattr(slots, name).ready(engine)

    file = await anyio.to_thread.run_sync(_settings_file, settings or Settings(language_model="offline"))
    listener = bind(boot.port_hint if isinstance(boot.port_hint, int) else None)
    it = Service(
        boot=boot,
        settings=file,
        credentials=Credentials(),
        listener=listener,
        announce=announce,
        lines=None,
        started_at=time.monotonic(),
    )
    with (
        folder,
        listener,
        patch.object(host, "load_embedded", load),
        patch.object(host, "model_folder", lambda: Path(os.environ.get("PARLEY_MODELS", file.folder / "models"))),
        patch.object(discovery, "advertise", advertise),
    ):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(it.run)
            with anyio.fail_after(PATIENCE_S):
                await ready.wait()
            try:
                yield Running(it, listener.getsockname()[1], boot.token, announced)
            finally:
                it.stop("shutdown")


def runner(folder: Path, code: str) -> Sequence[str]:
    """A command for `sidecar`: `parley serve --managed` in which `code` has changed something beforehand."""
    serve = "from parley.__main__ import main\nsys.argv[1:] = ['serve', '--managed']\nmain()\n"
    path = folder / "runner.py"
    path.write_text(f"import sys\n{code}\n{serve}")
    return [*PYTHON, str(path)]
