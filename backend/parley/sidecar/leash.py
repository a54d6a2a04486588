"""What ties the sidecar to the process that started it: its standard input, and a lease on native code.

- Standard input closes (however the parent ended): a graceful stop begins.
- No tick for `LEASE_S`: faulthandler's own thread, which needs no GIL, prints every stack and ends the process.
- Linux: a signal when the parent dies, for the time in which nobody reads the pipe.

The thread here only reads lines and hands them to the event loop.
"""

import contextlib
import ctypes
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable

from ..errors import BadConfig, BadMessage
from ..wire.codec import PROTOCOL_VERSION, decode_shell_line
from ..wire.messages import Boot, Resume, ShellLine, Suspend, Tick

LEASE_S = 45
"""The parent ticks every 2 s. A model may hold the GIL for some seconds; nothing sane holds it for 45."""

MAX_LINE_BYTES = 64 * 1024
STDIN = 0

PR_SET_PDEATHSIG = 1
"""prctl(2)."""


class Lines:
    """Complete lines of a pipe, however its bytes are cut. A line over the limit is passed over."""

    def __init__(self, descriptor: int = STDIN) -> None:
        self._descriptor = descriptor
        self._rest = b""

    def next(self) -> bytes | None:
        """The next line, without its end; None when the pipe has closed. Blocks."""
        while b"\n" not in self._rest:
            if len(self._rest) > MAX_LINE_BYTES:
                self._rest = b"!"  # What remains of this line can be no message.
            try:
                data = os.read(self._descriptor, 4096)
            except OSError:
                return None
            if not data:
                return None
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        return line


def read_boot(lines: Lines) -> Boot | None:
    """The first line of a managed start. None when the pipe closed first. Raises `BadConfig`."""
    line = lines.next()
    if line is None:
        return None
    try:
        boot = decode_shell_line(line)
    except BadMessage as error:
        raise BadConfig(f"the boot line cannot be read: {error}") from None
    if not isinstance(boot, Boot):
        raise BadConfig("the first line on standard input is not a boot line")
    if boot.protocol_version != PROTOCOL_VERSION:
        raise BadConfig(
            f"the shell speaks protocol version {boot.protocol_version}, this sidecar {PROTOCOL_VERSION}: "
            "they are of different releases; install Parley anew"
        )
    if len(boot.token) != 64 or not all(digit in "0123456789abcdef" for digit in boot.token):
        raise BadConfig("the boot line's token is not 64 hexadecimal digits")
    return boot


def hold_lease() -> None:
    """End the process, with a traceback of every thread, unless this is called again in time."""
    if sys.gettrace() is None:
        faulthandler.dump_traceback_later(LEASE_S, exit=True)


def die_with_parent() -> None:
    """Linux: ask for SIGTERM at the parent's death. Elsewhere the pipe alone tells."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def watch_enter(on_enter: Callable[[], object]) -> None:
    """By hand: start a thread that calls back for each line typed. Standard input's end means nothing here."""

    def read() -> None:
        lines = Lines()
        with contextlib.suppress(RuntimeError):  # The loop has closed: the process is ending.
            while lines.next() is not None:
                on_enter()

    threading.Thread(target=read, name="enter", daemon=True).start()


def watch(lines: Lines, on_line: Callable[[ShellLine], object], on_end: Callable[[], object]) -> None:
    """Managed: start the thread that reads until the pipe closes. Both callbacks run in it."""

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # The loop has closed: the process is ending.
            read_lines()

    def read_lines() -> None:
        while (line := lines.next()) is not None:
            try:
                message = decode_shell_line(line)
            except BadMessage:
                continue  # A newer shell may say more than we know.
            match message:
                case Tick() | Resume():
                    hold_lease()
                case Suspend():
                    faulthandler.cancel_dump_traceback_later()
                case _:
                    on_line(message)
        on_end()

    threading.Thread(target=read, name="leash", daemon=True).start()
