"""`parley report`: what is in it, seen before it is saved; and what must be nowhere, planted in a real session."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import psutil
import pytest
from anyio import to_thread

from parley.doctor.bundle import HIDDEN, Entry, collect, save, scrubbed
from parley.wire.codec import Frame
from parley.wire.messages import Address, EngineState, Failure, Mdns, MicClose, MicOpen, Ready, Secret, Transcript
from tests.fakes.client import connected
from tests.fakes.messages_server import MessagesServer
from tests.fakes.relay import ask
from tests.fakes.sidecar import boot_line, environment, sidecar
from tests.fakes.speech import quiet, say
from tests.fakes.whisper_model import scripted

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

TYPED = "my grandmother hides her diamonds under the compost"
SPOKEN = "the burglar alarm is switched off on thursdays"
ANSWERED = "rhubarb crumble needs cinnamon"
KEY = "sk-ant-planted-0123456789abcdef"
AWS_ID, AWS_SECRET = "AKIAPLANTED012345678", "planted/aws+secret0123456789abcdefghij"
BEARER = "planted-bearer-0123456789"
WORDS = ("grandmother", "diamonds", "burglar", "thursdays", "rhubarb", "cinnamon")
PLANTED = (KEY, AWS_ID, AWS_SECRET, BEARER, "planted", *WORDS)


def report(env: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "parley", "report", *words]
    return subprocess.run(command, capture_output=True, text=True, env=dict(env), stdin=subprocess.DEVNULL, timeout=120)


def write_log(env: Mapping[str, str], text: str) -> None:
    folder = Path(env["XDG_STATE_HOME"]) / "parley" / "log"
    folder.mkdir(parents=True)
    (folder / "sidecar.log").write_text(text)


def home(folder: Path, **more: str) -> dict[str, str]:
    return environment(folder, HOME=str(folder), XDG_STATE_HOME=str(folder / "state"), **more)


def test_it_is_listed_and_nothing_is_saved_unless_somebody_agrees(tmp_path: Path) -> None:
    env, out = home(tmp_path), tmp_path / "out.zip"
    write_log(env, 'time=1 level=info from=parley.x text="it began"\n')
    asked = report(env, "--out", str(out))
    assert asked.returncode == 1 and not out.exists()
    assert "logs/sidecar.log: the end of this log" in asked.stdout and "nobody is here to agree" in asked.stderr
    assert "it began" in report(env, "--show", "logs/sidecar.log").stdout
    assert report(env, "--yes", "--out", str(out)).returncode == 0
    assert os.stat(out).st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as file:
        assert file.namelist() == ["report.txt", "doctor.json", "settings.json", "metrics.txt", "logs/sidecar.log"]
        assert json.loads(file.read("doctor.json"))["checks"]
    assert report(env, "--yes", "--out", str(tmp_path / "nowhere" / "out.zip")).returncode == 1


@pytest.mark.parametrize(
    "text",
    [
        f"the key {KEY} was refused",
        f"Authorization: Bearer {BEARER}",
        f"http://somebody:{BEARER}@127.0.0.1:9",
        f"http://127.0.0.1:1/#code={BEARER}",
        f"parley.key.{BEARER}",
        f"id {AWS_ID}",
        "token " + "0f" * 32,
        f"?key={BEARER}&x",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str) -> None:
    clean = scrubbed(text, {})
    assert HIDDEN in clean and not [one for one in (*PLANTED, "0f0f") if one in clean]


def test_secrets_of_the_environment_and_the_home_folder_are_taken_out() -> None:
    clean = scrubbed(f"{AWS_SECRET} in {Path.home()}/x", {"AWS_SECRET_ACCESS_KEY": AWS_SECRET})
    assert clean == f"{HIDDEN} in ~/x"


def test_settings_are_told_without_the_users_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "parley").mkdir()
    fields = {"pause_s": 0.5, "voice": "en-gb", "persona": TYPED, "mcp_servers": {"x": {"url": f"http://h/?k={KEY}"}}}
    (tmp_path / "parley" / "settings.json").write_text(json.dumps(fields))
    [settings] = [json.loads(one.text) for one in collect({}, environment={}) if one.name == "settings.json"]
    assert settings == {"pause_s": 0.5, "voice": "en-gb", "persona": HIDDEN, "mcp_servers": HIDDEN}


def test_it_is_saved_whole_or_says_why_not(tmp_path: Path) -> None:
    save([Entry("a.txt", "ä", "")], tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert file.read("a.txt").decode() == "ä"
    with pytest.raises(IsADirectoryError):
        save([], tmp_path)


async def test_a13_planted_secrets_and_speech_are_in_no_log_report_figure_or_crash(tmp_path: Path) -> None:
    """Typed, spoken, answered; with a refused key, a broken answer, workers that are killed, and a crash at the end."""
    scripted(tmp_path / "models" / "whisper-base", SPOKEN)
    keys = {"AWS_ACCESS_KEY_ID": AWS_ID, "AWS_SECRET_ACCESS_KEY": AWS_SECRET, "AWS_BEARER_TOKEN_BEDROCK": BEARER}
    env = home(tmp_path, PARLEY_MODELS=str(tmp_path / "models"), **keys)
    async with MessagesServer([ANSWERED, "."], status=401) as server:
        boot = boot_line(config_dir=tmp_path, data_dir=tmp_path, browser=True)
        more = {name: value for name, value in env.items() if name not in os.environ or os.environ[name] != value}
        more |= {"ANTHROPIC_BASE_URL": server.base_url, "PARLEY_LOG_LEVEL": "DEBUG", "PYTHONFAULTHANDLER": "1"}
        async with sidecar(tmp_path, boot, **more) as it:  # type: ignore[arg-type]
            await it.send(Secret(name="anthropic_api_key", value=KEY))
            await it.until(Ready)
            async with connected(it) as client:
                await client.until(EngineState, lambda state: state.engine == "claude" and state.state == "ready")
                await client.until(EngineState, lambda state: state.engine == "whisper" and state.state == "ready")
                await client.say(TYPED)
                assert client.of(Failure)[0].code == "model_key_refused"
                server.status = 200
                sound = [*say("what time is it"), *quiet(1.5)]
                await client.send(MicOpen(stream=1, mode="hands_free"))
                await client.hear(_frames(sound))
                await client.send(MicClose(stream=1, sample_count=len(sound) // 512 * 512))
                heard = await client.until(Transcript, lambda said: said.source == "speech")
                assert "burglar" in heard.text
                await client.say(TYPED, "c-2")
                server.ending = "malformed"
                await client.say(TYPED, "c-3")
                for child in psutil.Process(it.pid).children(recursive=True):
                    child.kill()
                await client.say(TYPED, "c-4")
                await it.send(b'{"type":"secret","name":"anthropic_api_key","value":"' + KEY.encode() + b'","x":}\n')
            code = (await it.until(Address)).url.partition("#code=")[2]
            await it.until(Mdns)
            metrics = await ask(it.port, "/metrics", {"Authorization": f"Bearer {it.token}"})
            write_log(env, it.log)
            made = await to_thread.run_sync(lambda: report({**env, "ANTHROPIC_API_KEY": KEY}, "--json"))
            psutil.Process(it.pid).send_signal(6)  # as a library that aborts
            await it.ended()
            crash = it.log
    assert server.requests and "model_key_refused" in crash and "Fatal Python error: Aborted" in crash
    assert made.returncode == 0, made.stderr
    texts = {one["name"]: one["text"] for one in json.loads(made.stdout)}
    assert "model_key_refused" in texts["logs/sidecar.log"] and "parley_" in texts["metrics.txt"]
    everything = {"log and crash": crash, "report": made.stdout + made.stderr, "metrics": metrics.body.decode()}
    for place, text in everything.items():
        assert text and [one for one in (*PLANTED, it.token, code) if one in text] == [], place


def _frames(sound: list[int]) -> list[Frame]:
    samples = np.array(sound, np.int16)
    return [Frame("mic", 1, at, samples[at : at + 512].tobytes()) for at in range(0, len(samples) // 512 * 512, 512)]


def test_what_is_hidden_is_hidden_in_json_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/Zoë")
    text = json.dumps({"path": "/home/Zoë/.local", "key": 'quo"ted-and-long'})
    shown = scrubbed(text, {"MY_API_KEY": 'quo"ted-and-long'})
    assert "Zo" not in shown and "ted-and-long" not in shown and "~/.local" in shown


def test_a_report_that_is_there_gives_its_place_to_one_for_the_users_eyes_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_text("open to all")
    path.chmod(0o644)
    save([Entry("a.txt", "a", "a")], path)
    assert path.stat().st_mode & 0o777 == 0o600
