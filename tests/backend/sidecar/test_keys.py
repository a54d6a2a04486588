"""A key that comes, changes and goes while the sidecar runs."""

import pytest

from parley.credentials import NAMES, take_from
from parley.settings import Settings
from parley.wire.messages import Address, EngineState, Secret, ShellLine
from tests.fakes.client import Client, connected
from tests.fakes.conversation import engines
from tests.fakes.engines import FakeLanguageModel
from tests.fakes.sidecar import boot_line, service

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


async def test_keys_of_aws_are_taken_one_after_the_other() -> None:
    async with service(engines(), settings=Settings(aws_region="eu-west-1", base_url="")) as it:
        it.service._on_line(Secret(name="aws_access_key_id", value="an-id"))
        it.service._on_line(Secret(name="aws_secret_access_key", value=" a-secret\n"))
        async with connected(it) as client:
            await serves(client, "bedrock")
        assert it.service.credentials.given == {"aws_access_key_id": "an-id", "aws_secret_access_key": "a-secret"}


def test_secrets_are_taken_out_of_the_environment() -> None:
    environment = {name.upper(): f" {name} " for name in NAMES} | {"AWS_REGION": "eu-west-1"}
    assert take_from(environment).given == {name: name for name in NAMES}
    assert environment == {"AWS_REGION": "eu-west-1"}


def test_a_secret_shows_in_no_representation_of_its_line() -> None:
    for line in (key("planted"), boot_line(token="planted"), Address(url="http://127.0.0.1/#code=planted")):
        assert "planted" not in repr(line) and "planted" not in str(line) and "…" in repr(line)


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
