"""How long one waits for an answer whose making hides in the pause that ends the question, beside one after the other.

The sidecar, its declared delays, the sentences and the clock are turn_overhead.py's. Waiting is counted from the true
end of speech, without the VAD's own lag on the same sound. The floor is the same sidecar that begins nothing in the
pause (`speculate` is `never`): what other assistants do. The bars are the design's.
"""

from parley.engines.silero import SileroVad

from . import eva
from .client import connected
from .processes import PYTHON, sidecar
from .rows import Row, median, percentile
from .speech import needs_speech
from .turn_overhead import SENTENCES, VOICES, respond, utterance

PAUSES_S = {0.5: 690, 0.8: 850}
"""The pause that is set, and how many milliseconds one may wait in the median."""

SCRIPTED = (*PYTHON, "-m", "tests.bench.scripted_sidecar")


async def overlap() -> list[Row]:
    needs_speech()
    vad = await SileroVad.load()
    return [row for pause_s, most_ms in PAUSES_S.items() for row in await _at(pause_s, most_ms, vad)]


async def _at(pause_s: float, most_ms: float, vad: SileroVad) -> list[Row]:
    ours, sequential = await _waits(pause_s, "always", vad), await _waits(pause_s, "never", vad)
    name = f"end of speech → first speech, pause {1000 * pause_s:.0f} ms"
    return [
        Row(
            name=f"{name}, P{percent}",
            value=percentile(ours, percent),
            unit="ms",
            floor=percentile(sequential, percent),
            compare="difference",
            target=most_ms if percent == 50 else None,
            note=f"floor: one after the other; {len(ours)} utterances" if percent == 50 else "",
        )
        for percent in (50, 95)
    ] + [
        Row(
            name=f"EVA's turn-taking score, pause {1000 * pause_s:.0f} ms",
            value=eva.mean_score(ours),
            unit="of 1",
            floor=eva.mean_score(sequential),
            note=f"of the waits above, whose median is {median(ours):.0f} ms",
        )
    ]


async def _waits(pause_s: float, speculate: str, vad: SileroVad) -> list[float]:
    environment = {"PARLEY_PAUSE_S": str(pause_s), "PARLEY_LEARN_PAUSES": "false", "PARLEY_SPECULATE": speculate}
    waits = []
    async with sidecar(SCRIPTED, environment) as it, connected(it) as client:
        for number in range(len(SENTENCES) * len(VOICES)):
            one = utterance(vad, number, pause_s)
            response_s, _ = await respond(client, number + 1, one)
            waits.append(1000 * (response_s - one.lag_s))
    return waits
