"""A key that comes, changes and goes while the sidecar runs."""

import pytest

from parley.settings import Settings
from parley.wire.messages import EngineState, Secret, ShellLine
from tests.fakes.client import Client, connected
from tests.fakes.conversation import engines
from tests.fakes.engines import FakeLanguageModel
from tests.fakes.sidecar import service

pytestmark = pytest.mark.anyio


def key(value: str) -> ShellLine:
    return Secret(name="anthropic_api_key", value=value)


async def serves(client: Client, engine: str) -> None:
    await client.until(
        EngineState, lambda state: (state.port, state.engine, state.state) == ("language_model", engine, "ready")
    )


async def test_a_key_brings_claude_and_its_going_brings_the_offline_model_back() -> None:
    async with service(engines(), settings=Settings()) as it, connected(it) as client:
        await serves(client, "fake-model")
        it.service._on_line(key("a-key"))
        await serves(client, "claude")
        it.service._on_line(key(""))
        await serves(client, "offline")
        assert (await client.say("hello")).outcome == "completed"


class Closes(FakeLanguageModel):
    def __init__(self) -> None:
        super().__init__()
        self.closed = False

    async def aclose(self) -> None:
        self.closed = True


async def test_an_engine_that_was_replaced_is_closed_with_the_rest() -> None:
    old, new = Closes(), Closes()
    filled = engines(language_model=old)
    filled.language_model.ready(new)
    await filled.aclose()
    assert new.closed and old.closed
