"""Which models are on this computer, and where they are looked for."""

from pathlib import Path

import pytest

from parley.engines import model_store
from parley.engines.model_store import ModelStore, missing_files


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


def test_a_model_is_found_by_its_name_or_its_path(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "data")
    assert store.find_model("kokoro") is None and store.find_whisper("small") is None
    kokoro = make_kokoro(store.folder_of("kokoro"))
    small = make_whisper(store.folder_of("whisper-small"))
    elsewhere = make_whisper(tmp_path / "elsewhere", "vocabulary.txt")
    assert store.find_model("kokoro") == kokoro == tmp_path / "data" / "models" / "kokoro"
    assert store.find_whisper("small") == store.find_model("whisper-small") == small
    assert store.find_whisper(str(elsewhere)) == store.find_model(str(elsewhere)) == elsewhere
    assert store.find_whisper("large-v3") is None


def test_auto_takes_the_first_that_is_here(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    assert store.find_whisper("auto") is None
    tiny = make_whisper(store.folder_of("whisper-tiny"))
    assert store.find_whisper("auto") == tiny
    small = make_whisper(store.folder_of("whisper-small"))
    assert store.find_whisper("auto") == small


def test_a_model_that_lacks_a_file_is_not_here(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    folder = make_whisper(store.folder_of("whisper-small"))
    (folder / "tokenizer.json").unlink()
    (folder / "vocabulary.json").unlink()
    assert store.find_whisper("small") is None
    assert missing_files(folder) == ["tokenizer.json", "vocabulary.json"]
    kokoro = make_kokoro(store.folder_of("kokoro"))
    (kokoro / "kokoro-v1_0.pth").unlink()
    assert missing_files(kokoro) == ["kokoro-v1_0.pth"]


def test_the_voice_packs_python_is_the_users_before_the_checkouts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_store, "CHECKOUT", tmp_path / "checkout")
    store = ModelStore(tmp_path / "data")
    assert store.find_voice_python() is None, "the sidecar's own Python has no Kokoro"
    checkouts, users = tmp_path / "checkout/.venv-voice/bin/python", tmp_path / "data/voice-pack/Scripts/python.exe"
    for python in (checkouts, users):
        python.parent.mkdir(parents=True)
        python.touch()
        assert store.find_voice_python() == python
