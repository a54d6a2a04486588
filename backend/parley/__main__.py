"""`parley COMMAND`, also as `python -m parley COMMAND`. Each command's file is imported only when it is called."""

from __future__ import annotations

import time

_STARTED_AT = time.monotonic()

import argparse  # noqa: E402  (the clock above is to start first)
import importlib  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402

COMMANDS = {
    "serve": "run the assistant and open its window in a browser",
    "talk": "have one conversation without a window: a sound file or a text in, an answer out",
    "models": "list, fetch, remove or verify the models that understand and speak better",
    "history": "list, search, export or delete the conversations of before",
    "doctor": "find out what is wrong, and what to do",
    "bench": "measure how quick Parley is on this computer, and choose what suits it",
    "trace": "write where the time of an answer went to a file, for Perfetto",
    "report": "collect logs, findings and figures for whoever helps, after you have seen them",
    "servers": "look for Wyoming speech servers on this network",
}


def dispatch(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="parley", description="A voice assistant that lives on the desktop.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = next((word for word in arguments if word in COMMANDS), None)
    for name, purpose in COMMANDS.items():
        one = choices.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
        if name == asked:
            command = importlib.import_module(f"parley.commands.{name}")
            command.add_arguments(one)
    options = parser.parse_args(arguments)
    code: int = importlib.import_module(f"parley.commands.{options.command}").run(options, _STARTED_AT)
    return code


def main() -> None:
    """End the process with the command's exit code, without waiting for engines' threads: one may be deep in
    native code for seconds."""
    code = dispatch(sys.argv[1:])
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
