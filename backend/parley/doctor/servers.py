"""Servers and programs of the user's own that the settings name: for speech, and for tools."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from .finding import NOTE, WARNING, Finding, World

ANSWER_S = 3.0
PORTS = {"tcp": 10300, "http": 80, "https": 443}


def speech(world: World) -> Iterator[Finding]:
    from ..settings import load_settings

    settings = load_settings(world.config_folder, world.environment)
    for port, what in (("transcriber", "is heard"), ("synthesizer", "speaks")):
        if getattr(settings, port) not in ("wyoming", "openai"):
            continue
        address = getattr(settings, f"{port}_server")
        if not address:
            yield Finding(
                WARNING,
                f"`{port}` is a server, and `{port}_server` is empty.",
                f"Something more basic {what}.",
                f"Set `{port}_server` (tcp://host:port or http://host:port/v1), or `{port}` to auto.",
            )
            continue
        parts = urlsplit(address)
        is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if (world.offline or settings.offline) and not is_here:
            yield Finding(NOTE, f"The speech server {parts.hostname} was not asked: offline.")
            continue
        try:
            server = (parts.hostname or "", parts.port or PORTS[parts.scheme])
            socket.create_connection(server, ANSWER_S).close()
        except (OSError, ValueError) as error:
            yield Finding(
                WARNING,
                f"The speech server {parts.netloc} does not answer: {error}.",
                f"Something more basic {what}.",
                f"Start it, correct `{port}_server`, or set `{port}` to auto.",
            )


def tools(world: World) -> Iterator[Finding]:
    from ..settings import load_settings

    for name, server in load_settings(world.config_folder, world.environment).mcp_servers.items():
        texts = [*server.env.values(), *server.headers.values()]
        missing = sorted({one for text in texts for one in re.findall(r"\$\{(\w+)\}", text)} - {*world.environment})
        path = server.env.get("PATH", world.environment.get("PATH", os.defpath))
        if server.command and shutil.which(server.command, path=path) is None:
            yield Finding(
                WARNING,
                f"The tool server {name} is the program {server.command}, which is not there.",
                "Its tools are missing; all else works.",
                "Install it, or name its whole path in `mcp_servers`.",
            )
        elif missing:
            yield Finding(
                WARNING,
                "The tool server {} wants the environment variable {}.".format(name, " and ".join(missing)),
                "Its tools are missing; all else works.",
                "Set it where Parley is started, or write its value into `mcp_servers`.",
            )
