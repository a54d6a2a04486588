"""What an open microphone costs while nobody speaks: processor time of the sidecar's processes, of one core.

Two rooms, each a session of its own: noise of a fan far off, and digital silence. The floor is a bare
aiohttp WebSocket server that gets the same frames and drops them. Before the measuring, the level gate gets
the time that it needs to learn the room, in which every window goes through the VAD: told separately.
"""

import time
from collections.abc import Awaitable, Callable
from functools import partial

import anyio
import numpy as np

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, Samples

from .client import Client, connected, open_socket, play_into
from .processes import cpu_s, program, sidecar, url
from .rows import Row, median
from .speech import room_noise

ROUNDS = 3
ROUND_S = 20.0
"""Long, because a system counts processor time in steps of 10 ms: 0.05 % of it."""
LEARNING_S = 20.0
"""The gate's floor doubles in 5 s, from 5 to the noise's 60."""


async def idle_cpu() -> list[Row]:
    noise = room_noise(ROUND_S)
    silence = np.zeros(round(ROUND_S * MIC_RATE_HZ), dtype=np.int16)
    floors, noisy, silent = [], [], []
    async with (
        sidecar() as it,
        program("-m", "tests.bench.bare_server") as (bare, port),
        connected(it) as in_noise,
        connected(it) as in_silence,
        open_socket(url(int(port))) as to_bare,
    ):
        closed = await _core_percent(it.pid, partial(anyio.sleep, 5.0))
        learning = await _core_percent(it.pid, partial(_listen, in_noise, 1, room_noise(LEARNING_S)))
        for stream in range(2, 2 + ROUNDS):
            floors.append(await _core_percent(bare.pid, partial(play_into, to_bare, stream, noise)))
            noisy.append(await _core_percent(it.pid, partial(_listen, in_noise, stream, noise)))
            silent.append(await _core_percent(it.pid, partial(_listen, in_silence, stream, silence)))
    floor = median(floors)
    return [
        Row(name="open microphone, quiet room", value=median(noisy), unit="% core", floor=floor, target=2.0),
        Row(name="open microphone, digital silence", value=median(silent), unit="% core", floor=floor, target=2.0),
        Row(name="first 20 s in a quiet room", value=learning, unit="% core", floor=floor, note="the gate learns it"),
        Row(name="microphone closed", value=closed, unit="% core"),
    ]


async def _core_percent(pid: int, work: Callable[[], Awaitable[object]]) -> float:
    used, began = cpu_s(pid), time.monotonic()
    await work()
    return 100 * (cpu_s(pid) - used) / (time.monotonic() - began)


async def _listen(client: Client, stream: int, sound: Samples) -> None:
    """The whole of it, to the ack that says that there was nothing in it."""
    await client.capture(stream, sound)
    await client.settled(stream, len(sound) // WINDOW * WINDOW)
