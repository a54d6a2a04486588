"""What is looked at, in which order, and what is found. A check whose ground is broken is passed over, so the first
finding is the cause."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

OK, NOTE, WARNING, FAILURE, PASSED_OVER = "ok", "note", "warning", "failure", "passed over"
LEVELS = (OK, PASSED_OVER, NOTE, WARNING, FAILURE)
"""From the best to the worst. A note asks for nothing."""


@dataclass(frozen=True)
class Finding:
    level: str
    found: str
    """A sentence."""
    why: str = ""
    """What it means for the user."""
    remedy: str = ""
    """What to do. Every warning and failure has one."""
    fix: Callable[[], str] | None = None
    """Does it, where that is safe: nothing is lost by it. Returns what it did; raises OSError."""


@dataclass(frozen=True)
class Check:
    name: str
    tried: str
    """What was done to find out, in half a sentence."""
    run: Callable[[World], Iterable[Finding]]
    """Yields nothing, or notes, when all is well."""
    needs: tuple[str, ...] = ()
    """Names of checks without failures."""


@dataclass(frozen=True)
class World:
    """What a check may look at besides the machine itself."""

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    python: str = sys.executable
    offline: bool = False
    """Nobody outside this computer is asked."""
    listens: bool = True
    """The microphone may be opened for half a second."""
    config_dir: str = ""
    data_dir: str = ""
    """Of the Parley that is looked at; empty: the user's own."""

    @property
    def config_folder(self) -> Path:
        from ..settings import config_folder

        return Path(self.config_dir) if self.config_dir else config_folder()

    @property
    def data_folder(self) -> Path:
        from ..settings import data_folder

        return Path(self.data_dir) if self.data_dir else data_folder()


@dataclass(frozen=True)
class Result:
    check: Check
    findings: tuple[Finding, ...]

    @property
    def level(self) -> str:
        return max((finding.level for finding in self.findings), key=LEVELS.index, default=OK)


def examine(checks: Iterable[Check], world: World) -> Iterator[Result]:
    """In order, each as soon as it is known. A check that breaks is a finding itself."""
    broken = set()
    for check in checks:
        missing = [name for name in check.needs if name in broken]
        if missing:
            broken.add(check.name)
            yield Result(check, (Finding(PASSED_OVER, "It needs {}.".format(" and ".join(missing))),))
            continue
        try:
            findings = tuple(check.run(world))
        except Exception as error:
            findings = (
                Finding(
                    FAILURE,
                    f"This could not be looked at: {type(error).__name__}: {error}.",
                    remedy="Please report it, with this line.",
                ),
            )
        result = Result(check, findings)
        if result.level == FAILURE:
            broken.add(check.name)
        yield result


def worst(results: Iterable[Result]) -> str:
    return max((result.level for result in results), key=LEVELS.index, default=OK)
