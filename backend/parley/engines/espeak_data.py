"""A path to espeak-ng's data that the library can take: it keeps it in a buffer of 160 bytes, and finds nothing
behind a longer one. Used wherever espeak-ng speaks or spells, in the sidecar and in Kokoro's worker."""

import os
import tempfile
from pathlib import Path

MAX_DATA_PATH = 150
"""Bytes."""


def short_path(data: str) -> str:
    """The data's own path, or a link to it."""
    if len(os.fsencode(data)) <= MAX_DATA_PATH:
        return data
    link = Path(tempfile.mkdtemp(prefix="parley-")) / "espeak-ng-data"
    link.symlink_to(data, target_is_directory=True)
    return str(link)
