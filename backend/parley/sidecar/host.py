"""What the service serves once it can be imported: the engines, the sessions, and the links between.

Imported in a thread after the port is out: numpy and the rest take 0.15 s, in which the guard already answers.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web
from anyio import Event, Lock, create_task_group, move_on_after, sleep_forever
from anyio.abc import TaskGroup

from ..conversation.sessions import Sessions
from ..credentials import Credentials
from ..engines.loading import chosen_model, load_embedded, load_language_model
from ..engines.slots import Engines
from ..settings import Settings
from ..tools.opening import Desktop
from ..tools.workshop import Workshop
from .link import serve_link

CLOSE_S = 1.0
"""For engines to let go; a model deep in native code is left to the end of the process."""


class Host:
    """An async context manager's worth of conversation: `run` owns it."""

    def __init__(
        self, settings: Settings, credentials: Credentials, instance: str, folder: Path, desktop: Desktop
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._instance = instance
        self.engines = Engines()
        self._workshop = Workshop(settings, folder, desktop)
        self._sessions = Sessions(self.engines, settings, self._workshop.toolbox)
        self._open = Event()
        self._choosing = Lock()
        self._tasks: TaskGroup | None = None

    async def run(self, progress: Callable[[str, int, int], None], on_ready: Callable[[], None]) -> None:
        """Load the engines and keep the sessions, until cancelled."""
        try:
            async with create_task_group() as self._tasks, self._sessions:
                self._open.set()
                self._tasks.start_soon(self._workshop.run, self._sessions.speak_up, self._sessions.report)
                with no_collection():
                    await load_embedded(self.engines, progress, self._settings, self._credentials)
                on_ready()
                if chosen_model(self._settings, self._credentials) != "offline":
                    await self._load_language_model()
                await sleep_forever()
        finally:
            with move_on_after(CLOSE_S, shield=True):
                await self.engines.aclose()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one upgraded connection to its end."""
        await self._open.wait()
        return await serve_link(request, self._sessions, self._instance)

    def set_credentials(self, credentials: Credentials) -> None:
        """A key was set, changed or forgotten: the language model is chosen anew; the one there serves till then."""
        self._credentials = credentials
        if self._tasks is not None:
            self._tasks.start_soon(self._load_language_model)

    async def _load_language_model(self) -> None:
        # One at a time: keys of AWS come one after the other, and the last choice must be the last to be there.
        async with self._choosing:
            with no_collection():
                await load_language_model(self.engines, self._settings, self._credentials)
        if (model := self.engines.language_model.current) is not None:
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
