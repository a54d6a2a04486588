"""What it costs that nothing is sent before it is written: from a message's posting until a link may send it.

The floor is the same without a memory. Messages come one by one, as in a conversation, and in a burst, as when a model
writes fast: the burst shares its commits.
"""

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from parley.conversation.outbox import Outbox
from parley.memory.journal import Journal
from parley.memory.store import Memory
from parley.wire.messages import ReplySentence

from .rows import Row, percentile

MESSAGES = 300
BURST = 20
TEXT = "The library in Oak Street closes at nine, so you would have about half an hour there. "


async def written() -> list[Row]:
    with TemporaryDirectory() as folder:
        memory = Memory(Path(folder))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(memory.run)
            await memory.read(lambda db: None)
            single = await _times_ms(Journal("single", memory), 1)
            burst = await _times_ms(Journal("burst", memory), BURST)
            tasks.cancel_scope.cancel()
    floor = await _times_ms(Journal("floor"), 1)
    rows = [("written, then sent", single, ""), (f"the same, {BURST} at once", burst, "until the last of them")]
    return [
        Row(
            name=f"{name} P{percent}",
            value=percentile(times, percent),
            unit="ms",
            floor=percentile(floor, percent),
            compare="difference",
            note="" if percent == 95 else note,
        )
        for name, times, note in rows
        for percent in (50, 95)
    ]


async def _times_ms(journal: Journal, at_once: int) -> list[float]:
    outbox = Outbox(journal=journal)
    reader = outbox.reader()
    times = []
    for _ in range(MESSAGES // at_once):
        begun = time.perf_counter()
        for number in range(at_once):
            outbox.post(partial(ReplySentence, turn_id=1, sentence=number, text=TEXT))
        left = at_once
        while left:
            message = reader.next()
            if message is None:
                await reader.wait()
            else:
                left -= 1
        times.append(1000 * (time.perf_counter() - begun))
        await anyio.sleep(0.005)
    return times
