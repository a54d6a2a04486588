"""Which models of speech are on this computer, and where they are looked for."""

import sys
from pathlib import Path

import msgspec
import pytest

from parley.engines import local_models, voice_pack
from parley.engines.local_models import VoicePython, find_model, find_voice_python, find_whisper, missing_files
from parley.engines.voice_pack import PYTHON, Marker


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("PARLEY_MODELS", str(folder))
    return folder


def make_whisper(folder: Path, vocabulary: str = "vocabulary.json") -> Path:
    folder.mkdir(parents=True)
    for name in ("model.bin", "config.json", "tokenizer.json", vocabulary):
        (folder / name).touch()
    return folder


def make_kokoro(folder: Path) -> Path:
    (folder / "voices").mkdir(parents=True)
    (folder / "config.json").touch()
    (folder / "kokoro-v1_0.pth").touch()
    return folder


def test_a_model_is_found_by_its_name_or_its_path(models: Path, tmp_path: Path) -> None:
    assert find_model("kokoro") is None and find_whisper("small") is None
    kokoro = make_kokoro(models / "kokoro")
    small = make_whisper(models / "whisper-small")
    elsewhere = make_whisper(tmp_path / "elsewhere", "vocabulary.txt")
    assert find_model("kokoro") == kokoro
    assert find_whisper("small") == find_whisper("whisper-small") == find_model("whisper-small") == small
    assert find_whisper(str(elsewhere)) == find_model(str(elsewhere)) == elsewhere
    assert find_whisper("large-v3") is None


def test_auto_takes_the_first_that_is_here(models: Path) -> None:
    assert find_whisper("auto") is None
    tiny = make_whisper(models / "whisper-tiny")
    assert find_whisper("auto") == tiny
    small = make_whisper(models / "whisper-small")
    assert find_whisper("auto") == small


def test_a_model_that_lacks_a_file_is_not_here(models: Path) -> None:
    folder = make_whisper(models / "whisper-small")
    (folder / "tokenizer.json").unlink()
    (folder / "vocabulary.json").unlink()
    assert find_whisper("small") is None
    assert missing_files(folder) == ["tokenizer.json", "vocabulary.json"]
    kokoro = make_kokoro(models / "kokoro")
    (kokoro / "kokoro-v1_0.pth").unlink()
    assert missing_files(kokoro) == ["kokoro-v1_0.pth"]


def test_the_voice_packs_python_is_the_users_before_the_checkouts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_models, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setattr(voice_pack, "data_folder", lambda: tmp_path / "data")
    assert find_voice_python() is None, "the sidecar's own Python has no Kokoro"
    checkouts = tmp_path / "checkout/.venv-voice/bin/python"
    checkouts.parent.mkdir(parents=True)
    checkouts.touch()
    assert find_voice_python() == VoicePython(checkouts)
    pack = tmp_path / "data/voice-pack"
    pack.mkdir(parents=True)
    (pack / "parley.json").write_bytes(msgspec.json.encode(Marker(python="2.7", lock="")))
    assert find_voice_python() == VoicePython(checkouts), "what was compiled for another Python is of no use"
    (pack / "parley.json").write_bytes(msgspec.json.encode(Marker(python=PYTHON, lock="")))
    assert find_voice_python() == VoicePython(Path(sys.executable), pack)
