"""EVA's curve is what EVA has published: its own numbers at its own corners."""

import pytest

from tests.bench.eva import latency_score, mean_score, overlap_score


@pytest.mark.parametrize(
    ("latency_ms", "score", "with_tools"),
    [
        (-600, 0, 0),
        (-500, 0, 0),
        (0, 0.5, 0.5),
        (500, 1, 1),
        (2000, 1, 1),
        (3500, 0.5, 1),
        (5000, 0, 2 / 3),
        (9000, 0, 0),
    ],
)
def test_an_answer_is_best_between_half_a_second_and_two(latency_ms: float, score: float, with_tools: float) -> None:
    assert latency_score(latency_ms) == pytest.approx(score)
    assert latency_score(latency_ms, used_tools=True) == pytest.approx(with_tools)


def test_cutting_somebody_off_is_worth_half_at_most() -> None:
    assert [overlap_score(ms) for ms in (0, 1000, 2000, 3000)] == [0.5, 0.25, 0, 0]
    assert mean_score([1000, 1000], cut_offs=2) == 0.75
