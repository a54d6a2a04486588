"""What was posted arrives in order, once, and stays until it is acknowledged."""

from functools import partial

import anyio
import pytest

from parley.conversation.outbox import MESSAGE_BYTES, Outbox, Reader
from parley.wire.codec import Frame
from parley.wire.messages import ReplySentence

pytestmark = pytest.mark.anyio


def post(outbox: Outbox, text: str) -> None:
    outbox.post(partial(ReplySentence, turn_id=1, sentence=0, text=text))


def speech(first_sample: int, samples: int = 100, turn_id: int = 1) -> Frame:
    return Frame("speech", turn_id, first_sample, bytes(2 * samples))


def drain(reader: Reader) -> list[str | int]:
    """Texts of messages and first samples of frames, as they come."""
    out: list[str | int] = []
    while (item := reader.next()) is not None:
        out.append(item.first_sample if isinstance(item, Frame) else getattr(item, "text", ""))
    return out


async def test_messages_are_numbered_from_one_and_keep_their_order_with_the_frames() -> None:
    outbox = Outbox()
    reader = outbox.reader()
    post(outbox, "a")
    outbox.post_speech(speech(0))
    post(outbox, "b")
    assert drain(reader) == ["a", 0, "b"]
    fresh = outbox.reader()
    first = fresh.next()
    assert isinstance(first, ReplySentence) and first.seq == 1


async def test_s23_a_reader_that_comes_back_gets_just_what_its_client_misses() -> None:
    outbox = Outbox()
    post(outbox, "a")
    for start in (0, 100, 200):
        outbox.post_speech(speech(start))
    post(outbox, "b")
    outbox.post_speech(speech(300))
    assert drain(outbox.reader(last_seq=1, turn_id=1, samples=200)) == [200, "b", 300]
    assert drain(outbox.reader(last_seq=2)) == [300]
    assert drain(outbox.reader(last_seq=2, turn_id=1, samples=400)) == []


async def test_what_is_acknowledged_is_let_go_of_and_what_is_not_is_kept() -> None:
    outbox = Outbox()
    post(outbox, "a")
    outbox.post_speech(speech(0))
    outbox.post_speech(speech(100))
    post(outbox, "b")
    outbox.ack(1, 1, 100)
    assert drain(outbox.reader()) == [100, "b"]
    assert outbox.unacked_bytes == 200 + MESSAGE_BYTES
    outbox.ack(2)
    assert outbox.unacked_bytes == 0


async def test_s24_a_producer_waits_while_too_much_is_unacknowledged() -> None:
    outbox = Outbox(max_unacked_bytes=1000)
    outbox.post_speech(speech(0, 500))
    passed = anyio.Event()

    async def produce() -> None:
        await outbox.room()
        passed.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(produce)
        tasks.start_soon(produce)
        await anyio.wait_all_tasks_blocked()
        assert not passed.is_set()
        outbox.ack(0, 1, 500)
        with anyio.fail_after(1):
            await passed.wait()


async def test_frames_of_a_turn_that_was_cut_are_dropped_by_its_number() -> None:
    outbox = Outbox()
    reader = outbox.reader()
    outbox.post_speech(speech(0, turn_id=1))
    outbox.drop_speech(1)
    outbox.post_speech(speech(100, turn_id=1))
    outbox.post_speech(speech(0, turn_id=2))
    post(outbox, "end")
    assert drain(reader) == [0, "end"]
    assert outbox.unacked_bytes == 200 + MESSAGE_BYTES


async def test_a_viewer_that_is_too_slow_learns_that_it_missed_something() -> None:
    outbox = Outbox()
    slow = outbox.reader()
    post(outbox, "a")
    outbox.ack(1)
    post(outbox, "b")
    assert drain(slow) == ["b"] and slow.lost
    assert not outbox.reader().lost


async def test_an_ack_that_comes_between_a_cut_and_the_writers_turn_loses_nobody() -> None:
    outbox = Outbox()
    reader = outbox.reader()
    post(outbox, "a")
    assert drain(reader) == ["a"]
    outbox.post_speech(speech(0))
    outbox.post_speech(speech(100))
    outbox.drop_speech(1)
    outbox.ack(last_seq=1)
    post(outbox, "b")
    assert drain(reader) == ["b"] and not reader.lost


async def test_a_waiting_reader_is_woken_by_a_post_and_no_wake_is_lost() -> None:
    outbox = Outbox()
    reader = outbox.reader()
    got: list[str | int] = []

    async def read() -> None:
        while len(got) < 50:
            got.extend(drain(reader))
            if len(got) < 50:
                await reader.wait()

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            for number in range(50):
                post(outbox, str(number))
                await anyio.lowlevel.checkpoint()
    assert got == [str(number) for number in range(50)]
