"""The voice pack in tests: its Python, and a Kokoro of true size made with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from parley.engines.local_models import VoicePython, find_voice_python

ROOT = Path(__file__).parents[2]


needs_voice_pack = pytest.mark.skipif(
    find_voice_python() is None, reason="the voice pack is not installed (npm run setup -- --voice)"
)


def voice_python() -> VoicePython:
    python = find_voice_python()
    assert python is not None
    return python


def make_kokoro(folder: Path) -> Path:
    """Write its files; returns their folder."""
    python = voice_python()
    env = {**os.environ, "PYTHONPATH": str(python.packages or "")}
    command = [str(python.program), str(ROOT / "tests" / "fakes" / "kokoro_model.py"), str(folder)]
    subprocess.run(command, check=True, stdout=sys.stderr, env=env)
    return folder
