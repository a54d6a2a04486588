"""What the service serves once it can be imported: the engines, the sessions, and the links between.

Imported in a thread after the port is out: numpy and the rest take 0.15 s, in which the guard already answers.
"""

import gc
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from anyio import Event, Lock, create_task_group, move_on_after, sleep_forever, to_thread
from anyio.abc import TaskGroup

from ..conversation.sessions import Sessions
from ..credentials import Credentials
from ..engines.catalog import Model
from ..engines.loading import beyond_embedded, concerned, load_embedded, load_port, local_speech, servers_of
from ..engines.model_store import ModelStore, model_folder
from ..engines.slots import Engines
from ..errors import MemoryFailed, ParleyError
from ..memory.store import Memory
from ..settings import Settings, SettingsFile
from ..telemetry.export import collector_of
from ..telemetry.hub import Telemetry
from ..telemetry.log import set_level
from ..tools.opening import Desktop
from ..tools.workshop import Workshop
from ..wire.messages import EnginePort
from .archive import Archive
from .desk import Desk
from .figures import Figures
from .health import HealthDesk
from .link import serve_link
from .model_shelf import ModelShelf

CLOSE_S = 1.0
"""For engines to let go; a model deep in native code is left to the end of the process."""


class Host:
    """An async context manager's worth of conversation: `run` owns it."""

    def __init__(
        self, file: SettingsFile, credentials: Credentials, instance: str, folder: Path, desktop: Desktop
    ) -> None:
        """`folder`: of the user's data."""
        self._file = file
        self._credentials = credentials
        self._instance = instance
        self.engines = Engines()
        self._workshop = Workshop(file.settings, folder, desktop)
        self._memory, self._passing = Memory(folder, self._on_memory), Memory(None)
        self.telemetry = Telemetry(folder, lambda: collector_of(file.settings))
        self.report = Figures(self.telemetry, self.engines).answer
        self._sessions = Sessions(
            self.engines,
            lambda: file.settings,
            self._workshop.toolbox,
            self._memory,
            self._passing,
            self.telemetry,
        )
        self._shelf = ModelShelf(ModelStore(model_folder()), self._sessions.tell_all, self._on_model)
        archive = Archive(self._memory, self._passing, self._sessions.end)
        health = HealthDesk(self.telemetry, self._passed_over, file.folder, folder)
        self._desk = Desk(
            file, self._shelf, self._on_settings, self._sessions.tell_all, self._begin, archive, health, folder
        )
        self._open = Event()
        self._loading = Lock()
        self._tasks: TaskGroup | None = None

    async def run(self, progress: Callable[[str, int, int], None], on_ready: Callable[[], None]) -> None:
        """Load the engines and keep the sessions, until cancelled."""
        try:
            async with create_task_group() as self._tasks, self._sessions:
                self._open.set()
                self._tasks.start_soon(self._memory.run)
                self._tasks.start_soon(self._passing.run)
                self._tasks.start_soon(self.telemetry.run)
                self._tasks.start_soon(self._workshop.run, self._sessions.speak_up, self._sessions.report)
                with no_collection():
                    await load_embedded(self.engines, progress, self._file.settings, self._credentials)
                on_ready()
                self._tasks.start_soon(self.engines.watch)
                await self._shelf.look()
                await self._load(beyond_embedded(self._file.settings, self._credentials))
                await self._load(await to_thread.run_sync(local_speech, self._file.settings))
                await sleep_forever()
        finally:
            with move_on_after(CLOSE_S, shield=True):
                await self.engines.aclose()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one upgraded connection to its end."""
        await self._open.wait()
        return await serve_link(request, self._sessions, self._desk, self._instance)

    def set_credentials(self, credentials: Credentials) -> None:
        """A key was set, changed or forgotten: what asks for it is chosen anew; the engine there serves till then."""
        before, self._credentials = self._credentials, credentials
        is_speech = before.openai_audio_key != credentials.openai_audio_key
        self._begin(self._load, servers_of(self._file.settings) if is_speech else ("language_model",))

    def complain(self, error: ParleyError) -> None:
        """Tell every window, now and to come, of what concerns the sidecar as a whole."""
        self._desk.complain(error)

    def _passed_over(self) -> list[str]:
        """A key that came from the shell is not in the environment: the doctor would say that there is none."""
        return ["key"] if self._credentials.given else []

    def _on_memory(self, error: MemoryFailed | None) -> None:
        self._sessions.report("memory", error)

    def _on_settings(self, before: Settings, after: Settings) -> None:
        set_level(after.log_level)
        self._begin(self._load, concerned(before, after))

    def _on_model(self, model: Model) -> None:
        """It came or went: `auto` may take another engine now."""
        self._begin(self._load, ("transcriber",) if model.engine == "whisper" else ("synthesizer",))

    def _begin(self, work: Callable[..., Coroutine[Any, Any, object]], *arguments: object) -> None:
        if self._tasks is not None:
            self._tasks.start_soon(work, *arguments)

    async def _load(self, ports: Iterable[EnginePort]) -> None:
        """Choose their engines anew, by the settings in force then; those that are there serve till then."""
        async with self._loading:
            with no_collection():
                for port in ports:
                    await load_port(port, self.engines, self._file.settings, self._credentials)
        self._begin(self.engines.let_go)
        if "language_model" in ports and (model := self.engines.language_model.current) is not None:
            await model.warm()


@contextmanager
def no_collection() -> Iterator[None]:
    """While engines load: a collection would look through all that was imported, and the loop would stand still for
    90 ms. What was imported stays, so later collections pass over it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
