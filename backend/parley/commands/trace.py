"""`parley trace`: where the time of an answer went, as a file for Perfetto (ui.perfetto.dev) or chrome://tracing.

Of a sidecar that runs: one of its own would have answered nothing yet.
"""

import argparse
import sys
from pathlib import Path

import aiohttp
import anyio

from ..errors import ParleyError
from .attach import ask_running


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--turn", type=int, metavar="N", help="its number in the window's health; without it, the newest"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="without it, standard output")


def run(options: argparse.Namespace, started_at: float) -> int:
    """0 it is there, 1 there is no such turn, or no Parley that runs."""
    try:
        trace = anyio.run(_fetch, options.turn)
    except (ParleyError, aiohttp.ClientError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if options.output is None:
        sys.stdout.write(trace)
    else:
        try:
            options.output.write_text(trace, encoding="utf-8")
        except OSError as error:
            sys.stderr.write(f"{options.output} cannot be written: {error.strerror}\n")
            return 1
        sys.stderr.write(f"{options.output} can be opened at ui.perfetto.dev, which reads it in the browser.\n")
    return 0


async def _fetch(turn: int | None) -> str:
    answer = await ask_running("/trace", {} if turn is None else {"turn": str(turn)})
    if answer is None:
        raise ParleyError("No Parley runs here that could be asked. Start it, ask it something, and try again.")
    status, text = answer
    if status != 200:
        raise ParleyError(text.strip())
    return text
