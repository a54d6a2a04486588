"""What the doctor says first about the computer as a test has made it."""

from pathlib import Path

from parley.doctor.checks import CHECKS
from parley.doctor.finding import FAILURE, OK, WARNING, Check, Finding, World, examine


def checks(*names: str) -> list[Check]:
    """All, or some, less those that stand on this machine's own state and take seconds."""
    apart = {"engines", "announcing", "sound", "electron"} - {*names}
    return [check for check in CHECKS if (check.name in names if names else check.name not in apart)]


def first(*names: str) -> tuple[str, Finding]:
    """The first thing that is wrong, and where."""
    for result in examine(checks(*names), World()):
        for finding in result.findings:
            if finding.level in (WARNING, FAILURE):
                return result.check.name, finding
    return "", Finding(OK, "")


def expect(check: str, words: str, level: str = FAILURE, only: tuple[str, ...] = ()) -> Finding:
    name, finding = first(*only)
    assert (name, finding.level) == (check, level), finding
    assert words in finding.found and finding.remedy, finding
    return finding


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
