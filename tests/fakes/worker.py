"""An engine for worker processes that does what real ones do only now and then."""

import os
import subprocess
import sys
import time
from typing import NoReturn


class Engine:
    def __init__(self, name: str) -> None:
        self._name = name
        self._calls = 0

    def name(self) -> str:
        return self._name

    def count(self) -> int:
        """How often this was asked in this process."""
        self._calls += 1
        return self._calls

    def echo(self, data: bytes) -> bytes:
        return data

    def work(self, seconds: float) -> str:
        time.sleep(seconds)
        return "worked"

    def toil(self, seconds: float) -> str:
        """Seconds of processor time, however long they take."""
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        return "toiled"

    def crash(self) -> NoReturn:
        os._exit(3)

    def fail(self) -> NoReturn:
        raise LookupError("said in private")

    def answer_badly(self) -> object:
        return object()

    def make_noise(self) -> str:
        """As a library of C, one of Python, and a program that it starts would; then look for something to read."""
        os.write(1, b"\x05\x00\x00\x00noise")
        print("noise", flush=True)  # noqa: T201
        subprocess.run([sys.executable, "-c", "print('noise')"], check=True)
        return sys.stdin.read()

    def environment(self) -> dict[str, str]:
        return dict(os.environ)


def load(name: str) -> Engine:
    if name == "broken":
        raise RuntimeError("the model is damaged")
    if name == "crashing":
        os._exit(4)
    return Engine(name)
