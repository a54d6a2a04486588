"""How soon a sidecar listens, and how soon its embedded engines are there.

The floor is the same interpreter with the same flags that imports aiohttp.web and says so: from the spawn to
the line in both cases, so that the interpreter's end is in neither.
"""

from .processes import seconds_until_line, sidecar
from .rows import Row, median

ROUNDS = 11
FLOOR = "import aiohttp.web; print()"


async def start() -> list[Row]:
    floors, listening, ready = [], [], []
    await seconds_until_line(FLOOR)  # Both once for their bytecode and the disk's cache.
    async with sidecar(until="ready"):
        pass
    for _ in range(ROUNDS):
        floors.append(1000 * await seconds_until_line(FLOOR))
        async with sidecar(until="ready") as it:
            listening.append(1000 * it.listening_s)
            ready.append(1000 * it.ready_s)
    return [
        Row(
            name="spawn → listening",
            value=median(listening),
            unit="ms",
            floor=median(floors),
            target=1.5,
            target_of="comparison",
            note="floor: import aiohttp.web",
        ),
        Row(name="spawn → ready", value=median(ready), unit="ms", note="embedded engines loaded"),
    ]
