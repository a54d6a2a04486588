"""`parley models`: as people call it, on a hub of the test's own."""

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio import to_thread

from parley.__main__ import dispatch
from parley.commands import models
from parley.engines import catalog
from parley.engines.model_store import ModelStore
from tests.fakes.hub import Hub, make_model

CONTENTS = {"config.json": b"{}", "model.bin": os.urandom(100_000)}
MODEL = make_model(CONTENTS)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelStore]:
    monkeypatch.setenv("PARLEY_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setitem(catalog._BY_NAME, MODEL.name, MODEL)
    monkeypatch.setattr(models, "MODELS", (MODEL,))
    yield ModelStore(tmp_path / "models")


async def call(*words: str) -> int:
    return await to_thread.run_sync(dispatch, ["models", *words])


@pytest.mark.anyio
async def test_get_list_verify_and_remove(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, store: ModelStore
) -> None:
    async with Hub(CONTENTS) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        assert await call("get", MODEL.name, "--yes") == 0
    assert await call("get", MODEL.name, "--yes") == 0  # the hub is gone
    assert await call("verify") == 0
    assert f"{MODEL.name}: whole" in capsys.readouterr().out
    assert await call("list", "--json") == 0
    [facts] = json.loads(capsys.readouterr().out)
    assert (facts["presence"], facts["size_bytes"]) == ("here", 100_002)
    assert await call("remove", MODEL.name) == 0
    assert await to_thread.run_sync(store.presence, MODEL) == "absent"


def test_nothing_is_fetched_before_somebody_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["models", "get", MODEL.name]) == 1
    captured = capsys.readouterr()
    assert "licence MIT" in captured.out
    assert "say --yes" in captured.err


def test_offline_nothing_is_fetched(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_OFFLINE", "true")
    assert dispatch(["models", "get", MODEL.name, "--yes"]) == 1
    assert "`offline` is on" in capsys.readouterr().err


def test_a_folder_serves_in_place_of_the_network(tmp_path: Path, store: ModelStore) -> None:
    source = tmp_path / "stick"
    source.mkdir()
    for path, data in CONTENTS.items():
        (source / path).write_bytes(data)
    assert dispatch(["models", "get", MODEL.name, "--from", str(source)]) == 0
    assert store.damaged(MODEL) == []


def test_a_folder_with_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], store: ModelStore
) -> None:
    (tmp_path / "config.json").write_bytes(b"{}")
    assert dispatch(["models", "get", MODEL.name, "--from", str(tmp_path)]) == 1
    assert "as the catalog has it: model.bin" in capsys.readouterr().err
    assert store.presence(MODEL) == "absent"


def test_damage_is_found(capsys: pytest.CaptureFixture[str], store: ModelStore) -> None:
    folder = store.folder(MODEL)
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(b"[]")
    assert dispatch(["models", "verify", MODEL.name]) == 1
    assert "config.json, model.bin: missing or damaged" in capsys.readouterr().out


def test_an_unknown_name_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["models", "get", "huge"]) == 2
    assert "whisper-small" in capsys.readouterr().err


def test_a_stop_says_that_nothing_is_lost(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(models, "_agrees", stop)
    assert models.run(argparse.Namespace(action="get", name=MODEL.name, source=None, yes=False), 0.0) == 130
    assert "goes on from there" in capsys.readouterr().err
