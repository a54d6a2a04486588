"""Turn-taking: how often people are cut off, and how long they wait, beside silence alone on the same set."""

from parley.engines.silero import SileroVad

from ..fakes.pauses import clips
from . import endpointing
from .rows import Row
from .speech import needs_speech

PAUSE_S = 0.8


async def turn_taking() -> list[Row]:
    needs_speech()
    heard = endpointing.hear(clips(), await SileroVad.load())
    ours = endpointing.score(heard, PAUSE_S, with_text=True)
    waiting = endpointing.same_wait(heard, ours.median_wait_s)
    cutting = endpointing.same_cut_offs(heard, ours.cut_offs)
    note = f"{len(heard)} turns, {ours.pauses} pauses within them"
    return [
        Row(
            name="cut-offs, beside silence alone at the same median wait",
            value=ours.cut_offs,
            unit="turns",
            floor=waiting.cut_offs,
            target=0.5,
            target_of="comparison",
            note=note,
        ),
        Row(
            name="median wait, beside silence alone with as few cut-offs",
            value=ours.median_wait_s * 1000,
            unit="ms",
            floor=cutting.median_wait_s * 1000,
            target=2 / 3,
            target_of="comparison",
            note=note,
        ),
    ]
