"""The ground: Python, its packages, the disk, the clock, the way from this computer to itself."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from .finding import FAILURE, WARNING, Finding, World

OLDEST, NEWEST = (3, 11), (3, 13)

PACKAGES = {
    "msgspec": "every message is read by it",
    "platformdirs": "it knows where files belong",
    "psutil": "processes are seen through it",
    "anyio": "everything that runs stands on it",
    "aiohttp": "the window is served by it",
    "zeroconf": "the sidecar is found by it",
    "numpy": "sound is numbers",
    "onnxruntime": "speech is noticed by it",
    "soxr": "sound is brought to a rate by it",
    "soundfile": "sound files are read by it",
    "espeakng_loader": "it is the voice that is always there",
    "pocketsphinx": "it understands speech where nothing better is",
    "faster_whisper": "it understands speech better",
    "anthropic": "Claude is asked through it",
    "mcp": "tool servers are used through it",
}
LOAD_S = 120.0
"""For all of them, on a slow disk."""

LOAD = """
import importlib, json, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
        print(json.dumps([name, "", ""]), flush=True)
    except BaseException as error:
        print(json.dumps([name, type(error).__name__, str(error)]), flush=True)
"""

BUILT_AT = 1_790_000_000
"""2026-09-21: this program did not exist before."""

ROOM_BYTES, LITTLE_BYTES = 50 * 2**20, 500 * 2**20


def python(world: World) -> Iterator[Finding]:
    version = sys.version_info[:2]
    if version < OLDEST:
        yield Finding(
            FAILURE,
            "Parley runs on Python {}.{}.".format(*version),
            "It is written for Python {}.{} and newer.".format(*OLDEST),
            "Install Python {}.{} to {}.{}, then: npm run setup. PARLEY_PYTHON names one.".format(*OLDEST, *NEWEST),
        )


def packages(world: World) -> Iterator[Finding]:
    """Each is loaded in a process of its own kind, since a broken library may end it."""
    command = [world.python, *(["-I"] if sys.flags.isolated else []), "-c", LOAD, *PACKAGES]
    loaded: dict[str, tuple[str, str]] = {}
    ended = f"did not end within {LOAD_S:.0f} s"
    try:
        from ..leashed import leashed  # Not above: a Python that is too old is to be named by the check before.

        process = subprocess.run(leashed(command), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LOAD_S)
        output, ended = process.stdout, f"ended with code {process.returncode}"
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
    for line in output.decode().splitlines():
        name, kind, words = json.loads(line)
        loaded[name] = (kind, words)
    for name, use in PACKAGES.items():
        if name not in loaded:
            yield _unloadable(name, use, f"Python {ended} while it was loaded")
            return
        kind, words = loaded[name]
        if kind == "ModuleNotFoundError" and repr(name) in words:
            yield Finding(
                FAILURE,
                f"The Python package {name} is missing.",
                f"Parley does not start without it: {use}.",
                "npm run setup installs it. An installed Parley has lost a file: install it again.",
            )
            return
        if kind:
            yield _unloadable(name, use, f"{kind}: {words}")
            return


def _unloadable(name: str, use: str, reason: str) -> Finding:
    return Finding(
        FAILURE,
        f"The Python package {name} is here and cannot be loaded ({reason}).",
        f"{use.capitalize()}, and a library that it stands on is missing or damaged.",
        "Install the library that is named. If none is: delete .venv and run npm run setup, or install Parley again.",
    )


def folders_of(world: World) -> dict[str, Path]:
    import platformdirs

    return {
        "settings": world.config_folder,
        "conversations and models": world.data_folder,
        "logs": Path(platformdirs.user_log_dir("parley", appauthor=False)),
    }


def folders(world: World) -> Iterator[Finding]:
    for what, folder in folders_of(world).items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=str(folder)):
                pass
        except OSError as error:
            yield Finding(
                FAILURE,
                f"{folder} cannot be written: {error.strerror}.",
                f"It is where {what} are kept.",
                "Make the folder yours again (its owner and its permissions), or free its disk from being read-only.",
            )


def disk(world: World) -> Iterator[Finding]:
    seen = set()
    for what, folder in folders_of(world).items():
        usage, device = shutil.disk_usage(str(folder)), os.stat(str(folder)).st_dev
        if device in seen:
            continue
        seen.add(device)
        if usage.free < LITTLE_BYTES:
            yield Finding(
                FAILURE if usage.free < ROOM_BYTES else WARNING,
                f"The disk of {folder} has {usage.free // 2**20} MB free.",
                f"It is where {what} are kept, and what you say is written there before it is answered.",
                "Make room: `parley models list` shows what models weigh, `parley models remove NAME` deletes one.",
            )


def clock(world: World) -> Iterator[Finding]:
    if datetime.now(timezone.utc).timestamp() < BUILT_AT:
        yield Finding(
            FAILURE,
            "The clock says {}, which is before this Parley was made.".format(time.strftime("%Y-%m-%d")),
            "Reminders would be said at the wrong time, and no encrypted server is believed.",
            "Set the clock, best by having the system do it (on Linux: timedatectl set-ntp true).",
        )


def loopback(world: World) -> Iterator[Finding]:
    try:
        with socket.socket() as server, socket.socket() as client:
            server.settimeout(2.0)
            client.settimeout(2.0)
            server.bind(("127.0.0.1", 0))
            server.listen(1)
            client.connect(server.getsockname())
            other, _ = server.accept()
            with other:
                other.settimeout(2.0)
                client.sendall(b"parley")
                heard = other.recv(6)
        reason = "" if heard == b"parley" else "what was sent did not arrive"
    except OSError as error:
        reason = error.strerror or "nothing answered"
    if reason:
        yield Finding(
            FAILURE,
            f"This computer does not reach itself at 127.0.0.1: {reason}.",
            "The window and the sidecar talk over that way, and over no other.",
            "Let a firewall or a security program allow connections from 127.0.0.1 to 127.0.0.1; "
            "on Linux: ip link set lo up.",
        )
