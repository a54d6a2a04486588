"""What is kept: settings, conversations, reminders, models, keys."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from . import running
from .finding import FAILURE, NOTE, WARNING, Finding, World


def settings(world: World) -> Iterator[Finding]:
    from ..errors import BadConfig
    from ..settings import SettingsFile

    folder = world.config_folder
    try:
        SettingsFile(folder, world.environment)
    except BadConfig as error:
        path = folder / "settings.json"
        in_file = str(path) in str(error)
        yield Finding(
            FAILURE,
            f"{error}",
            "The sidecar does not start with settings that it cannot read.",
            "Correct it, or move the file away." if in_file else "Correct the variable, or unset it.",
            _aside(path) if in_file else None,
        )
    level = world.environment.get("PARLEY_LOG_LEVEL", "")
    if level and level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        yield Finding(
            WARNING,
            f"PARLEY_LOG_LEVEL is {level!r}, which is no level.",
            "The log tells as much as usual.",
            "Set it to DEBUG, INFO or WARNING, or unset it.",
        )
    try:
        json.loads((folder / "shell.json").read_bytes())
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        yield Finding(
            WARNING,
            "{} cannot be used: {}.".format(folder / "shell.json", error),
            "The window begins with the desktop's usual manners.",
            "Move the file away.",
            _aside(folder / "shell.json"),
        )


def _aside(path: Path) -> Callable[[], str]:
    def move() -> str:
        target = path.with_name("{}-bad-{}{}".format(path.stem, time.strftime("%Y-%m-%d-%H%M%S"), path.suffix))
        path.rename(target)
        return f"{path.name} lies at {target} now."

    return move


def databases(world: World) -> Iterator[Finding]:
    from ..memory.database import FILE as CONVERSATIONS
    from ..memory.database import MIGRATIONS, damaged_copies
    from ..telemetry.kept import FILE as TIMES
    from ..tools.workshop import FILE as TOOLS

    at_start = "Parley sets it aside at its next start and begins a new one; `parley doctor --fix` does it now."
    uses = {
        CONVERSATIONS: ("conversations", at_start),
        TIMES: ("the times of answers", at_start),
        TOOLS: (
            "timers and reminders",
            "`parley doctor --fix` sets it aside; until then they are forgotten when Parley ends.",
        ),
    }
    for name, (holds, remedy) in uses.items():
        path = world.data_folder / name
        if not path.exists():
            continue
        try:
            version = _look_through(path)
        except sqlite3.OperationalError as error:  # It may be sound: database.py.
            yield Finding(
                WARNING,
                f"{path} cannot be read now: {error}.",
                f"It holds {holds}.",
                "See whether another program holds it, and whether it is yours to read; then look again.",
            )
            continue
        except sqlite3.DatabaseError as error:
            # Who has it open would go on writing into what was set aside.
            is_used = bool(running.ours(world))
            yield Finding(
                FAILURE,
                f"{path} is damaged: {error}.",
                f"It holds {holds}.",
                f"Quit Parley. {remedy}" if is_used else remedy,
                None if is_used else partial(_set_aside, path),
            )
            continue
        if name == CONVERSATIONS and version > len(MIGRATIONS):
            yield Finding(
                FAILURE,
                f"{path} is of a later version of Parley.",
                "This one does not understand it, so nothing is kept.",
                "Use the later version, or move the file away to begin anew.",
            )
        for copy in damaged_copies(path):
            if copy.suffix == path.suffix:
                yield Finding(NOTE, f"{copy} was set aside because it was damaged.")


def _set_aside(path: Path) -> str:
    from ..memory.database import set_aside

    return f"{path.name} lies at {set_aside(path)} now."


def _look_through(path: Path) -> int:
    """Its version. Raises sqlite3.DatabaseError."""
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0)
    try:
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        return int(database.execute("PRAGMA user_version").fetchone()[0])
    finally:
        database.close()


def models(world: World) -> Iterator[Finding]:
    from ..engines.catalog import MODELS
    from ..engines.local_models import KOKORO, find_model, find_voice_python, find_whisper
    from ..engines.model_store import ModelStore, model_folder
    from ..engines.voice_pack import voice_pack_folder
    from ..settings import load_settings

    store = ModelStore(model_folder())
    if store.root.exists() and not store.root.is_dir():
        yield Finding(
            FAILURE,
            f"{store.root} is to hold the models, and is no folder.",
            "No model is found or fetched; something more basic serves.",
            "Move that file away, or correct PARLEY_MODELS.",
        )
        return
    for model in MODELS:
        folder = store.folder(model)
        if not folder.is_dir() or store.find(model) is not None:
            continue
        wrong = [file.path for file in model.files if _size(folder / file.path) != file.size_bytes]
        yield Finding(
            FAILURE,
            "The model {} is not whole: {}.".format(model.name, ", ".join(wrong)),
            "It is passed over, and something more basic serves.",
            f"parley models remove {model.name}, then parley models get {model.name}.",
        )
    chosen = load_settings(world.config_folder, world.environment)
    if chosen.transcriber == "whisper" and find_whisper(chosen.whisper_model) is None:
        yield Finding(
            WARNING,
            f"Whisper is chosen, and its model {chosen.whisper_model} is not here.",
            "Something more basic understands you.",
            "parley models get whisper-base, or set transcriber to auto.",
        )
    if chosen.synthesizer == "kokoro" and (find_model(KOKORO) is None or find_voice_python() is None):
        yield Finding(
            WARNING,
            "Kokoro is chosen, and is not all here.",
            "A more basic voice speaks.",
            "parley models get kokoro, or set synthesizer to auto.",
        )
    if voice_pack_folder().is_dir() and find_voice_python() is None:
        yield Finding(
            WARNING,
            f"The voice pack in {voice_pack_folder()} is of another Python.",
            "A more basic voice speaks.",
            "parley models get kokoro fetches the one that fits.",
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
