"""Where models lie on this computer, and whether they are whole. Touches no network; downloads.py fills it.

ROOT/whisper-base/          a whole model, as its engine reads it
ROOT/.incoming/whisper-base what has come of one so far; never read by an engine
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import platformdirs

from .catalog import Model, ModelFile

Presence = Literal["absent", "partly", "here"]

BLOCK_BYTES = 1024 * 1024
"""Read at once while a checksum is made."""


def model_folder() -> Path:
    """PARLEY_MODELS names another one: a bigger disk, or one that several accounts share."""
    named = os.environ.get("PARLEY_MODELS")
    return Path(named) if named else Path(platformdirs.user_data_dir("parley", appauthor=False)) / "models"


class ModelStore:
    """All methods read or change the disk, so on an event loop they belong into a thread."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, model: Model) -> Path:
        return self.root / model.name

    def incoming(self, model: Model) -> Path:
        return self.root / ".incoming" / model.name

    def find(self, model: Model) -> Path | None:
        """The folder of a model that is here with every file at its size. A checksum takes seconds: `damaged`."""
        folder = self.folder(model)
        return folder if all(_size(folder / file.path) == file.size_bytes for file in model.files) else None

    def presence(self, model: Model) -> Presence:
        if self.find(model) is not None:
            return "here"
        return "partly" if self.incoming(model).is_dir() or self.folder(model).is_dir() else "absent"

    def bytes_there(self, model: Model) -> int:
        """Of a model that is being fetched, or was."""
        if self.find(model) is not None:
            return model.size_bytes
        incoming = self.incoming(model)
        return sum(
            min(file.size_bytes, max(_size(incoming / file.path), _size(part_of(incoming, file))))
            for file in model.files
        )

    def damaged(self, model: Model, on_bytes: Callable[[int], object] = lambda _: None) -> list[str]:
        """The files that are missing or not what the catalog says. Reads them all."""
        folder = self.folder(model)
        return [file.path for file in model.files if not is_whole(folder / file.path, file, on_bytes)]

    def accept(self, model: Model) -> Path:
        """All of it has come: from now on it is here. One that was here before is replaced."""
        folder = self.folder(model)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(self.incoming(model), folder)
        return folder

    def remove(self, model: Model) -> int:
        """Delete it and what has come of it. Returns the bytes that were freed."""
        freed = 0
        for folder in (self.folder(model), self.incoming(model)):
            freed += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            if folder.is_dir():
                shutil.rmtree(folder)
        return freed

    def free_bytes(self) -> int:
        """On the disk where models lie, or will lie."""
        there = next(folder for folder in (self.root, *self.root.parents) if folder.is_dir())
        return shutil.disk_usage(there).free


def part_of(folder: Path, file: ModelFile) -> Path:
    """What has come of a file so far."""
    return folder / f"{file.path}.part"


def is_whole(path: Path, file: ModelFile, on_bytes: Callable[[int], object] = lambda _: None) -> bool:
    if _size(path) != file.size_bytes:
        return False
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
            on_bytes(len(block))
    return digest.hexdigest() == file.sha256


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
