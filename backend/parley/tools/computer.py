"""Tools that look: at this computer, and at clocks elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import anyio.to_thread
import msgspec
from msgspec import Meta

from ..engines.offline_machine import Machine, battery, disk, memory, processor, read_machine, uptime
from ..engines.offline_rules import clock_words, date_words
from ..errors import ToolFailed
from .tool import Function, Tool


class Nothing(msgspec.Struct):
    pass


class TimeIn(msgspec.Struct):
    zone: Annotated[str, Meta(max_length=64, description="IANA name, such as Asia/Tokyo.")]


def computer_tools(
    now: Callable[[], datetime] = datetime.now, machine: Callable[[], Machine] = read_machine
) -> list[Tool]:
    async def status(_: Nothing) -> str:
        seen = await anyio.to_thread.run_sync(machine, abandon_on_cancel=True)
        words = (processor(seen), memory(seen), disk(seen), battery(seen), uptime(seen, now()))
        return " ".join(words)

    async def time_in(asked: TimeIn) -> str:
        zone = await anyio.to_thread.run_sync(_zone, asked.zone)
        there = now().astimezone(UTC).astimezone(zone)
        return f"{clock_words(there)} {date_words(there)}, in {asked.zone}."

    return [
        Function(
            "computer_status",
            "Look at this computer",
            "Says how busy this computer is: processor, memory, disk, battery, time since its start.",
            Nothing,
            status,
        ),
        Function("time_in", "Look at the time", "The time and date in another time zone.", TimeIn, time_in),
    ]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ToolFailed(f"There is no time zone {name} on this computer.") from None
