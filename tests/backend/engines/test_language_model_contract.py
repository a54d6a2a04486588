"""What every language model must do."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import anyio
import pytest

from parley.credentials import Credentials
from parley.engines.claude import ClaudeModel
from parley.engines.offline import OfflineModel
from parley.engines.ports import ChatMessage, LanguageModel
from parley.settings import Settings
from tests.fakes.engines import FakeLanguageModel
from tests.fakes.messages_server import MessagesServer

pytestmark = pytest.mark.anyio

ASK = [ChatMessage("user", "what is two plus two")]


@pytest.fixture(params=["fake", "offline", "claude", "bedrock"])
async def model(request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    engine: LanguageModel
    async with MessagesServer(["Two plus ", "two ", "is four."]) as server:
        match request.param:
            case "fake":
                engine = FakeLanguageModel(["Two plus ", "two ", "is four."])
            case "offline":
                engine = await OfflineModel.load()
            case "bedrock":
                settings = Settings(base_url=server.base_url, aws_region="us-east-1")
                engine = await ClaudeModel.load(settings, Credentials(aws_bearer_token_bedrock="key"), bedrock=True)
            case _:
                engine = await ClaudeModel.load(
                    Settings(base_url=server.base_url), Credentials(anthropic_api_key="key")
                )
        yield engine
        await engine.aclose()


async def test_the_answer_comes_in_pieces_and_none_is_empty(model: LanguageModel) -> None:
    pieces = [piece async for piece in model.stream(ASK) if isinstance(piece, str)]
    assert len(pieces) > 1
    assert all(pieces)
    assert "".join(pieces) == "".join(pieces).strip()


async def test_leaving_early_is_no_error_and_the_next_answer_comes(model: LanguageModel) -> None:
    async with aclosing(model.stream(ASK)) as stream:
        first = await anext(stream)
    async with aclosing(model.stream(ASK)) as stream:
        assert await anext(stream) == first


async def test_cancelling_is_no_error_and_the_next_answer_comes(model: LanguageModel) -> None:
    begun = anyio.Event()

    async def ask() -> None:
        async with aclosing(model.stream(ASK)) as stream:
            async for _ in stream:
                begun.set()
                await anyio.sleep_forever()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        await begun.wait()
        tasks.cancel_scope.cancel()
    assert [piece async for piece in model.stream(ASK)]


async def test_two_conversations_at_once(model: LanguageModel) -> None:
    answers: list[str] = []

    async def ask() -> None:
        answers.append("".join([piece async for piece in model.stream(ASK) if isinstance(piece, str)]))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        tasks.start_soon(ask)
    assert len(answers) == 2
    assert answers[0] == answers[1]


async def test_making_ready_raises_nothing(model: LanguageModel) -> None:
    await model.warm()
    assert [piece async for piece in model.stream(ASK)]


async def test_the_fake_closes_its_stream() -> None:
    model = FakeLanguageModel()
    async with aclosing(model.stream(ASK)) as stream:
        await anext(stream)
        assert model.open_streams == 1
    assert model.open_streams == 0
