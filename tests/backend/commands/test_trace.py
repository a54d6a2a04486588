"""`parley trace`: asks the sidecar that runs, with a proof that it knows the token."""

import json
import sys
from pathlib import Path

import anyio
import pytest

from parley.wire.messages import Mdns, Ready
from tests.fakes.client import connected
from tests.fakes.sidecar import boot_line, environment, sidecar

pytestmark = pytest.mark.anyio


async def trace(home: Path, *words: str) -> tuple[int, str, str]:
    command = [sys.executable, "-X", "utf8", "-m", "parley", "trace", *words]
    done = await anyio.run_process(command, check=False, env=environment(home))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_the_answer_that_the_running_parley_gave_is_written_to_a_file(tmp_path: Path) -> None:
    async with sidecar(tmp_path, boot_line(config_dir=tmp_path)) as it:
        await it.until(Ready)
        assert (await it.until(Mdns)).ok
        async with connected(it) as client:
            await client.say("What is seven times six?")
            code, nothing, said = await trace(tmp_path, "--turn", "99")
            while said.startswith("No Parley"):  # mDNS takes its time on a busy machine; the test has a limit
                code, nothing, said = await trace(tmp_path, "--turn", "99")
            assert (code, nothing) == (1, "") and "no such turn" in said
            code, _, said = await trace(tmp_path, "--output", str(tmp_path / "turn.json"))
            assert code == 0 and "perfetto" in said
    text = await anyio.Path(tmp_path / "turn.json").read_text()
    names = {event["name"] for event in json.loads(text)["traceEvents"]}
    assert {"first_token", "first_audio", "heard"} <= names
    assert "seven" not in text


@pytest.mark.timeout(30)
async def test_without_a_parley_that_runs_it_says_what_to_do(tmp_path: Path) -> None:
    code, nothing, said = await trace(tmp_path)
    assert (code, nothing) == (1, "")
    assert "Start it" in said
