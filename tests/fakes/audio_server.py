"""A server with OpenAI's audio routes and a script, on a real loopback socket.

    async with AudioServer(texts=["what time is it"]) as server:
        ...  # openai_http.AudioServer.open(server.address)

It answers as Speaches, LocalAI and vLLM do. Failures are named by `fault` and `status`, and can be changed while it
runs.
"""

import io
import struct
import wave
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

import anyio
import numpy as np
from aiohttp import BodyPartReader, web

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, Samples, from_bytes
from parley.audio.wav_stream import wav_file
from parley.conversation.listener import PAUSE_WINDOWS

from .sound_of_words import is_speech, tone

Fault = Literal["silent", "stalls", "cut", "hangs_up", "page", "json", "garbage", "drip", "huge_header", "endless",
                "no_sound", "moved"]  # fmt: skip
"""What goes wrong with an answer:

silent: nothing comes           stalls: nothing comes after its first part       cut: the connection breaks after it
hangs_up: the connection ends without an answer          page: a web page, as from a hotel's network
json: JSON without what belongs in it       garbage: bytes that are neither WAV nor JSON       drip: a byte at a time
huge_header: a header of a megabyte         endless: a body that does not stop
no_sound: a WAV of length 0                 moved: a redirection to another server
"""

Length = Literal["known", "unknown", "zero", "round", "in parts"]
"""What a WAV says of its length. unknown: 0xFFFFFFFF, as OpenAI has it. round: 2000000000. in parts: it is several."""

CHUNK_BYTES = 1001
"""Of sound: odd, so a sample lies across every second boundary."""

DRIP_S = 0.02


@dataclass(frozen=True)
class Request:
    fields: dict[str, Any]
    authorization: str | None
    client_port: int
    """The same for two requests means that the connection was used again."""


@dataclass
class AudioServer:
    texts: Sequence[str] = ("hello",)
    """What it understands, one for each whole utterance, the last one for ever. Silence is no utterance."""
    rate_hz: int = 24_000
    seconds_per_word: float = 0.3
    answer_s: float = 0.0
    """How long it works on an utterance or a sentence."""
    chunk_s: float = 0.0
    """How long it works on each chunk of sound."""
    length: Length = "unknown"
    fault: Fault | None = None
    fault_after: int = 20
    """Chunks of sound before it."""
    status: int = 200
    models_status: int = 200
    key: str = ""
    """Without it, a request is answered with 401."""

    requests: list[Request] = field(default_factory=list, init=False)
    heard: list[Samples] = field(default_factory=list, init=False)
    """Every utterance: what begins as the one before is the same with more of it."""
    open_requests: int = field(default=0, init=False)
    disconnected: anyio.Event = field(default_factory=anyio.Event, init=False)
    """Set when a client leaves in the middle of an answer."""
    port: int = field(default=0, init=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=100 * 1024 * 1024)
        app.router.add_get("/v1/models", self._models)
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)
        app.router.add_post("/v1/audio/speech", self._speak)
        # handler_cancellation: otherwise aiohttp lets a handler go on when its client has left.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """It can be started again, at the same port."""
        await self._runner.cleanup()

    async def _models(self, request: web.Request) -> web.Response:
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return web.json_response({"error": "no"}, status=401)
        if self.models_status != 200:
            return web.Response(status=self.models_status)
        return web.json_response({"object": "list", "data": [{"id": "whisper-1"}, {"id": "tts-1"}]})

    async def _transcribe(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, Any] = {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            fields[part.name or ""] = await part.read() if part.name == "file" else await part.text()
        with wave.open(io.BytesIO(fields["file"])) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (MIC_RATE_HZ, 1, 2)
            sound = from_bytes(file.readframes(file.getnframes()))
        self._note(request, fields)
        text = self._text(sound)
        return await self._answer(request, web.json_response({"text": text, "usage": {"seconds": 1}}).body)

    def _text(self, sound: Samples) -> str:
        """All of it when it ends in a quiet room, else what was said by then: four words a second."""
        if not self.heard or not np.array_equal(sound[: self.heard[-1].size], self.heard[-1][: sound.size]):
            self.heard.append(sound)
        self.heard[-1] = max(self.heard[-1], sound, key=np.size)
        if not is_speech(sound):
            return ""
        before = sum(is_speech(one) for one in self.heard[:-1])
        words = self.texts[min(before, len(self.texts) - 1)].split()
        ended = not is_speech(sound[-PAUSE_WINDOWS * WINDOW :])
        return " ".join(words if ended else words[: max(1, min(len(words) - 1, 4 * sound.size // MIC_RATE_HZ))])

    async def _speak(self, request: web.Request) -> web.StreamResponse:
        fields = await request.json()
        self._note(request, fields)
        return await self._answer(request, self._sound(fields))

    def _sound(self, fields: dict[str, Any]) -> bytes:
        sound = tone(fields["input"], self.rate_hz, self.seconds_per_word)
        if fields["response_format"] == "pcm":
            return sound.astype("<i2").tobytes()
        if self.fault == "no_sound":
            sound = sound[:0]
        if self.length == "in parts":
            return b"".join(wav_file(part, self.rate_hz) for part in np.array_split(sound, 3))
        wav = bytearray(wav_file(sound, self.rate_hz))
        claimed = {"known": len(wav) - 44, "unknown": 0xFFFFFFFF, "zero": 0, "round": 2_000_000_000}[self.length]
        struct.pack_into("<I", wav, 40, claimed)
        return bytes(wav)

    def _note(self, request: web.Request, fields: dict[str, Any]) -> None:
        assert request.transport is not None
        port = request.transport.get_extra_info("peername")[1]
        self.requests.append(Request(fields, request.headers.get("Authorization"), port))

    async def _answer(self, request: web.Request, body: Any) -> web.StreamResponse:
        self.open_requests += 1
        try:
            await anyio.sleep(self.answer_s)
            return await self._answered(request, body)
        except (anyio.get_cancelled_exc_class(), ConnectionError):
            self.disconnected.set()
            raise
        finally:
            self.open_requests -= 1

    async def _answered(self, request: web.Request, body: bytes) -> web.StreamResponse:
        assert request.transport is not None
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return web.json_response({"error": {"message": "wrong key, and you said my secret"}}, status=401)
        if self.status != 200:
            return web.json_response({"error": {"message": "you said my secret"}}, status=self.status)
        kind = "application/json" if body.startswith(b"{") else "audio/wav"
        match self.fault:
            case "silent":
                await anyio.sleep_forever()
            case "hangs_up":
                request.transport.abort()
            case "page":
                return web.Response(text="<html><body>Please log in</body></html>", content_type="text/html")
            case "json":
                return web.json_response({"detail": "you said my secret"})
            case "garbage":
                return web.Response(body=b"\x00\xff" * 5000, content_type=kind)
            case "moved":
                return web.Response(status=307, headers={"Location": "http://attacker.invalid/"})
            case _:
                pass
        response = web.StreamResponse(headers={"Content-Type": kind})
        if self.fault == "huge_header":
            response.headers["X-Long"] = "x" * 1_000_000
        await response.prepare(request)
        async for chunk in self._chunks(body):
            await response.write(chunk)
        if self.fault == "stalls":
            await anyio.sleep_forever()
        if self.fault == "cut":
            request.transport.abort()
        return response

    async def _chunks(self, body: bytes) -> AsyncIterator[bytes]:
        step = 1 if self.fault == "drip" else CHUNK_BYTES
        chunks = [body[at : at + step] for at in range(0, len(body), step)]
        if self.fault in ("stalls", "cut"):
            # An answer of one chunk stops in the middle of it.
            chunks = chunks[: self.fault_after] if len(chunks) > 1 else [body[: len(body) // 2]]
        for number, chunk in enumerate(chunks):
            if number:
                await anyio.sleep(DRIP_S if self.fault == "drip" else self.chunk_s)
            yield chunk
        while self.fault == "endless":
            yield 200 * chunks[-1]
