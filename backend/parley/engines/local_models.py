"""Which models of speech are on this computer, by the names that settings have for them, and what runs them.

A folder counts that holds all that its engine reads, whoever put it there. Fetched ones are only ever whole: see
model_store.py. Disks may be slow: call these off the event loop.
"""

import importlib.util
import sys
from pathlib import Path
from typing import NamedTuple

from .model_store import model_folder
from .voice_pack import find_voice_pack

WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json")
"""Without tokenizer.json the library would ask the hub for another model's (WhisperModel.__init__)."""

WHISPER_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")

KOKORO_FILES = ("config.json", "kokoro-v1_0.pth", "voices")

AUTO_WHISPER = ("small", "base", "tiny", "small.en", "base.en", "tiny.en", "large-v3-turbo", "medium", "large-v3")
"""What `auto` takes, the first that is there. Larger ones are better, and too slow without a graphics card."""

KOKORO = "kokoro"

CHECKOUT = Path(__file__).parents[3]
"""Of the source, when Parley runs from it: `npm run setup -- --voice` makes the voice pack there."""


def find_model(name: str) -> Path | None:
    """The folder of a complete model by its name (`whisper-small`, `kokoro`) or its path."""
    for folder in (model_folder() / name, Path(name)):
        if folder.is_absolute() and not missing_files(folder):
            return folder
    return None


def find_whisper(name: str) -> Path | None:
    """By its size (`small`), its path, or `auto`."""
    for size in AUTO_WHISPER if name == "auto" else (name,):
        if (folder := find_model(f"whisper-{size}") or find_model(size)) is not None:
            return folder
    return None


class VoicePython(NamedTuple):
    """What Kokoro's worker runs in."""

    program: Path
    packages: Path | None = None
    """Where it finds Kokoro, if not among its own."""


def find_voice_python() -> VoicePython | None:
    """Our own with the voice pack, the checkout's, or our own."""
    own = Path(sys.executable)
    if (packages := find_voice_pack()) is not None:
        return VoicePython(own, packages)
    for place in ("bin/python", "Scripts/python.exe"):
        if (program := CHECKOUT / ".venv-voice" / place).is_file():
            return VoicePython(program)
    return VoicePython(own) if importlib.util.find_spec("kokoro") is not None else None


def missing_files(folder: Path) -> list[str]:
    """What a model in this folder lacks: by its files, Kokoro or Whisper."""
    if (folder / "voices").is_dir() or folder.name == KOKORO:
        return [name for name in KOKORO_FILES if not (folder / name).exists()]
    missing = [name for name in WHISPER_FILES if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in WHISPER_VOCABULARIES):
        missing.append(WHISPER_VOCABULARIES[0])
    return missing
