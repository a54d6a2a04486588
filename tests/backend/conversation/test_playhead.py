"""Where the loudspeaker is between its reports, and where it was before."""

import pytest

from parley.conversation.playhead import MicClock, Playhead
from parley.wire.messages import Playback, PlaybackState

REPORTS: list[tuple[float, int, PlaybackState]] = [
    (10.0, 0, "playing"),
    (10.4, 350, "playing"),  # the device took a moment to begin
    (10.6, 550, "paused"),
    (10.7, 600, "paused"),
    (12.0, 600, "playing"),
]


@pytest.fixture
def playhead() -> Playhead:
    playhead = Playhead()
    for when_s, heard, state in REPORTS:
        playhead.report(Playback(turn_id=1, heard_samples=heard, state=state), when_s)
    return playhead


@pytest.mark.parametrize(
    ("when_s", "at"),
    [(9.9, None), (10.0, 0), (10.2, 200), (10.39, 350), (10.5, 450), (10.65, None), (11.0, None), (12.3, 900)],
)
def test_it_runs_on_between_two_reports_and_never_past_the_later(
    playhead: Playhead, when_s: float, at: int | None
) -> None:
    assert playhead.at(1, 1000, when_s) == at


def test_it_is_that_of_one_turn(playhead: Playhead) -> None:
    assert playhead.at(2, 1000, 12.3) is None
    assert playhead.heard(2, 1000, 12.3) == 0


def test_what_was_heard_stays_heard_while_it_is_held() -> None:
    playhead = Playhead()
    playhead.report(Playback(turn_id=1, heard_samples=600, state="paused"), 1.0)
    assert playhead.heard(1, 1000, 5.0) == 600


def test_the_microphones_samples_are_the_clock_while_it_is_open() -> None:
    clock = MicClock()
    assert clock.now(5.0) == 5.0
    clock.arrive(1, 16_000, 10.0)
    clock.arrive(1, 32_000, 10.9)  # the machine stood still, and hurries
    assert clock.now(10.95) == 11.0 and clock.at(24_000) == 10.5
    assert clock.now(20.0) == 20.0, "it is closed"
    clock.arrive(2, 1600, 30.1)
    assert clock.now(30.2) == pytest.approx(30.1)
    clock.arrive(2, 3200, 60.0)  # after a pause of the same capture
    assert clock.now(60.0) == 60.0
