"""How long an engine is waited for."""

import pytest

from parley.engines.patience import BEYOND_S, OVERRUN, REMEMBERED, WATCHED_BEYOND_S, Patience


def test_an_engine_that_was_never_measured_gets_what_its_owner_says() -> None:
    assert Patience(8.0, 15.0).allows(3.0) == 8.0 + BEYOND_S


def test_the_slowest_counts_and_larger_work_takes_longer() -> None:
    patience = Patience(8.0, 15.0)
    patience.took(0.5, 2.0)
    patience.took(1.0, 4.0)
    assert patience.allows(4.0) == 1.0 + BEYOND_S
    assert patience.allows(8.0) == 2.0 + BEYOND_S
    assert patience.allows(0.1) == 1.0 + BEYOND_S, "smaller work may take as long"
    for _ in range(REMEMBERED):
        patience.took(0.1, 4.0)
    assert patience.allows(4.0) == pytest.approx(0.1 + BEYOND_S), "what is long ago is forgotten"


def test_no_engine_is_waited_for_longer_than_the_most() -> None:
    patience = Patience(8.0, 15.0)
    patience.took(10.0, 1.0)
    assert patience.allows(60.0) == 15.0 + BEYOND_S


def test_one_that_was_too_late_gets_more_the_next_time() -> None:
    patience = Patience(2.0, 15.0)
    patience.overran(4.0)
    assert patience.allows(4.0) == 2.0 * OVERRUN + BEYOND_S
    for _ in range(10):
        patience.overran(4.0)
    assert patience.allows(4.0) == 15.0 + BEYOND_S


def test_work_of_no_size_is_work() -> None:
    patience = Patience(2.0, 15.0)
    patience.took(0.01, 0.0)
    assert patience.allows(5.0) == pytest.approx(0.05 + BEYOND_S)


def test_one_that_is_watched_gets_less_and_several_runs_more() -> None:
    patience = Patience(8.0, 15.0, watched=True)
    patience.took(1.0, 4.0)
    assert patience.allows(4.0) == 1.0 + WATCHED_BEYOND_S
    assert patience.allows(4.0, runs=2) == 2.0 + WATCHED_BEYOND_S
