"""How long an utterance or a sentence is held up when the engine that is at work hangs or goes away in the middle.

The main engine is a Wyoming server that has answered a few times, so that its speed is known; then it hangs, or is
gone. The spares are the real embedded ones, and their own time for the same work is the floor: the difference is what
finding out and changing over cost. Whisper has no spare: its process is stopped, and the floor is its own speed.
"""

import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory

from parley.audio.pcm import WINDOW
from parley.engines.espeak import EspeakSynthesizer
from parley.engines.fallback import Pair
from parley.engines.fallback_synthesizer import FallbackSynthesizer
from parley.engines.fallback_transcriber import FallbackTranscriber
from parley.engines.pocketsphinx import PocketsphinxTranscriber
from parley.engines.ports import Synthesizer, Transcriber
from parley.engines.speech_address import tcp_address
from parley.engines.whisper import WhisperTranscriber
from parley.engines.wyoming_speech import WyomingSynthesizer, WyomingTranscriber
from parley.errors import TranscriberFailed

from ..fakes.whisper_model import scripted
from ..fakes.wyoming_server import Fault, WyomingServer
from .rows import Row, median
from .speech import needs_speech, question

ROUNDS = 3
LEARNT = 3
"""Answers by which its speed is known."""

TARGET_MS = 2000.0
SENTENCE = "The weather in the mountains is mild, with some rain expected towards the evening."
FAULTS: dict[str, Fault] = {"hangs": "silent", "is gone": "hangs_up"}


async def fall_back() -> list[Row]:
    needs_speech()
    ear, mouth = await PocketsphinxTranscriber.load(), await EspeakSynthesizer.load()
    rows = []
    for name, fault in FAULTS.items():
        heard = [await _heard(ear, fault) for _ in range(ROUNDS)]
        rows.append(_row(f"fall-back, heard by the spare when the server {name}", heard))
        spoken = [await _spoken(mouth, fault) for _ in range(ROUNDS)]
        rows.append(_row(f"fall-back, spoken by the spare when the server {name}", spoken))
    await ear.aclose()
    await mouth.aclose()
    heard = [await _heard_again() for _ in range(ROUNDS)]
    return [*rows, _row("fall-back, heard again by a new Whisper when it hangs", heard)]


async def _heard_again() -> tuple[float, float]:
    """Seconds from the end of an utterance to its text, as recognition.py has it heard again; and those that the
    engine's own speed allows: what it was working on, a new process with its model, and all of the utterance."""
    sound = question()
    with TemporaryDirectory() as folder:
        model = scripted(Path(folder) / "tiny", "what time is it", size="tiny")
        began = time.perf_counter()
        whisper = await WhisperTranscriber.load(model)
        load_s = time.perf_counter() - began

        async def heard() -> str:
            await whisper.start()
            await whisper.feed(sound)
            return await whisper.finish()

        alone_s = median([await _seconds(heard) for _ in range(LEARNT)])
        await whisper.start()
        await whisper.feed(sound)
        os.kill(whisper._worker.pid or 0, signal.SIGSTOP)

        async def until_understood() -> None:
            try:
                await whisper.finish()
            except TranscriberFailed:
                await heard()

        took_s = await _seconds(until_understood)
        await whisper.aclose()
    return took_s, load_s + 3 * alone_s


def _row(name: str, measured: list[tuple[float, float]]) -> Row:
    return Row(
        name=name,
        value=1000 * median([value for value, _ in measured]),
        unit="ms",
        floor=1000 * median([floor for _, floor in measured]),
        compare="difference",
        target=TARGET_MS,
        target_of="comparison",
        note=f"{ROUNDS} times",
    )


async def _heard(spare: Transcriber, fault: Fault) -> tuple[float, float]:
    """Seconds from the end of an utterance to its text, and those of the spare for all of it at once."""
    sound = question()

    async def listen(transcriber: Transcriber) -> None:
        await transcriber.start()
        for at in range(0, sound.size, WINDOW):
            await transcriber.feed(sound[at : at + WINDOW])

    async with WyomingServer(["what time is it"]) as server:
        main = WyomingTranscriber(tcp_address(server.address))
        engine = FallbackTranscriber(Pair(main, spare, main.probe, "The speech server"))
        for _ in range(LEARNT):
            await listen(engine)
            await engine.finish()
        await listen(engine)
        server.fault = fault
        took = await _seconds(engine.finish)
        await main.aclose()

    async def at_once() -> None:
        await spare.start()
        await spare.feed(sound)
        await spare.finish()

    return took, await _seconds(at_once)


async def _spoken(spare: Synthesizer, fault: Fault) -> tuple[float, float]:
    """Seconds from a sentence to its first speech, and the spare's own."""

    def first(synthesizer: Synthesizer) -> Callable[[], Awaitable[None]]:
        async def speak() -> None:
            async with aclosing(synthesizer.speak(SENTENCE)) as pieces:
                await anext(pieces)

        return speak

    async with WyomingServer() as server:
        main = WyomingSynthesizer(tcp_address(server.address))
        engine = FallbackSynthesizer(Pair(main, spare, main.probe, "The speech server"))
        for _ in range(LEARNT):
            await first(engine)()
        server.fault = fault
        took = await _seconds(first(engine))
    return took, await _seconds(first(spare))


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began
