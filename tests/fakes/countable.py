"""Engines of which every word can be told from every other, so that one that is lost or doubled is seen.

A spoken word is a stretch of one loudness, which names it. The answer to a question repeats the question in each of
its sentences. The sidecar in which they work is a real process: `serve_countable`.
"""

import os
from collections.abc import AsyncGenerator, Sequence
from unittest.mock import patch

import anyio
import numpy as np

from parley.__main__ import dispatch
from parley.audio.pcm import MIC_RATE_HZ, WINDOW, Samples
from parley.engines import loading
from parley.engines.ports import GO_ON, ChatMessage, EngineInfo, Partial, ToolCall, ToolSpec
from parley.engines.slots import Engines
from tests.fakes.engines import FakeSynthesizer

QUIETEST, STEP = 1000, 3
"""Of the loudness of words: enough for 3500 utterances in 16 bits."""

WORDS = ("alpha", "bravo", "charlie")
WORD_S = 0.128
QUIET_S = 0.8
SENTENCES = 4


def utterance(number: int) -> Samples:
    """Three words that nobody else says, between two pauses."""
    levels = [QUIETEST + STEP * (number * len(WORDS) + place) for place in range(len(WORDS))]
    length = round(WORD_S * MIC_RATE_HZ)
    wave = np.where(np.arange(length) % 2, 1, -1)
    quiet = np.zeros(round(QUIET_S * MIC_RATE_HZ), np.int16)
    return np.concatenate([quiet, *((wave * level).astype(np.int16) for level in levels), quiet])


def words_of(number: int) -> str:
    return " ".join(f"{word}{number}" for word in WORDS)


def reply_to(question: str) -> str:
    return "".join(f"Sentence {place} of {question}. " for place in range(SENTENCES))


class LoudnessVad:
    info = EngineInfo(name="loudness", basic=False)

    def probability(self, window: Samples) -> float:
        return 0.95 if np.abs(window.astype(np.int32)).max() >= QUIETEST else 0.02

    def reset(self) -> None: ...

    def fresh(self) -> "LoudnessVad":
        return self


class LoudnessTranscriber:
    info = EngineInfo(name="loudness", basic=False)

    def __init__(self) -> None:
        self._heard: list[Samples] = []

    async def start(self) -> None:
        self._heard = []

    async def feed(self, samples: Samples) -> None:
        self._heard.append(samples)

    async def partial(self) -> Partial:
        return Partial(self._text())

    async def peek(self) -> str:
        await anyio.sleep(0.02)
        return self._text()

    async def finish(self) -> str:
        return await self.peek()

    def _text(self) -> str:
        levels = np.abs(np.concatenate([np.zeros(0, np.int16), *self._heard]).astype(np.int32))
        places = [(int(level) - QUIETEST) // STEP for level in levels[levels >= QUIETEST]]
        heard: list[int] = []
        for place in places:
            if not heard or heard[-1] != place:
                heard.append(place)
        return " ".join(f"{WORDS[place % len(WORDS)]}{place // len(WORDS)}" for place in heard)

    async def aclose(self) -> None: ...


class RepeatingModel:
    """Writes as a model does, a few characters at a time. Told to go on, it does so exactly where it was."""

    info = EngineInfo(name="repeating", basic=False)

    async def stream(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        said = ""
        if messages[-1].text == GO_ON:
            said, messages = messages[-2].text, messages[:-2]
        reply = reply_to(messages[-1].text.splitlines()[-1])
        await anyio.sleep(0.03)
        rest = reply.removeprefix(said)
        for at in range(0, len(rest), 8):
            await anyio.sleep(0.004)
            yield rest[at : at + 8]

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


async def load_countable(engines: Engines, *_: object) -> None:
    engines.vad.ready(LoudnessVad())
    engines.transcriber.ready(LoudnessTranscriber())
    engines.language_model.ready(RepeatingModel())
    engines.synthesizer.ready(FakeSynthesizer(8000, seconds_per_word=0.1, first_audio_s=0.02, remembers=False))


def frames_of(samples: Samples) -> list[Samples]:
    return [samples[at : at + WINDOW] for at in range(0, len(samples) - WINDOW + 1, WINDOW)]


def main() -> None:
    # Before the host is imported, which takes them by name.
    with (
        patch.object(loading, "load_embedded", load_countable),
        patch.object(loading, "beyond_embedded", lambda *_: ()),
    ):
        code = dispatch(["serve", "--managed"])
    os._exit(code)


if __name__ == "__main__":
    main()
