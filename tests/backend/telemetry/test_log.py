"""The log: one line a record with whom it is about, its level at run time, readable by hand."""

import json
import logging
import re
import sys
from pathlib import Path

import anyio
import pytest

from parley.telemetry import log_context
from parley.telemetry.log import ReadableFormatter, StructuredFormatter
from parley.wire.messages import EngineState, Failure, Ready, ServerHello, SettingsChange
from tests.fakes.client import connected
from tests.fakes.conversation import engines
from tests.fakes.engines import FakeLanguageModel
from tests.fakes.messages_server import MessagesServer
from tests.fakes.sidecar import boot_line, service, sidecar

pytestmark = pytest.mark.anyio

LINE = re.compile(r'time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(\w+) from=(\S+)((?: \w+=\S+)*) text=(".*")')


def record(message: str, **more: object) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": message, "levelname": "WARNING", "name": "parley.x", **more})


def test_a_record_is_one_line_whatever_is_in_it() -> None:
    words = " ".join(["what", "was", "said"])
    try:
        raise OSError(words)
    except OSError:
        line = StructuredFormatter().format(record('a "quoted"\nmessage', exc_info=sys.exc_info()))
    found = LINE.fullmatch(line)
    assert found is not None, line
    text = json.loads(found[4])
    assert text.startswith('a "quoted"\nmessage\nTraceback') and text.endswith("builtins.OSError")
    assert words not in line


async def test_a_record_says_which_session_and_turn_it_is_about_in_every_task_that_came_of_it() -> None:
    lines: list[str] = []

    async def told() -> None:
        lines.append(StructuredFormatter().format(record("told")))

    with log_context.session("0123456789abcdef"), log_context.turn(7):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(told)
        by_hand = ReadableFormatter().format(record("told"))
    await told()
    assert " session=01234567 turn=7 " in lines[0] and "89abcdef" not in lines[0]
    assert "session" not in lines[1] and "turn" not in lines[1]
    assert by_hand.endswith("WARNING parley.x [session=01234567 turn=7]: told")


async def test_what_goes_wrong_in_a_turn_carries_its_number(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[dict[str, str]] = []

    class Note(logging.Handler):
        def emit(self, _: logging.LogRecord) -> None:
            seen.append(log_context.now())

    class Defect(FakeLanguageModel):
        async def stream(self, messages, tools=()):  # type: ignore[no-untyped-def]
            raise ValueError
            yield

    note = Note()
    logger = logging.getLogger("parley.conversation.attempt")
    logger.addHandler(note)
    try:
        async with service(engines(language_model=Defect())) as it, connected(it) as client:
            await client.say("one")
            await client.say("two", "c-2")
            session = client.of(ServerHello)[0].session_id
    finally:
        logger.removeHandler(note)
    assert seen == [{"session": session[:8], "turn": str(number)} for number in (1, 2)]


async def test_a_managed_sidecar_writes_lines_in_form_and_its_level_changes_while_it_runs(tmp_path: Path) -> None:
    async with MessagesServer(status=401) as server:
        boot = boot_line(config_dir=tmp_path, data_dir=tmp_path)
        async with sidecar(tmp_path, boot, ANTHROPIC_BASE_URL=server.base_url, ANTHROPIC_API_KEY="sk-planted") as it:
            await it.until(Ready)
            async with connected(it) as client:
                await client.until(EngineState, lambda state: state.engine == "claude" and state.state == "ready")
                await client.say("first")
                await client.until(Failure)
                quiet = it.log
                await client.send(SettingsChange(id="s-1", values={"log_level": "debug"}))
                await client.say("second", "c-2")
                await it.logged("Say came as c-2")
                log = it.log
    matches = [LINE.fullmatch(line) for line in log.splitlines()]
    assert matches and all(matches), log
    assert "level=debug" not in quiet and "level=debug" in log
    assert "sk-planted" not in log
    assert [one for one in matches if one and "session=" in one[3] and "key_refused" in one[4]], log
    assert json.loads((tmp_path / "settings.json").read_bytes()) == {"log_level": "debug"}
