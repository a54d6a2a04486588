"""The endpointer that listens to the words, against silence alone, on speech whose pauses are known."""

import pytest

from parley.engines.silero import SileroVad
from tests.bench import endpointing
from tests.fakes.pauses import SPEAKERS, clips
from tests.fakes.speech import needs_flite

PAUSE_S = 0.8


@pytest.fixture(
    params=[pytest.param(SPEAKERS[:1], id="one voice"), pytest.param(SPEAKERS, id="all voices", marks=pytest.mark.long)]
)
async def heard(request: pytest.FixtureRequest) -> list[endpointing.Heard]:
    return endpointing.hear(clips(request.param), await SileroVad.load())


@needs_flite
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.anyio
async def test_less_than_half_the_cut_offs_at_the_same_wait(heard: list[endpointing.Heard]) -> None:
    ours = endpointing.score(heard, PAUSE_S, with_text=True)
    silence = endpointing.same_wait(heard, ours.median_wait_s)
    assert ours.cut_offs < silence.cut_offs / 2
    assert ours.median_wait_s <= silence.median_wait_s
    as_careful = endpointing.same_cut_offs(heard, ours.cut_offs)
    assert ours.median_wait_s < as_careful.median_wait_s * 2 / 3
