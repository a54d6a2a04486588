"""S32: somebody sets the computer's clock, by days, in the middle of everything.

libfaketime gives the sidecar a wall clock that the test sets; the monotonic one stays the machine's.
"""

from pathlib import Path

import pytest

from parley.wire.messages import MicOpen, MicRest, Playback, Ready, ReplySentence, Say, SpeechStart, TurnEnd
from tests.fakes.client import Client, connected
from tests.fakes.sidecar import sidecar

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.timeout(60)
@pytest.mark.skipif(LIBRARY is None, reason="not on this machine: libfaketime")
async def test_s32_a_clock_that_is_set_changes_what_day_it_is_and_nothing_else(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    async with sidecar(
        tmp_path,
        LD_PRELOAD=str(LIBRARY),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    ) as it:
        await it.until(Ready)
        async with connected(it) as client:
            await client.send(MicOpen(stream=1, mode="hands_free"))
            days = [await _day(client, "today")]
            for shift in ("+3d", "-2d"):
                turns = len(client.of(TurnEnd))
                await client.send(Say(id=f"before {shift}", text="Who are you?"))
                await client.until(SpeechStart, count=len(client.of(SpeechStart)) + 1)
                clock.write_text(shift)
                end = await client.until(TurnEnd, count=turns + 1)
                assert end.outcome == "completed"
                await client.send(Playback(turn_id=end.turn_id, heard_samples=end.sample_count, state="finished"))
                days.append(await _day(client, shift))
            assert len(set(days)) == 3, "or the clock was not set"
            assert client.of(MicRest) == []
            assert it.process.returncode is None


async def _day(client: Client, message_id: str) -> str:
    end = await client.say("What day is it?", message_id)
    return "".join(piece.text for piece in client.of(ReplySentence) if piece.turn_id == end.turn_id)
