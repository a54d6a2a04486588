"""`parley servers`: Wyoming speech servers on this network, and what they offer. Using one is a matter of settings."""

import argparse
import json
import sys
from collections.abc import Sequence

import anyio

from ..engines.wyoming_discovery import Offer, WyomingServer, find_servers
from ..errors import BadConfig
from ..settings import config_folder, load_settings
from ..telemetry.log import start_log

SHOWN = 6
"""Names in a line; the rest is counted."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, with every model and voice")


def run(options: argparse.Namespace, started_at: float) -> int:
    """0 when some were found, 1 when none was, 2 when the settings cannot be used."""
    start_log(structured=False, level="WARNING")
    try:
        settings = load_settings(config_folder())
    except BadConfig as error:
        sys.stderr.write(f"{error}\n")
        return 2
    servers = anyio.run(lambda: find_servers(offline=settings.offline))
    for server in servers:
        sys.stdout.write(_as_json(server) if options.json else _as_text(server))
    if not servers:
        why = "Parley is set to offline" if settings.offline else "none answered"
        sys.stderr.write(f"No Wyoming server was found: {why}. One that does not announce itself can be used, too.\n")
        return 1
    if not options.json:
        sys.stderr.write("To use one: set transcriber or synthesizer to wyoming, and its _server to the address.\n")
    return 0


def _as_text(server: WyomingServer) -> str:
    lines = [f"{server.address}  {server.name}"]
    for what, offers in (("recognizes with", server.models), ("speaks as", server.voices)):
        if offers:
            lines.append(f"  {what} {_names(offers)}")
    if server.trouble:
        lines.append(f"  {server.trouble}")
    return "\n".join(lines) + "\n"


def _names(offers: Sequence[Offer]) -> str:
    shown = ", ".join(f"{one.name} ({' '.join(one.languages[:SHOWN])})" for one in offers[:SHOWN])
    return shown if len(offers) <= SHOWN else f"{shown} and {len(offers) - SHOWN} more"


def _as_json(server: WyomingServer) -> str:
    fields = {
        "name": server.name,
        "address": str(server.address),
        "models": {one.name: one.languages for one in server.models},
        "voices": {one.name: one.languages for one in server.voices},
        "trouble": server.trouble,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"
