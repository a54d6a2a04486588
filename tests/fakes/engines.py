"""Engines with a script, behind the same ports as the real ones. They pass the same contract tests."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import anyio
import numpy as np

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, WINDOW_S, Samples, rms
from parley.engines.model_thread import Emit, ModelThread
from parley.engines.ports import ChatMessage, EngineInfo, Partial, SpeechPiece, ToolCall, ToolSpec, WordTime
from parley.errors import LanguageModelError, SynthesizerFailed, TranscriberFailed

TONE_HZ = 440.0
TONE_PEAK = 8000
PIECE_S = 0.06


def _info(name: str) -> EngineInfo:
    return EngineInfo(name=name, basic=False)


class FakeVad:
    """Hears speech in the given intervals, in seconds since the start or the last reset."""

    info = _info("fake-vad")

    def __init__(self, speech: Iterable[tuple[float, float]] = ()) -> None:
        self._speech = list(speech)
        self._windows = 0

    def probability(self, window: Samples) -> float:
        if window.size != WINDOW:
            raise ValueError(f"a VAD window has {window.size} samples, not {WINDOW}")
        middle_s = (self._windows + 0.5) * WINDOW_S
        self._windows += 1
        return 0.95 if any(start <= middle_s < end for start, end in self._speech) else 0.02

    def reset(self) -> None:
        self._windows = 0

    def fresh(self) -> "FakeVad":
        return FakeVad(self._speech)


class LoudVad(FakeVad):
    """Takes for speech what is loud, whenever it comes."""

    def probability(self, window: Samples) -> float:
        return 0.95 if rms(window) > 1000 else 0.02

    def fresh(self) -> "LoudVad":
        return LoudVad()


class FakeTranscriber:
    """Understands the given texts, one an utterance, the last one for ever. Silence is no utterance."""

    info = _info("fake-transcriber")

    def __init__(
        self, texts: Sequence[str] = ("hello",), delay_s: float = 0.0, error: TranscriberFailed | None = None
    ) -> None:
        self._texts = texts
        self._delay_s = delay_s
        self._error = error
        self._given = 0
        self._heard = False
        self._seen: str | None = None
        """The text of what was fed, once it is transcribed."""
        self.samples_fed = 0
        """Of the utterance at work."""
        self.voiced_samples = 0
        """The part of them that is in windows with sound in them."""
        self.finishes = 0
        self.transcriptions = 0

    async def start(self) -> None:
        self._heard = False
        self._seen = None
        self.samples_fed = self.voiced_samples = 0

    async def feed(self, samples: Samples) -> None:
        self._seen = None
        self.samples_fed += samples.size
        windows = [samples[at : at + WINDOW] for at in range(0, samples.size, WINDOW)]
        self.voiced_samples += sum(len(w) for w in windows if np.any(np.abs(w.astype(np.int32)) > 200))
        self._heard = self.voiced_samples > 0

    async def partial(self) -> Partial:
        """The words so far, at four a second."""
        words = self._text().split() if self._heard else []
        return Partial(" ".join(words[: 4 * self.samples_fed // MIC_RATE_HZ]))

    async def peek(self) -> str:
        if self._seen is None:
            self.transcriptions += 1
            await anyio.sleep(self._delay_s)
            if self._error is not None:
                raise self._error
            self._seen = self._text() if self._heard else ""
        return self._seen

    async def finish(self) -> str:
        self.finishes += 1
        text = await self.peek()
        self._given += bool(text)
        self._heard, self._seen = False, ""
        return text

    def _text(self) -> str:
        return self._texts[min(self._given, len(self._texts) - 1)]

    async def aclose(self) -> None:
        pass


class GrowingTranscriber(FakeTranscriber):
    """Understands a word for each fifth of a second with sound in it."""

    def _text(self) -> str:
        return " ".join(["apple"] * round(5 * self.voiced_samples / MIC_RATE_HZ))


@dataclass
class FakeLanguageModel:
    """Says `pieces` to everything; `error` is raised after them. With `calls` it then wants these used, and says
    `after` when it has the results."""

    pieces: Sequence[str] = ("It is noon. ", "Shall we eat?")
    first_token_s: float = 0.0
    between_s: float = 0.0
    error: LanguageModelError | None = None
    calls: Sequence[ToolCall] = ()
    after: Sequence[str] = ("Done.",)
    info: EngineInfo = field(default=_info("fake-model"), kw_only=True)
    asked: list[list[ChatMessage]] = field(default_factory=list, init=False)
    """Every conversation that it was given."""
    offered: list[list[str]] = field(default_factory=list, init=False)
    """The names of the tools, each time."""
    open_streams: int = field(default=0, init=False)
    warmed: int = field(default=0, init=False)

    async def stream(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        self.asked.append(list(messages))
        self.offered.append([tool.name for tool in tools])
        has_results = bool(messages[-1].results)
        self.open_streams += 1
        try:
            await anyio.sleep(self.first_token_s)
            for index, piece in enumerate(self.after if has_results else self.pieces):
                if index:
                    await anyio.sleep(self.between_s)
                yield piece
            for call in () if has_results else self.calls:
                yield call
            if self.error is not None:
                raise self.error
        finally:
            self.open_streams -= 1

    async def warm(self) -> None:
        self.warmed += 1

    async def aclose(self) -> None:
        pass


class FakeSynthesizer:
    """Speaks a tone of 440 Hz, every word equally long, so that it can be found in a recording.

    With `threaded` the pieces come from a thread, as the real engines' do.
    """

    info = _info("fake-synthesizer")

    def __init__(
        self,
        sample_rate_hz: int = 24_000,
        seconds_per_word: float = 0.3,
        first_audio_s: float = 0.0,
        error: SynthesizerFailed | None = None,
        threaded: bool = False,
        wants_short_start: bool = False,
        remembers: bool = True,
    ) -> None:
        self.info = replace(self.info, wants_short_start=wants_short_start)
        self._remembers = remembers
        self.sample_rate_hz = sample_rate_hz
        self._word_samples = round(seconds_per_word * sample_rate_hz)
        self._first_audio_s = first_audio_s
        self._error = error
        self._thread = ModelThread("fake-synthesizer") if threaded else None
        self.spoken: list[str] = []
        self.wakes = 0

    def wake(self) -> None:
        self.wakes += 1

    async def rest(self) -> None:
        """There is no process to let go of."""

    async def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        if self._remembers:
            self.spoken.append(sentence)
        await anyio.sleep(self._first_audio_s)
        pieces = self._pieces(sentence)
        if self._thread is None:
            for piece in pieces:
                await anyio.lowlevel.checkpoint()
                yield piece
        else:

            def work(emit: Emit[SpeechPiece]) -> None:
                for piece in pieces:
                    if not emit(piece):
                        return

            async with aclosing(self._thread.stream(work)) as stream:
                async for piece in stream:
                    yield piece
        if self._error is not None:
            raise self._error

    async def aclose(self) -> None:
        if self._thread is not None:
            self._thread.close()

    def _pieces(self, sentence: str) -> list[SpeechPiece]:
        words = _word_times(sentence, self._word_samples)
        total = self._word_samples * len(words)
        tone = np.sin(2 * np.pi * TONE_HZ * np.arange(total) / self.sample_rate_hz)
        samples = np.rint(TONE_PEAK * tone).astype(np.int16)
        step = round(PIECE_S * self.sample_rate_hz)
        return [
            SpeechPiece(
                samples[start : start + step],
                tuple(word for word in words if start <= word.first_sample < start + step),
            )
            for start in range(0, total, step)
        ]


def _word_times(sentence: str, word_samples: int) -> list[WordTime]:
    words = []
    at = 0
    for index, word in enumerate(sentence.split()):
        at = sentence.index(word, at)
        words.append(WordTime(at, len(word), index * word_samples))
        at += len(word)
    return words
