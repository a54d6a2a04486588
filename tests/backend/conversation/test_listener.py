"""From frames to utterances: order, pre-roll, gaps, captures."""

from collections.abc import Iterable

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, WINDOW_S
from parley.conversation.listener import PRE_ROLL_S, Began, Continued, Ended, Event, Listener, Paused, Quiet, Understood
from parley.wire.codec import Frame
from tests.fakes.conversation import frames
from tests.fakes.engines import FakeVad

SPEECH = (2.0, 3.0)


def listen(listener: Listener, heard: Iterable[Frame]) -> list[Event]:
    return [event for frame in heard for event in listener.hear(frame)]


def listener_for(*speech: tuple[float, float], push_to_talk: bool = False) -> Listener:
    listener = Listener(FakeVad(speech), pause_s=0.8)
    listener.open(1, push_to_talk)
    return listener


def samples_of(events: list[Event]) -> int:
    return sum(len(event.samples) for event in events if isinstance(event, Began | Continued))


def test_a_second_of_speech_is_one_utterance_with_its_pre_roll() -> None:
    events = listen(listener_for(SPEECH), frames(6, [SPEECH]))
    began = next(event for event in events if isinstance(event, Began))
    ended = next(event for event in events if isinstance(event, Ended))
    assert abs(began.first_sample / 16_000 - (SPEECH[0] - PRE_ROLL_S)) <= 2 * WINDOW_S
    assert abs(ended.end_sample / 16_000 - (SPEECH[1] + 0.8)) <= 2 * WINDOW_S
    assert samples_of(events) == ended.end_sample - began.first_sample


def test_silence_is_reported_quiet_except_what_may_become_a_pre_roll() -> None:
    events = listen(listener_for(), frames(3))
    assert all(isinstance(event, Quiet) for event in events)
    last = events[-1]
    assert isinstance(last, Quiet) and 3 * 16_000 - last.end_sample >= PRE_ROLL_S * 16_000


def test_no_quiet_is_reported_within_an_utterance() -> None:
    events = listen(listener_for(SPEECH), frames(6, [SPEECH]))
    began = next(index for index, event in enumerate(events) if isinstance(event, Began))
    ended = next(index for index, event in enumerate(events) if isinstance(event, Ended))
    assert not any(isinstance(event, Quiet) for event in events[began:ended])


def test_a_frame_that_comes_twice_is_heard_once() -> None:
    doubled = [frame for frame in frames(6, [SPEECH]) for _ in range(2)]
    listener = listener_for(SPEECH)
    events = listen(listener, doubled)
    assert sum(isinstance(event, Ended) for event in events) == 1
    assert listener.missing_samples == 0


def test_a_gap_is_counted_and_what_follows_is_heard() -> None:
    listener = listener_for(SPEECH)
    kept = [frame for frame in frames(6, [SPEECH]) if not 16_000 <= frame.first_sample < 16_000 + 3 * WINDOW]
    assert any(isinstance(event, Ended) for event in listen(listener, kept))
    assert listener.missing_samples == 3 * WINDOW


def test_a_stream_that_begins_late_after_a_restart_is_no_gap() -> None:
    listener = listener_for()
    listen(listener, [frame for frame in frames(3) if frame.first_sample >= 16_000])
    assert listener.missing_samples == 0


def test_frames_of_another_capture_are_dropped() -> None:
    assert listen(listener_for(SPEECH), frames(6, [SPEECH], stream=9)) == []


def test_closing_the_microphone_ends_the_utterance_at_once() -> None:
    listener = listener_for((1.0, 9.0))
    listen(listener, frames(2, [(1.0, 9.0)]))
    assert listener.hearing
    [ended] = listener.close(1)
    assert isinstance(ended, Ended) and not listener.hearing


def test_push_to_talk_hears_everything_between_opening_and_closing() -> None:
    listener = listener_for(push_to_talk=True)
    events = listen(listener, frames(2))
    assert all(isinstance(event, Continued) for event in events) and samples_of(events) == 62 * WINDOW
    [ended] = listener.close(1)
    assert ended == Ended(1, 0, 62 * WINDOW)


def test_a_new_capture_ends_what_the_old_one_left_open() -> None:
    listener = listener_for((1.0, 9.0))
    listen(listener, frames(2, [(1.0, 9.0)]))
    [ended] = listener.open(2, False)
    assert isinstance(ended, Ended) and ended.stream == 1
    assert listener.open(2, False) == []


def test_a_pause_is_told_once_and_words_from_before_it_do_not_count() -> None:
    listener = Listener(FakeVad([(0.5, 1.5)]), 0.8)
    listener.open(1, push_to_talk=False)
    stale = Understood("what time is it", up_to_sample=16_000)
    fresh = Understood("what time is it", up_to_sample=32_000)
    heard: list[tuple[float, object]] = []
    for frame in frames(3.0, [(0.5, 1.5)]):
        now_s = (frame.first_sample + WINDOW) / MIC_RATE_HZ
        heard += [(now_s, event) for event in listener.hear(frame, stale if now_s < 2.0 else fresh)]
    assert [round(now_s, 1) for now_s, event in heard if isinstance(event, Paused)] == [1.6]
    # Finished after 0.48 s, but what was understood until then was older than the pause.
    assert [now_s >= 2.0 for now_s, event in heard if isinstance(event, Ended)] == [True]


def test_what_is_not_to_be_heard_is_silence_and_no_pre_roll_of_what_is() -> None:
    listener = listener_for((0.0, 3.0))
    heard = list(frames(3, [(0.0, 3.0)]))
    middle = len(heard) // 2
    events = [event for frame in heard[:middle] for event in listener.hear(frame, is_deaf=True)]
    assert all(isinstance(event, Quiet) for event in events)
    began = next(event for event in listen(listener, heard[middle:]) if isinstance(event, Began))
    before = middle * WINDOW - began.first_sample
    assert before > 0 and not began.samples[:before].any() and began.samples[before:].any()


def test_who_holds_a_key_is_heard_whatever_sounds() -> None:
    listener = listener_for(push_to_talk=True)
    [event] = listener.hear(next(frames(1, [(0.0, 1.0)])), is_deaf=True)
    assert isinstance(event, Continued) and event.samples.any()
