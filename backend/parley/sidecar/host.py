"""What the service serves once it can be imported: the engines, the sessions, and the links between.

Imported in a thread after the port is out: numpy and the rest take 0.15 s, in which the guard already answers.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web
from anyio import Event, create_task_group, move_on_after, sleep_forever
from anyio.abc import TaskGroup

from ..conversation.sessions import Sessions
from ..engines.loading import keep_voice, load_embedded, load_language_model, load_recognizer, wants_claude
from ..engines.model_store import ModelStore
from ..engines.slots import Engines
from ..settings import Settings
from .link import serve_link

CLOSE_S = 1.0
"""For engines to let go; a model deep in native code is left to the end of the process."""


class Host:
    """An async context manager's worth of conversation: `run` owns it."""

    def __init__(self, settings: Settings, api_key: str, instance: str, data: Path) -> None:
        self._settings = settings
        self._models = ModelStore(data)
        self._api_key = api_key
        self._instance = instance
        self.engines = Engines()
        self._sessions = Sessions(self.engines, settings)
        self._open = Event()
        self._tasks: TaskGroup | None = None

    async def run(self, progress: Callable[[str, int, int], None], on_ready: Callable[[], None]) -> None:
        """Load the engines and keep the sessions, until cancelled."""
        try:
            async with create_task_group() as self._tasks, self._sessions:
                self._open.set()
                with no_collection():
                    await load_embedded(self.engines, progress, self._settings, self._api_key)
                on_ready()
                self._tasks.start_soon(load_recognizer, self.engines, self._settings, self._models)
                self._tasks.start_soon(keep_voice, self.engines, self._settings, self._models)
                if wants_claude(self._settings, self._api_key):
                    await self._load_language_model()
                await sleep_forever()
        finally:
            with move_on_after(CLOSE_S, shield=True):
                await self.engines.aclose()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one upgraded connection to its end."""
        await self._open.wait()
        return await serve_link(request, self._sessions, self._instance)

    def set_key(self, api_key: str) -> None:
        """A key was set, changed or forgotten: the language model is chosen anew; the one there serves till then."""
        self._api_key = api_key
        if self._tasks is not None:
            self._tasks.start_soon(self._load_language_model)

    async def _load_language_model(self) -> None:
        with no_collection():
            await load_language_model(self.engines, self._settings, self._api_key)


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
