"""The Messages API through the real SDK, against a scripted server on a real socket."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import datetime
from typing import get_args

import anthropic
import anthropic.types
import anyio
import httpx2
import pytest
from anthropic.types.shared.error_type import ErrorType

from parley.engines import claude
from parley.engines.claude import ClaudeModel
from parley.engines.claude_errors import BY_CLASS, BY_TYPE, class_name, meaning
from parley.engines.ports import ChatMessage
from parley.errors import (
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

KEY = "sk-secret-key"
ASK = [ChatMessage("user", "my private question")]
HAIKU = "claude-haiku-5-5"

Talk = Callable[..., AbstractAsyncContextManager[ClaudeModel]]


@pytest.fixture(autouse=True)
def no_credentials_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in (
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "ANTHROPIC_BASE_URL",
        "ANTHROPIC_PROFILE",
        "ANTHROPIC_CONFIG_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "APPDATA"):  # profiles lie there
        monkeypatch.setenv(name, str(tmp_path_factory.mktemp("home")))


@asynccontextmanager
async def talk(server: MessagesServer, key: str = KEY, model: str = HAIKU) -> AsyncIterator[ClaudeModel]:
    async with server:
        engine = await ClaudeModel.load(Settings(base_url=server.base_url, model=model), key, now=lambda: NOW)
        yield engine
        await engine.aclose()


NOW = datetime(2026, 11, 23, 18, 5)


async def ask(model: ClaudeModel, said: list[str] | None = None) -> str:
    pieces = [] if said is None else said
    async for piece in model.stream(ASK):
        pieces.append(piece)  # what came before an error counts too
    return "".join(pieces)


async def test_an_answer_is_streamed() -> None:
    server = MessagesServer(["It ", "", "is noon."])
    async with talk(server) as model:
        assert [piece async for piece in model.stream(ASK)] == ["It ", "is noon."]
    request = server.requests[0]
    assert request.authorization == f"Bearer {KEY}"
    assert request.body["messages"] == [{"role": "user", "content": "my private question"}]
    assert request.body["model"] == HAIKU
    assert request.body["max_tokens"] == 1024
    assert request.body["stream"] is True
    assert "Monday, 23 November 2026, 18:05" in request.body["system"]
    assert "tools" not in request.body


async def test_haiku_is_told_not_to_think_and_others_get_room_to() -> None:
    server = MessagesServer(thinking=True)
    async with talk(server) as model:
        assert await ask(model) == "It is noon."
    assert server.requests[0].body["thinking"] == {"type": "disabled"}
    server = MessagesServer(thinking=True)
    async with talk(server, model="claude-opus-5-5") as model:
        assert await ask(model) == "It is noon."
    assert "thinking" not in server.requests[0].body
    assert server.requests[0].body["max_tokens"] > 1024


async def test_a_conversation_is_sent_as_the_server_takes_it() -> None:
    server = MessagesServer()
    history = [
        ChatMessage("assistant", "Good morning."),
        ChatMessage("user", "hello"),
        ChatMessage("assistant", " "),
        ChatMessage("user", "and now"),
    ]
    async with talk(server) as model:
        assert [piece async for piece in model.stream(history)]
    assert server.requests[0].body["messages"] == [
        {"role": "user", "content": "hello"},
        {"role": "user", "content": "and now"},
    ]


async def test_the_connection_is_used_again() -> None:
    server = MessagesServer()
    async with talk(server) as model:
        await ask(model)
        await ask(model)
    assert server.requests[0].client_port == server.requests[1].client_port


async def test_a_server_of_ones_own_needs_no_key() -> None:
    server = MessagesServer()
    async with talk(server, key="") as model:
        assert await ask(model) == "It is noon."
    assert server.requests[0].authorization is None


async def test_leaving_early_closes_the_connection() -> None:
    server = MessagesServer(["One. ", "Two."], between_s=60)
    async with talk(server) as model:
        async with aclosing(model.stream(ASK)) as stream:
            assert await anext(stream) == "One. "
        with anyio.fail_after(2):
            await server.disconnected.wait()


@pytest.mark.parametrize(
    "server",
    [MessagesServer(first_token_s=60), MessagesServer(between_s=60)],
    ids=["before the first word", "between two words"],
)
async def test_cancelling_closes_the_connection(server: MessagesServer) -> None:
    async with talk(server) as model:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, model)
            while not server.requests:
                await anyio.lowlevel.checkpoint()
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        with anyio.fail_after(2):
            await server.disconnected.wait()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, RequestRefused),
        (401, KeyRefused),
        (402, RequestRefused),
        (403, KeyRefused),
        (404, RequestRefused),
        (413, RequestRefused),
        (418, LanguageModelFailed),
        (422, RequestRefused),
        (429, RateLimited),
        (500, LanguageModelFailed),
        (502, LanguageModelFailed),
        (503, LanguageModelFailed),
        (529, Overloaded),
    ],
)
async def test_a_refusal_by_status(status: int, expected: type[LanguageModelError]) -> None:
    server = MessagesServer(status=status)
    async with talk(server) as model:
        with pytest.raises(LanguageModelError) as caught:
            await ask(model)
    assert type(caught.value) is expected
    assert str(status) in str(caught.value)
    assert len(server.requests) == 1
    reveals_nothing(caught.value)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("0.5", 0.5), (None, None), ("Wed, 21 Oct 2026", None)])
async def test_the_servers_own_advice_is_passed_on(header: str | None, seconds: float | None) -> None:
    async with talk(MessagesServer(status=429, retry_after=header)) as model:
        with pytest.raises(RateLimited) as caught:
            await ask(model)
    assert caught.value.retry_after_s == seconds


@pytest.mark.parametrize(
    ("ending", "pieces", "expected"),
    [
        ("cut", ["It "], StreamCut),
        ("no_stop", ["It "], StreamCut),
        ("silent", ["It "], StreamCut),
        ("malformed", ["It "], LanguageModelFailed),
        ("refusal", [], RequestRefused),
        ("refusal", ["It "], RequestRefused),
        ("complete", [], LanguageModelFailed),
        ("page", [], LanguageModelFailed),
    ],
)
async def test_an_answer_that_goes_wrong(
    ending: Ending, pieces: list[str], expected: type[LanguageModelError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claude, "SILENCE_S", 0.05)
    said: list[str] = []
    async with talk(MessagesServer(pieces, ending=ending)) as model:
        with pytest.raises(LanguageModelError) as caught:
            await ask(model, said)
    assert type(caught.value) is expected
    assert said == pieces
    reveals_nothing(caught.value)


async def test_an_answer_that_is_cut_to_length_is_an_answer() -> None:
    async with talk(MessagesServer(ending="max_tokens")) as model:
        assert await ask(model) == "It is noon."


@pytest.mark.parametrize(
    ("error_type", "expected"),
    [
        ("overloaded_error", Overloaded),
        ("rate_limit_error", RateLimited),
        ("api_error", LanguageModelFailed),
        ("invalid_request_error", RequestRefused),
        ("authentication_error", KeyRefused),
        ("a_new_error", LanguageModelFailed),
    ],
)
async def test_an_error_inside_the_stream(error_type: str, expected: type[LanguageModelError]) -> None:
    async with talk(MessagesServer(["It "], ending="error", error_type=error_type)) as model:
        with pytest.raises(LanguageModelError) as caught:
            await ask(model)
    assert type(caught.value) is expected
    reveals_nothing(caught.value)


async def test_nobody_listens(unused_port: int) -> None:
    model = await ClaudeModel.load(Settings(base_url=f"http://127.0.0.1:{unused_port}", model=HAIKU), KEY)
    with pytest.raises(Unreachable) as caught:
        await ask(model)
    reveals_nothing(caught.value)
    await model.aclose()


async def test_no_answer_at_all_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claude, "SILENCE_S", 0.05)

    async def say_nothing(client: anyio.abc.SocketStream) -> None:
        async with client:
            await anyio.sleep_forever()

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, say_nothing)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        model = await ClaudeModel.load(Settings(base_url=f"http://127.0.0.1:{port}", model=HAIKU), KEY)
        with pytest.raises(Unreachable):
            await ask(model)
        await model.aclose()
        tasks.cancel_scope.cancel()


@pytest.fixture
async def unused_port() -> int:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        return int(listener.extra(anyio.abc.SocketAttribute.local_port))


async def test_no_key() -> None:
    with pytest.raises(NoKey):
        await ClaudeModel.load(Settings())


async def test_the_key_of_the_environment_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    server = MessagesServer()
    async with talk(server, key="") as model:
        await ask(model)
    assert server.requests[0].authorization == f"Bearer {KEY}"


async def test_a_key_that_was_copied_badly() -> None:
    async with talk(MessagesServer(), key=f" {KEY}\n") as model:
        assert await ask(model) == "It is noon."
    for key in ("sk-“secret”", "sk-\x07"):
        with pytest.raises(KeyRefused) as caught:
            await ClaudeModel.load(Settings(), key)
        assert key not in str(caught.value)


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "not a proxy", "socks5://127.0.0.1:1"])
async def test_a_proxy_is_not_used_for_loopback(variable: str, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, proxy)
    async with talk(MessagesServer()) as model:
        assert await ask(model) == "It is noon."


async def test_a_proxy_is_used_for_other_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    async with MessagesServer() as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        model = await ClaudeModel.load(Settings(base_url="http://claude.invalid", model=HAIKU), KEY)
        assert await ask(model) == "It is noon."
        assert proxy.requests
        await model.aclose()


@pytest.mark.parametrize("base_url", ["http://[::1", "http://127.0.0.1:port"])
async def test_an_address_that_is_none(base_url: str) -> None:
    with pytest.raises(Unreachable):
        await ClaudeModel.load(Settings(base_url=base_url), KEY)


async def test_a_broken_proxy_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "gopher://proxy")
    with pytest.raises(Unreachable, match="proxy"):
        await ClaudeModel.load(Settings(), KEY)


def test_the_sdk_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, parley.engines.claude; sys.exit('anthropic' in sys.modules or 'httpx2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


UNUSED = ("anthropic.lib.foundry", "anthropic.lib.tools", "anthropic.lib._extras")
"""Parts of the SDK that nothing of ours calls."""


def sdk_exceptions() -> list[type[Exception]]:
    """Every exception class of the SDK, wherever it is defined."""
    for module in pkgutil.iter_modules(anthropic.types.__path__, "anthropic.types."):
        if module.name.endswith("_error"):
            importlib.import_module(module.name)
    found: list[type[Exception]] = []
    todo: list[type[Exception]] = [anthropic.AnthropicError]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo.extend(kind.__subclasses__())
    return [kind for kind in found if not kind.__module__.startswith(UNUSED)]


def test_every_exception_of_the_sdk_has_a_meaning() -> None:
    kinds = sdk_exceptions()
    public = {
        value
        for module in (anthropic, anthropic._exceptions)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert public <= set(kinds)
    assert len(kinds) > 50
    roots = {"AnthropicError", "APIError", "APIStatusError"}
    for kind in kinds:
        key = next(parent.__name__ for parent in kind.__mro__ if parent.__name__ in BY_CLASS)
        assert key not in roots or kind.__name__ == key, f"{kind.__name__} is not in BY_CLASS"


def test_every_entry_is_an_exception_of_the_sdk() -> None:
    assert set(BY_CLASS) - {"Exception"} <= {kind.__name__ for kind in sdk_exceptions()}
    assert set(BY_TYPE.values()) <= set(BY_CLASS)
    # The three of memory and conflict belong to other parts of the API.
    assert set(get_args(ErrorType)) - set(BY_TYPE) == {
        "memory_precondition_failed_error",
        "memory_path_conflict_error",
        "conflict_error",
    }


@pytest.mark.parametrize("kind", [httpx2.ReadTimeout, httpx2.RemoteProtocolError, httpx2.ConnectError])
def test_the_http_clients_own_exceptions_have_a_meaning(kind: type[Exception]) -> None:
    error = kind("broken")
    assert class_name(error) == "TransportError"
    assert type(meaning(error, host="h", model="m", began=True)) is StreamCut
    assert type(meaning(error, host="h", model="m", began=False)) is Unreachable


def reveals_nothing(error: LanguageModelError) -> None:
    """Neither the key nor the user's words, nor the server's, which may repeat them."""
    for secret in (KEY, "private", "hello", "script"):
        assert secret not in str(error)
