"""Timers and reminders in a real sidecar, by the offline model: set by talking, said by themselves, over a kill."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from parley.wire.messages import (
    Consent,
    ConsentAnswer,
    Open,
    Opened,
    Ready,
    ReplySentence,
    Say,
    ToolUse,
    Transcript,
    TurnEnd,
)
from tests.fakes.client import connected
from tests.fakes.messages_server import MessagesServer
from tests.fakes.sidecar import Sidecar, sidecar

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@asynccontextmanager
async def started(folder: Path, **environment: str) -> AsyncIterator[Sidecar]:
    async with sidecar(folder, **environment) as it:  # type: ignore[arg-type]  # no name is a parameter's
        await it.until(Ready)
        yield it


async def test_a_timer_is_set_by_talking_and_speaks_up(tmp_path: Path) -> None:
    async with started(tmp_path) as it, connected(it) as client:
        await client.say("set a pasta timer for one second")
        assert "".join(one.text for one in client.of(ReplySentence)) == "The pasta timer is set for 1 second."
        due = await client.until(Transcript, lambda one: one.source == "reminder")
        assert due.text == "Timer: pasta"
        await client.until(TurnEnd, lambda end: end.turn_id == due.turn_id)
        assert client.of(ReplySentence)[-1].text == "Your pasta timer is up."
        assert client.received.speech(due.turn_id)
        assert client.of(ToolUse)[-1].state == "completed"


async def test_a_reminder_survives_a_kill_and_is_said_at_the_next_connection(tmp_path: Path) -> None:
    async with started(tmp_path) as it, connected(it) as client:
        await client.say("remind me in three seconds to eat")
        it.process.send_signal(signal.SIGKILL)
        await it.ended()
    async with started(tmp_path) as it:
        await anyio.sleep(3)
        async with connected(it) as client:
            due = await client.until(Transcript, lambda one: one.source == "reminder")
            await client.until(TurnEnd, lambda end: end.turn_id == due.turn_id)
            assert due.text == "Reminder: eat"
            assert client.of(ReplySentence)[-1].text in ("Here is your reminder: eat.",)
        assert list((tmp_path / "XDG_DATA_HOME" / "parley").glob("tools.sqlite3"))


async def test_an_address_is_opened_by_the_shell_after_the_user_agreed(tmp_path: Path) -> None:
    async with MessagesServer([], calls=[("open_address", {"url": "https://example.org/a"})]) as server:
        async with started(tmp_path, ANTHROPIC_BASE_URL=server.base_url) as it, connected(it) as client:
            await client.send(Say(id="c-1", text="open the example"))
            asked = await client.until(Consent, lambda one: bool(one.request))
            assert not [line for line in it.lines if isinstance(line, Open)]
            number = asked.request.request_id  # type: ignore[union-attr]
            await client.send(ConsentAnswer(id="c-2", request_id=number, answer="once"))
            line = await it.until(Open)
            assert line.url == "https://example.org/a"
            await it.send(Opened(id=line.id))
            await client.until(TurnEnd)
            assert client.of(ToolUse)[-1].text == "Opened example.org."
    assert server.requests[-1].body["messages"][-1]["content"][0]["content"] == "Opened example.org."
