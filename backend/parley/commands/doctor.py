"""`parley doctor`: what is wrong with Parley here, why it matters, and what to do."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from typing import Any

from .. import __version__
from ..doctor.checks import CHECKS
from ..doctor.finding import (
    FAILURE,
    LEVELS,
    NOTE,
    OK,
    PASSED_OVER,
    WARNING,
    Check,
    Finding,
    Result,
    World,
    examine,
    worst,
)

EXIT = {OK: 0, PASSED_OVER: 0, NOTE: 0, WARNING: 1, FAILURE: 2}
SUMS = {0: "All is well.", 1: "Something could be better.", 2: "Something is broken."}
MARKS = {OK: "ok     ", PASSED_OVER: "-      ", NOTE: "note   ", WARNING: "WARNING", FAILURE: "FAILURE"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="do what can be done safely: nothing is lost by it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--lines", action="store_true", help="print one JSON object a check, as soon as it is known")
    parser.add_argument("--offline", action="store_true", help="ask nobody outside this computer")
    parser.add_argument("--no-listening", action="store_true", help="leave the microphone closed")
    parser.add_argument("--only", action="append", metavar="NAME", help="make this check alone")
    parser.add_argument("--config-dir", default="", metavar="FOLDER", help="of settings, in the place of the user's")
    parser.add_argument("--data-dir", default="", metavar="FOLDER", help="of what is kept, in the place of the user's")
    parser.add_argument("--skip", action="append", default=[], metavar="NAME", help="leave this check out")


def run(options: argparse.Namespace, started_at: float) -> int:
    """0 all is well, 1 something could be better, 2 something is broken."""
    world = World(
        offline=options.offline,
        listens=not options.no_listening,
        config_dir=options.config_dir,
        data_dir=options.data_dir,
    )
    if unknown := {*(options.only or ()), *options.skip} - {one.name for one in CHECKS}:
        sys.stderr.write(
            "parley doctor: no check has the name {}. There are: {}.\n".format(
                ", ".join(sorted(unknown)), ", ".join(one.name for one in CHECKS)
            )
        )
        return EXIT[FAILURE]
    checks = [one for one in CHECKS if one.name in (options.only or [one.name]) and one.name not in options.skip]
    if options.lines:
        return _tell(checks, world, options.fix)
    results: list[Result] = []
    if not options.json:
        _say(f"Parley {__version__} on {platform.platform()}, Python {platform.python_version()}\n")
    for result in examine(checks, world):
        results.append(result)
        if not options.json:
            _show(result)
    code = EXIT[worst(results)]
    done = _fix(results) if options.fix else []
    if options.json:
        _say(json.dumps(report_of(results, done), indent=2))
    else:
        for line in done:
            _say(line)
        fixable = [1 for result in results for finding in result.findings if finding.fix is not None]
        if fixable and not options.fix:
            _say("\n`parley doctor --fix` does what can be done safely.")
        _say("\n" + SUMS[code])
    return code


def _tell(checks: list[Check], world: World, fix: bool) -> int:
    """For a program that shows it. With `fix`, what is found is put right, and looked at once more."""
    levels: list[str] = []
    for result in examine(checks, world):
        done = _fix([result]) if fix else []
        if done:
            result = next(iter(examine([result.check], world)))
        levels.append(result.level)
        _say(json.dumps({**_check_report(result), "count": len(checks), "fixed": done}))
    return EXIT[max(levels, key=LEVELS.index, default=OK)]


def _show(result: Result) -> None:
    _say(f"{MARKS[result.level]}  {result.check.name}: {result.check.tried}")
    for finding in result.findings:
        for words in (finding.found, finding.why, finding.remedy and "→ " + finding.remedy):
            if words:
                _say(f"           {words}")


def _fix(results: list[Result]) -> list[str]:
    return [_attempt(one) for result in results for one in result.findings if one.fix is not None]


def _attempt(finding: Finding) -> str:
    assert finding.fix is not None
    try:
        return f"Done: {finding.fix()}"
    except Exception as error:
        return f"Not done: {finding.remedy} ({error})"


def report_of(results: list[Result], done: list[str]) -> dict[str, Any]:
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "worst": worst(results),
        "fixed": done,
        "checks": [_check_report(result) for result in results],
    }


def _check_report(result: Result) -> dict[str, Any]:
    return {
        "name": result.check.name,
        "tried": result.check.tried,
        "level": result.level,
        "findings": [
            {
                "level": one.level,
                "found": one.found,
                "why": one.why,
                "remedy": one.remedy,
                "can_be_fixed": one.fix is not None,
            }
            for one in result.findings
        ],
    }


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
