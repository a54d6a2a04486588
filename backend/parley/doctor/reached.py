"""What is asked beyond this computer: Claude with its key, through a proxy where there is one."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from .finding import FAILURE, NOTE, WARNING, Finding, World

ANTHROPIC = "https://api.anthropic.com"
VERSION = "2023-06-01"
"""Of the Messages API; docs: platform.claude.com, Versions."""

AWS_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE")

ANSWER_S = 8.0
APART_S = 300.0
"""Between this clock and a server's, before signatures (AWS) are refused: 5 minutes."""


def proxy(world: World) -> Iterator[Finding]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        address = world.environment.get(name, "")
        if not address:
            continue
        parts = urlsplit(address if "//" in address else "//" + address)
        try:
            port = parts.port or {"https": 443}.get(parts.scheme, 80)
            socket.create_connection((parts.hostname or "", port), timeout=3.0).close()
        except (OSError, ValueError) as error:
            yield Finding(
                WARNING,
                f"The proxy that {name} names does not answer ({parts.hostname}:{parts.port}: {error}).",
                "Claude and downloads are asked through it. The window and the sidecar talk without it.",
                f"Correct {name} or unset it.",
            )
            return


def key(world: World) -> Iterator[Finding]:
    from ..credentials import from_environment
    from ..settings import load_settings

    settings = load_settings(world.config_folder, world.environment)
    given = from_environment(world.environment).anthropic_api_key
    yield from _keys_of_aws(world)
    if settings.language_model == "offline":
        return
    if settings.language_model == "bedrock":
        if not settings.aws_region and not any(world.environment.get(name) for name in AWS_REGIONS):
            yield Finding(
                WARNING,
                "Bedrock is chosen, and no region is set.",
                "It is not known which of its servers to ask, unless an AWS profile says so.",
                "Set `aws_region`, as eu-central-1, or AWS_REGION.",
            )
        return
    if any(one.isspace() or one in "\"'" for one in given):
        yield Finding(
            FAILURE,
            "The key holds a blank or a quotation mark.",
            "No key does: more than it was copied, and the server refuses it.",
            "Copy it anew, alone, into the settings or ANTHROPIC_API_KEY.",
        )
        return
    if settings.base_url and urlsplit(settings.base_url).scheme not in ("http", "https"):
        yield Finding(
            FAILURE,
            "`base_url` is no address: it begins with neither http:// nor https://.",
            "No language model can be asked.",
            "Write it whole, as https://host/path, or leave it empty for Anthropic's own.",
        )
        return
    if not given and not settings.base_url:
        kept = (world.config_folder / "secrets").exists()
        wanted = settings.language_model == "claude" and not kept
        yield Finding(
            WARNING if wanted else NOTE,
            "A key may be kept by the app, which alone can read it." if kept else "No key is set.",
            "Without one, Parley answers from this computer alone: time, sums, timers, reminders.",
            "Set a key in the settings, or ANTHROPIC_API_KEY.",
        )
        return
    if settings.offline or world.offline:
        yield Finding(NOTE, "A key is set, and was not tried: offline.")
        return
    yield from _ask(settings.base_url or ANTHROPIC, given)


def _keys_of_aws(world: World) -> Iterator[Finding]:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    there = [name for name in names if world.environment.get(name)]
    if len(there) == 1:
        missing = next(name for name in names if name not in there)
        yield Finding(
            WARNING,
            f"{there[0]} is set, and {missing} is not.",
            "One is worth nothing without the other: Bedrock cannot be asked with them.",
            f"Set {missing}, too, or unset {there[0]}.",
        )


def _ask(address: str, given: str) -> Iterator[Finding]:
    headers = {"x-api-key": given, "anthropic-version": VERSION, "accept": "application/json"}
    request = urllib.request.Request(address.rstrip("/") + "/v1/models?limit=1", headers=headers)
    host = urlsplit(address).hostname
    is_here = host in ("127.0.0.1", "localhost", "::1")
    handlers = [urllib.request.ProxyHandler({})] if is_here else []
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=ANSWER_S) as answer:
            status, date = answer.status, answer.headers.get("Date")
    except urllib.error.HTTPError as error:
        status, date = error.code, error.headers.get("Date")
    except (OSError, ValueError) as error:
        yield Finding(
            FAILURE,
            "{} could not be reached: {}.".format(host, getattr(error, "reason", error)),
            "Claude does not answer; Parley says so, and what it can do without.",
            "Check the network, a proxy or a firewall on the way, and base_url. `offline` in the settings asks nobody.",
        )
        return
    apart_s = _apart(date)
    if apart_s is not None and abs(apart_s) > APART_S:
        yield Finding(
            FAILURE,
            "This clock is {:.0f} minutes {} that of {}.".format(
                abs(apart_s) / 60, "ahead of" if apart_s > 0 else "behind", host
            ),
            "Reminders are said at the wrong time, and Bedrock refuses what is signed so.",
            "Set the clock, best by having the system do it (on Linux: timedatectl set-ntp true).",
        )
    if status in (401, 403):
        yield Finding(
            FAILURE,
            f"{host} refuses the key (status {status}).",
            "Claude does not answer.",
            "Set a key that is valid, in the settings or in ANTHROPIC_API_KEY.",
        )
    elif status >= 500 or status == 429:
        yield Finding(WARNING, f"{host} answers with status {status}.", remedy="Try again in a minute.")


def _apart(date: str | None) -> float | None:
    """How many seconds this clock is ahead."""
    try:
        return (datetime.now(timezone.utc) - parsedate_to_datetime(date)).total_seconds() if date else None
    except (TypeError, ValueError):
        return None
