"""What the sidecar's processes hold in memory after a spoken turn and a typed one, with the embedded engines.

The floor is the interpreter with aiohttp.web imported.
"""

from parley.wire.messages import Transcript

from .client import connected
from .processes import Memory, memory, program, sidecar
from .rows import Row, median
from .speech import needs_speech, question

ROUNDS = 3
FLOOR = "import aiohttp.web, sys; print(); sys.stdin.read()"


async def resident_memory() -> list[Row]:
    needs_speech()
    floors, used = [], []
    for _ in range(ROUNDS):
        async with program("-c", FLOOR) as (bare, _):
            floors.append(memory(bare.pid))
        used.append(await _after_a_turn())
    note = f"{used[-1].processes} process(es); their RSS added up"
    floor = median([one.rss for one in floors])
    rss = median([one.rss for one in used])
    rows = [Row(name="memory after one turn, RSS", value=rss, unit="MB", floor=floor, target=240.0, note=note)]
    shared = [one.pss for one in used if one.pss is not None]
    if shared:
        floor = median([one.pss for one in floors if one.pss is not None])
        note = "what is shared counted once"
        rows.append(Row(name="memory after one turn, PSS", value=median(shared), unit="MB", floor=floor, note=note))
    unique = median([one.uss for one in used])
    floor = median([one.uss for one in floors])
    rows.append(Row(name="memory after one turn, USS", value=unique, unit="MB", floor=floor, note="its own alone"))
    return rows


async def _after_a_turn() -> Memory:
    async with sidecar() as it, connected(it) as client:
        mark = len(client.arrivals)
        await client.capture(1, question())
        await client.next(Transcript, mark)
        await client.heard(mark)
        await client.say("typed", "what can you do")
        return memory(it.pid)
