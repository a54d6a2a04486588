"""Each engine by itself, behind its port, several times: what it costs for a second of sound, and its first answer."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

import anyio
import numpy as np
import soxr
from anyio import to_thread
from msgspec.structs import replace

from ..audio.pcm import MIC_RATE_HZ, Samples, from_float
from ..credentials import Credentials
from ..engines.claude import ClaudeModel
from ..engines.espeak import EspeakSynthesizer
from ..engines.loading import chosen_model
from ..engines.local_models import AUTO_WHISPER, KOKORO, find_model, find_voice_python, find_whisper
from ..engines.local_speech import load_kokoro, load_whisper
from ..engines.offline import OfflineModel
from ..engines.pocketsphinx import PocketsphinxTranscriber
from ..engines.ports import ChatMessage, LanguageModel, Synthesizer, Transcriber
from ..errors import EngineError, ParleyError
from ..settings import Settings
from .figures import Bound, Figure, Unit
from .machine import Yardstick

SENTENCE = "Tell me something about the weather in the mountains."
QUESTION = "What time is it?"
ANTHROPIC = "https://api.anthropic.com"
ANSWER_S = 60.0


class Bench:
    """Collects figures, and the reasons for those that are missing."""

    def __init__(
        self, settings: Settings, credentials: Credentials, rounds: int, network: bool, tell: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._rounds = rounds
        self._network = network
        self._tell = tell
        self._yardstick = Yardstick()
        self._paces_ms: list[float] = []
        self.figures: list[Figure] = []
        self.not_measured: list[str] = []
        self.spoken = np.zeros(0, np.int16)
        """`SENTENCE`, as the microphone would hear it."""
        self.asked = np.zeros(0, np.int16)
        """`QUESTION`, the same."""

    def figure(self, name: str) -> float | None:
        return next((one.median for one in self.figures if one.name == name), None)

    async def run(self) -> None:
        """Raises nothing for an engine that is broken or not here."""
        await self._voices()
        await self._recognizers()
        await self._language_models()

    async def _voices(self) -> None:
        async with self._trying("voice espeak"):
            espeak = await EspeakSynthesizer.load(self._settings.voice, self._settings.words_per_minute)
            async with aclosing(espeak):
                self.spoken = as_microphone(await _whole(espeak, SENTENCE), espeak.sample_rate_hz)
                self.asked = as_microphone(await _whole(espeak, QUESTION), espeak.sample_rate_hz)
                await self._voice("voice espeak", espeak)
        if find_model(KOKORO) is None or find_voice_python() is None:
            self.not_measured.append("voice kokoro: it is not on this computer (parley models get kokoro)")
            return
        async with self._trying("voice kokoro"):
            async with aclosing(await load_kokoro(self._settings, None)) as kokoro:
                await self._voice("voice kokoro", kokoro)

    async def _voice(self, name: str, voice: Synthesizer) -> None:
        await _whole(voice, QUESTION)  # the first call of all sets things up
        first_ms, factors = [], []
        for _ in range(self._rounds):
            self._paces_ms.append(self._yardstick.take_ms())
            began = time.perf_counter()
            samples, first_at = 0, 0.0
            async with aclosing(voice.speak(SENTENCE)) as pieces:
                async for piece in pieces:
                    first_at = first_at or time.perf_counter()
                    samples += len(piece.samples)
            if not samples:
                raise ParleyError("it gave no sound")
            first_ms.append(1000 * (first_at - began))
            factors.append((time.perf_counter() - began) / (samples / voice.sample_rate_hz))
        self._add(f"{name}, first sound", "ms", first_ms)
        self._add(name, "× real time", factors)

    async def _recognizers(self) -> None:
        if not self.spoken.size:
            self.not_measured.append("recognition: there is no voice to speak to it")
            return
        await self._recognizer("recognition pocketsphinx", PocketsphinxTranscriber.load)
        sizes = [size for size in AUTO_WHISPER if await to_thread.run_sync(find_whisper, size) is not None]
        if not sizes:
            self.not_measured.append(
                "recognition whisper: no model is on this computer (parley models get whisper-base)"
            )
        for size in sizes:
            load = partial(load_whisper, replace(self._settings, whisper_model=size))
            await self._recognizer(f"recognition whisper-{size}", load)

    async def _recognizer(self, name: str, load: Callable[[], Awaitable[Transcriber]]) -> None:
        async with self._trying(name):
            async with aclosing(await load()) as ear:
                await _understand(ear, self.spoken)
                factors = []
                for _ in range(self._rounds):
                    self._paces_ms.append(self._yardstick.take_ms())
                    began = time.perf_counter()
                    await _understand(ear, self.spoken)
                    factors.append((time.perf_counter() - began) * MIC_RATE_HZ / len(self.spoken))
            self._add(name, "× real time", factors)

    async def _language_models(self) -> None:
        async with self._trying("language model offline"):
            await self._language_model("language model offline, first words", await OfflineModel.load(), "processor")
        chosen = chosen_model(self._settings, self._credentials)
        if chosen == "offline":
            self.not_measured.append("language model claude: no key and no server is set where this command sees it")
        elif not self._network:
            self.not_measured.append(
                f"language model {chosen}: it is asked with --network only ({self._rounds + 1} short questions)"
            )
        else:
            async with self._trying(f"language model {chosen}"):
                model = await ClaudeModel.load(self._settings, self._credentials, bedrock=chosen == "bedrock")
                floor = await _round_trip_ms(self._settings.base_url or ANTHROPIC) if chosen == "claude" else None
                await self._language_model(f"language model {chosen}, first words", model, "network", floor)

    async def _language_model(self, name: str, model: LanguageModel, bound: Bound, floor: float | None = None) -> None:
        first_ms = []
        async with aclosing(model):
            for number in range(self._rounds + 1):
                began = time.perf_counter()
                with anyio.fail_after(ANSWER_S):
                    async with aclosing(model.stream([ChatMessage("user", QUESTION)])) as words:
                        if await anext(words, None) is None:
                            raise ParleyError("it answered without a word")
                if number:  # the first one opens the connection
                    first_ms.append(1000 * (time.perf_counter() - began))
        floor_is = "" if floor is None else "a connection"
        self.figures.append(Figure(name=name, unit="ms", values=first_ms, bound=bound, floor=floor, floor_is=floor_is))

    def _add(self, name: str, unit: Unit, values: list[float]) -> None:
        self.figures.append(Figure(name=name, unit=unit, values=values, yardstick_ms=self._paces_ms))

    @asynccontextmanager
    async def _trying(self, name: str) -> AsyncIterator[None]:
        self._tell(name)
        self._paces_ms = []
        try:
            yield
        except (ParleyError, EngineError) as error:
            self.not_measured.append(f"{name}: {error}")
        except TimeoutError:
            self.not_measured.append(f"{name}: it has not answered within {ANSWER_S:.0f} s")


def as_microphone(samples: Samples, rate_hz: int) -> Samples:
    return from_float(soxr.resample(samples.astype(np.float32) / 32768, rate_hz, MIC_RATE_HZ))


async def _whole(voice: Synthesizer, sentence: str) -> Samples:
    async with aclosing(voice.speak(sentence)) as pieces:
        return np.concatenate([piece.samples async for piece in pieces])


async def _understand(ear: Transcriber, sound: Samples) -> None:
    await ear.start()
    await ear.feed(sound)
    await ear.finish()


async def _round_trip_ms(address: str) -> float | None:
    """Of opening a connection to that host; None where it cannot be had, as behind a proxy."""
    parts = urlsplit(address)
    began = time.perf_counter()
    try:
        with anyio.fail_after(5.0):
            stream = await anyio.connect_tcp(parts.hostname or "", parts.port or 443)
    except (OSError, TimeoutError):
        return None
    took_ms = 1000 * (time.perf_counter() - began)
    await stream.aclose()
    return took_ms
