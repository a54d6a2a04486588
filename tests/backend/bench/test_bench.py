"""`parley bench` as people call it, with real engines on this computer and a scripted server of Claude's."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from tests.fakes.messages_server import MessagesServer
from tests.fakes.sidecar import environment
from tests.fakes.whisper_model import scripted

pytestmark = pytest.mark.timeout(120)


def bench(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = environment(home, PARLEY_MODELS=str(home / "models"), **more)
    command = [sys.executable, "-m", "parley", "bench", "--rounds", "1", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL, timeout=110)


def measured(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def names(report: dict[str, Any]) -> list[str]:
    return [one["name"] for one in report["figures"]]


def test_the_embedded_engines_and_a_model_are_measured_and_the_choice_is_written_with_consent(tmp_path: Path) -> None:
    scripted(tmp_path / "models" / "whisper-base", "what time is it")
    asked = bench(tmp_path, "--no-turns", "--json")
    assert not (tmp_path / "XDG_CONFIG_HOME").exists(), "nobody agreed"
    report = measured(asked)
    assert names(report) == [
        "voice espeak, first sound",
        "voice espeak",
        "recognition pocketsphinx",
        "recognition whisper-base",
        "language model offline, first words",
    ]
    assert all(value > 0 for one in report["figures"] for value in one["values"])
    assert any(line.startswith("voice kokoro: it is not on this computer") for line in report["not_measured"])
    assert "Nothing was changed" in asked.stderr
    (tmp_path / "old.json").write_text(asked.stdout)
    told = bench(tmp_path, "--no-turns", "--yes", "--compare", str(tmp_path / "old.json"))
    settings = json.loads((tmp_path / "XDG_CONFIG_HOME" / "parley" / "settings.json").read_bytes())
    assert settings == {"transcriber": "whisper", "whisper_model": "base"}
    assert f"Beside {tmp_path}/old.json" in told.stdout and "whisper-base" in told.stdout


def test_a_turn_is_had_stage_by_stage_and_no_conversation_is_kept(tmp_path: Path) -> None:
    report = measured(bench(tmp_path, "--json", PARLEY_PAUSE_S="0.3"))
    assert [stage["name"] for stage in report["stages"]] == ["pause", "recognition", "first sentence", "first sound"]
    assert report["engines"]["transcriber"] == "pocketsphinx" and report["engines"]["language_model"] == "offline"
    [alone, as_set] = [one for one in report["figures"] if one["name"].startswith("end of speech")]
    assert alone["floor"] == 300.0 and as_set["values"][0] > 0
    stages = [stage["values_ms"][0] for stage in report["stages"]]
    assert abs(sum(stages) - alone["values"][0]) < 1.0, "the stages are the whole"
    assert "limits it" in report["limit"]
    assert not list((tmp_path / "XDG_DATA_HOME").rglob("*.sqlite3"))


@pytest.mark.anyio
async def test_the_language_model_is_asked_with_consent_only(tmp_path: Path) -> None:
    async with MessagesServer(first_token_s=0.05) as server:

        async def run(*words: str) -> dict[str, Any]:
            key = {"ANTHROPIC_API_KEY": "sk-planted", "ANTHROPIC_BASE_URL": server.base_url}
            return measured(await to_thread.run_sync(lambda: bench(tmp_path, "--no-turns", "--json", *words, **key)))

        without = await run()
        assert server.requests == [] and any("--network only" in line for line in without["not_measured"])
        report = await run("--network")
    assert len(server.requests) == 2
    [claude] = [one for one in report["figures"] if "claude" in one["name"]]
    assert claude["values"][0] > 0 and claude["bound"] == "network" and claude["floor"] > 0
    assert "sk-planted" not in json.dumps(report)


def test_a_report_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("{}")
    done = bench(tmp_path, "--compare", str(tmp_path / "old.json"))
    assert done.returncode == 2 and "old.json is no report of `parley bench --json`" in done.stderr
