"""Whisper and Kokoro behind their ports, beside their libraries called directly in the same run.

Both run on models made here: true size and true cost, no meaning (a Whisper that always writes the same sentence,
a Kokoro with random weights). "Added" is what is left of a call when the library's own time in it is taken away.

Then a sidecar with both: how late its event loop is while they load and work, and what its processes hold without
Whisper's model (which is of some 100 kB for that) and without Kokoro's process, which is told apart.
"""

import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import numpy as np
import psutil
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from parley.audio.pcm import WINDOW, Samples
from parley.engines.kokoro import ENVIRONMENT, KokoroSynthesizer
from parley.engines.kokoro import WORKER as KOKORO_WORKER
from parley.engines.local_models import VoicePython, find_voice_python
from parley.engines.whisper import WhisperTranscriber
from parley.wire.messages import EngineState

from ..fakes.speech import say
from ..fakes.voice import make_kokoro
from ..fakes.whisper_model import scripted
from .client import Client, connected
from .processes import PYTHON, memory, program, sidecar
from .rows import Row, Skipped, median, percentile
from .speech import needs_speech, talk
from .ticker import Ticks, load

ROUNDS = 9
WRITTEN = "this is what is written for every sound that is heard here"
HEARD = "Tell me something about the weather in the mountains."
CLAUSE = "Well, that is a good question."
TYPED = 3
FLOOR_S = 3.0
GAP_S = 1.0
"""Between sentences: each is an utterance."""


async def whisper_calls() -> list[Row]:
    needs_speech()
    from faster_whisper import WhisperModel

    sound = say(HEARD)
    rows = []
    with TemporaryDirectory() as folder:
        for size in ("tiny", "base"):
            model = scripted(Path(folder) / size, WRITTEN, size=size)
            alone = WhisperModel(str(model), device="cpu", compute_type="int8")
            whisper = await WhisperTranscriber.load(model)
            direct, ours, added = [], [], []
            for _ in range(ROUNDS):
                direct.append(1000 * await anyio.to_thread.run_sync(_transcribe, alone, sound))
                call_s, library_s = await _finish(whisper, sound)
                ours.append(1000 * call_s)
                added.append(1000 * (call_s - library_s))
            await whisper.aclose()
            rows += [
                Row(
                    name=f"whisper {size}, {len(sound) / 16000:.1f} s",
                    value=median(ours),
                    unit="ms",
                    floor=median(direct),
                ),
                Row(name=f"whisper {size}, added to the library's call", value=median(added), unit="ms", target=5.0),
            ]
    return rows


def _transcribe(model: object, sound: Samples) -> float:
    began = time.monotonic()
    segments, _ = model.transcribe(  # type: ignore[attr-defined]
        sound.astype(np.float32) / 32768,
        language="en",
        beam_size=1,
        temperature=0.0,
        condition_on_previous_text=False,
        without_timestamps=True,
    )
    list(segments)
    return time.monotonic() - began


async def _finish(whisper: WhisperTranscriber, sound: Samples) -> tuple[float, float]:
    """Of the end of an utterance at which no one has looked: its call, and the library's part of it."""
    await whisper.start()
    await whisper.feed(sound)
    began = time.monotonic()
    _, library_s = await whisper._ask("finish")
    return time.monotonic() - began, library_s


async def kokoro_calls() -> list[Row]:
    python = _voice_python()
    with TemporaryDirectory() as folder:
        model = make_kokoro(Path(folder) / "kokoro")
        began = time.monotonic()
        kokoro = await KokoroSynthesizer.load(model, python, "af_heart")
        load_s = time.monotonic() - began
        direct, ours, added = [], [], []
        async with _kokoro_alone(python, model) as (process, lines):
            for _ in range(ROUNDS):
                assert process.stdin is not None
                await process.stdin.send(f"{CLAUSE}\n".encode())
                direct.append(1000 * float(await lines.receive_until(b"\n", 100)))
                call_s, library_s = await _speak(kokoro)
                ours.append(1000 * call_s)
                added.append(1000 * (call_s - library_s))
        megabytes = await kokoro._worker.memory_mb()
        await kokoro.aclose()
    return [
        Row(name="kokoro, a first clause", value=median(ours), unit="ms", floor=median(direct)),
        Row(name="kokoro, added to the library's call", value=median(added), unit="ms", target=5.0),
        Row(name="kokoro, from nothing to ready", value=load_s, unit="s"),
        Row(name="kokoro's process", value=float(megabytes or 0), unit="MB"),
    ]


@asynccontextmanager
async def _kokoro_alone(python: VoicePython, model: Path) -> AsyncIterator[tuple[Process, BufferedByteReceiveStream]]:
    alone = Path(__file__).with_name("kokoro_alone.py")
    env = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(python.packages or "")}
    command = [str(python.program), str(alone), str(model), "af_heart"]
    async with await anyio.open_process(command, stderr=None, env=env) as process:
        try:
            assert process.stdout is not None
            lines = BufferedByteReceiveStream(process.stdout)
            await lines.receive_until(b"\n", 100)
            yield process, lines
        finally:
            process.kill()


async def _speak(kokoro: KokoroSynthesizer) -> tuple[float, float]:
    """To the first piece of a clause, which is when all of it is made; and the library's part of it."""
    began = time.monotonic()
    async with aclosing(kokoro.speak(CLAUSE)) as pieces:
        await anext(pieces)
        return time.monotonic() - began, kokoro._patience._took[-1][0]


async def speech_in_a_sidecar() -> list[Row]:
    needs_speech()
    _voice_python()
    with TemporaryDirectory() as data:
        models = Path(data) / "models"
        scripted(models / "whisper-tiny", WRITTEN, size="tiny")
        make_kokoro(models / "kokoro")
        ticks_file, floor_file = Path(data) / "ticks", Path(data) / "floor"
        async with program("-m", "tests.bench.ticker", str(FLOOR_S), str(floor_file)) as (process, _):
            await process.wait()
        command = (*PYTHON, "-m", "tests.bench.ticking_sidecar", str(ticks_file))
        spans: dict[str, tuple[float, float]] = {}
        async with sidecar(command, _settings(models)) as it, connected(it) as client:
            await _until_ready(client)
            spans["Whisper and Kokoro load"] = (it.spawned_at, time.monotonic())
            began = time.monotonic()
            sent = await client.capture(1, talk(GAP_S))
            await client.settled(1, len(sent) * WINDOW)
            spans["Whisper hears"] = (began, time.monotonic())
            began = time.monotonic()
            for number in range(TYPED):
                await client.say(f"question-{number}", "what can you do")
            spans["Kokoro speaks"] = (began, time.monotonic())
        ticks, alone = load(ticks_file), load(floor_file)
    floor = percentile([1000 * tick.late_s for tick in alone], 99)
    lag = [_lag(name, ticks, span, floor) for name, span in spans.items()]
    return [*lag, *await _memory()]


def _lag(name: str, ticks: Ticks, span: tuple[float, float], floor: float) -> Row:
    within = [tick for tick in ticks if span[0] <= tick.due <= span[1]]
    late = [1000 * tick.late_s for tick in within]
    at_work = percentile([1000 * tick.at_work_s for tick in within], 99)
    note = f"{at_work:.1f} by its own work; max {max(late):.1f}"
    return Row(
        name=f"loop lag P99, {name}",
        value=percentile(late, 99),
        unit="ms",
        floor=floor,
        compare="difference",
        target=20.0,
        note=note,
    )


async def _memory() -> list[Row]:
    with TemporaryDirectory() as data:
        models = Path(data) / "models"
        scripted(models / "whisper-tiny", WRITTEN)
        make_kokoro(models / "kokoro")
        async with sidecar(environment=_settings(models)) as it, connected(it) as client:
            await _until_ready(client)
            sent = await client.capture(1, say(HEARD))
            await client.settled(1, len(sent) * WINDOW)
            whole = memory(it.pid)
            children = psutil.Process(it.pid).children(recursive=True)
            kokoro = next(one for one in children if KOKORO_WORKER in one.cmdline())
            apart = kokoro.memory_info().rss / 1e6
    note = f"all of its processes, RSS added up, but Kokoro's ({apart:.0f} MB)"
    return [
        Row(name="sidecar with Whisper, without its model", value=whole.rss - apart, unit="MB", target=350.0, note=note)
    ]


def _settings(models: Path) -> Mapping[str, str]:
    return {"PARLEY_MODELS": str(models), "PARLEY_TRANSCRIBER": "whisper", "PARLEY_SYNTHESIZER": "kokoro"}


async def _until_ready(client: Client) -> None:
    await client.next(EngineState, 0, lambda it: it.engine == "whisper" and it.state == "ready")
    await client.next(EngineState, 0, lambda it: it.engine == "kokoro" and it.state == "ready")


def _voice_python() -> VoicePython:
    python = find_voice_python()
    if python is None:
        raise Skipped("it needs the voice pack (npm run setup -- --voice)")
    return python
