"""A Wyoming server with a script, on a real loopback socket, made of the `wyoming` package's own server.

    async with WyomingServer(texts=["what time is it"]) as server:
        ...  # tcp_address(server.address)

It recognizes as wyoming-faster-whisper does (which hangs up after each utterance) and speaks as wyoming-piper does
(chunks of 1024 samples). Failures are named by `fault`, and can be changed while it runs.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

import anyio
import numpy as np
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info, TtsProgram, TtsVoice
from wyoming.server import AsyncEventHandler, AsyncTcpServer
from wyoming.tts import Synthesize

from parley.audio.pcm import MIC_RATE_HZ, Samples, from_bytes
from parley.engines.wyoming_events import encode_event

from .sound_of_words import is_speech, tone

Fault = Literal[
    "silent", "stalls", "cut", "hangs_up", "error", "garbage", "no_event", "huge_header", "huge_payload", "drip",
    "endless", "no_sound", "no_fields", "odd_rate", "deaf", "wrong_type",
]  # fmt: skip
"""What goes wrong with an answer:

silent: nothing comes            stalls: nothing comes after its first part     cut: the connection breaks after it
hangs_up: the connection ends without an answer         error: an `error` event, as from a server that raised
garbage: bytes that are no JSON  no_event: JSON that is no event      huge_header: a line that does not end
huge_payload: an event that says it has a gigabyte      drip: a byte at a time
endless: sound that does not stop      no_sound: audio-start and audio-stop, nothing between
no_fields: events without their data   odd_rate: sound of a rate that is none       wrong_type: a text that is no text
deaf: it does not even read
"""

CHUNK = 1024
"""Samples in an audio-chunk, as wyoming-piper sends them."""

DRIP_S = 0.02

MADE_BY = Attribution(name="Parley", url="http://parley.invalid")


@dataclass
class WyomingServer:
    texts: Sequence[str] = ("hello",)
    """What it understands, one an utterance, the last one for ever. Silence is no utterance."""
    rate_hz: int = 22_050
    channels: int = 1
    seconds_per_word: float = 0.3
    answer_s: float = 0.0
    """How long it works on an utterance or a sentence."""
    chunk_s: float = 0.0
    """How long it works on each chunk of sound."""
    streams: bool = False
    """It tells while the user speaks what it has understood, four words a second."""
    fault: Fault | None = None
    fault_after: int = 3
    """Chunks of sound, or words, before it."""
    models: Sequence[str] = ("tiny", "base")
    voices: Sequence[str] = ("en_US-lessac-medium", "de_DE-thorsten-medium")

    asked: list[Transcribe | Synthesize] = field(default_factory=list, init=False)
    heard: list[Samples] = field(default_factory=list, init=False)
    """Every utterance that was sent to its end."""
    connections: int = field(default=0, init=False)
    closed: int = field(default=0, init=False)
    disconnected: anyio.Event = field(default_factory=anyio.Event, init=False)
    """Set when a client leaves in the middle of an answer."""
    left_alone: anyio.Event = field(default_factory=anyio.Event, init=False)
    """Set when every connection that there was has ended."""
    port: int = field(default=0, init=False)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = AsyncTcpServer("127.0.0.1", self.port)
        await self._server.start(lambda reader, writer: _Handler(self, reader, writer))
        assert isinstance(self._server._server, asyncio.Server)
        self.port = self._server._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """It can be started again, at the same port."""
        assert self._server._server is not None
        self._server._server.close()
        handlers = dict(self._server._handlers)
        for task, handler in handlers.items():
            handler.writer.transport.abort()
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        await asyncio.sleep(0)  # Aborted transports are closed in the next round of the loop.

    def info(self) -> Info:
        about: dict[str, Any] = {"attribution": MADE_BY, "installed": True, "description": "scripted", "version": "1"}
        models = [AsrModel(name=name, languages=["en"], **about) for name in self.models]
        voices = [TtsVoice(name=name, languages=[name[:5]], **about) for name in self.voices]
        return Info(
            asr=[AsrProgram(name="ear", models=models, supports_transcript_streaming=self.streams, **about)]
            if models
            else [],
            tts=[TtsProgram(name="mouth", voices=voices, **about)] if voices else [],
        )


class _Handler(AsyncEventHandler):
    def __init__(self, server: WyomingServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(reader, writer)
        self._its = server
        self._converter = AudioChunkConverter(rate=MIC_RATE_HZ, width=2, channels=1)
        self._heard: list[Samples] = []
        self._told = 0
        """Words told while the user spoke."""
        self._answering = False
        server.connections += 1

    async def run(self) -> None:
        try:
            if self._its.fault == "deaf":
                await asyncio.sleep(3600)
            await super().run()
        except ConnectionError:
            pass
        finally:
            self._its.closed += 1
            if self._its.closed == self._its.connections:
                self._its.left_alone.set()

    async def write_event(self, event: Event) -> None:
        try:
            if self._its.fault == "drip":
                for byte in encode_event(event):
                    self.writer.write(bytes([byte]))
                    await self.writer.drain()
                    await asyncio.sleep(DRIP_S)
            else:
                await super().write_event(event)
        except ConnectionError:
            self._its.disconnected.set()
            raise

    async def handle_event(self, event: Event) -> bool:
        if Describe.is_type(event.type):
            await self._answer(self._its.info().event())
        elif Transcribe.is_type(event.type):
            self._its.asked.append(Transcribe.from_event(event))
        elif AudioChunk.is_type(event.type):
            chunk = self._converter.convert(AudioChunk.from_event(event))
            self._heard.append(from_bytes(chunk.audio))
            await self._tell_words()
        elif AudioStop.is_type(event.type):
            await self._transcribe()
            return False
        elif Synthesize.is_type(event.type):
            self._its.asked.append(Synthesize.from_event(event))
            await self._speak(Synthesize.from_event(event).text)
        return True

    async def _answer(self, event: Event) -> None:
        """An answer of one event."""
        match self._its.fault:
            case "silent" | "stalls" | "endless":
                await self._wait_for_the_client()
            case "cut" | "hangs_up":
                self.writer.transport.abort() if self._its.fault == "cut" else self.writer.close()
                raise ConnectionResetError
            case "error":
                await self.write_event(Error(text="I heard: my secret", code="ValueError").event())
            case "garbage":
                self.writer.write(b"\x00\xff garbage\n\n" + bytes(range(256)))
            case "no_event":
                self.writer.write(b'[1, 2, {"type": null}]\n')
            case "huge_header":
                await self._write_for_ever(b"x" * 65536)
            case "huge_payload":
                self.writer.write(b'{"type":"audio-chunk","payload_length":1000000000}\n')
                await self._wait_for_the_client()
            case "no_fields":
                await self.write_event(Event(event.type))
            case "wrong_type":
                await self.write_event(Event(event.type, {"text": {"an": "object"}, "asr": 7}))
            case _:
                await self.write_event(event)

    async def _transcribe(self) -> None:
        heard = np.concatenate([from_bytes(b""), *self._heard])
        text = self._text() if is_speech(heard) else ""
        self._its.heard.append(heard)
        await asyncio.sleep(self._its.answer_s)
        if self._its.streams and text:
            await self.write_event(TranscriptChunk(text=" ".join(["", *text.split()[self._told :]])).event())
        await self._answer(Transcript(text=text).event())
        if self._its.streams:
            await self.write_event(TranscriptStop().event())

    async def _tell_words(self) -> None:
        heard = np.concatenate(self._heard)
        if not self._its.streams or not is_speech(heard):
            return
        words = self._text().split()
        known = min(4 * heard.size // MIC_RATE_HZ, len(words) - 1)
        for number in range(self._told, known):
            if number == 0:
                await self.write_event(TranscriptStart().event())
            await self.write_event(TranscriptChunk(text=words[number] if number == 0 else f" {words[number]}").event())
        self._told = max(self._told, known)

    def _text(self) -> str:
        spoken = sum(is_speech(one) for one in self._its.heard)
        return self._its.texts[min(spoken, len(self._its.texts) - 1)]

    async def _speak(self, text: str) -> None:
        await asyncio.sleep(self._its.answer_s)
        if self._its.fault not in (None, "stalls", "cut", "drip", "endless", "no_sound", "no_fields", "odd_rate"):
            await self._answer(AudioStop().event())
            return
        rate, channels = self._its.rate_hz, self._its.channels
        if self._its.fault == "odd_rate":
            rate = 3
        form = {"rate": rate, "width": 2, "channels": channels}
        await self.write_event(AudioStart(**form).event())
        sound = np.repeat(tone(text, self._its.rate_hz, self._its.seconds_per_word), channels).astype("<i2")
        chunks = [sound[at : at + CHUNK * channels].tobytes() for at in range(0, sound.size, CHUNK * channels)]
        for number, chunk in enumerate([] if self._its.fault == "no_sound" else chunks):
            if number == self._its.fault_after and self._its.fault == "stalls":
                await self._wait_for_the_client()
            if number == self._its.fault_after and self._its.fault == "cut":
                self.writer.transport.abort()
                raise ConnectionResetError
            if self._its.fault == "no_fields":
                await self.write_event(Event("audio-chunk", {}, chunk))
                continue
            await self.write_event(AudioChunk(**form, audio=chunk).event())
            await asyncio.sleep(self._its.chunk_s)
        while self._its.fault == "endless":
            await self.write_event(AudioChunk(**form, audio=chunks[0]).event())
        await self.write_event(AudioStop().event())

    async def _write_for_ever(self, data: bytes) -> None:
        try:
            while True:
                self.writer.write(data)
                await self.writer.drain()
        except ConnectionError:
            self._its.disconnected.set()
            raise

    async def _wait_for_the_client(self) -> None:
        """Until it leaves."""
        await self.reader.read()
        self._its.disconnected.set()
        raise ConnectionResetError
