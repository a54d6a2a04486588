"""A model of the catalog and all else that its engine needs, as one thing to fetch, stop and delete.

Kokoro's other half is the voice pack, unless the checkout has one, or our own Python.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from anyio import to_thread

from .catalog import Model
from .downloads import Progress, fetch
from .local_models import find_voice_python
from .model_store import ModelStore, Presence
from .voice_pack import FETCHED_BYTES, install_voice_pack, remove_voice_pack, voice_pack_folder


class Fetchable:
    """Its methods read or change the disk, so on an event loop they belong into a thread."""

    def __init__(self, model: Model, store: ModelStore) -> None:
        self.model = model
        self._store = store

    def size_bytes(self) -> int:
        return self.model.size_bytes + (FETCHED_BYTES if self._wants_pack() else 0)

    def presence(self) -> Presence:
        presence = self._store.presence(self.model)
        return "partly" if presence == "here" and self._lacks_pack() else presence

    def bytes_there(self) -> int:
        pack = FETCHED_BYTES if self._wants_pack() and not self._lacks_pack() else 0
        return self._store.bytes_there(self.model) + pack

    def remove(self) -> int:
        """Returns the bytes that were freed. Raises `OSError`."""
        pack = remove_voice_pack() if self.model.engine == "kokoro" else 0
        return self._store.remove(self.model) + pack

    async def fetch(self, report: Callable[[Progress], None]) -> Path:
        """As `downloads.fetch`, which is a part of it. On an event loop."""
        total = await to_thread.run_sync(self.size_bytes)

        def of_all(before_bytes: int) -> Callable[[Progress], None]:
            return lambda part: report(replace(part, done_bytes=before_bytes + part.done_bytes, total_bytes=total))

        folder = await fetch(self.model, self._store, of_all(0))
        if await to_thread.run_sync(self._lacks_pack):
            await install_voice_pack(of_all(self.model.size_bytes))
        return folder

    def _lacks_pack(self) -> bool:
        return self.model.engine == "kokoro" and find_voice_python() is None

    def _wants_pack(self) -> bool:
        """Or has it."""
        if self.model.engine != "kokoro":
            return False
        python = find_voice_python()
        return python is None or python.packages == voice_pack_folder()
