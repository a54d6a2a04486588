"""Inside a worker process: `python PATH_OF_THIS_FILE MODULE`. The other side is worker_process.py.

A request is `[number, method, arguments]`, its answer `[number, result, error]`, both as MessagePack behind
their length. The first request is `load`: MODULE is imported and its `load(*arguments)` makes the engine whose
methods the later requests name. Requests are answered in order, one at a time; the worker ends with its
standard input. It imports next to nothing, so that it starts fast and stays small.

The interpreter may be another one than the sidecar's, or have more packages (the voice pack): all that it
needs besides is msgspec. It learns where `parley` is, and nothing of what lies beside it.
"""

import importlib
import importlib.util
import os
import signal
import struct
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

Request = tuple[int, str, list[Any]]
Answer = tuple[int, Any, str | None]
"""`error` is the class name of what was raised. Its text stays in the log: it is for no person."""

PACKAGES = "PARLEY_PACKAGES"
"""The variable that names a folder of packages, which come before the interpreter's own."""

_LENGTH = struct.Struct("<I")


def pack(message: Request | Answer) -> bytes:
    body = msgspec.msgpack.encode(message)
    return _LENGTH.pack(len(body)) + body


def take_body(received: bytearray) -> bytes | None:
    """Cut the first message out of what was received; None while it is not complete."""
    if len(received) < _LENGTH.size:
        return None
    end = _LENGTH.size + _LENGTH.unpack_from(received)[0]
    if len(received) < end:
        return None
    body = bytes(received[_LENGTH.size : end])
    del received[:end]
    return body


def main(module: str) -> None:
    """Serve until standard input closes."""
    requests, answers = _take_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the sidecar, which then ends this process.
    from parley.leashed import die_with_parent  # known by now, see below

    die_with_parent()
    try:
        _serve(module, requests, answers)
    except BrokenPipeError:
        pass  # Nobody listens any more.


def _serve(module: str, requests: BinaryIO, answers: BinaryIO) -> None:
    decode = msgspec.msgpack.Decoder(Request).decode
    received = bytearray()
    engine: Any = None
    while data := os.read(requests.fileno(), 65536):
        received += data
        while (body := take_body(received)) is not None:
            number, method, arguments = decode(body)
            try:
                if method == "load":
                    engine = importlib.import_module(module).load(*arguments)
                    answer = pack((number, None, None))
                else:
                    answer = pack((number, getattr(engine, method)(*arguments), None))
            except Exception as error:
                _log(error)
                answer = pack((number, None, type(error).__name__))
            answers.write(answer)
            answers.flush()


def _log(error: Exception) -> None:
    """The place and the kind. A library's words may quote what was said."""
    traceback.print_tb(error.__traceback__)
    sys.stderr.write(f"{type(error).__module__}.{type(error).__qualname__}\n")


def _know_parley() -> None:
    """Make the package known by its place. Its folder on sys.path would bring in the sidecar's libraries, too."""
    folder = Path(__file__).parents[1]
    places = [str(folder)]
    spec = importlib.util.spec_from_file_location("parley", folder / "__init__.py", submodule_search_locations=places)
    assert spec is not None and spec.loader is not None
    sys.modules["parley"] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, for us alone: libraries read nothing, and what they print goes to the log."""
    requests, answers = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, answers


if __name__ == "__main__":
    if PACKAGES in os.environ:
        sys.path.insert(0, os.environ[PACKAGES])
    _know_parley()
    main(sys.argv[1])
