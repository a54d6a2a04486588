"""What must be nowhere: the token, a key, and what the user said. Looked for in logs, arguments, pages and messages."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from parley.credentials import Credentials
from parley.engines.claude import ClaudeModel
from parley.errors import StreamCut, SynthesizerFailed, TranscriberFailed
from parley.settings import Settings
from parley.telemetry.log import DiscreetFormatter
from parley.wire.codec import Frame
from parley.wire.messages import (
    Address,
    EngineState,
    Failure,
    Mdns,
    MicClose,
    MicOpen,
    NewCode,
    Ready,
    Secret,
    Shutdown,
    Transcript,
)
from tests.fakes.client import connected, open_socket
from tests.fakes.conversation import engines, frames
from tests.fakes.engines import FakeLanguageModel, FakeSynthesizer, FakeTranscriber, FakeVad
from tests.fakes.messages_server import Ending, MessagesServer
from tests.fakes.relay import UPGRADE, ask, ask_raw
from tests.fakes.sidecar import boot_line, service, sidecar

pytestmark = pytest.mark.anyio

SAID = "my grandmother hides her diamonds under the compost"
KEY = "sk-ant-planted-0123456789abcdef"
MARKS = ("grandmother", "diamonds", "compost", KEY, "planted")


def leaks(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that our own modules say, at every level."""
    with caplog.at_level(logging.DEBUG, logger="parley"):
        yield caplog


def spoken(log: pytest.LogCaptureFixture) -> str:
    ours = [record for record in log.records if record.name.startswith("parley")]
    for record in ours:
        record.exc_text = None  # pytest has written it in its own words
    return "\n".join(DiscreetFormatter().format(record) for record in ours)


async def test_nothing_that_was_said_or_answered_is_in_the_log_of_turns_that_fail(
    log: pytest.LogCaptureFixture,
) -> None:
    broken = [
        engines(language_model=FakeLanguageModel([SAID, ". "], error=StreamCut("the server hung up"))),
        engines(
            language_model=FakeLanguageModel([SAID, ". "]), synthesizer=FakeSynthesizer(error=SynthesizerFailed("x"))
        ),
        engines(language_model=Defect(KEY)),
        engines(FakeVad([(0.5, 1.5)]), FakeTranscriber([SAID], error=TranscriberFailed("broken"))),
        engines(FakeVad([(0.5, 1.5)]), FakeTranscriber([SAID])),
    ]
    for filled in broken:
        async with service(filled) as it, connected(it) as client:
            await client.say(SAID)
            await client.send(MicOpen(stream=1, mode="hands_free"))
            await client.hear(frames(3.0, [(0.5, 1.5)]))
            await client.send(MicClose(stream=1, sample_count=round(3.0 * 16_000)))
            await client.until(Transcript if isinstance(filled.vad.current, FakeVad) else Failure)
            await client.say(SAID, "c-2")
            assert not leaks("".join(failure.message for failure in client.of(Failure)))
    text = spoken(log)
    assert "model_stream_cut" in text and "synthesizer_failed" in text and "broke" in text
    assert not leaks(text)


class Defect(FakeLanguageModel):
    """Breaks as a mistake of ours would, with a secret in its words."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    async def stream(self, messages, tools=()):  # type: ignore[no-untyped-def]
        raise ValueError(f"{messages[-1].text} {self._secret}")
        yield


def test_the_log_tells_where_an_unforeseen_error_came_from_and_not_what_it_says() -> None:
    def inner() -> None:
        try:
            raise KeyError(SAID)
        except KeyError:
            raise StreamCut("the server hung up") from None

    def outer() -> None:
        try:
            inner()
        except StreamCut as error:
            raise ExceptionGroup(SAID, [ValueError(SAID), OSError(KEY)]) from error

    with pytest.raises(ExceptionGroup) as raised:
        outer()
    record = logging.makeLogRecord({"msg": "broke", "exc_info": (raised.type, raised.value, raised.tb)})
    text = DiscreetFormatter().format(record)
    assert text.startswith("broke\n") and not leaks(text)
    for told in ("in outer", "in inner", "StreamCut: the server hung up", "ExceptionGroup", "ValueError", "OSError"):
        assert told in text


async def test_what_breaks_the_protocol_is_not_repeated_in_the_log(log: pytest.LogCaptureFixture) -> None:
    async with service(engines()) as it:
        for bad in (
            f'{{"type":"{SAID}"}}',
            f'{{"type":"say","id":"1","text":"{SAID}"',
            f'{{"type":"say","id":7,"text":"{SAID}"}}',
            f'{{"type":"mic_open","stream":1,"mode":"{SAID}"}}',
            SAID,
        ):
            async with open_socket(it.port, {"Authorization": f"Bearer {it.token}"}) as socket:
                await socket.send_str('{"type":"hello","protocol_version":1,"role":"speaker"}')
                await socket.send_str(bad)
                received = [str(message.data) async for message in socket]
                assert not leaks("".join(received))
    assert "closing a connection" in spoken(log) and not leaks(spoken(log))


@pytest.mark.parametrize("ending", ["malformed", "error", "cut", "page", "refusal"])
async def test_a_servers_own_words_are_not_repeated(ending: Ending, log: pytest.LogCaptureFixture) -> None:
    """Servers quote in their errors what they were sent."""
    async with MessagesServer([SAID], ending=ending, error_type=f"overloaded_error {SAID}") as server:
        model = await ClaudeModel.load(Settings(base_url=server.base_url), Credentials(anthropic_api_key=KEY))
        async with service(engines(language_model=model)) as it, connected(it) as client:
            assert (await client.say(SAID)).outcome == "failed"
            assert client.of(Failure) and not leaks(client.of(Failure)[0].message)
    assert not leaks(spoken(log))


@pytest.mark.slow
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
async def test_a13_token_key_and_conversation_are_in_no_log_line_argument_environment_or_page(
    level: str, tmp_path: Path
) -> None:
    ui = tmp_path / "ui"
    ui.mkdir()
    (ui / "index.html").write_text("<!doctype html>")
    shown: list[str] = []
    async with MessagesServer([SAID], status=400) as server:
        boot = boot_line(config_dir=tmp_path, browser=True, ui_dir=ui)
        async with sidecar(tmp_path, boot, ANTHROPIC_BASE_URL=server.base_url, PARLEY_LOG_LEVEL=level) as it:
            await it.send(Secret(name="anthropic_api_key", value=KEY))
            await it.until(Ready)
            async with connected(it) as client:
                await client.until(EngineState, lambda state: state.engine == "claude" and state.state == "ready")
                await client.say(SAID)
                server.status = 200
                await client.say(SAID, "c-2")
                await client.send(MicOpen(stream=1, mode="hands_free"))
                await client.hear([Frame("mic", 1, 0, b"\0\0" * 512)])
                shown += [str(msgspec.to_builtins(one)) for one in client.received.items if not isinstance(one, Frame)]
            for headers in ({}, {"Authorization": "Bearer x"}, UPGRADE):
                for target in ("/", "/healthz", "/client-ws", f"/{SAID.replace(' ', '%20')}"):
                    answer = await ask(it.port, target, headers)
                    shown.append(f"{answer.headers} {answer.body.decode()}")
            health = await ask(it.port, headers={"Authorization": f"Bearer {it.token}"})
            shown.append(f"{health.headers} {health.body.decode()}")
            # Broken requests are answered, and logged, by aiohttp itself.
            host = f"Host: 127.0.0.1:{it.port}\r\nAuthorization: Bearer {it.token}\r\n"
            for request in (f"GET / HTTP/1.1\r\n{host}no colon\r\n\r\n", f"BAD\r\n{host}\r\n"):
                await ask_raw(it.port, request.encode())
            await it.send(NewCode())
            codes = [(await it.until(Address, count=number)).url.partition("#code=")[2] for number in (1, 2)]
            await it.until(Mdns)
            seen = [" ".join(process.cmdline()) + str(process.environ()) for process in it.tree()]
            await it.send(Shutdown())
            assert await it.ended() == 0
    assert server.requests, "the key was used"
    assert it.log and not leaks(it.log)
    for secret in (it.token, *codes):
        assert secret not in it.log
        assert not [text for text in (*shown, *seen) if secret in text]
    assert not [text for text in (*shown, *seen) if KEY in text]
    assert not [line for line in it.lines if it.token in str(line) or KEY in str(line)]
    assert not re.search(r"[0-9a-f]{64}", it.log)


async def test_a_running_service_shows_no_secret_when_it_is_printed() -> None:
    boot = boot_line()
    async with service(engines(), boot) as it:
        it.service.credentials = Credentials(KEY, KEY, KEY, KEY, KEY)
        assert (
            KEY not in repr(it.service) and KEY not in str(it.service.credentials) and it.token not in repr(it.service)
        )
