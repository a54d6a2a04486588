"""S19, S23: a long conversation in bad weather. The line is cut, halved, delayed, held up; the sidecar is killed.

Everything is real but the engines: a process that is ended by SIGKILL and started anew, sockets, the file. What the
user says and types comes once into the conversation and in order; every number arrives once; each answer is whole;
no sentence is spoken again that was heard.
"""

import random
import statistics
import sys
from pathlib import Path

import anyio
import pytest

from tests.fakes.long_talk import Lives, User, expect_nothing_lost, lives
from tests.fakes.weather import FAULTS, Weather, weather
from tests.fakes.window import transcripts, window

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

KILLED_SHARE = 0.4
"""Of the faults."""


async def strike(sky: Weather, ours: Lives, count: int, rng: random.Random, done: anyio.Event) -> list[str]:
    faults: list[str] = []
    for _ in range(count):
        await anyio.sleep(rng.uniform(0.05, 0.9))
        if rng.random() < KILLED_SHARE:
            faults.append("kill")
            if rng.random() < 0.5:
                await sky.deafen()
            await ours.kill()
        else:
            faults.append(rng.choice(FAULTS))
            await sky.strike(faults[-1])  # type: ignore[arg-type]
    done.set()
    return faults


async def survive(folder: Path, faults: int, seed: int) -> None:
    rng = random.Random(seed)
    async with lives(folder) as ours:

        def find() -> tuple[int, dict[str, str]]:
            return sky.port, ours.headers

        async with weather(lambda: ours.port, rng) as sky, window(find, random.Random(seed + 1)) as it:
            user, done = User(it, random.Random(seed + 2)), anyio.Event()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(user.converse, done.is_set)
                struck = await strike(sky, ours, faults, rng, done)
            await it.until("all ended", lambda: all(it.ended(each.turn_id) for each in transcripts(it)))
            expect_nothing_lost(it, user)
            back = [min(at for at, hello in it.hellos if at >= up) - up for up in ours.up_at[1:]]
            waits = f"back after {statistics.median(back):.2f} s, at most {max(back):.2f} s" if back else "never killed"
            counts = ", ".join(f"{struck.count(kind)} {kind}" for kind in ("kill", *FAULTS))
            sys.stderr.write(f"\n{len(user.said)} turns, {len(struck)} faults ({counts}); {waits}\n")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [1])
async def test_s19_s23_nothing_is_lost_or_said_twice_in_bad_weather(tmp_path: Path, seed: int) -> None:
    await survive(tmp_path, faults=12, seed=seed)


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_s19_s23_nothing_is_lost_or_said_twice_in_200_faults(tmp_path: Path) -> None:
    await survive(tmp_path, faults=200, seed=7)
