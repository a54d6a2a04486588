"""`parley report`: one file for whoever helps, which the user reads before it is saved."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from ..doctor.bundle import Entry, collect, save, scrubbed
from ..doctor.checks import CHECKS
from ..doctor.finding import World, examine
from .doctor import report_of

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE", help="where it is saved (parley-report-DATE.zip, here)")
    parser.add_argument("--yes", action="store_true", help="save it without asking")
    parser.add_argument("--show", metavar="NAME", help="print one of its texts, and save nothing")
    parser.add_argument("--json", action="store_true", help="print all of it as one JSON array, and save nothing")
    parser.add_argument("--network", action="store_true", help="let the doctor ask the language model's server, too")


def run(options: argparse.Namespace, started_at: float) -> int:
    """0 when it was saved or shown, 1 when not, 2 for input that cannot be used."""
    sys.stderr.write("Looking at this computer …\n")
    results = list(examine(CHECKS, World(offline=not options.network)))
    entries = collect(report_of(results, []), _metrics())
    if options.json:
        facts = [{"name": e.name, "what": e.what, "size_bytes": e.size_bytes, "text": e.text} for e in entries]
        _say(json.dumps(facts, indent=2))
        return 0
    if options.show is not None:
        return _show(entries, options.show)
    out = options.out or Path(time.strftime("parley-report-%Y-%m-%d-%H%M%S.zip"))
    _say(f"{out} is going to hold:\n")
    for entry in entries:
        _say(f"  {entry.size_bytes:>9,} bytes  {entry.name}: {entry.what}")
    if not options.yes and not _agrees(entries):
        _say("Nothing was saved.")
        return EXIT_FAILED
    try:
        save(entries, out)
    except OSError as error:
        return _complain(f"{out} cannot be written: {error.strerror}.", EXIT_FAILED)
    _say(f"\nSaved: {out}. It goes nowhere by itself.")
    return 0


def _agrees(entries: list[Entry]) -> bool:
    if not sys.stdin.isatty():
        _complain("nobody is here to agree; say --yes. --show NAME prints one of them.", EXIT_BAD_INPUT)
        return False
    while True:
        sys.stdout.write("\nSave it? [y]es, [N]o, or the name of a text to read it: ")
        sys.stdout.flush()
        answer = sys.stdin.readline().strip()
        if answer.lower() in ("y", "yes"):
            return True
        if answer.lower() in ("", "n", "no"):
            return False
        _show(entries, answer)


def _show(entries: list[Entry], name: str) -> int:
    for entry in entries:
        if entry.name == name:
            _say(entry.text)
            return 0
    return _complain("there is no {} in it, but: {}.".format(name, ", ".join(e.name for e in entries)), EXIT_BAD_INPUT)


def _metrics() -> str:
    """Of a sidecar that runs. A report is wanted most where something is broken, so nothing here may end it."""
    try:
        import anyio

        return anyio.run(_ask)
    except Exception as error:
        return scrubbed(f"# There are none: {type(error).__name__}\n", os.environ)


async def _ask() -> str:
    from .attach import ask_running

    answer = await ask_running("/metrics")
    return "# No sidecar runs here that could be asked.\n" if answer is None else answer[1]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"parley report: {text}\n")
    return code
