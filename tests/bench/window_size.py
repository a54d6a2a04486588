"""What the window's page weighs when a browser or Electron loads it, compressed: HTML, scripts and styles."""

import gzip

from .processes import ROOT
from .rows import Row, Skipped

BUILT = ROOT / "build" / "out" / "renderer"
LOADED = (".html", ".js", ".css", ".svg", ".woff2")


async def window_size() -> list[Row]:
    if not (BUILT / "index.html").is_file():
        raise Skipped("the window is not built (npm run setup)")
    files = [file for file in BUILT.rglob("*") if file.suffix in LOADED]
    plain = sum(file.stat().st_size for file in files) / 1000
    packed = sum(len(gzip.compress(file.read_bytes())) for file in files) / 1000
    note = f"{len(files)} files, {plain:.0f} kB before compression"
    return [Row(name="window, gzipped", value=packed, unit="kB", target=250.0, note=note)]
