"""The window in a real Chromium: how soon it shows something after it is asked for, and what subtitles cost.

The floor is a page with one word, in the same browser and the same run.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from .processes import ROOT
from .rows import Row, Skipped, median

CONFIG = ROOT / "tests" / "bench" / "window" / "playwright.config.ts"
RUNNER = ROOT / "node_modules" / "@playwright" / "test" / "cli.js"


async def window_speed() -> list[Row]:
    node = shutil.which("node")
    if node is None or not RUNNER.is_file() or not (ROOT / "build" / "out" / "renderer" / "index.html").is_file():
        raise Skipped("it needs Node, its packages and the built window (npm run setup -- --dev)")
    with TemporaryDirectory() as folder:
        told = Path(folder) / "figures.json"
        command = [node, str(RUNNER), "test", "--config", str(CONFIG)]
        environment = {**os.environ, "PARLEY_FIGURES": str(told)}
        made = await anyio.run_process(command, cwd=ROOT, env=environment, stderr=subprocess.STDOUT, check=False)
        if not told.is_file():
            raise Skipped(f"there is no Chromium that does it: {made.stdout.decode()[-200:]!r}")
        figures = json.loads(told.read_text())
    speaking, floor = figures["speaking"], figures["floor"]
    return [
        Row(
            name="window requested → first paint",
            value=median(figures["paint_ms"]),
            unit="ms",
            floor=median(figures["paint_floor_ms"]),
            target=300.0,
            note="floor: a page with one word",
        ),
        Row(
            name="subtitles run: main thread",
            value=100 * speaking["main_thread"],
            unit="% core",
            floor=100 * floor["main_thread"],
            compare="difference",
            target=30.0,
        ),
        Row(
            name="subtitles run: time for a frame",
            value=1000 / speaking["frames_hz"],
            unit="ms",
            floor=1000 / floor["frames_hz"],
            target=1000 / 60 * 1.02,
            note="60 a second are 16.7 ms",
        ),
    ]
