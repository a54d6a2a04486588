"""What somebody who helps wants to see of this Parley, in one file: logs, the doctor's findings, versions, figures.

The texts are collected first, so that the user can read every one before anything is saved. No conversation is among
them, and what looks like a secret is taken out of all of them once more. Like the doctor, it stands on the standard
library.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import time
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import __version__

LAST_BYTES = 1024 * 1024
"""Of each log: some thousand lines."""

HIDDEN = "(hidden)"

SECRET_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")

SECRETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bsk-[\w-]{8,}",
        r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}",
        r"(?<=bearer )[^\s\"',]+",
        r"(?<=code=)[\w-]+",
        r"(?<=parley\.key\.)[\w.-]+",
        r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
        r"\b[0-9a-f]{64}\b",
        r"(?<=key=)[^\s&\"']+",
        r"(?<=token=)[^\s&\"']+",
    )
)
"""Keys of Anthropic and AWS, credentials in headers and addresses, and our own token."""

PLAIN = (bool, int, float)

SPEAKING = {"persona", "hint_words", "mcp_servers"}
"""Settings in the user's own words, or with secrets in them."""


@dataclass(frozen=True)
class Entry:
    name: str
    text: str
    what: str

    @property
    def size_bytes(self) -> int:
        return len(self.text.encode("utf-8"))


def collect(
    findings: Mapping[str, Any], metrics: str = "", environment: Mapping[str, str] | None = None
) -> list[Entry]:
    """`findings`: the doctor's, as its JSON. `metrics`: of a sidecar that runs. What is not there is passed over."""
    environment = os.environ if environment is None else environment
    entries = [
        Entry("doctor.json", json.dumps(findings, indent=2), "what the doctor looked at and found"),
        Entry("settings.json", _settings(), "what is set, without your own words and addresses"),
    ]
    if metrics:
        entries.append(Entry("metrics.txt", metrics, "figures and engines of the sidecar that runs"))
    entries += [Entry(f"logs/{path.name}", _end_of(path), "the end of this log") for path in _logs()]
    entries.insert(0, Entry("report.txt", _cover(entries), "versions, and what is here"))
    return [Entry(one.name, scrubbed(one.text, environment), one.what) for one in entries]


def save(entries: Iterable[Entry], path: Path) -> None:
    """For the user's eyes alone, in the place of one that is there. Raises OSError."""
    if path.is_file():
        path.unlink()  # It would keep its permissions.
    descriptor = os.open(str(path), os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w+b") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for entry in entries:
            file.writestr(entry.name, entry.text)


def scrubbed(text: str, environment: Mapping[str, str]) -> str:
    """Without what is, or looks like, a secret; the home folder is `~`, since it names the user."""
    for name, value in environment.items():
        if len(value) >= 8 and any(word in name.upper() for word in SECRET_NAMES):
            text = _without(text, value, HIDDEN)
    for pattern in SECRETS:
        text = pattern.sub(HIDDEN, text)
    home = os.path.expanduser("~")
    return _without(text, home, "~") if len(home) > 1 else text


def _without(text: str, value: str, instead: str) -> str:
    """Also as it stands in JSON, which a log and the findings are."""
    for written in (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        text = text.replace(written, instead)
    return text


def log_folders() -> list[Path]:
    """Where the shell writes them (electron/main/paths.ts), on each system."""
    home = Path(os.path.expanduser("~"))
    if sys.platform == "darwin":
        return [home / "Library" / "Logs" / "Parley"]
    if sys.platform == "win32":
        return [Path(os.environ.get(name, str(home))) / "Parley" / "logs" for name in ("APPDATA", "LOCALAPPDATA")]
    return [Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "parley" / "log"]


def _logs() -> list[Path]:
    return [path for folder in log_folders() for path in sorted(folder.glob("*.log")) if path.is_file()]


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - LAST_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}\n"


def _settings() -> str:
    try:
        from ..settings import config_folder

        fields = json.loads((config_folder() / "settings.json").read_bytes())
        shown = {name: _shown(name, value) for name, value in fields.items()}
        return json.dumps(shown, indent=2)
    except FileNotFoundError:
        return "{}"
    except Exception as error:
        return f"They cannot be read: {type(error).__name__}"


def _shown(name: str, value: object) -> object:
    if isinstance(value, PLAIN) or (
        isinstance(value, str) and name not in SPEAKING and re.fullmatch(r"[\w.-]*", value)
    ):
        return value
    return HIDDEN


def _cover(entries: Iterable[Entry]) -> str:
    lines = [
        f"Parley {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"Made {time.strftime('%Y-%m-%d %H:%M:%S %z')}",
        "",
        "No conversation is in here, and no key. What looked like a secret reads " + HIDDEN + ".",
        "",
        *(f"{entry.name}: {entry.what}" for entry in entries),
    ]
    return "\n".join(lines) + "\n"
