import os
from pathlib import Path

import pytest

from parley.doctor import machine


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user of the test's own, without keys and proxies, on whose computer two packages are loaded and not all."""
    for name in [name for name in os.environ if "proxy" in name.lower() or name.startswith(("ANTHROPIC_", "PARLEY_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setattr(machine, "PACKAGES", {"msgspec": "it reads", "soundfile": "it hears"})
    return tmp_path
