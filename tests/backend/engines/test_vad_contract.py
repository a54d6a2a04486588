"""What every voice activity detector must do."""

import importlib.util
import os
import sys

import numpy as np
import pytest

from parley.audio.pcm import WINDOW, Samples
from parley.engines import silero
from parley.engines.ports import Vad
from parley.engines.silero import SileroVad
from parley.errors import EngineMissing
from tests.fakes.engines import FakeVad
from tests.fakes.speech import needs_flite, quiet, say

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["fake", "silero"])
async def vad(request: pytest.FixtureRequest) -> Vad:
    if request.param == "fake":
        return FakeVad([(0.0, 60.0)])
    return await SileroVad.load()


@pytest.fixture
def question() -> Samples:
    return say("what is the weather like today")


def windows(samples: Samples) -> list[Samples]:
    return [samples[at : at + WINDOW] for at in range(0, samples.size - WINDOW + 1, WINDOW)]


async def test_a_probability_is_one(vad: Vad) -> None:
    for window in windows(quiet(1)):
        assert 0.0 <= vad.probability(window) <= 1.0


@needs_flite
async def test_speech_is_found(vad: Vad, question: Samples) -> None:
    assert max(vad.probability(window) for window in windows(question)) > 0.9


async def test_another_window_size_is_refused(vad: Vad) -> None:
    with pytest.raises(ValueError, match="511"):
        vad.probability(np.zeros(WINDOW - 1, dtype=np.int16))


async def test_reset_forgets(vad: Vad) -> None:
    heard = windows(quiet(0.5))
    first = [vad.probability(window) for window in heard]
    vad.reset()
    assert [vad.probability(window) for window in heard] == first


async def test_a_fresh_one_has_a_past_of_its_own(vad: Vad) -> None:
    heard = windows(quiet(0.5))
    other = vad.fresh()
    first = [vad.probability(window) for window in heard]
    assert [other.probability(window) for window in heard] == first


@needs_flite
async def test_silero_tells_speech_from_the_room(question: Samples) -> None:
    vad = await SileroVad.load()
    probabilities = [vad.probability(window) for window in windows(question)]
    room = round(0.3 * 16_000) // WINDOW
    assert max(probabilities[: room - 1]) < 0.3
    assert np.mean([probability > 0.5 for probability in probabilities[room + 2 : -room - 2]]) > 0.8
    assert probabilities[-1] < 0.3


async def test_silero_does_not_change_the_window() -> None:
    vad = await SileroVad.load()
    window = quiet(1)[:WINDOW]
    before = window.copy()
    vad.probability(window)
    assert np.array_equal(window, before)


async def test_silero_never_imports_its_package() -> None:
    await SileroVad.load()
    assert "silero_vad" not in sys.modules
    assert "torch" not in sys.modules


async def test_silero_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineMissing, match="silero-vad"):
        await SileroVad.load()


async def test_silero_says_when_the_file_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silero, "MODEL_FILE", "data/other.onnx")
    with pytest.raises(EngineMissing, match=r"data/other\.onnx"):
        await SileroVad.load()


@pytest.mark.anyio
async def test_loading_turns_off_what_the_runtime_would_report_to_its_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    await SileroVad.load()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
