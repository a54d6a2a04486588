"""What our own code adds to a turn: from the end of the user's speech to the first speech of the answer.

The sidecar is real, in a process of its own; behind the VAD its engines only wait for a declared time
(scripted_sidecar.py). A sentence of real speech is streamed as a microphone would, window by window, each when
its last sample is due. On one clock, for each sentence:

    end       when its last sample was spoken: the time at which the window that holds it was sent, less the
              samples behind it in that window. "Last" by energy: see `end_of_speech`.
    lag       from there to the beginning of the first window that counts as pause, by SileroVad and Endpointer
              run here over the same windows. The pause counts whole windows, and 0.8 s is 25 of them.
    overhead  (the first speech frame's arrival here - end) - lag - pause_s - what the engines were told to wait

So the lag holds what the detector needs and the rounding up to a window; the overhead holds sockets, decoding,
VAD, queues, the outbox, timers that come late, and anything that makes the sidecar see the pause later than the
detector run alone. Here nothing begins within the pause (`speculate` is `never`); what that gains is in overlap.py.

The floor, after each sentence: a bare WebSocket server that sleeps the same three times when asked.
"""

import time
from dataclasses import dataclass

import anyio
import numpy as np
from aiohttp import ClientWebSocketResponse

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, WINDOW_S, Samples, rms
from parley.conversation.endpointer import Endpointer, SpeechEnded
from parley.engines.silero import SileroVad
from parley.settings import Settings
from parley.wire.codec import Frame
from parley.wire.messages import Transcript

from ..fakes.speech import Voice, quiet, say
from .client import Client, connected, open_socket, play_into
from .processes import PYTHON, program, sidecar, url
from .rows import Row, median, percentile
from .scripted_sidecar import LANGUAGE_MODEL_S, SYNTHESIZER_S, TRANSCRIBER_S
from .speech import needs_speech

SENTENCES = (
    "What time is it?",
    "Tell me a story.",
    "How are you today?",
    "Is it going to rain tomorrow?",
    "Turn off the kitchen lights.",
    "What is seven times eight?",
)
VOICES: tuple[Voice, ...] = ("rms", "slt", "kal16", "rms")
BEFORE = 5000
"""Samples of a quiet room before each sentence, and `OFFSET_STEP` more from one to the next."""
OFFSET_STEP = 149
"""No divisor of a window: the sentences end all over it."""

PAUSE_S = Settings().pause_s
DELAYS_S = (TRANSCRIBER_S, LANGUAGE_MODEL_S, SYNTHESIZER_S)
QUIET_S = PAUSE_S + sum(DELAYS_S) + 2.0
"""After a sentence; the capture ends when the answer is there."""


@dataclass(frozen=True)
class Utterance:
    sound: Samples
    end: int
    """The sample behind its last one of speech."""
    pause_window: int
    """The first that counts as pause."""
    last_window: int
    """The one with which the pause is long enough."""

    @property
    def lag_s(self) -> float:
        return (self.pause_window * WINDOW - self.end) / MIC_RATE_HZ


def end_of_speech(sound: Samples, block_ms: int = 5) -> int:
    """Behind the last block that is within 40 dB of the loudest: flite's own silence at the end is quieter."""
    block = MIC_RATE_HZ * block_ms // 1000
    levels = np.array([rms(sound[at : at + block]) for at in range(0, len(sound), block)])
    return int(np.flatnonzero(levels >= levels.max() / 100)[-1] + 1) * block


def utterance(vad: SileroVad, number: int, pause_s: float = PAUSE_S) -> Utterance:
    """The sentence of this number, in its voice and at its offset, and what VAD and endpointer make of it."""
    speech = say(SENTENCES[number % len(SENTENCES)], VOICES[number // len(SENTENCES)], around_s=0.0)
    before = BEFORE + OFFSET_STEP * number
    sound = quiet(QUIET_S + (before + len(speech)) / MIC_RATE_HZ).copy()
    sound[before : before + len(speech)] = speech
    ear, endpointer = vad.fresh(), Endpointer(pause_s)
    for window in range(len(sound) // WINDOW):
        probability = ear.probability(sound[window * WINDOW : (window + 1) * WINDOW])
        ended = endpointer.feed(probability, WINDOW_S)
        if isinstance(ended, SpeechEnded):
            paused = round(ended.silence_s / WINDOW_S)
            return Utterance(sound, before + end_of_speech(speech), window - paused + 1, window)
    raise AssertionError("nothing in it is speech, or it has no end")


async def turn_overhead() -> list[Row]:
    needs_speech()
    vad = await SileroVad.load()
    utterances = [utterance(vad, number) for number in range(len(SENTENCES) * len(VOICES))]
    responses, floors, misjudged = [], [], 0
    scripted = (*PYTHON, "-m", "tests.bench.scripted_sidecar")
    async with (
        sidecar(scripted, {"PARLEY_SPECULATE": "never", "PARLEY_LEARN_PAUSES": "false"}) as it,
        program("-m", "tests.bench.bare_server", *map(str, DELAYS_S)) as (_, port),
        connected(it) as client,
        open_socket(url(int(port))) as bare,
    ):
        for number, one in enumerate(utterances):
            response_s, heard_end = await respond(client, number + 1, one)
            responses.append(response_s)
            misjudged += heard_end != (one.last_window + 1) * WINDOW
            floors.append(1000 * (await _ask_bare(bare) - sum(DELAYS_S)))
    with_lag = [1000 * (response - PAUSE_S - sum(DELAYS_S)) for response in responses]
    overheads = [ms - 1000 * one.lag_s for ms, one in zip(with_lag, utterances, strict=True)]
    lags = [1000 * one.lag_s for one in utterances]
    note = f"{len(overheads)} utterances; {misjudged} of them ended at another window than VAD alone says"
    return [
        *_rows("turn overhead", overheads, floors, (15, 30), note),
        *_rows("turn overhead and VAD lag", with_lag, floors, None, f"VAD lag alone: median {median(lags):.1f}"),
    ]


def _rows(
    name: str, values: list[float], floors: list[float], targets: tuple[float, float] | None, note: str
) -> list[Row]:
    return [
        Row(
            name=f"{name} P{percent}",
            value=percentile(values, percent),
            unit="ms",
            floor=percentile(floors, percent),
            compare="difference",
            target=targets[index] if targets else None,
            note="" if index else note,
        )
        for index, percent in enumerate((50, 95))
    ]


async def respond(client: Client, stream: int, one: Utterance) -> tuple[float, int]:
    """Say it; return the seconds from its end to the answer's first speech, and where the sidecar saw its end."""
    mark = len(client.arrivals)
    sent: list[float] = []
    answered = False

    async def speak() -> None:
        sent.extend(await client.capture(stream, one.sound, lambda: not answered))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(speak)
        first = await client.next(Frame, mark)
        answered = True
        await client.heard(mark)
    transcript = (await client.next(Transcript, mark)).what
    assert isinstance(transcript, Transcript)
    assert isinstance(transcript.first_sample, int) and isinstance(transcript.sample_count, int)
    window = (one.end - 1) // WINDOW
    end_at = sent[window] - ((window + 1) * WINDOW - one.end) / MIC_RATE_HZ
    return first.at - end_at, transcript.first_sample + transcript.sample_count


async def _ask_bare(socket: ClientWebSocketResponse) -> float:
    """Some frames of a microphone, as before every answer, then the question: seconds to the answer."""
    await play_into(socket, 1, quiet(10 * WINDOW_S))
    asked_at = time.monotonic()
    await socket.send_str("answer")
    await socket.receive()
    return time.monotonic() - asked_at
