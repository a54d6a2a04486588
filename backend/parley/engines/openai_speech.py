"""Speech recognition and synthesis by any server that has OpenAI's audio routes: vLLM, Speaches, LocalAI, Ray Serve.

    POST /audio/transcriptions   multipart: a WAV, model, language, prompt → {"text": …}
    POST /audio/speech           JSON: model, voice, input, response_format, speed → sound, streamed

developers.openai.com/api/reference/resources/audio has them.
"""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Literal

import aiohttp
import msgspec
import numpy as np
from aiohttp import ClientResponse
from anyio import fail_after

from ..audio.pcm import MIC_RATE_HZ, Samples, from_bytes
from ..audio.pcm_stream import PcmFormat, PcmReader
from ..audio.wav_stream import WavReader, wav_file
from ..errors import BadAudio, SynthesizerFailed, TranscriberFailed
from .estimated_words import CHARS_PER_S, EstimatedWords
from .openai_http import AudioServer
from .ports import EngineInfo, Partial, SpeechPiece
from .speech_pieces import SpeechPieces
from .speech_server import ANSWER_S, SPEECH_RATE_HZ, ServerFailed, as_speech, failing_as

PARTIAL_GROWTH = 1.5
"""The server can only hear an utterance again from its beginning. So it does when there is half as much of it again:
all those requests together make it hear three times as much, however long it is."""

PARTIAL_FROM_S = 0.7
"""Of speech. Less is a word at most."""

PARTIAL_WITHIN_S = 0.25
"""A server that takes longer to hear what there is so far is not asked for it again in this utterance: what has been
said meanwhile would be late."""

PCM_RATE_HZ = 24_000
"""Of `response_format: pcm`, which does not say its rate, as OpenAI has it. A WAV says it, so it is the default."""


class _Transcription(msgspec.Struct):
    text: str


class OpenAITranscriber:
    def __init__(self, server: AudioServer, model: str = "", language: str = "", prompt: str = "") -> None:
        """`prompt`: names and words that may come up, as they are spelled."""
        self.info = EngineInfo(name="openai", basic=False, metered=server.has_key)
        self._server = server
        fields = {"model": model or "whisper-1", "response_format": "json", "language": language, "prompt": prompt}
        self._fields = {name: value for name, value in fields.items() if value}
        self._heard: list[Samples] = []
        self._heard_s = 0.0
        self._partial = ""
        self._partial_at_s = PARTIAL_FROM_S
        """How much is to be heard before the next partial transcript."""
        self._text: str | None = None
        """Of all that was heard, once it is known."""

    async def probe(self) -> None:
        """Whether the server is there and takes the key. Raises `ServerFailed`."""
        await self._server.probe()

    async def start(self) -> None:
        self._heard, self._heard_s, self._text = [], 0.0, None
        self._partial, self._partial_at_s = "", PARTIAL_FROM_S

    async def feed(self, samples: Samples) -> None:
        self._heard.append(samples.copy())  # The caller may use its buffer again.
        self._heard_s += samples.size / MIC_RATE_HZ
        self._text = None

    async def partial(self) -> Partial:
        """Nothing is stable. A server that is slow, or fails, is waited for at the end alone."""
        if self._heard_s >= self._partial_at_s:
            self._partial_at_s = PARTIAL_GROWTH * self._heard_s
            try:
                with fail_after(PARTIAL_WITHIN_S):
                    self._partial = await self._transcribe()
            except (TimeoutError, ServerFailed):
                self._partial_at_s = float("inf")
        return Partial(self._partial)

    async def peek(self) -> str:
        if not self._heard_s:
            return ""
        if self._text is None:
            try:
                with failing_as(TranscriberFailed), fail_after(ANSWER_S):
                    self._text = await self._transcribe()
            except TimeoutError as error:
                raise TranscriberFailed(f"{self._server.name} does not answer") from error
        return self._text

    async def finish(self) -> str:
        return await self.peek()

    async def aclose(self) -> None:
        await self._server.aclose()

    async def _transcribe(self) -> str:
        wav = wav_file(np.concatenate(self._heard), MIC_RATE_HZ)

        def form() -> dict[str, Any]:
            data = aiohttp.FormData(self._fields)
            data.add_field("file", wav, filename="speech.wav", content_type="audio/wav")
            return {"data": data}

        async with self._server.post("/audio/transcriptions", form) as answer:
            body = await self._server.text(answer)
        try:
            return msgspec.json.decode(body, type=_Transcription).text.strip()
        except (ValueError, RecursionError) as error:
            raise ServerFailed(f"{self._server.name} did not answer with a transcript") from error


class OpenAISynthesizer:
    """Its word times are estimated: the route has none."""

    sample_rate_hz = SPEECH_RATE_HZ

    def __init__(
        self,
        server: AudioServer,
        model: str = "",
        voice: str = "",
        *,
        speed: float = 1.0,
        response_format: Literal["wav", "pcm"] = "wav",
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """`options`: more fields, as the server has them: `{"stream": true}` makes vLLM-Omni send what it has."""
        self.info = EngineInfo(name="openai", basic=False, metered=server.has_key)
        self._server = server
        self._format = response_format
        self._asked: dict[str, Any] = {"model": model or "tts-1", "voice": voice or "alloy"}
        self._asked |= {"response_format": response_format, **({"speed": speed} if speed != 1.0 else {})}
        self._asked |= options or {}
        self._pace = CHARS_PER_S

    async def probe(self) -> None:
        """Whether the server is there and takes the key. Raises `ServerFailed`."""
        await self._server.probe()

    async def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        if not any(character.isalnum() for character in sentence):
            return
        words = EstimatedWords(sentence, self.sample_rate_hz, self._pace)
        body = {"json": {**self._asked, "input": sentence}}
        with failing_as(SynthesizerFailed):
            async with self._server.post("/audio/speech", lambda: body) as answer:
                sound = _Sound(self._server.name, answer, self._format)
                pieces = SpeechPieces(words, self.sample_rate_hz)
                async for piece in as_speech(sound.receive, pieces, self._server.name):
                    yield piece
                if not pieces.seconds:
                    raise ServerFailed(f"{self._server.name} said nothing")
        self._pace = words.pace

    async def aclose(self) -> None:
        await self._server.aclose()


class _Sound:
    """The body of one answer."""

    def __init__(self, server: str, answer: ClientResponse, response_format: Literal["wav", "pcm"]) -> None:
        if answer.content_type.startswith("text/") or answer.content_type == "application/json":
            raise ServerFailed(f"{server} answered with {answer.content_type}, not with sound")
        self._server = server
        self._content = answer.content
        self._wav = WavReader() if response_format == "wav" else None
        self._reader = PcmReader(PcmFormat(PCM_RATE_HZ), SPEECH_RATE_HZ) if response_format == "pcm" else None
        self._ended = False

    async def receive(self) -> Samples | None:
        """The next of it, None at its end. Cancelling loses nothing."""
        if self._ended:
            return None
        data = await self._content.readany()
        if not data:
            self._ended = True
            return self._reader.flush() if self._reader is not None else None
        try:
            return self._read(data)
        except BadAudio as error:
            raise ServerFailed(f"{self._server} sent sound that cannot be played: {error}") from error

    def _read(self, data: bytes) -> Samples:
        if self._wav is not None:
            data = self._wav.feed(data)
            if self._reader is None and self._wav.format is not None:
                self._reader = PcmReader(self._wav.format, SPEECH_RATE_HZ)
        return self._reader.feed(data) if self._reader is not None else from_bytes(b"")
