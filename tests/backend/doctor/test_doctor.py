"""Set-ups broken on purpose: the doctor names each first, with a remedy, and leaves a healthy one alone."""

import ast
import http.server
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from anyio import to_thread

from parley.__main__ import dispatch
from parley.doctor import machine, running
from parley.doctor.finding import FAILURE, NOTE, OK, WARNING, Check, Finding, World, examine, worst
from parley.engines import catalog
from parley.engines.voice_pack import Marker
from parley.memory.database import MIGRATIONS, damaged_copies, open_database
from parley.wire.messages import Ready
from tests.fakes.doctor import checks, expect, first, write
from tests.fakes.hub import make_model
from tests.fakes.pulse import DEAD_MICROPHONE, LOUDSPEAKER, MICROPHONE, pulse
from tests.fakes.sidecar import sidecar

ROOT = Path(__file__).parents[3]
CONTENTS = {"config.json": b"{}", "model.bin": bytes(1000)}


def test_a_healthy_computer_raises_no_alarm() -> None:
    results = list(examine(checks(), World()))
    assert worst(results) == NOTE, "that no key is set"
    assert [one.found for result in results for one in result.findings if one.level != NOTE] == []


def test_a_python_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    expect("python", "Parley runs on Python 3.9.")
    passed_over = {result.check.name for result in examine(checks(), World()) if result.level == "passed over"}
    assert {"packages", "settings", "key"} <= passed_over


def test_a_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PACKAGES", {"msgspec": "it reads", "nothing_of_the_kind": "it is needed"})
    assert "npm run setup" in expect("packages", "nothing_of_the_kind is missing").remedy


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise OSError('libsndfile.so.1: cannot open shared object file')", "libsndfile.so.1"),
        ("import os; os.abort()", "ended with code -6 while it was loaded"),
        ("import gone_since", "No module named 'gone_since'"),
    ],
)
def test_a_library_that_cannot_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    write(tmp_path / "shadow" / "soundfile.py", code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "shadow"))
    expect("packages", words)


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/proc/self")
    expect("folders", "/proc/self/parley cannot be written")


def test_a_file_in_the_place_of_a_folder(home: Path) -> None:
    write(home / "config", "")
    expect("folders", f"{home}/config/parley cannot be written: Not a directory")


@pytest.mark.parametrize(("free", "level"), [(2**20, FAILURE), (100 * 2**20, WARNING)])
def test_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    expect("disk", f"has {free // 2**20} MB free", level)


@pytest.mark.skipif(shutil.which("faketime") is None, reason="not on this machine: faketime")
def test_a_clock_that_is_years_behind() -> None:
    command = ["faketime", "2001-02-03", sys.executable, "-m", "parley", "doctor", "--json", "--offline"]
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE).stdout)
    [clock] = [check for check in report["checks"] if check["name"] == "clock"]
    assert "2001-02-03" in clock["findings"][0]["found"] and report["worst"] == FAILURE


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "cannot be used"), ('{"pause_s": 99}', "pause_s"), ('{"language_model": "gpt"}', "language_model")],
)
def test_settings_that_cannot_be_used_are_set_aside(home: Path, text: str, words: str) -> None:
    path = write(home / "config" / "parley" / "settings.json", text)
    finding = expect("settings", words)
    assert finding.fix is not None
    finding.fix()
    assert not path.exists() and len(list(path.parent.glob("settings-bad-*.json"))) == 1
    assert first() == ("", Finding(OK, ""))


def test_a_variable_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PAUSE_S", "long")
    finding = expect("settings", "PARLEY_PAUSE_S")
    assert finding.fix is None and "unset" in finding.remedy


def test_the_shells_own_file(home: Path) -> None:
    write(home / "config" / "parley" / "shell.json", "not JSON")
    assert expect("settings", "shell.json", WARNING).fix is not None


def found_in(check: str, world: World | None = None) -> list[Finding]:
    return [one for result in examine(checks(check), world or World()) for one in result.findings]


def test_a_database_that_cannot_be_read_now_is_left_where_it_is(home: Path) -> None:
    """It may be sound: locked, or another user's."""
    (home / "data" / "parley" / "conversations.sqlite3").mkdir(parents=True)
    finding = expect("databases", "cannot be read now", WARNING)
    assert finding.fix is None


def test_a_damaged_database_is_not_taken_from_a_sidecar_that_writes_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "data" / "parley" / "conversations.sqlite3", "this is no database. " * 100)
    monkeypatch.setattr(running, "ours", lambda _: [object()])
    [finding] = found_in("databases")
    assert finding.fix is None and finding.remedy.startswith("Quit Parley")


def test_folders_of_another_parley_are_looked_at(home: Path) -> None:
    write(home / "other" / "conversations.sqlite3", "this is no database. " * 100)
    assert found_in("databases") == []
    [finding] = found_in("databases", World(data_dir=str(home / "other")))
    assert "other" in finding.found


def test_a_check_that_there_is_not_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["doctor", "--only", "sonud"]) == 2
    assert "sonud" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["conversations.sqlite3", "tools.sqlite3", "telemetry.sqlite3"])
def test_a_damaged_database_is_set_aside(home: Path, name: str) -> None:
    path = write(home / "data" / "parley" / name, "this is no database, and long enough to be taken for one. " * 20)
    write(path.with_name(f"{name}-wal"), "what was said last")
    finding = expect("databases", f"{name} is damaged")
    assert finding.fix is not None
    finding.fix()
    kept = [copy.read_bytes()[:4] for copy in damaged_copies(path)]
    assert b"this" in kept and b"what" in kept and not list(path.parent.glob(f"{name}*"))
    assert first() == ("", Finding(OK, ""))


def test_a_database_of_a_later_version(home: Path) -> None:
    path = home / "data" / "parley" / "conversations.sqlite3"
    open_database(path).database.close()
    assert first() == ("", Finding(OK, ""))
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    expect("databases", "is of a later version")


def test_a_model_that_is_cut_short(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "MODELS", (make_model(CONTENTS),))
    folder = home / "data" / "parley" / "models" / "whisper-made"
    write(folder / "config.json", "{}")
    write(folder / "model.bin", "cut")
    assert "parley models get whisper-made" in expect("models", "whisper-made is not whole: model.bin").remedy


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PARLEY_TRANSCRIBER", "whisper", "Whisper is chosen"),
        ("PARLEY_SYNTHESIZER", "kokoro", "Kokoro is chosen"),
        ("PARLEY_LANGUAGE_MODEL", "claude", "No key is set"),
    ],
)
def test_an_engine_that_is_chosen_and_not_here(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    expect("key" if value == "claude" else "models", words, WARNING)


def test_a_voice_pack_of_another_python(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parley.engines.local_models.CHECKOUT", home / "nowhere")
    marker = Marker(python="2.7", lock="")
    write(home / "data" / "parley" / "voice-pack" / "parley.json", f'{{"python": "{marker.python}", "lock": ""}}')
    expect("models", "is of another Python", WARNING)


def test_a_computer_that_does_not_reach_itself() -> None:
    """In a network of its own, in which nothing is up."""
    code = "from parley.doctor.machine import *; print(*(f.found for f in loopback(World())))"
    apart = subprocess.run(["unshare", "-rn", sys.executable, "-c", code], capture_output=True, text=True)
    if apart.returncode != 0:
        pytest.skip("no network of its own is to be had here")
    assert "does not reach itself at 127.0.0.1" in apart.stdout


LISTENS = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    other, _ = server.accept()
    if {answer!r}:
        other.recv(1000)
        other.sendall({answer!r})
        other.close()
"""


@contextmanager
def pretending(code: str, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is called as a sidecar is."""
    command = [sys.executable, "-c", code, "-m", "parley", "serve", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def test_a_sidecar_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ANSWER_S", 0.2)
    with pretending(LISTENS.format(answer=b"")):
        expect("sidecars", "does not answer at port")


def test_another_program_at_the_sidecars_port() -> None:
    with pretending(LISTENS.format(answer=b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")):
        expect("sidecars", "answers a stranger with status 200 and no challenge")


@pytest.mark.anyio
async def test_true_sidecars_are_no_finding(home: Path) -> None:
    folder = os.environ["XDG_CONFIG_HOME"]
    async with (
        sidecar(home / "one", XDG_CONFIG_HOME=folder) as one,
        sidecar(home / "two", XDG_CONFIG_HOME=folder) as two,
    ):
        await one.until(Ready)
        await two.until(Ready)
        [result] = await to_thread.run_sync(lambda: list(examine(checks("packages", "sidecars")[-1:], World())))
    [finding] = result.findings
    assert finding.level == NOTE and "2 sidecars run at once" in finding.found


def test_a_sidecar_without_a_shell_is_ended() -> None:
    child = [sys.executable, "-c", "import time; time.sleep(60)", "-m", "parley", "serve", "--managed"]
    code = f"import subprocess; print(subprocess.Popen({child!r}, stdout=subprocess.DEVNULL).pid)"
    pid = int(subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE).stdout)
    orphan = psutil.Process(pid)
    try:
        if orphan.ppid() != 1:
            pytest.skip("somebody here adopts orphans")
        finding = expect("sidecars", f"process number {pid} has lost its window's program")
        assert finding.fix is not None
        finding.fix()
        assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    finally:
        if orphan.is_running():
            orphan.kill()


def test_mdns_that_does_not_come_through(monkeypatch: pytest.MonkeyPatch) -> None:
    import zeroconf

    monkeypatch.setattr(running, "FIND_MS", 100)
    monkeypatch.setattr(zeroconf.Zeroconf, "register_service", lambda *_, **__: None)
    expect("announcing", "what was announced was not found", WARNING, only=("announcing",))


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "all_proxy"])
def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    expect("proxy", f"The proxy that {name} names does not answer", WARNING)


@contextmanager
def server(status: int, date: str | None = None) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status)
            self.send_header("Date", date or self.date_time_string())
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as it:
        threading.Thread(target=it.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{it.server_port}"
        it.shutdown()


@pytest.mark.parametrize(("status", "level", "words"), [(401, FAILURE, "refuses the key"), (529, WARNING, "529")])
def test_a_server_that_says_no(monkeypatch: pytest.MonkeyPatch, status: int, level: str, words: str) -> None:
    with server(status) as address:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-planted-secret")
        finding = expect("key", words, level)
    assert "planted" not in repr(finding)


def test_a_key_that_is_accepted_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(200) as address:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
        assert first() == ("", Finding(OK, ""))


def test_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{port}")
    expect("key", "127.0.0.1 could not be reached")


def test_a_clock_that_is_apart_from_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    an_hour_ago = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() - 3600))
    with server(200, an_hour_ago) as address:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
        expect("key", "60 minutes ahead of that of 127.0.0.1")


@pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="not on this machine: pulseaudio")
def test_microphones_and_loudspeakers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    only: tuple[str, ...] = ("sound",)
    with pulse(tmp_path, LOUDSPEAKER) as address:
        monkeypatch.setenv("PULSE_SERVER", address)
        expect("sound", "No microphone is here", WARNING, only=only)
        assert len(found_in("sound")) == 1, "what it plays itself was not listened to"
    with pulse(tmp_path, MICROPHONE) as address:
        monkeypatch.setenv("PULSE_SERVER", address)
        expect("sound", "No loudspeaker is here", WARNING, only=only)
    with pulse(tmp_path, LOUDSPEAKER, MICROPHONE) as address:
        monkeypatch.setenv("PULSE_SERVER", address)
        assert first("sound") == ("", Finding(OK, ""))
    with pulse(tmp_path, LOUDSPEAKER, DEAD_MICROPHONE) as address:
        monkeypatch.setenv("PULSE_SERVER", address)
        expect("sound", "nothing but digital silence", WARNING, only=only)
        assert found_in("sound", World(listens=False)) == []


def test_a_login_entry_whose_program_is_gone(home: Path) -> None:
    entry = write(home / "config" / "autostart" / "parley.desktop", "[Desktop Entry]\nTryExec=/nowhere/parley\n")
    finding = expect("start at login", "/nowhere/parley at login, which is not there", WARNING)
    assert finding.fix is not None
    finding.fix()
    assert not entry.exists()


def test_a_check_that_breaks_is_a_finding_and_the_rest_goes_on() -> None:
    def breaks(_: World) -> list[Finding]:
        raise RuntimeError("unforeseen")

    two = [Check("one", "it was tried", breaks), Check("two", "it was tried", lambda _: [])]
    assert [(result.level, len(result.findings)) for result in examine(two, World())] == [(FAILURE, 1), (OK, 0)]


@pytest.mark.timeout(90)
def test_the_command_says_the_worst_and_mends_what_it_can(home: Path) -> None:
    command = [sys.executable, "-m", "parley", "doctor", "--offline"]
    write(home / "config" / "parley" / "settings.json", "{")
    broken = subprocess.run(command, capture_output=True, text=True)
    assert broken.returncode == 2 and "FAILURE  settings" in broken.stdout, broken.stderr
    mended = subprocess.run([*command, "--fix", "--json"], capture_output=True, text=True)
    assert json.loads(mended.stdout)["fixed"][0].startswith("Done: settings.json lies at")
    again = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True).stdout)
    assert [check["level"] for check in again["checks"] if check["name"] == "settings"] == [OK]


def test_it_is_read_by_an_old_python_and_stands_on_the_standard_library() -> None:
    package = ROOT / "backend" / "parley"
    files = [package / "__main__.py", package / "__init__.py", package / "commands" / "doctor.py"]
    for path in (*files, package / "commands" / "__init__.py", *(package / "doctor").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
        names = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in names:
            outside = [name.name for name in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and node.level:
                continue
            assert {name.partition(".")[0] for name in outside} <= sys.stdlib_module_names, path
