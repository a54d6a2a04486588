"""Claude from Amazon Bedrock, through the SDK's own clients, against its frames on a real socket."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import boto3.exceptions
import botocore.eventstream
import botocore.exceptions
import botocore.parsers
import pytest

from parley.credentials import Credentials
from parley.engines import bedrock_errors, claude_client, claude_errors
from parley.engines.claude import ClaudeModel
from parley.engines.claude_errors import class_name, meaning
from parley.engines.loading import chosen_model
from parley.engines.ports import ChatMessage, ToolCall, ToolSpec
from parley.errors import (
    BadSetting,
    KeyRefused,
    LanguageModelError,
    LanguageModelFailed,
    NoKey,
    Overloaded,
    RateLimited,
    RequestRefused,
    StreamCut,
    Unreachable,
)
from parley.settings import Settings
from tests.fakes.messages_server import Ending, MessagesServer

pytestmark = pytest.mark.anyio

SECRET = "planted-secret"
BEARER = Credentials(aws_bearer_token_bedrock=SECRET)
KEYS = Credentials(aws_access_key_id="AKIDPLANTED", aws_secret_access_key=SECRET)
ASK = [ChatMessage("user", "my private question")]
STREAM = "/model/global.anthropic.claude-haiku-5-5/invoke-with-response-stream"


@pytest.fixture(autouse=True)
def no_aws_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


@asynccontextmanager
async def talk(server: MessagesServer, credentials: Credentials = BEARER, **more: Any) -> AsyncIterator[ClaudeModel]:
    async with server:
        address = "/anthropic" if more.get("bedrock_endpoint") == "mantle" else ""
        settings = Settings(**{"base_url": server.base_url + address, "aws_region": "eu-west-1"} | more)
        model = await ClaudeModel.load(settings, credentials, bedrock=True)
        yield model
        await model.aclose()


async def ask(model: ClaudeModel, said: list[str] | None = None) -> str:
    pieces = [] if said is None else said
    async for piece in model.stream(ASK):
        assert isinstance(piece, str)
        pieces.append(piece)
    return "".join(pieces)


async def test_an_answer_with_a_bearer_key() -> None:
    server = MessagesServer(["It ", "", "is noon."])
    async with talk(server) as model:
        assert model.info.name == "bedrock"
        assert [piece async for piece in model.stream(ASK)] == ["It ", "is noon."]
    request = server.requests[0]
    assert request.path == STREAM
    assert request.authorization == f"Bearer {SECRET}"
    assert "model" not in request.body and request.body["thinking"] == {"type": "disabled"}


@pytest.mark.parametrize("token", ["", "planted-token"])
async def test_an_answer_with_keys_is_signed_for_its_region(token: str) -> None:
    server = MessagesServer()
    async with talk(server, KEYS.having("aws_session_token", token)) as model:
        assert await ask(model) == "It is noon."
    request = server.requests[0]
    assert request.authorization is not None
    assert request.authorization.startswith("AWS4-HMAC-SHA256 Credential=AKIDPLANTED/")
    assert "/eu-west-1/bedrock/aws4_request" in request.authorization
    assert request.headers.get("X-Amz-Security-Token", "") == token
    assert SECRET not in str(request.headers)


async def test_an_answer_with_a_profile(no_aws_of_this_machine: Path) -> None:
    (no_aws_of_this_machine / "credentials").write_text(
        f"[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = {SECRET}\n"
    )
    (no_aws_of_this_machine / "config").write_text("[profile work]\nregion = ap-south-1\n")
    server = MessagesServer()
    async with talk(server, KEYS, aws_profile="work", aws_region="") as model:
        assert await ask(model) == "It is noon."
    assert server.requests[0].authorization is not None
    assert "AKIDWORK/" in server.requests[0].authorization
    assert "/ap-south-1/" in server.requests[0].authorization


@pytest.mark.parametrize("credentials", [BEARER, KEYS], ids=["bearer", "keys"])
async def test_the_newer_endpoint(credentials: Credentials) -> None:
    server = MessagesServer()
    async with talk(server, credentials, bedrock_endpoint="mantle") as model:
        assert await ask(model) == "It is noon."
    assert server.requests[0].path == "/anthropic/v1/messages"
    assert server.requests[0].body["model"] == "anthropic.claude-haiku-5-5"


async def test_a_full_name_of_a_model_is_taken_as_it_is() -> None:
    server = MessagesServer()
    async with talk(server, model="eu.anthropic.claude-haiku-5-5-20260801-v1:0") as model:
        await ask(model)
    assert server.requests[0].path == "/model/eu.anthropic.claude-haiku-5-5-20260801-v1:0/invoke-with-response-stream"


async def test_a_tool_is_called() -> None:
    tool = ToolSpec("set_timer", "Sets a timer.", {"type": "object"})
    async with talk(MessagesServer([], calls=[("set_timer", {"seconds": 60})])) as model:
        (call,) = [piece async for piece in model.stream(ASK, [tool])]
    assert isinstance(call, ToolCall) and call.arguments == {"seconds": 60}


async def test_leaving_early_closes_the_connection() -> None:
    server = MessagesServer(["One. ", "Two."], between_s=60)
    async with talk(server) as model:
        async with aclosing(model.stream(ASK)) as stream:
            assert await anext(stream) == "One. "
        with anyio.fail_after(2):
            await server.disconnected.wait()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, RequestRefused),
        (401, KeyRefused),
        (403, KeyRefused),
        (404, RequestRefused),
        (424, LanguageModelFailed),
        (429, RateLimited),
        (500, LanguageModelFailed),
        (503, LanguageModelFailed),
        (529, Overloaded),
    ],
)
async def test_a_refusal_by_status(
    status: int, expected: type[LanguageModelError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claude_errors, "OVERLOADED_WAIT_S", 0.01)
    async with talk(MessagesServer(status=status)) as model:
        with pytest.raises(LanguageModelError) as caught:
            await ask(model)
    assert type(caught.value) is expected
    reveals_nothing(caught.value)


@pytest.mark.parametrize(
    ("ending", "pieces", "expected"),
    [
        ("cut", ["It "], StreamCut),
        ("no_stop", ["It "], StreamCut),
        ("silent", ["It "], StreamCut),
        ("malformed", ["It "], LanguageModelError),
        ("corrupt", ["It "], LanguageModelFailed),
        ("page", [], LanguageModelFailed),
    ],
)
async def test_an_answer_that_goes_wrong(
    ending: Ending, pieces: list[str], expected: type[LanguageModelError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claude_client, "SILENCE_S", 0.2)
    said: list[str] = []
    async with talk(MessagesServer(pieces, ending=ending)) as model:
        with pytest.raises(expected) as caught:
            await ask(model, said)
    assert said == pieces
    reveals_nothing(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("throttlingException", RateLimited),
        ("modelStreamErrorException", LanguageModelFailed),
        ("internalServerException", LanguageModelFailed),
        ("validationException", RequestRefused),
        ("modelTimeoutException", LanguageModelFailed),
        ("serviceUnavailableException", Overloaded),
    ],
)
async def test_an_exception_inside_the_stream(name: str, expected: type[LanguageModelError]) -> None:
    async with talk(MessagesServer(["It "], ending="error", error_type=name)) as model:
        with pytest.raises(LanguageModelError) as caught:
            await ask(model)
    assert type(caught.value) is expected
    reveals_nothing(caught.value)


async def test_no_region() -> None:
    with pytest.raises(BadSetting, match="aws_region"):
        await ClaudeModel.load(Settings(), BEARER, bedrock=True)


async def test_no_credentials_anywhere() -> None:
    async with talk(MessagesServer(), Credentials()) as model:
        with pytest.raises(NoKey, match="API key of Bedrock's"):
            await ask(model)


async def test_a_profile_that_is_not_there() -> None:
    async with talk(MessagesServer(), Credentials(), aws_profile="absent") as model:
        with pytest.raises(BadSetting, match="aws_profile"):
            await ask(model)


async def test_a_sign_in_that_has_ended(no_aws_of_this_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(no_aws_of_this_machine))
    (no_aws_of_this_machine / "config").write_text(
        "[profile sso]\nsso_start_url = https://example.invalid/start\nsso_region = eu-west-1\n"
        "sso_account_id = 123456789012\nsso_role_name = reader\n"
    )
    async with talk(MessagesServer(), Credentials(), aws_profile="sso") as model:
        with pytest.raises(KeyRefused, match="aws sso login"):
            await ask(model)


async def test_nobody_listens() -> None:
    async with talk(MessagesServer()) as model:
        pass
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
    settings = Settings(base_url=f"http://127.0.0.1:{port}", aws_region="eu-west-1")
    model = await ClaudeModel.load(settings, BEARER, bedrock=True)
    with pytest.raises(Unreachable):
        await ask(model)
    await model.aclose()


def botocore_exceptions() -> list[type[Exception]]:
    modules = (botocore.exceptions, botocore.parsers, botocore.eventstream, boto3.exceptions)
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    return [kind for kind in kinds if issubclass(kind, Exception) and not issubclass(kind, Warning)]


def test_every_exception_of_botocore_has_a_meaning() -> None:
    assert len(botocore_exceptions()) > 90
    telling = ("Credential", "SSO", "Login", "Token", "Connection", "Timeout", "HTTP", "Profile", "NoRegion")
    for kind in botocore_exceptions():
        error = kind.__new__(kind)
        name = class_name(error)
        assert name in bedrock_errors.BY_CLASS or name == "Exception", kind
        words = meaning(error, host="h", model="m", began=False)
        assert isinstance(words, LanguageModelError)
        if any(part in kind.__name__ for part in telling) and kind is not botocore.exceptions.UnknownCredentialError:
            own = kind.__name__ in ("UnknownTokenProviderError",)
            assert name not in ("BotoCoreError", "Exception") or own, f"{kind.__name__} is not in BY_CLASS"


def test_every_entry_is_an_exception_of_botocore() -> None:
    assert set(bedrock_errors.BY_CLASS) <= {kind.__name__ for kind in botocore_exceptions()}
    assert set(bedrock_errors.BY_TYPE.values()) <= set(claude_errors.BY_CLASS)


@pytest.mark.parametrize(
    ("settings", "credentials", "chosen"),
    [
        (Settings(), Credentials(), "offline"),
        (Settings(), Credentials(anthropic_api_key="k"), "claude"),
        (Settings(base_url="http://127.0.0.1:1"), Credentials(), "claude"),
        (Settings(), BEARER, "bedrock"),
        (Settings(), KEYS, "offline"),
        (Settings(aws_region="eu-west-1"), KEYS, "bedrock"),
        (Settings(aws_region="eu-west-1"), Credentials(anthropic_api_key="k"), "claude"),
        (Settings(language_model="bedrock"), Credentials(anthropic_api_key="k"), "bedrock"),
        (Settings(language_model="bedrock", offline=True), BEARER, "offline"),
    ],
)
def test_what_auto_takes(settings: Settings, credentials: Credentials, chosen: str) -> None:
    assert chosen_model(settings, credentials) == chosen


def reveals_nothing(error: LanguageModelError) -> None:
    for secret in (SECRET, "private", "hello", "script"):
        assert secret not in str(error)
