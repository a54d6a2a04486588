"""The exceptions that the speech libraries may raise, and a worker that raises them by name."""

import inspect
from typing import NoReturn

import ctranslate2
import faster_whisper.audio
import faster_whisper.transcribe
import faster_whisper.vad
import huggingface_hub.errors
import tokenizers

from parley.engines.worker_process import WorkerProcess

MODULES = (
    ctranslate2,
    faster_whisper.audio,
    faster_whisper.transcribe,
    faster_whisper.vad,
    huggingface_hub.errors,
    tokenizers,
)

PLAIN = (
    *("builtins.RuntimeError", "builtins.ValueError", "builtins.MemoryError", "builtins.OSError"),
    *("builtins.AssertionError", "builtins.UnicodeDecodeError", "builtins.RecursionError", "builtins.KeyError"),
)
"""What C++ and Rust code turns its own errors into, torch's among them."""


def library_errors() -> list[str]:
    """Their classes' names, with their modules."""
    found = {
        f"{one.__module__}.{one.__name__}"
        for module in MODULES
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Exception)
    }
    assert len(found) > 20, "the libraries have moved their exceptions"
    return sorted(found | set(PLAIN))


def raised_in_worker(method: str) -> WorkerProcess:
    """An engine whose `method` raises the class that its argument, or the last sound, names."""
    return WorkerProcess("tests.fakes.libraries", method)


class Raising:
    """Both engines' methods; one of them raises."""

    def __init__(self, method: str) -> None:
        self._method = method
        self._name = ""

    def pace(self) -> tuple[float, int]:
        return 0.001, 1

    def prepare(self, name: str) -> NoReturn:
        _raise(name)

    def start(self) -> None:
        pass

    def feed(self, name: bytes) -> None:
        self._name = name.decode("utf-16-le")

    def partial(self) -> tuple[str, int, float]:
        if self._method == "partial":
            _raise(self._name)
        return "", 0, 0.0

    def peek(self) -> NoReturn:
        _raise(self._name)

    def finish(self) -> NoReturn:
        _raise(self._name)


def _raise(name: str) -> NoReturn:
    """Without its constructor, which may want what only its library has."""
    module, _, kind = name.rpartition(".")
    error = getattr(__import__(module, fromlist=[kind]), kind)
    raise error.__new__(error)


load = Raising
