"""`parley history`: as people call it, on a file that a sidecar wrote."""

import json
from pathlib import Path

import pytest
from anyio import to_thread

from parley.__main__ import dispatch
from parley.commands import history
from parley.memory import database
from parley.memory.journal import Journal
from parley.wire.messages import Interrupted, ReplySentence, Subtitle, Transcript, TurnEnd, Word
from tests.backend.memory.test_store import remembering, talk

pytestmark = pytest.mark.anyio


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(history, "data_folder", lambda: tmp_path / "data")
    return tmp_path / "data"


async def call(*words: str) -> int:
    return await to_thread.run_sync(dispatch, ["history", *words])


def left(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{database.FILE}*")))


async def converse(folder: Path) -> None:
    async with remembering(folder) as memory:
        await talk(memory, "aa11", "When does the ferry leave?", "At **seven**. ")
        await talk(memory, "aa22", "What time is it?", "It is noon.")
        journal = Journal("aa22", memory)
        journal.posted(Transcript(seq=4, turn_id=2, text="And\nthen?", source="speech"), lambda: None)
        journal.posted(ReplySentence(seq=5, turn_id=2, sentence=0, text="Then we eat."), lambda: None)
        words = [
            Word(first_char=0, char_count=4, first_sample=0),
            Word(first_char=5, char_count=2, first_sample=500),
            Word(first_char=8, char_count=4, first_sample=1000),
        ]
        timed = Subtitle(seq=6, turn_id=2, sentence=0, first_sample=0, words=words)
        journal.posted(timed, lambda: None)
        journal.posted(Interrupted(seq=7, turn_id=2, heard_samples=800), lambda: None)
        journal.posted(TurnEnd(seq=8, turn_id=2, outcome="interrupted", sample_count=1500), lambda: None)


async def test_list_search_and_show(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await converse(folder)
    assert await call("list") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("aa22") and first.endswith("What time is it?") and second.startswith("aa11")
    assert await call("search", "ferr", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["session_id"] == "aa11" and found["excerpt"] == "When does the ferry leave?"
    assert await call("search", "ferr") == 0
    assert "When does the ferry leave?" in capsys.readouterr().out
    assert await call("show", "aa2") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# What time is it?\n")
    assert "**You:** And then?\n\n**Parley:** Then we—\n" in shown, "of a reply that was cut, what was heard"


async def test_export(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await converse(folder)
    out = tmp_path / "ferry.md"
    assert await call("export", "aa1", "--out", str(out)) == 0
    assert "**Parley:** At **seven**.\n" in out.read_text(encoding="utf-8")
    assert await call("export", "aa2", "--format", "json") == 0
    exported = json.loads(capsys.readouterr().out)
    assert [(turn["said"], turn["reply"], turn["outcome"]) for turn in exported["turns"]] == [
        ("What time is it?", "It is noon.", "completed"),
        ("And\nthen?", "Then we—", "interrupted"),
    ]


async def test_what_cannot_be_told_apart_or_is_not_there_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await converse(folder)
    assert await call("show", "aa") == history.EXIT_BAD_INPUT
    assert "several" in capsys.readouterr().err
    assert await call("delete", "zz", "--yes") == history.EXIT_BAD_INPUT


async def test_nothing_is_deleted_without_a_yes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await converse(folder)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert await call("delete", "aa1") == 1
    assert await call("forget") == 1
    assert b"ferry" in left(folder)


async def test_delete_and_forget(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await converse(folder)

    assert await call("delete", "aa1", "--yes") == 0
    assert b"ferry" not in left(folder) and b"noon" in left(folder)
    assert await call("forget", "--yes") == 0
    assert "Forgotten: 1" in capsys.readouterr().out
    assert b"noon" not in left(folder)
    assert await call("list") == 0
    assert "There are none" in capsys.readouterr().err


async def test_a_running_sidecar_goes_on_after_everything_was_forgotten(folder: Path) -> None:
    async with remembering(folder) as memory:
        await talk(memory, "aa11", "When does the ferry leave?")
        assert await call("forget", "--yes") == 0
        await talk(memory, "aa11", "And the next one?")
    assert await call("show", "aa11") == 0
