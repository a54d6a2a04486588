"""How late the sidecar's event loop is while engines load and work: a ticker within it (ticker.py says how).

Each round is a fresh sidecar: once with the embedded engines alone, once with Claude, whose SDK is imported
in the background and whose server is a local one with a script. Then real speech is recognized, and long
answers are written and spoken. The floor is the same ticker in a loop with nothing else to do, in the same rounds.
"""

import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from parley.audio.pcm import WINDOW
from parley.wire.messages import EngineState

from ..fakes.messages_server import MessagesServer
from .client import connected
from .processes import PYTHON, program, sidecar
from .rows import Row, median, percentile
from .speech import needs_speech, talk
from .ticker import PERIOD_S, Ticks, load

ROUNDS = 3
FLOOR_S = 3.0
ANSWERS = 3
"""Long ones: espeak makes a minute of speech in a fraction of a second."""

ANSWER = " ".join(
    f"This is sentence number {number} of a rather long answer, which goes on about the weather, the market and"
    " the river, so that there is something to be spoken for a while."
    for number in range(1, 31)
)
PIECES = [f"{word} " for word in ANSWER.split()]
GAP_S = 1.0
"""Between sentences: each is an utterance."""

Spans = dict[str, tuple[float, float]]


async def loop_lag() -> list[Row]:
    needs_speech()
    ticks: dict[str, list[Ticks]] = defaultdict(list)
    for _ in range(ROUNDS):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "ticks"
            async with program("-m", "tests.bench.ticker", str(FLOOR_S), str(path)) as (process, _):
                await process.wait()
            ticks["floor"].append(load(path))
        for with_claude in (False, True):
            all_ticks, spans = await _round(with_claude)
            for name, (first, last) in spans.items():
                ticks[name].append([tick for tick in all_ticks if first <= tick.due <= last])
    floor = _late_ms(ticks.pop("floor"))
    return [row for name, rounds in ticks.items() for row in _rows(name, rounds, floor)]


def _rows(name: str, rounds: list[Ticks], floor: list[float]) -> list[Row]:
    late = _late_ms(rounds)
    at_work = percentile([1000 * tick.at_work_s for one in rounds for tick in one], 99)
    worst = median([max(_late_ms([one])) for one in rounds])
    return [
        Row(
            name=f"loop lag P99, {name}",
            value=percentile(late, 99),
            unit="ms",
            floor=percentile(floor, 99),
            compare="difference",
            target=20.0,
            note=f"{at_work:.1f} by its own work; {len(late) * PERIOD_S:.1f} s in {len(rounds)} runs",
        ),
        Row(
            name=f"loop lag max, {name}",
            value=worst,
            unit="ms",
            floor=max(floor),
            compare="difference",
            note=f"median of the runs; worst {max(late):.1f}",
        ),
    ]


def _late_ms(rounds: list[Ticks]) -> list[float]:
    return [1000 * tick.late_s for one in rounds for tick in one]


async def _round(with_claude: bool) -> tuple[Ticks, Spans]:
    """One sidecar's life: its ticks, and from when to when it did what."""
    spans: Spans = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ticks"
        async with MessagesServer(PIECES, first_token_s=0.1) as server:
            keys = {"ANTHROPIC_API_KEY": "key", "ANTHROPIC_BASE_URL": server.base_url}
            command = (*PYTHON, "-m", "tests.bench.ticking_sidecar", str(path))
            async with sidecar(command, keys if with_claude else None) as it:
                began = it.spawned_at
                async with connected(it) as client:
                    if with_claude:
                        ready = await client.next(EngineState, 0, lambda s: s.engine == "claude" and s.state == "ready")
                        spans["engines and Claude's SDK load"] = (began, ready.at)
                        before = time.monotonic()
                        for number in range(ANSWERS):
                            await client.say(f"question-{number}", "tell me a long story")
                        spans["a long answer is spoken"] = (before, time.monotonic())
                    else:
                        spans["embedded engines load"] = (began, began + it.ready_s)
                        before = time.monotonic()
                        sent = await client.capture(1, talk(GAP_S))
                        await client.settled(1, len(sent) * WINDOW)
                        spans["speech is recognized"] = (before, time.monotonic())
        return load(path), spans
