"""Write THIRD_PARTY_NOTICES: whose work ships with Parley, and under which terms.

The Python packages are those of the core lock, read from what is installed; those of the window and of the shell are
what Vite found in the bundles. --check writes nothing and fails when a package of the core lock is not in the file.
"""

import json
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "THIRD_PARTY_NOTICES"
CORE_LOCK = ROOT / "build" / "locks" / "core.txt"
BUNDLED = {"the page": ROOT / "build/out/renderer/licenses.json", "the shell": ROOT / "build/out/main/licenses.json"}
NODE_LOCK = ROOT / "package-lock.json"

# Installs packages, and is not part of what ships.
TOOLS = {"setuptools"}

# Native libraries inside the wheels, whose terms the package's own metadata does not tell.
CARRIED = {
    "av": "carries FFmpeg with x264 and x265: GPL-2.0-or-later, and other codecs under weaker terms",
    "espeakng-loader": "carries espeak-ng: GPL-3.0-or-later; the wheel itself states no licence",
    "soundfile": "carries libsndfile: LGPL-2.1-or-later",
}

INTERPRETER = """\
Python (in the installed app)
PSF-2.0; its terms, and those of what it contains, are in resources/sidecar beside its library: LICENSE.txt
https://www.python.org
It carries OpenSSL (Apache-2.0), SQLite (public domain), libffi (MIT), zlib (Zlib), bzip2 (bzip2-1.0.6), liblzma (0BSD),
Expat (MIT) and libuuid (BSD-3-Clause).
"""

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


def bundled_entries() -> list[tuple[str, list[str]]]:
    """The same for what Vite bundled into the page and into the shell."""
    return [
        (
            f"{p['name']} {p['version']} (in {part})\n{p['identifier']}",
            [p["text"].strip()] if p.get("text") else [],
        )
        for part, path in BUNDLED.items()
        for p in sorted(json.loads(path.read_text(encoding="utf-8")), key=lambda p: str(p["name"]))
    ]


def native_entries() -> list[tuple[str, list[str]]]:
    """The same for what the installed app has in node_modules: native modules cannot be bundled."""
    packages = json.loads(NODE_LOCK.read_text(encoding="utf-8"))["packages"]
    folders = sorted(path for path, entry in packages.items() if path and not entry.get("dev"))
    entries: list[tuple[str, list[str]]] = []
    for path in folders:
        name, entry = path.removeprefix("node_modules/"), packages[path]
        heading = f"{name} {entry['version']} (beside the shell)\n{entry['license']}"
        entries.append((heading, [(ROOT / path / "LICENSE").read_text(encoding="utf-8").strip()]))
    return entries


def notices() -> str:
    """The whole file. A text that several packages share is printed once."""
    parts = [HEADER, f"{RULE}\n{INTERPRETER}"]
    printed: dict[str, str] = {}
    for heading, texts in [*python_entries(), *bundled_entries(), *native_entries()]:
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
