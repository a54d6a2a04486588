"""The voice pack in tests: its Python, and a Kokoro of true size made with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from parley.engines.model_store import ModelStore

ROOT = Path(__file__).parents[2]


def find_voice_python() -> Path | None:
    """The checkout's; whatever the user has is not looked for."""
    return ModelStore(ROOT / "build" / "out" / "no models").find_voice_python()


needs_voice_pack = pytest.mark.skipif(
    find_voice_python() is None, reason="the voice pack is not installed (npm run setup -- --voice)"
)


def voice_python() -> Path:
    python = find_voice_python()
    assert python is not None
    return python


def make_kokoro(folder: Path) -> Path:
    """Write its files; returns their folder."""
    command = [str(voice_python()), str(ROOT / "tests" / "fakes" / "kokoro_model.py"), str(folder)]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return folder
