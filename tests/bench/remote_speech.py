"""What the adapters of speech servers add to the servers' own time, on this machine, without a network between.

    heard    from the end of an utterance of three seconds to its text
    spoken   from a sentence to its first speech

The servers are scripted, in a process of their own, and answer at once. The floor, in the same rounds and by turns:
the same bytes to the same server and back by the barest client there is, a socket, or for HTTP aiohttp's own with an
open connection.
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import aiohttp
import anyio
import numpy as np
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.tts import Synthesize

from parley.audio.pcm import MIC_RATE_HZ, WINDOW
from parley.audio.wav_stream import wav_file
from parley.engines.openai_http import AudioServer
from parley.engines.openai_speech import OpenAISynthesizer, OpenAITranscriber
from parley.engines.ports import Synthesizer, Transcriber
from parley.engines.speech_address import TcpAddress
from parley.engines.wyoming_events import EventReader, encode_event
from parley.engines.wyoming_speech import WyomingSynthesizer, WyomingTranscriber

from .processes import program
from .rows import Row, percentile

ROUNDS = 150
SPOKEN = np.random.default_rng(0).normal(0, 3000, 3 * MIC_RATE_HZ // WINDOW * WINDOW).astype(np.int16)
SENTENCE = "The weather in the mountains is mild, with some rain expected towards the evening."
MICROPHONE = {"rate": MIC_RATE_HZ, "width": 2, "channels": 1}
TARGET_MS = 5.0

Timed = Callable[[], Awaitable[float]]


async def remote_speech() -> list[Row]:
    async with program("-m", "tests.bench.scripted_speech") as (_, ports):
        wyoming_port, openai_port = map(int, ports.split())
        address = TcpAddress("127.0.0.1", wyoming_port)
        base_url = f"http://127.0.0.1:{openai_port}/v1"
        server = await AudioServer.open(base_url)
        async with aiohttp.ClientSession() as session:
            pairs: dict[str, tuple[Timed, Timed]] = {
                "wyoming, heard": (
                    lambda: _heard(WyomingTranscriber(address)),
                    lambda: _wyoming_heard(address),
                ),
                "wyoming, spoken": (
                    lambda: _spoken(WyomingSynthesizer(address)),
                    lambda: _wyoming_spoken(address),
                ),
                "openai, heard": (
                    lambda: _heard(OpenAITranscriber(server)),
                    lambda: _openai_heard(session, base_url),
                ),
                "openai, spoken": (
                    lambda: _spoken(OpenAISynthesizer(server)),
                    lambda: _openai_spoken(session, base_url),
                ),
            }
            rows = [row for name, (ours, bare) in pairs.items() for row in await _rows(name, ours, bare)]
        await server.aclose()
    return rows


async def _rows(name: str, ours: Timed, bare: Timed) -> list[Row]:
    values, floors = [], []
    for _ in range(ROUNDS):
        values.append(1000 * await ours())
        floors.append(1000 * await bare())
    return [
        Row(
            name=f"speech server, {name} P{percent}",
            value=percentile(values, percent),
            unit="ms",
            floor=percentile(floors, percent),
            compare="difference",
            target=TARGET_MS if percent == 50 else None,
            target_of="comparison",
            note=f"{ROUNDS} times" if percent == 50 else "",
        )
        for percent in (50, 95)
    ]


async def _heard(transcriber: Transcriber) -> float:
    await transcriber.start()
    for at in range(0, SPOKEN.size, WINDOW):
        await transcriber.feed(SPOKEN[at : at + WINDOW])
    await _settle()
    began = time.perf_counter()
    await transcriber.finish()
    return time.perf_counter() - began


async def _spoken(synthesizer: Synthesizer) -> float:
    began = time.perf_counter()
    async with aclosing(synthesizer.speak(SENTENCE)) as pieces:
        await anext(pieces)
        return time.perf_counter() - began


async def _wyoming_heard(address: TcpAddress) -> float:
    async with await anyio.connect_tcp(*address) as stream:
        await stream.send(encode_event(Transcribe().event()) + encode_event(AudioStart(**MICROPHONE).event()))
        for at in range(0, SPOKEN.size, WINDOW):
            await stream.send(encode_event(AudioChunk(**MICROPHONE, audio=SPOKEN[at : at + WINDOW].tobytes()).event()))
        await _settle()
        stop = encode_event(AudioStop().event())
        began = time.perf_counter()
        await stream.send(stop)
        await _event(stream, "transcript")
        return time.perf_counter() - began


async def _wyoming_spoken(address: TcpAddress) -> float:
    asked = encode_event(Synthesize(text=SENTENCE).event())
    began = time.perf_counter()
    async with await anyio.connect_tcp(*address) as stream:
        await stream.send(asked)
        await _event(stream, "audio-chunk")
        return time.perf_counter() - began


async def _event(stream: anyio.abc.SocketStream, kind: str) -> None:
    reader = EventReader()
    while kind not in [event.type for event in reader.feed(await stream.receive())]:
        pass


async def _openai_heard(session: aiohttp.ClientSession, base_url: str) -> float:
    wav = wav_file(SPOKEN, MIC_RATE_HZ)
    await _settle()
    began = time.perf_counter()
    form = aiohttp.FormData({"model": "whisper-1", "response_format": "json"})
    form.add_field("file", wav, filename="speech.wav", content_type="audio/wav")
    async with session.post(f"{base_url}/audio/transcriptions", data=form) as answer:
        await answer.read()
    return time.perf_counter() - began


async def _openai_spoken(session: aiohttp.ClientSession, base_url: str) -> float:
    asked = {"model": "tts-1", "voice": "alloy", "response_format": "wav", "input": SENTENCE}
    began = time.perf_counter()
    async with session.post(f"{base_url}/audio/speech", json=asked) as answer:
        await answer.content.readany()
        took = time.perf_counter() - began
        answer.close()
    return took


async def _settle() -> None:
    """The server has read what it was sent: how fast it reads is not ours."""
    await anyio.sleep(0.02)
