"""More set-ups broken on purpose. The remedy that the doctor names is done, and it is satisfied."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from parley.doctor.finding import FAILURE, OK, WARNING, Finding
from tests.fakes.doctor import expect, first, write
from tests.fakes.pulse import LOUDSPEAKER, MICROPHONE, pulse

WELL = ("", Finding(OK, ""))
Set = Callable[[str, str], None]


@pytest.fixture(name="set_")
def setter(monkeypatch: pytest.MonkeyPatch) -> Set:
    return monkeypatch.setenv


def config(home: Path, **fields: object) -> Path:
    return write(home / "config" / "parley" / "settings.json", json.dumps(fields))


VARIABLES = [
    ("settings", {"PARLEY_LOG_LEVEL": "LOUD"}, "which is no level", WARNING, {"PARLEY_LOG_LEVEL": "debug"}),
    ("settings", {"PARLEY_PAUSE_S": "long"}, "PARLEY_PAUSE_S", FAILURE, {"PARLEY_PAUSE_S": "1"}),
    ("models", {"PARLEY_WHISPER_MODEL": "/gone", "PARLEY_TRANSCRIBER": "whisper"}, "/gone is not here", WARNING, {
        "PARLEY_TRANSCRIBER": "auto",
    }),
    ("key", {"AWS_ACCESS_KEY_ID": "AKIAX"}, "AWS_SECRET_ACCESS_KEY is not", WARNING, {"AWS_SECRET_ACCESS_KEY": "x"}),
    ("key", {"AWS_SECRET_ACCESS_KEY": "x"}, "AWS_ACCESS_KEY_ID is not", WARNING, {"AWS_ACCESS_KEY_ID": "AKIAX"}),
    ("key", {"PARLEY_LANGUAGE_MODEL": "bedrock"}, "no region is set", WARNING, {"AWS_REGION": "eu-central-1"}),
    ("key", {"ANTHROPIC_API_KEY": "'sk-ant-x'"}, "a quotation mark", FAILURE, {"ANTHROPIC_API_KEY": ""}),
    ("key", {"ANTHROPIC_API_KEY": "sk-ant-x sk-ant-x"}, "holds a blank", FAILURE, {"ANTHROPIC_API_KEY": ""}),
    ("key", {"ANTHROPIC_BASE_URL": "api.here"}, "`base_url` is no address", FAILURE, {"ANTHROPIC_BASE_URL": ""}),
    ("speech servers", {"PARLEY_TRANSCRIBER": "wyoming"}, "`transcriber_server` is empty", WARNING, {
        "PARLEY_TRANSCRIBER": "auto",
    }),
    ("speech servers", {
        "PARLEY_SYNTHESIZER": "openai",
        "PARLEY_SYNTHESIZER_SERVER": "http://127.0.0.1:9/v1",
    }, "127.0.0.1:9 does not answer", WARNING, {"PARLEY_SYNTHESIZER": "auto"}),
]  # fmt: skip


@pytest.mark.parametrize(("check", "broken", "words", "level", "remedy"), VARIABLES)
def test_a_variable(
    check: str, broken: dict[str, str], words: str, level: str, remedy: dict[str, str], set_: Set
) -> None:
    for name, value in broken.items():
        set_(name, value)
    expect(check, words, level)
    for name, value in remedy.items():
        set_(name, value)
    assert first() == WELL


def test_a_speech_server_that_is_started_after_all(set_: Set) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        set_("PARLEY_TRANSCRIBER", "wyoming")
        set_("PARLEY_TRANSCRIBER_SERVER", f"tcp://127.0.0.1:{server.getsockname()[1]}")
        assert "Start it" in expect("speech servers", "does not answer", WARNING).remedy
        server.listen()
        assert first() == WELL


def test_a_tool_server_whose_program_is_not_there(home: Path) -> None:
    config(home, mcp_servers={"notes": {"command": "notes-server-of-nobody"}})
    expect("tool servers", "notes is the program notes-server-of-nobody", WARNING)
    config(home, mcp_servers={"notes": {"command": sys.executable}})
    assert first() == WELL


def test_a_tool_server_that_wants_a_variable(home: Path, set_: Set) -> None:
    config(home, mcp_servers={"notes": {"command": sys.executable, "env": {"KEY": "${NOTES_KEY}"}}})
    expect("tool servers", "wants the environment variable NOTES_KEY", WARNING)
    set_("NOTES_KEY", "x")
    assert first() == WELL


def test_settings_that_are_a_folder(home: Path) -> None:
    folder = home / "config" / "parley" / "settings.json"
    folder.mkdir(parents=True)
    finding = expect("settings", "cannot be read: Is a directory")
    assert finding.fix is not None
    finding.fix()
    assert first() == WELL


def test_a_file_in_the_place_of_the_models(home: Path, set_: Set) -> None:
    path = write(home / "data" / "parley" / "models", "")
    expect("models", "is no folder")
    path.rename(path.with_name("aside"))
    assert first() == WELL


def test_an_engine_whose_weights_are_cut_short(home: Path, set_: Set) -> None:
    assert first("engines") == WELL, "healthy"
    spec = find_spec("silero_vad")
    assert spec is not None and spec.origin is not None
    shadow = home / "shadow" / "silero_vad"
    shutil.copytree(Path(spec.origin).parent, shadow)
    for weights in shadow.rglob("*.onnx"):
        weights.write_bytes(weights.read_bytes()[:1000])
    set_("PYTHONPATH", str(shadow.parent))
    expect("engines", "The engine in silero-vad cannot be used", only=("engines",))
    shutil.rmtree(shadow)  # installed again
    assert first("engines") == WELL


OLD = [path for path in Path.home().glob(".pyenv/versions/3.[89].*/bin/python3") if path.is_file()]


@pytest.mark.skipif(not OLD, reason="not on this machine: an old Python")
def test_a_real_python_that_is_too_old() -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "backend")}
    command = [str(OLD[0]), "-m", "parley", "doctor", "--json", "--offline"]
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, env=env).stdout)
    worst = next(check for check in report["checks"] if check["level"] == FAILURE)
    assert worst["name"] == "python" and "Parley runs on Python 3." in worst["findings"][0]["found"]


@pytest.mark.parametrize(
    ("option", "check", "words"),
    [("size=20m", "disk", "MB free"), ("size=900m,ro", "folders", "cannot be written: Read-only file system")],
)
def test_a_home_on_a_disk_that_is_full_or_cannot_be_written(option: str, check: str, words: str, home: Path) -> None:
    doctor = f"{sys.executable} -m parley doctor --json --offline --skip packages --skip engines"
    script = f"mount -t tmpfs -o {option} none {home} && {doctor}"
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True)
    if not done.stdout:
        pytest.skip(f"no disk of its own is to be had here: {done.stderr}")
    report = json.loads(done.stdout)
    worst = next(one for one in report["checks"] if one["level"] == FAILURE)
    assert worst["name"] == check and words in worst["findings"][0]["found"] and worst["findings"][0]["remedy"]


@pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="not on this machine: pulseaudio")
@pytest.mark.parametrize(("kind", "name"), [("source", "microphone"), ("sink", "loudspeaker")])
def test_what_is_muted_is_unmuted(kind: str, name: str, tmp_path: Path, set_: Set) -> None:
    set_("XDG_RUNTIME_DIR", str(tmp_path))
    with pulse(tmp_path, LOUDSPEAKER, MICROPHONE) as address:
        set_("PULSE_SERVER", address)
        assert first("sound") == WELL
        subprocess.run(["pactl", f"set-{kind}-mute", f"@DEFAULT_{kind.upper()}@", "1"], check=True)
        finding = expect("sound", f"The {name} is muted", WARNING, only=("sound",))
        assert finding.fix is not None
        finding.fix()
        assert first("sound") == WELL
