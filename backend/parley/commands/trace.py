"""`parley trace`: where the time of an answer went, as a file for Perfetto (ui.perfetto.dev) or chrome://tracing.

Of a sidecar that runs: one of its own would have answered nothing yet.
"""

import argparse
import sys
from pathlib import Path

import aiohttp
import anyio

from ..errors import ParleyError
from ..sidecar.discovery import LOOPBACK, credentials, find


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
        options.output.write_text(trace, encoding="utf-8")
        sys.stderr.write(f"{options.output} can be opened at ui.perfetto.dev, which reads it in the browser.\n")
    return 0


async def _fetch(turn: int | None) -> str:
    found = await find()
    async with aiohttp.ClientSession(trust_env=False) as client:
        headers = await credentials(client, found) if found is not None else None
        if found is None or headers is None:
            raise ParleyError("No Parley runs here that could be asked. Start it, ask it something, and try again.")
        query = {} if turn is None else {"turn": str(turn)}
        async with client.get(f"http://{LOOPBACK}:{found.port}/trace", params=query, headers=headers) as answer:
            text = await answer.text()
            if answer.status != 200:
                raise ParleyError(text.strip())
            return text
