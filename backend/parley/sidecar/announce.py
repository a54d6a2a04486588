"""The sidecar's voice to whoever started it: lines on standard output, and nothing else there.

The pipe is duplicated and file descriptor 1 is pointed at standard error, so that no library, no C code and
no child process can spoil the handshake. What is meant for people goes to standard error.
"""

import os
import sys
from typing import Protocol

from ..wire.codec import encode_sidecar_line
from ..wire.messages import SidecarLine


class Announcer(Protocol):
    def __call__(self, line: SidecarLine) -> None: ...


class StdoutLines:
    """Owns the real standard output from its making on; make one per process, before anything can print."""

    def __init__(self) -> None:
        self._pipe = os.dup(1)
        os.set_inheritable(self._pipe, False)
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def __call__(self, line: SidecarLine) -> None:
        """Write one line, whole. A parent that no longer reads is not an error: the leash notices its end."""
        data = memoryview(encode_sidecar_line(line))
        try:
            while data:
                data = data[os.write(self._pipe, data) :]
        except (BrokenPipeError, OSError):
            pass
