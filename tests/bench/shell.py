"""The desktop shell as its user has it: how soon its window is there and connected, how soon it is again after the
sidecar was killed, and what it costs while nothing goes on.

The floor is a bare Electron with an empty window, in the same run.
"""

import re
import time
from datetime import datetime

import anyio

from .electron import BARE, Shell, electron, screen
from .processes import cpu_s, sidecar
from .rows import Row, median

ROUNDS = 5
IDLE_S = 20.0
SETTLES_S = 8.0
"""For what a start leaves to do: mDNS, the page's last frames, the compiler's second thoughts."""


async def shell_start() -> list[Row]:
    floors, windows, connections = [], [], []
    async with screen() as display:
        for entry in (BARE, None):  # Both once for the disk's cache.
            async with electron(display, entry) as it:
                await it.painted_at()
        for _ in range(ROUNDS):
            async with electron(display, BARE) as it:
                floors.append(await it.painted_at() - it.spawned_at)
            async with electron(display) as it:
                connections.append(await it.connected_at() - it.spawned_at)
                windows.append(await it.painted_at() - it.spawned_at)
    floor = median(floors)
    note = "floor: a bare Electron's empty window"
    return [
        Row(name="shell start → window", value=median(windows), unit="s", floor=floor, target=1.5, note=note),
        Row(name="shell start → connected", value=median(connections), unit="s", floor=floor, target=2.5),
    ]


async def shell_reconnect() -> list[Row]:
    """The wait before a restart is a rule of its own and partly by chance; what counts is what comes on top."""
    floors, beyond = [], []
    async with screen() as display:
        for _ in range(ROUNDS):
            async with sidecar(until="listening") as bare:
                floors.append(bare.listening_s)
            async with electron(display) as it:
                await it.connected_at()
                killed_at = time.time()
                it.sidecar().kill()
                await it.disconnected_at()
                beyond.append(await it.connected_at() - killed_at - _waited_s(it))
    return [
        Row(
            name="reconnect beyond the back-off",
            value=median(beyond),
            unit="s",
            floor=median(floors),
            compare="difference",
            target=1.5,
            note="after kill -9 of the sidecar; floor: spawn → listening",
        )
    ]


STATE = re.compile(r"(\S+ \S+) INFO shell: the sidecar is (\S+)$")


def _waited_s(it: Shell) -> float:
    """How long the shell waited before it started the next one."""
    told = {found[2]: found[1] for line in it.log() if (found := STATE.match(line))}
    began, ended = (datetime.fromisoformat(told[state]) for state in ("backing-off", "starting"))
    return (ended - began).total_seconds()


async def shell_idle() -> list[Row]:
    """Of the shell, of Chromium's processes, and of the sidecar's, together."""
    async with screen() as display:
        async with electron(display, BARE) as bare:
            await bare.painted_at()
            floor = await _core_percent(bare)
        async with electron(display) as it:
            await it.connected_at()
            shown = await _core_percent(it)
        async with electron(display, None, "--hidden") as it:
            await it.connected_at()
            hidden = await _core_percent(it)
    name = "shell and sidecar idle, microphone closed"
    return [
        Row(name=name, value=shown, unit="% core", floor=floor, compare="difference", target=1.0),
        Row(name=f"{name}, hidden", value=hidden, unit="% core", floor=floor, compare="difference", target=1.0),
    ]


async def _core_percent(it: Shell) -> float:
    await anyio.sleep(SETTLES_S)
    used, began = cpu_s(it.pid), time.monotonic()
    await anyio.sleep(IDLE_S)
    return 100 * (cpu_s(it.pid) - used) / (time.monotonic() - began)
