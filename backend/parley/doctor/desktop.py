"""The desktop: microphone, loudspeaker, start at login, Electron."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .finding import NOTE, WARNING, Finding, World

ANSWER_S = 5.0
LISTENED_BYTES = 16_000
"""Half a second."""
CHECKOUT = Path(__file__).resolve().parents[3]


def sound(world: World) -> Iterator[Finding]:
    """On Linux alone: elsewhere only the window learns of devices."""
    if not sys.platform.startswith("linux"):
        return
    sources, sinks = _devices("sources"), _devices("sinks")
    if sources is None or sinks is None:
        cards = Path("/proc/asound/cards")
        if not cards.exists() or "no soundcards" in cards.read_text():
            yield _no("sound system answers, and no sound card is here", "You can type, and read the answers.")
        return
    microphones = [name for name in sources if not name.endswith(".monitor")]
    if not microphones:
        yield _no("microphone is here", "You can type; Parley cannot hear you.")
    if not [name for name in sinks if name != "auto_null"]:
        yield _no("loudspeaker is here", "You can read the answers; nothing is heard.")
    muted = list(_muted())
    yield from muted
    if world.listens and microphones and not muted and not _delivers():
        yield Finding(
            WARNING,
            "The microphone delivers nothing but digital silence.",
            "Parley hears nothing. A switch on it may be off, or another one is meant.",
            "Switch it on, or choose another one in the sound settings of the system.",
        )


def _muted() -> Iterator[Finding]:
    """What is chosen by default, where PulseAudio or PipeWire tells."""
    for kind, name in (("source", "microphone"), ("sink", "loudspeaker")):
        default = f"@DEFAULT_{kind.upper()}@"
        told = _pactl(f"get-{kind}-mute", default)
        if told is not None and told.split()[-1:] == ["yes"]:
            yield Finding(
                WARNING,
                f"The {name} is muted.",
                "Parley hears silence." if kind == "source" else "Parley is not heard.",
                f"Unmute it in the sound settings of the system; `parley doctor --fix` does: "
                f"pactl set-{kind}-mute {default} 0.",
                partial(_unmute, kind, default, name),
            )


def _delivers() -> bool:
    """Whether the default microphone, in half a second, gives any sample but 0: a room is never that quiet. True
    where it cannot be listened to. Nothing of it is kept."""
    if shutil.which("parec") is None:
        return True
    listen = ["parec", "--rate=16000", "--channels=1", "--format=s16le", "--raw", "--latency-msec=50"]
    try:
        with subprocess.Popen(listen, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            watch = threading.Timer(ANSWER_S, process.kill)
            watch.start()
            heard = process.stdout.read(LISTENED_BYTES)
            watch.cancel()
            process.kill()
    except OSError:
        return True
    return len(heard) < LISTENED_BYTES or any(heard)


def _unmute(kind: str, default: str, name: str) -> str:
    if _pactl(f"set-{kind}-mute", default, "0") is None:
        raise OSError("the sound system refused")
    return f"The {name} is no longer muted."


def _no(what: str, why: str) -> Finding:
    return Finding(WARNING, f"No {what}.", why, "Plug one in, or choose it in the sound settings of the system.")


def _devices(kind: str) -> list[str] | None:
    """Their names. None: no sound system answers."""
    answer = _pactl("list", "short", kind)
    return None if answer is None else [line.split("\t")[1] for line in answer.splitlines() if line.count("\t") > 1]


def _pactl(*words: str) -> str | None:
    """What PulseAudio or PipeWire answers. None: neither does."""
    if shutil.which("pactl") is None:
        return None
    try:
        answer = subprocess.run(
            ["pactl", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=ANSWER_S,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode() if answer.returncode == 0 else None


def login(world: World) -> Iterator[Finding]:
    if not sys.platform.startswith("linux"):
        return
    home = world.environment.get("HOME", os.path.expanduser("~"))
    config = Path(world.environment.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"))
    entry = config / "autostart" / "parley.desktop"
    if not entry.exists():
        return
    lines = dict(line.split("=", 1) for line in entry.read_text().splitlines() if "=" in line)
    program = lines.get("TryExec", "")
    if program and shutil.which(program) is None:

        def remove() -> str:
            entry.unlink()
            return f"{entry} was deleted."

        yield Finding(
            WARNING,
            f"{entry} starts {program} at login, which is not there.",
            "Parley does not start at login.",
            "Start Parley once, which mends it; or switch it off: `parley doctor --fix` deletes the entry.",
            remove,
        )


def electron(world: World) -> Iterator[Finding]:
    """In a checkout; an installed Parley has one."""
    modules = CHECKOUT / "node_modules"
    if (CHECKOUT / "package.json").exists() and not (modules / "electron" / "dist").is_dir():
        yield Finding(
            NOTE,
            "Electron's program is not here.",
            "`npm start` opens the window in the browser: no tray, no hotkey.",
            "npm start fetches it when there is a network.",
        )
