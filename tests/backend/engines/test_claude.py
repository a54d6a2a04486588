"""The Messages API through the real SDK, against a scripted server on a real socket."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import datetime
from typing import Any, get_args

import anthropic
import anthropic.types
import anyio
import httpx2
import pytest
from anthropic.types.shared.error_type import ErrorType

from parley.credentials import Credentials
from parley.engines import bedrock_errors, claude_client, claude_errors
from parley.engines.claude import ClaudeModel
from parley.engines.claude_errors import BY_CLASS, BY_TYPE, class_name, meaning
from parley.engines.ports import ChatMessage, ToolCall, ToolResult, ToolSpec
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
CREDENTIALS = Credentials(anthropic_api_key=KEY)
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
async def talk(server: MessagesServer, key: str = KEY, model: str = HAIKU, **more: Any) -> AsyncIterator[ClaudeModel]:
    async with server:
        settings = Settings(base_url=server.base_url, model=model, **more)
        engine = await ClaudeModel.load(settings, Credentials().having("anthropic_api_key", key), now=lambda: NOW)
        yield engine
        await engine.aclose()


NOW = datetime(2026, 11, 23, 18, 5)


async def ask(model: ClaudeModel, said: list[str] | None = None) -> str:
    pieces = [] if said is None else said
    async for piece in model.stream(ASK):
        assert isinstance(piece, str)
        pieces.append(piece)  # what came before an error counts too
    return "".join(pieces)


async def test_an_answer_is_streamed() -> None:
    server = MessagesServer(["It ", "", "is noon."])
    async with talk(server) as model:
        assert [piece async for piece in model.stream(ASK)] == ["It ", "is noon."]
    request = server.requests[0]
    assert request.authorization == f"Bearer {KEY}"
    now, said = request.body["messages"][0]["content"]
    assert request.body["messages"][0]["role"] == "user"
    assert "Monday, 23 November 2026, 18:05" in now["text"]
    assert said == {"type": "text", "text": "my private question"}
    assert request.body["model"] == HAIKU
    assert request.body["max_tokens"] == 1024
    assert request.body["stream"] is True
    assert "voice assistant" in request.body["system"]
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
    first, second = server.requests[0].body["messages"]
    assert first == {"role": "user", "content": "hello"}
    assert (second["role"], second["content"][-1]["text"]) == ("user", "and now")


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
    assert len(server.requests) == (2 if status == 529 else 1)
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
    monkeypatch.setattr(claude_client, "SILENCE_S", 0.05)
    said: list[str] = []
    async with talk(MessagesServer(pieces, ending=ending)) as model:
        with pytest.raises(LanguageModelError) as caught:
            await ask(model, said)
    assert type(caught.value) is expected
    assert said == pieces
    reveals_nothing(caught.value)


@pytest.mark.parametrize(
    ("status", "retry_after", "waits"),
    [(429, "0.05", True), (429, "1.6", False), (429, None, False), (529, None, True), (500, None, False)],
)
async def test_a_server_that_asks_for_a_moment_is_asked_once_more(
    status: int, retry_after: str | None, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claude_errors, "OVERLOADED_WAIT_S", 0.01)
    server = MessagesServer(status=status, retry_after=retry_after, refusals=1)
    async with talk(server) as model:
        if waits:
            assert await ask(model) == "It is noon."
        else:
            with pytest.raises(LanguageModelError):
                await ask(model)
    assert len(server.requests) == (2 if waits else 1)


async def test_a_connection_that_was_dropped_while_idle_is_replaced() -> None:
    """As after a night's sleep, or behind a router that forgets."""
    served: list[int] = []

    async def hang_up(client: anyio.abc.SocketStream) -> None:
        async with client:
            await client.receive()
            served.append(1)

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, hang_up)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        model = await ClaudeModel.load(Settings(base_url=f"http://127.0.0.1:{port}"), CREDENTIALS)
        with pytest.raises(Unreachable):
            await ask(model)
        await model.aclose()
        tasks.cancel_scope.cancel()
    assert len(served) == 2


async def test_only_one_connection_is_kept_so_only_one_can_have_been_dropped() -> None:
    server = MessagesServer(forgets=True)
    async with talk(server) as model:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(model.warm)
            tasks.start_soon(model.warm)
        assert len(set(server.warmed)) == 2
        assert await ask(model) == "It is noon."


async def test_the_connection_is_there_before_the_first_question() -> None:
    server = MessagesServer()
    async with talk(server) as model:
        await model.warm()
        await ask(model)
    assert server.warmed == [server.requests[0].client_port]


TIMER = ToolSpec("set_timer", "Sets a timer.", {"type": "object", "properties": {"seconds": {"type": "integer"}}})


async def test_a_tool_is_offered_called_and_answered_for() -> None:
    server = MessagesServer(["One moment."], calls=[("set_timer", {"seconds": 60}), ("set_timer", {})], thinking=True)
    async with talk(server, model="claude-opus-5-5") as model:
        said = [piece async for piece in model.stream(ASK, [TIMER])]
        first, second = said[1:]
        assert isinstance(first, ToolCall) and isinstance(second, ToolCall)
        assert (said[0], first.name, first.arguments) == ("One moment.", "set_timer", {"seconds": 60})
        assert (second.call_id, second.arguments) == ("call_2", {})
        results = (ToolResult("call_1", "It is set."), ToolResult("call_2", "seconds is missing", failed=True))
        done = [*ASK, ChatMessage("assistant", "One moment.", (first, second)), ChatMessage("user", "", (), results)]
        assert [piece async for piece in model.stream(done, [TIMER])] == ["Done."]
    offered, answered = (request.body for request in server.requests)
    assert offered["tools"] == [
        {"name": "set_timer", "description": "Sets a timer.", "input_schema": TIMER.parameters},
    ]
    assert "Say that something is set" in offered["system"]
    assert [block["type"] for block in answered["messages"][1]["content"]] == [
        "thinking",
        "text",
        "tool_use",
        "tool_use",
    ]
    assert answered["messages"][1]["content"][0] == {"type": "thinking", "thinking": "Hm.", "signature": "signed"}
    assert answered["messages"][2]["content"] == [
        {"type": "tool_result", "tool_use_id": "call_1", "content": "It is set."},
        {"type": "tool_result", "tool_use_id": "call_2", "content": "seconds is missing", "is_error": True},
    ]


async def test_a_call_that_is_cut_off_is_no_call() -> None:
    async with talk(MessagesServer(["Well."], calls=[("set_timer", {"seconds": 1})], ending="max_tokens")) as model:
        assert [piece async for piece in model.stream(ASK, [TIMER])] == ["Well."]


async def test_without_tools_earlier_uses_of_them_are_not_told() -> None:
    server = MessagesServer()
    call = ToolCall("call_1", "set_timer", {})
    history = [
        ChatMessage("user", "a timer"),
        ChatMessage("assistant", "", (call,)),
        ChatMessage("user", "", (), (ToolResult("call_1", "It is set."),)),
        ChatMessage("assistant", "It is set."),
        *ASK,
    ]
    async with talk(server) as model:
        assert [piece async for piece in model.stream(history)]
    assert [message["role"] for message in server.requests[0].body["messages"]] == ["user", "assistant", "user"]


async def test_the_users_wishes_are_told() -> None:
    server = MessagesServer()
    async with talk(server, persona="Speak like a pirate.") as model:
        await ask(model)
    assert server.requests[0].body["system"].endswith("Speak like a pirate.")


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
    model = await ClaudeModel.load(Settings(base_url=f"http://127.0.0.1:{unused_port}", model=HAIKU), CREDENTIALS)
    with pytest.raises(Unreachable) as caught:
        await ask(model)
    reveals_nothing(caught.value)
    await model.aclose()


async def test_no_answer_at_all_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claude_client, "SILENCE_S", 0.05)

    async def say_nothing(client: anyio.abc.SocketStream) -> None:
        async with client:
            await anyio.sleep_forever()

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, say_nothing)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        model = await ClaudeModel.load(Settings(base_url=f"http://127.0.0.1:{port}", model=HAIKU), CREDENTIALS)
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
            await ClaudeModel.load(Settings(), Credentials(anthropic_api_key=key))
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
        model = await ClaudeModel.load(Settings(base_url="http://claude.invalid", model=HAIKU), CREDENTIALS)
        assert await ask(model) == "It is noon."
        assert proxy.requests
        await model.aclose()


@pytest.mark.parametrize("base_url", ["http://[::1", "http://127.0.0.1:port"])
async def test_an_address_that_is_none(base_url: str) -> None:
    with pytest.raises(Unreachable):
        await ClaudeModel.load(Settings(base_url=base_url), CREDENTIALS)


async def test_a_broken_proxy_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "gopher://proxy")
    with pytest.raises(Unreachable, match="proxy"):
        await ClaudeModel.load(Settings(), CREDENTIALS)


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
    assert set(BY_CLASS) - set(bedrock_errors.BY_CLASS) - {"Exception"} <= {kind.__name__ for kind in sdk_exceptions()}
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
