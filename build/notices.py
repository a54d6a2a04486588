"""Write THIRD_PARTY_NOTICES: whose work ships with Parley, and under which terms.

The Python packages are those of the core lock, read from what is installed; those of the page are what Vite
found in the bundle. --check writes nothing and fails when a package of the core lock is not in the file.
"""

import json
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "THIRD_PARTY_NOTICES"
CORE_LOCK = ROOT / "build" / "locks" / "core.txt"
BUNDLED = ROOT / "build" / "out" / "renderer" / "licenses.json"

# Installs packages, and is not part of what ships.
TOOLS = {"setuptools"}

# Native libraries inside the wheels, whose terms the package's own metadata does not tell.
CARRIED = {
    "av": "carries FFmpeg with x264 and x265: GPL-2.0-or-later, and other codecs under weaker terms",
    "espeakng-loader": "carries espeak-ng: GPL-3.0-or-later; the wheel itself states no licence",
    "soundfile": "carries libsndfile: LGPL-2.1-or-later",
}

HEADER = """\
Parley is free software under the GNU General Public License, version 3 or later (see LICENSE).
It ships with the work of others, listed here with their terms. Made by build/notices.py.
"""
RULE = "=" * 100


def locked() -> dict[str, str]:
    """Name and version, or versions, of each package in the core lock that some desktop system installs."""
    found: dict[str, list[str]] = {}
    for line in CORE_LOCK.read_text(encoding="utf-8").splitlines():
        if (match := re.match(r"([A-Za-z0-9._-]+)==(\S+)(.*)", line)) and "== 'emscripten'" not in match[3]:
            found.setdefault(match[1], []).append(match[2])
    return {name: " or ".join(versions) for name, versions in found.items() if name not in TOOLS}


def _field(dist: Distribution, name: str) -> str:
    return str(dist.metadata[name]) if name in dist.metadata else ""


def licence_of(name: str, dist: Distribution) -> str:
    """The shortest statement of the licence that the package makes."""
    meta = dist.metadata
    classifiers = [c.rpartition(" :: ")[2] for c in meta.get_all("Classifier", []) if c.startswith("License ::")]
    said = _field(dist, "License-Expression") or ", ".join(classifiers) or _field(dist, "License")
    return "\n".join(line for line in (said.partition("\n")[0], CARRIED.get(name)) if line)


def licence_texts(dist: Distribution) -> list[str]:
    """The licence files that the package carries."""
    named = re.compile(r"(^|/)(LICEN[CS]E|COPYING|NOTICE|AUTHORS|ThirdPartyNotices)[^/]*$", re.IGNORECASE)
    files = sorted(
        (f for f in dist.files or [] if named.search(f.as_posix()) and not f.suffix.startswith(".py")),
        key=str,
    )
    paths = [Path(str(dist.locate_file(f))) for f in files]
    return [p.read_text(encoding="utf-8", errors="replace").strip() for p in paths if p.is_file()]


def home_of(dist: Distribution) -> str:
    """Where its source is."""
    links = [link.partition(", ") for link in dist.metadata.get_all("Project-URL", [])]
    ranked = sorted(links, key=lambda link: "source" not in link[0].lower() and "repo" not in link[0].lower())
    return ranked[0][2] if ranked else _field(dist, "Home-page")


def python_entries() -> list[tuple[str, list[str]]]:
    """Heading and licence texts of each Python package, in the order of the lock."""
    entries: list[tuple[str, list[str]]] = []
    for name, version in locked().items():
        try:
            dist = distribution(name)
        except PackageNotFoundError:  # for another system than this one
            entries.append((f"{name} {version}\nOn other systems only; its package carries its terms.", []))
            continue
        heading = f"{name} {version}\n{licence_of(name, dist)}\n{home_of(dist)}".rstrip()
        entries.append((heading, licence_texts(dist)))
    return entries


def page_entries() -> list[tuple[str, list[str]]]:
    """The same for what is bundled into the page."""
    packages = sorted(json.loads(BUNDLED.read_text(encoding="utf-8")), key=lambda p: str(p["name"]))
    return [
        (
            f"{p['name']} {p['version']} (in the page)\n{p['identifier']}",
            [p["text"].strip()] if p.get("text") else [],
        )
        for p in packages
    ]


def notices() -> str:
    """The whole file. A text that several packages share is printed once."""
    parts = [HEADER]
    printed: dict[str, str] = {}
    for heading, texts in [*python_entries(), *page_entries()]:
        parts.append(f"{RULE}\n{heading}\n")
        name = heading.splitlines()[0]
        for text in texts:
            first = printed.setdefault(text, name)
            parts.append(f"{text}\n" if first == name else f"The text is that of {first}.\n")
    lines = "\n".join(parts).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def missing() -> list[str]:
    """What the core lock names and the file does not."""
    text = NOTICES.read_text(encoding="utf-8") if NOTICES.exists() else ""
    present = set(text.splitlines())
    return [f"{name} {version}" for name, version in locked().items() if f"{name} {version}" not in present]


def main() -> int:
    if "--check" not in sys.argv[1:]:
        NOTICES.write_text(notices(), encoding="utf-8", newline="\n")
        return 0
    if absent := missing():
        print(f"THIRD_PARTY_NOTICES lacks {', '.join(absent)}. Run npm run notices.", file=sys.stderr)
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
