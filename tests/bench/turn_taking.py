"""Turn-taking: how often people are cut off, and how long they wait, beside silence alone on the same set.

And what is gained by learning how somebody pauses, and how EVA would score it.
"""

from parley.conversation.rhythm import Rhythm
from parley.engines.silero import SileroVad

from ..fakes.pauses import clips
from . import endpointing, eva
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
    halting = [one for one in heard if len(one.clip.pauses) > 1]
    fluent = [one for one in heard if len(one.clip.pauses) == 1]
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
        Row(
            name="cut-offs of somebody who pauses in every sentence, his rhythm learned",
            value=endpointing.score(halting, PAUSE_S, with_text=True, rhythm=Rhythm()).cut_offs,
            unit="turns",
            floor=endpointing.score(halting, PAUSE_S, with_text=True).cut_offs,
            note=f"beside: not learned; {len(halting)} turns",
        ),
        Row(
            name="median wait of somebody who never does, his rhythm learned",
            value=1000 * endpointing.score(fluent, PAUSE_S, with_text=True, rhythm=Rhythm()).median_wait_s,
            unit="ms",
            floor=1000 * endpointing.score(fluent, PAUSE_S, with_text=True).median_wait_s,
            note=f"beside: not learned; {len(fluent)} turns",
        ),
        Row(
            name="EVA's turn-taking score, beside silence alone at the same median wait",
            value=eva.mean_score([1000 * wait_s for wait_s in ours.waits_s], ours.cut_offs),
            unit="of 1",
            floor=eva.mean_score([1000 * wait_s for wait_s in waiting.waits_s], waiting.cut_offs),
            note="as if answers took no time, and every cut-off counted half, which is the most that EVA gives it",
        ),
    ]
