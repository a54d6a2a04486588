"""What others' programs do when we are killed: they end, too."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from parley.leashed import leashed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the shell ends the tree")

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
PARENT = f"""
import subprocess, sys, time
from parley.leashed import leashed
print(subprocess.Popen(leashed([sys.executable, "-c", {DEAF!r}])).pid, flush=True)
time.sleep(60)
"""


def test_s44_a_program_that_ignores_everything_ends_with_the_one_that_started_it() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        while DEAF not in child.cmdline():
            time.sleep(0.01)  # until it has become the other program
        os.kill(parent.pid, signal.SIGKILL)
    child.wait(timeout=10)


def test_one_that_is_late_does_not_start_at_all() -> None:
    """Whoever started it has ended before it could be leashed."""
    command = leashed([sys.executable, "-c", "print('started')"])
    command[4] = "1"
    ended = subprocess.run(command, stdout=subprocess.PIPE)
    assert ended.returncode == -signal.SIGKILL and ended.stdout == b""


def test_a_program_that_is_not_there_is_named() -> None:
    ended = subprocess.run(leashed(["/nowhere/at/all"]), stderr=subprocess.PIPE, text=True)
    assert (ended.returncode, ended.stderr) == (1, "/nowhere/at/all could not be started: No such file or directory\n")
