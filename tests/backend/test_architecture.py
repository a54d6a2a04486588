"""The layout keeps its promises: where imports point, what pure rules may know, where threads and printing live."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "backend" / "parley"
LAYERS = ["wire", "audio", "engines", "memory", "telemetry", "tools", "conversation", "sidecar", "bench", "commands"]
"""From the lowest up: each may import from those before it and from itself."""

PURE = [
    *(
        f"conversation/{name}.py"
        for name in ("endpointer", "completeness", "level_gate", "sentences", "speakable", "markup", "webvtt")
    ),
    *(
        f"conversation/{name}.py"
        for name in ("history", "mic_ledger", "listener", "reopening", "orders", "rhythm", "retold", "recall")
    ),
    *(f"conversation/{name}.py" for name in ("floor", "backchannel", "echo_guard", "playhead")),
    "engines/tokens.py",
    "telemetry/spans.py",
    "telemetry/counters.py",
    *(f"engines/{name}.py" for name in ("whisper_gates", "whisper_partials", "word_times")),
    *(f"engines/kokoro_{name}.py" for name in ("tags", "words", "voices")),
    "audio/pcm.py",
    "audio/likeness.py",
    "engines/catalog.py",
    "audio/pcm_stream.py",
    "audio/wav_stream.py",
    *(f"engines/{name}.py" for name in ("estimated_words", "patience", "speech_pieces", "spoken_words")),
    *(f"engines/{name}.py" for name in ("openai_errors", "speech_address", "wyoming_events")),
    "sidecar/proof.py",
    "commands/heard.py",
    *(f"bench/{name}.py" for name in ("figures", "fitting", "verdict", "compare", "page")),
]
WAITING = {"anyio", "asyncio", "aiohttp", "threading", "time", "datetime", "socket", "subprocess", "os", "pathlib"}


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "messages.py"]


def imports(path: Path) -> Iterator[str]:
    """Absolute names of what a module imports, ours as `parley.…`."""
    package = ("parley", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, node.module or ""]).rstrip(".")


def calls(path: Path, names: set[str]) -> list[str]:
    return [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0]
    if layer not in LAYERS:
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "parley" and len(parts) > 1 and parts[1] in LAYERS:
            assert LAYERS.index(parts[1]) <= LAYERS.index(layer), f"{path.name} imports {name}"


@pytest.mark.parametrize("name", PURE)
def test_pure_rules_wait_for_nothing_and_know_no_clock_and_no_device(name: str) -> None:
    path = PACKAGE / name
    assert {imported.split(".")[0] for imported in imports(path)}.isdisjoint(WAITING)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(tree))


def test_threads_live_where_they_are_said_to() -> None:
    allowed = {"engines/model_thread.py", "sidecar/leash.py"}
    makers = {"threading.Thread", "ThreadPoolExecutor", "Thread"}
    found = [place for path in modules() for place in calls(path, makers)]
    assert {place.split(":")[0] for place in found} == allowed


def test_s32_nothing_that_measures_time_asks_the_wall_clock() -> None:
    assert [place for path in modules() for place in calls(path, {"time.time", "time.time_ns"})] == []
    dates = {"datetime.now", "datetime.utcnow", "datetime.datetime.now", "date.today"}
    found = [place for path in modules() for place in calls(path, dates)]
    assert [place for place in found if place.startswith(("conversation/", "sidecar/"))] == []


def test_nothing_prints_to_standard_output_but_the_commands() -> None:
    assert [place for path in modules() for place in calls(path, {"print"})] == []
    writers = {p.split(":")[0] for path in modules() for p in calls(path, {"sys.stdout.write"})}
    assert writers <= {
        f"commands/{name}.py" for name in ("bench", "doctor", "history", "models", "report", "servers", "talk", "trace")
    }


def test_no_task_is_made_without_an_owner() -> None:
    loose = {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "loop.create_task",
        "asyncio.get_running_loop().create_task",
    }
    assert [place for path in modules() for place in calls(path, loose)] == []


def test_every_error_of_ours_is_raised_somewhere() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in modules() if path.name != "errors.py")
    bases = {"ParleyError", "EngineError", "LanguageModelError"}
    errors = ast.parse((PACKAGE / "errors.py").read_text(encoding="utf-8"))
    names = {node.name for node in errors.body if isinstance(node, ast.ClassDef)} - bases
    # Once where it is imported, and once more.
    assert [name for name in sorted(names) if len(re.findall(rf"\b{name}\b", source)) < 2] == []


def test_every_file_that_the_architecture_notes_name_exists() -> None:
    notes = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:backend|electron|shared|tests|build)/[\w./-]+\.\w+)`", notes))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_repository_names_no_registry_and_no_folder_of_one_machine() -> None:
    registries = re.compile("registry" + r"\.npmjs|pypi" + r"\.org|files\.pythonhosted|deb\.debian")
    for name in ("package-lock.json", *(f"build/locks/{lock.name}" for lock in (ROOT / "build" / "locks").iterdir())):
        assert not registries.search((ROOT / name).read_text(encoding="utf-8")), name


def test_the_voice_lock_brings_no_cuda_and_no_package_without_a_hash() -> None:
    lock = (ROOT / "build" / "locks" / "voice.txt").read_text(encoding="utf-8")
    packages = re.findall(r"(?m)^([a-z0-9][\w.-]*)==.*\\\n((?: +--hash=.*\n)+)", lock)
    assert len(packages) == len(re.findall(r"(?m)^[a-z0-9]", lock)) > 50
    assert [name for name, _ in packages if re.match(r"torch$|nvidia|cuda|triton", name)] == []
    assert "kokoro" in dict(packages)


def test_what_kokoros_worker_imports_of_ours_needs_nothing_of_the_sidecars() -> None:
    """It runs in the voice pack's Python, which has msgspec, numpy, torch and Kokoro."""
    had = {"msgspec", "numpy", "torch", "kokoro", "spacy", "misaki", "phonemizer", "espeakng_loader"}
    engines = (
        "worker",
        "kokoro_speaker",
        "kokoro_spelling",
        "kokoro_tags",
        "kokoro_words",
        "kokoro_voices",
        "espeak_data",
    )
    ours = ["leashed", *(f"engines.{name}" for name in engines)]
    for name in ours:
        for imported in imports(PACKAGE / f"{name.replace('.', '/')}.py"):
            first, _, rest = imported.partition(".")
            if first == "parley":
                assert rest in ours, f"{name} imports {imported}"
            else:
                assert first in had | sys.stdlib_module_names, f"{name} imports {imported}"
