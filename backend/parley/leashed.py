"""Programs of others that end with us, however we end. Linux sees to it; elsewhere the shell ends the whole tree.

`leashed(command)` is the command to start instead: this file, run by itself, which becomes that program.
"""

import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
"""prctl(2). It outlasts execve, except into a program with more rights than ours."""


def leashed(command: Sequence[str]) -> list[str]:
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def die_with_parent(parent: int | None = None) -> None:
    """Linux: have this process killed when its parent ends, even in the middle of native code; at once when `parent`
    has ended already. The thread that started it must live as long as that process."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent not in (None, os.getppid()):
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    try:
        os.execvp(sys.argv[2], sys.argv[2:])
    except OSError as error:
        sys.exit(f"{sys.argv[2]} could not be started: {error.strerror}")
