"""What a window asks about Parley's health: times and figures, and the doctor beside a conversation that goes on."""

import sys
from pathlib import Path

import anyio
import pytest

from parley.doctor.checks import CHECKS
from parley.tools.workshop import FILE
from parley.wire.base import given
from parley.wire.messages import (
    CheckResult,
    Checkup,
    Failure,
    Health,
    HealthAsk,
    Receipt,
    TurnEnd,
)
from tests.fakes.client import Client, connected
from tests.fakes.conversation import engines
from tests.fakes.sidecar import boot_line, service

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The doctor looks at folders of the test's own."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


async def test_what_turns_took_and_what_the_process_takes() -> None:
    async with service(engines()) as it, connected(it) as client:
        await client.say("a secret errand at the harbour")
        await client.send(HealthAsk(id="h1"))
        told = await client.until(Health)
    assert told.id == "h1"
    (turn,) = told.turns
    assert (turn.source, turn.outcome, turn.number) == ("typed", "completed", 1)
    assert [one.stage for one in turn.waits][-2:] == ["playback", "heard"]
    assert sum(one.wait_ms for one in turn.waits) > 0
    (usual,) = told.usual
    assert (usual.source, usual.turn_count) == ("typed", 1)
    assert usual.p50_ms == pytest.approx(sum(one.wait_ms for one in turn.waits), abs=1)
    assert told.rss_bytes > 1e6
    assert told.counts["turns"] == told.counts["connections"] == 1
    assert "harbour" not in repr(told)


async def checkup(client: Client, order: Checkup) -> tuple[list[CheckResult], Receipt | Failure]:
    """What it finds, and what ends it."""
    await client.send(order)
    ends: list[Receipt | Failure] = []
    with anyio.fail_after(60):
        while not ends:
            await anyio.sleep(0.05)
            ends = [one for one in client.of(Receipt) if one.id == order.id]
            ends += [one for one in client.of(Failure) if given(one.id) == order.id]
    return [one for one in client.of(CheckResult) if one.id == order.id], ends[0]


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_the_doctor_looks_while_one_talks_on(home: Path) -> None:
    async with service(engines()) as it, connected(it) as client:
        async with anyio.create_task_group() as tasks:
            results: list[CheckResult] = []

            async def look() -> None:
                found, end = await checkup(client, Checkup(id="c1"))
                assert isinstance(end, Receipt)
                results.extend(found)

            tasks.start_soon(look)
            await client.say("what time is it")
            assert (await client.until(TurnEnd)).outcome == "completed"
    names = [one.name for one in results]
    assert names[:3] == ["python", "clock", "packages"]
    assert len(names) == results[0].count == len(CHECKS)
    assert results[0].level == "ok"


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_what_is_broken_is_named_and_put_right_by_one_click(home: Path) -> None:
    """In the folder of the sidecar that was asked, and not in the user's own."""
    data = home / "elsewhere"
    await anyio.Path(data).mkdir(parents=True)
    await anyio.Path(data / FILE).write_bytes(b"no database at all" * 500)
    async with service(engines(), boot_line(data_dir=data)) as it, connected(it) as client:
        results, _ = await checkup(client, Checkup(id="c1"))
        (broken,) = [one for one in results if one.name == "databases"]
        assert broken.level == "failure"
        assert broken.findings[0].can_be_fixed
        (after,), end = await checkup(client, Checkup(id="c2", fix="databases"))
    assert isinstance(end, Receipt)
    assert after.level == "ok"
    assert isinstance(after.fixed, list) and after.fixed[0].startswith("Done: ")


async def test_a_check_that_there_is_not_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    async with service(engines()) as it, connected(it) as client:
        results, end = await checkup(client, Checkup(id="c1", fix="--fix"))
        assert isinstance(end, Failure) and end.code == "bad_message"
        assert results == []
        _, end = await checkup(client, Checkup(id="c2"))
        assert isinstance(end, Failure) and "could not be started" in end.message
        await client.say("the conversation goes on")


async def test_a_viewer_is_told_nothing() -> None:
    async with service(engines()) as it, connected(it), connected(it, role="viewer") as viewer:
        await viewer.send(HealthAsk(id="1"))
        await viewer.send(Checkup(id="2"))
        for asked in ("1", "2"):
            refused = await viewer.until(Failure, lambda one, asked=asked: given(one.id) == asked)  # type: ignore[misc]
            assert refused.code == "not_speaker"
