"""The models, as windows see and order them: what is here, what is being fetched, how far it is.

A window's order → here → engines/downloads.py → `on_change` (host.py, which has the engines chosen anew).
Owns at most one fetch a model; all of them end with the host, and what has come is kept.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from anyio import CancelScope, Event, create_task_group, sleep, to_thread
from msgspec import UNSET

from ..engines.catalog import MODELS, Model, find_in_catalog
from ..engines.downloads import Progress
from ..engines.fetchable import Fetchable
from ..engines.model_store import ModelStore
from ..errors import DownloadFailed, first_of_ours
from ..wire.messages import ModelState

logger = logging.getLogger(__name__)

TOLD_EVERY_S = 0.25
"""Progress of a fetch, to the windows."""


@dataclass
class _Fetch:
    scope: CancelScope = field(default_factory=CancelScope)
    ended: Event = field(default_factory=Event)
    latest: Progress | None = None

    def note(self, progress: Progress) -> None:
        self.latest = progress


class ModelShelf:
    def __init__(
        self,
        store: ModelStore,
        tell: Callable[[ModelState], None],
        on_change: Callable[[Model], None],
        models: tuple[Model, ...] = MODELS,
    ) -> None:
        self._store = store
        self._tell = tell
        self._on_change = on_change
        self._models = models
        self._states: dict[str, ModelState] = {}
        self._fetches: dict[str, _Fetch] = {}

    @property
    def states(self) -> list[ModelState]:
        return list(self._states.values())

    async def look(self) -> None:
        """See what is here. Once at the start; cheap, since no checksum is made."""
        for model in self._models:
            await self._see(model)

    def get(self, name: str, begin: Callable[..., None]) -> None:
        """Begin to fetch it, unless that goes on already. Raises `UnknownModel`."""
        model = self._find(name)
        if name not in self._fetches:
            self._fetches[name] = one = _Fetch()
            begin(self._fetch, model, one)

    async def stop(self, name: str) -> None:
        """What has come is kept."""
        if (one := self._fetches.get(self._find(name).name)) is not None:
            one.scope.cancel()
            await one.ended.wait()

    async def remove(self, name: str) -> None:
        """Raises `UnknownModel`, and `DownloadFailed` when the system will not delete it."""
        model = self._find(name)
        await self.stop(name)
        try:
            await to_thread.run_sync(self._all_of(model).remove)
        except OSError as error:
            raise DownloadFailed(f"{name} could not be deleted: {error.strerror}.") from error
        finally:
            await self._see(model)
        self._on_change(model)

    def _find(self, name: str) -> Model:
        return next((model for model in self._models if model.name == name), None) or find_in_catalog(name)

    async def _fetch(self, model: Model, one: _Fetch) -> None:
        problem = ""
        try:
            with one.scope:
                whole = self._all_of(model)
                there, size = await to_thread.run_sync(whole.bytes_there), await to_thread.run_sync(whole.size_bytes)
                one.latest = Progress(there, size, 0.0)
                async with create_task_group() as telling:
                    telling.start_soon(self._tell_progress, model, one)
                    await whole.fetch(one.note)
                    telling.cancel_scope.cancel()
        except* DownloadFailed as errors:
            problem = str(first_of_ours(errors))
            logger.warning("%s", problem)
        finally:
            with CancelScope(shield=True):
                del self._fetches[model.name]
                await self._see(model, problem)
                one.ended.set()
        if self._states[model.name].state == "here":
            self._on_change(model)

    async def _tell_progress(self, model: Model, one: _Fetch) -> None:
        told: Progress | None = None
        while True:
            if one.latest is not told and (told := one.latest) is not None:
                self._post(model, "fetching", told.done_bytes, told.total_bytes, bytes_per_second=told.bytes_per_s)
            await sleep(TOLD_EVERY_S)

    async def _see(self, model: Model, problem: str = "") -> None:
        whole = self._all_of(model)
        presence = await to_thread.run_sync(whole.presence)
        done = 0 if presence == "absent" else await to_thread.run_sync(whole.bytes_there)
        self._post(model, presence, done, await to_thread.run_sync(whole.size_bytes), problem=problem)

    def _all_of(self, model: Model) -> Fetchable:
        return Fetchable(model, self._store)

    def _post(
        self,
        model: Model,
        state: str,
        done_bytes: int,
        size_bytes: int,
        bytes_per_second: float = 0.0,
        problem: str = "",
    ) -> None:
        self._states[model.name] = told = ModelState(
            name=model.name,
            engine=model.engine,
            state=state,  # type: ignore[arg-type]  # the store's words and one more
            size_bytes=size_bytes,
            memory_mb=model.memory_mb,
            licence=model.licence,
            languages=model.languages,
            purpose=model.purpose,
            done_bytes=done_bytes,
            bytes_per_second=round(bytes_per_second, 1) or UNSET,
            problem=problem or UNSET,
        )
        self._tell(told)
