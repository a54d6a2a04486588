"""OpenAI's audio routes, with a scripted server on a real socket that does everything wrong that a server can."""

import io
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import get_args

import aiohttp
import aiohttp.client_exceptions
import anyio
import numpy as np
import pytest

from parley.audio.pcm import MIC_RATE_HZ, Samples
from parley.engines import openai_http, openai_speech, speech_server
from parley.engines.openai_errors import BY_CLASS, class_name, meaning, refusal
from parley.engines.openai_http import AudioServer as Client
from parley.engines.openai_speech import OpenAISynthesizer, OpenAITranscriber
from parley.engines.ports import SpeechPiece
from parley.engines.speech_server import ServerFailed
from parley.errors import EngineError, EngineFailed, SynthesizerFailed, TranscriberFailed
from tests.fakes.audio_server import AudioServer, Fault, Length

pytestmark = pytest.mark.anyio

KEY = "sk-secret-key"
SPOKEN = np.random.default_rng(0).normal(0, 3000, MIC_RATE_HZ).astype(np.int16)
SPOKEN[-MIC_RATE_HZ // 4 :] = 0
SENTENCE = "It is my secret that it is noon."
SECONDS = 0.3 * len(SENTENCE.split())

Open = Callable[..., AbstractAsyncContextManager[Client]]


@asynccontextmanager
async def client(server: AudioServer, key: str = "") -> AsyncIterator[Client]:
    async with server:
        it = await Client.open(server.address, key)
        try:
            yield it
        finally:
            await it.aclose()


@pytest.fixture
def hurry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a server that is silent on purpose. Those that answer wrongly have their time."""
    callspec = getattr(request.node, "callspec", None)
    if callspec is not None and callspec.params.get("fault", "silent") not in ("silent", "stalls", "drip", "deaf"):
        return
    for module, name in (
        (speech_server, "ANSWER_S"),
        (speech_server, "STALL_S"),
        (speech_server, "STARVED_S"),
        (openai_http, "ANSWER_S"),
        (openai_speech, "ANSWER_S"),
    ):
        monkeypatch.setattr(module, name, 0.15)


def reveals_nothing(error: EngineError) -> None:
    """Neither key nor words, nor the server's own, which may repeat them."""
    assert "secret" not in str(error) and "log in" not in str(error)


async def transcribe(transcriber: OpenAITranscriber, samples: Samples = SPOKEN) -> str:
    await transcriber.start()
    for at in range(0, samples.size, 512):
        await transcriber.feed(samples[at : at + 512])
    return await transcriber.finish()


async def speak(synthesizer: OpenAISynthesizer, pieces: list[SpeechPiece], sentence: str = SENTENCE) -> None:
    async with aclosing(synthesizer.speak(sentence)) as speech:
        async for piece in speech:
            pieces.append(piece)  # noqa: PERF401  # what came before an error counts too


def seconds(pieces: list[SpeechPiece]) -> float:
    return sum(piece.samples.size for piece in pieces) / 24_000


async def test_an_utterance_is_sent_as_the_route_has_it() -> None:
    server = AudioServer()
    async with client(server, KEY) as it:
        assert await transcribe(OpenAITranscriber(it, "base", "de", "Parley, Kokoro")) == "hello"
        assert await transcribe(OpenAITranscriber(it)) == "hello"
    first, second = server.requests
    assert first.authorization == f"Bearer {KEY}"
    sound = first.fields.pop("file")
    assert first.fields == {"model": "base", "language": "de", "prompt": "Parley, Kokoro", "response_format": "json"}
    with wave.open(io.BytesIO(sound)) as file:
        assert file.readframes(file.getnframes()) == SPOKEN.tobytes()
    assert second.fields.keys() == {"file", "model", "response_format"}
    assert second.fields["model"] == "whisper-1"


async def test_a_sentence_is_asked_for_as_the_route_has_it() -> None:
    server = AudioServer()
    async with client(server) as it:
        await speak(OpenAISynthesizer(it), [])
        full = OpenAISynthesizer(it, "kokoro", "af_heart", speed=1.2, response_format="pcm", options={"stream": True})
        await speak(full, [])
    assert server.requests[0].authorization is None
    assert server.requests[0].fields == {
        "model": "tts-1",
        "voice": "alloy",
        "response_format": "wav",
        "input": SENTENCE,
    }
    assert server.requests[1].fields == {
        "model": "kokoro",
        "voice": "af_heart",
        "response_format": "pcm",
        "speed": 1.2,
        "stream": True,
        "input": SENTENCE,
    }


@pytest.mark.parametrize("length", get_args(Length))
@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 44_100])
async def test_a_wav_says_its_rate_and_its_length_is_not_believed(length: Length, rate_hz: int) -> None:
    async with client(AudioServer(rate_hz=rate_hz, length=length)) as it:
        pieces: list[SpeechPiece] = []
        await speak(OpenAISynthesizer(it), pieces)
    assert seconds(pieces) == pytest.approx(SECONDS, abs=0.001)


async def test_pcm_is_what_it_is() -> None:
    async with client(AudioServer()) as it:
        pieces: list[SpeechPiece] = []
        await speak(OpenAISynthesizer(it, response_format="pcm"), pieces)
    assert seconds(pieces) == pytest.approx(SECONDS)


async def test_the_first_speech_does_not_wait_for_the_last() -> None:
    """The server stops in the middle, and what it has sent is heard."""
    server = AudioServer(fault="stalls", fault_after=10)
    async with client(server) as it:
        async with aclosing(OpenAISynthesizer(it).speak(SENTENCE)) as speech:
            with anyio.fail_after(5):
                piece = await anext(speech)
    assert piece.samples.size and piece.words


async def test_the_connection_is_used_again() -> None:
    server = AudioServer()
    async with client(server) as it:
        await it.probe()
        await transcribe(OpenAITranscriber(it))
        await speak(OpenAISynthesizer(it), [])
        await speak(OpenAISynthesizer(it), [])
    assert len({request.client_port for request in server.requests}) == 1


async def test_an_idle_connection_that_the_server_has_closed_is_not_felt() -> None:
    server = AudioServer()
    async with client(server) as it:
        transcriber = OpenAITranscriber(it)
        await transcribe(transcriber)
        await server.__aexit__(None, None, None)
        await server.__aenter__()
        assert await transcribe(transcriber) == "hello"
    assert len(server.requests) == 2


async def test_leaving_early_closes_the_connection() -> None:
    server = AudioServer(fault="endless")
    async with client(server) as it:
        async with aclosing(OpenAISynthesizer(it).speak(SENTENCE)) as speech:
            await anext(speech)
        with anyio.fail_after(5):
            await server.disconnected.wait()


async def test_cancelling_closes_the_connection() -> None:
    server = AudioServer(answer_s=60)
    async with client(server) as it:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(transcribe, OpenAITranscriber(it))
            with anyio.fail_after(5):
                while not server.open_requests:
                    await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
        with anyio.fail_after(5):
            await server.disconnected.wait()


async def test_nothing_to_say_and_nothing_heard_are_not_asked_for() -> None:
    server = AudioServer()
    async with client(server) as it:
        pieces: list[SpeechPiece] = []
        await speak(OpenAISynthesizer(it), pieces, " …! ")
        assert await transcribe(OpenAITranscriber(it), SPOKEN[:0]) == ""
    assert pieces == [] and server.requests == []


async def test_partial_transcripts_become_rarer_as_the_utterance_grows() -> None:
    server = AudioServer(["one two three four five six seven eight nine ten"])
    long = np.tile(SPOKEN[:8000], 20)  # 10 s
    async with client(server) as it:
        transcriber = OpenAITranscriber(it)
        await transcriber.start()
        said = [(await transcriber.partial()).text]
        for at in range(0, long.size, 512):
            await transcriber.feed(long[at : at + 512])
            said.append((await transcriber.partial()).text)
    assert said[0] == "" and said[-1].startswith("one two three four")
    assert [len(text) for text in said] == sorted(len(text) for text in said)
    heard_s = sum((len(request.fields["file"]) - 44) / 2 / MIC_RATE_HZ for request in server.requests)
    assert 3 < len(server.requests) < 10
    assert heard_s < 3 * 10


async def test_a_pause_that_is_the_end_is_one_request_and_one_that_is_none_two() -> None:
    server = AudioServer()
    async with client(server) as it:
        transcriber = OpenAITranscriber(it)
        await transcriber.start()
        await transcriber.feed(SPOKEN)
        assert await transcriber.peek() == await transcriber.finish() == "hello"
        assert len(server.requests) == 1
        await transcriber.start()
        await transcriber.feed(SPOKEN)
        await transcriber.peek()
        await transcriber.feed(SPOKEN)
        await transcriber.finish()
    assert len(server.requests) == 3


@pytest.mark.parametrize("trouble", [{"answer_s": 60}, {"status": 500}, {"fault": "garbage"}])
async def test_a_server_that_is_slow_or_fails_is_asked_for_no_more_partials(trouble: dict[str, object]) -> None:
    server = AudioServer(**trouble)  # type: ignore[arg-type]
    async with client(server) as it:
        transcriber = OpenAITranscriber(it)
        await transcriber.start()
        for _ in range(5):
            await transcriber.feed(SPOKEN)
            assert (await transcriber.partial()).text == ""
        assert len(server.requests) == 1
        server.answer_s, server.status, server.fault = 0.0, 200, None
        assert await transcriber.finish() == "hello"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "check the names of model and voice"),
        (401, "refused the key, or wants one"),
        (402, "no credit"),
        (403, "does not allow this key"),
        (404, "does not know the model"),
        (413, "too long"),
        (422, "check the names of model and voice"),
        (429, "allows no more requests"),
        (500, "failed"),
        (503, "failed"),
        (302, "sends its callers elsewhere"),
        (204, "failed"),
    ],
)
async def test_a_refusal_by_status(status: int, said: str) -> None:
    server = AudioServer(status=status)
    async with client(server) as it:
        with pytest.raises(TranscriberFailed, match=said) as unheard:
            await transcribe(OpenAITranscriber(it))
        with pytest.raises(SynthesizerFailed, match=said) as unsaid:
            await speak(OpenAISynthesizer(it), [])
    for error in (unheard.value, unsaid.value):
        assert server.address in str(error) and str(status) in str(error)
        reveals_nothing(error)
    assert len(server.requests) == 2


async def test_a_wrong_key() -> None:
    async with client(AudioServer(key="right"), "wrong") as it:
        with pytest.raises(TranscriberFailed, match="refused the key"):
            await transcribe(OpenAITranscriber(it))
        with pytest.raises(ServerFailed, match="refused the key"):
            await it.probe()
    async with client(AudioServer(key="right"), " right\n") as it:
        await it.probe()


OTHER = "does not answer as OpenAI's audio routes do"
FAULTS: list[tuple[Fault, str, str, bool]] = [
    ("silent", "does not answer", "does not answer", False),
    ("drip", "does not answer", "stopped in the middle|does not answer", False),
    ("hangs_up", "broke the connection", "broke the connection", False),
    ("stalls", "does not answer", "stopped in the middle of a sentence", True),
    ("cut", "broke off|broke the connection", "broke off|broke the connection", True),
    ("page", "did not answer with a transcript", "answered with text/html, not with sound", False),
    ("json", "did not answer with a transcript", "answered with application/json, not with sound", False),
    ("garbage", "did not answer with a transcript", "it is not a WAV", False),
    ("huge_header", OTHER, OTHER, False),
    ("endless", OTHER, "does not come to the end", True),
    ("moved", "sends its callers elsewhere", "sends its callers elsewhere", False),
]


@pytest.mark.parametrize(("fault", "said", "_", "__"), FAULTS)
@pytest.mark.usefixtures("hurry")
async def test_a_transcription_that_goes_wrong(fault: Fault, said: str, _: str, __: bool) -> None:
    server = AudioServer(fault=fault)
    async with client(server) as it:
        transcriber = OpenAITranscriber(it)
        with pytest.raises(TranscriberFailed, match=said) as raised:
            await transcribe(transcriber)
        assert server.address in str(raised.value)
        reveals_nothing(raised.value)
        server.fault = None
        assert await transcribe(transcriber) == "hello", "the next utterance works"


@pytest.mark.parametrize(("fault", "_", "said", "begins"), [*FAULTS, ("no_sound", "", "said nothing", False)])
@pytest.mark.usefixtures("hurry")
async def test_speech_that_goes_wrong(
    fault: Fault, _: str, said: str, begins: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech_server, "MAX_SENTENCE_S", 10.0)
    server = AudioServer(fault=fault)
    async with client(server) as it:
        synthesizer = OpenAISynthesizer(it)
        pieces: list[SpeechPiece] = []
        with pytest.raises(SynthesizerFailed, match=said) as raised:
            await speak(synthesizer, pieces)
        assert server.address in str(raised.value)
        reveals_nothing(raised.value)
        assert bool(pieces) is begins
        server.fault = None
        await speak(synthesizer, pieces)


@pytest.mark.parametrize("status", [200, 404, 405])
async def test_a_server_without_a_list_of_models_is_there(status: int) -> None:
    async with client(AudioServer(models_status=status)) as it:
        await OpenAITranscriber(it).probe()
        await OpenAISynthesizer(it).probe()


async def test_a_server_that_fails_is_not_there() -> None:
    async with client(AudioServer(models_status=502)) as it:
        with pytest.raises(ServerFailed, match="502"):
            await it.probe()


@pytest.fixture
async def unused_port() -> int:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        return int(listener.extra(anyio.abc.SocketAttribute.local_port))


async def test_nobody_is_there(unused_port: int) -> None:
    for host in ("127.0.0.1", "no-such-host.invalid"):
        it = await Client.open(f"http://{host}:{unused_port}")
        with pytest.raises(TranscriberFailed, match="does not answer"):
            await transcribe(OpenAITranscriber(it))
        with pytest.raises(SynthesizerFailed, match="does not answer"):
            await speak(OpenAISynthesizer(it), [])
        with pytest.raises(ServerFailed, match="does not answer"):
            await it.probe()
        await it.aclose()


async def test_https_to_a_server_that_has_none() -> None:
    async with AudioServer() as server:
        it = await Client.open(server.address.replace("http:", "https:"))
        with pytest.raises(ServerFailed, match="is it an http:// address"):
            await it.probe()
        await it.aclose()


@pytest.mark.parametrize("address", ["", "speech", "tcp://127.0.0.1:1", "http://[::1", "http://127.0.0.1:port"])
async def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(EngineFailed):
        await Client.open(address)


async def test_a_key_that_was_copied_badly() -> None:
    for key in ("sk-“secret”", "sk-\x07secret"):
        with pytest.raises(EngineFailed) as raised:
            await Client.open("http://127.0.0.1:1", key)
        reveals_nothing(raised.value)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "not a proxy", "socks5://127.0.0.1:1"])
async def test_s16_a_proxy_is_not_used_for_loopback(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, proxy)
    async with client(AudioServer()) as it:
        assert await transcribe(OpenAITranscriber(it)) == "hello"


async def test_a_proxy_is_used_for_other_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AudioServer() as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        it = await Client.open("http://speech.invalid")
        assert await transcribe(OpenAITranscriber(it)) == "hello"
        await it.aclose()
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(EngineFailed, match="proxy"):
        await Client.open("http://speech.invalid")


def test_every_exception_of_the_client_has_a_meaning() -> None:
    kinds: list[type[BaseException]] = []
    todo: list[type[BaseException]] = [aiohttp.ClientError]
    while todo:
        kind = todo.pop()
        kinds.append(kind)
        todo += kind.__subclasses__()
    public = {
        value
        for value in vars(aiohttp.client_exceptions).values()
        if isinstance(value, type) and issubclass(value, Exception) and value.__module__.startswith("aiohttp")
    }
    assert len(kinds) > 20
    for kind in (public | set(kinds)) - {aiohttp.ClientError}:
        name = next(parent.__name__ for parent in kind.__mro__ if parent.__name__ in BY_CLASS)
        assert name != "Exception", f"{kind.__name__} is not in BY_CLASS"


def test_every_entry_is_an_exception_of_the_client() -> None:
    known = set(vars(aiohttp.client_exceptions)) | {"TimeoutError", "Exception"}
    assert set(BY_CLASS) <= known


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (aiohttp.ServerDisconnectedError(), "ClientConnectionError"),
        (aiohttp.ConnectionTimeoutError(), "ServerTimeoutError"),
        (aiohttp.ClientPayloadError("cut"), "ClientPayloadError"),
        (aiohttp.ClientOSError(104, "reset"), "ClientConnectionError"),
        (TimeoutError(), "TimeoutError"),
        (ValueError("bad"), "Exception"),
    ],
)
def test_an_exception_means_what_its_nearest_class_does(error: Exception, name: str) -> None:
    assert class_name(error) == name
    assert "the server" in meaning(error, "the server")


def test_every_status_has_words() -> None:
    for status in range(100, 600):
        if status != 200:
            assert f"(status {status})" in refusal(status, "it")
