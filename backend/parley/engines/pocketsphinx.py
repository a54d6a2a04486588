"""The recognizer that is always there: pocketsphinx with the small US-English model inside its wheel.

It works while the user speaks, so its answer is ready some 15 ms after the end of an utterance.

Its calls hold Python's global lock, so the event loop stands still during each. Therefore audio goes in by
steps of 10 ms of sound (about 1 ms of work), and the second, flat search is off: it would hold the lock for
60 to 200 ms at the end of every utterance and was no better on an assistant's questions (21, 22 and 9 % of
words wrong without it, 23, 22 and 14 % with it; flite's rms, slt and kal16 voices).
"""

import re
from typing import TYPE_CHECKING

import numpy as np

from ..audio.pcm import MIC_RATE_HZ, Samples
from ..errors import EngineMissing, TranscriberFailed
from .model_thread import ModelThread
from .ports import EngineInfo, Partial

if TYPE_CHECKING:
    from pocketsphinx import Decoder

STEP = MIC_RATE_HZ // 100
"""Samples given to the decoder in one call: one of its feature frames."""

_NOISE = re.compile(r"<[^>]*>|\[[^\]]*\]|\+\+\S*\+\+")
"""Markers that are no words: <s>, <sil>, [NOISE], ++BREATH++ (noisedict of the bundled model)."""

_VARIANT = re.compile(r"\(\d+\)")
"""Which pronunciation was heard: the(2)."""


class PocketsphinxTranscriber:
    """One decoder for the whole session: its cepstral mean goes on adapting to this voice and microphone."""

    info = EngineInfo(
        name="pocketsphinx",
        basic=True,
        remedy="It makes mistakes and knows only English; a Whisper model understands much better.",
    )

    def __init__(self, thread: ModelThread, decoder: "Decoder") -> None:
        self._thread = thread
        self._decoder = decoder
        self._speaking = False
        """An utterance is open in the decoder. Touched only in the model's thread."""

    @classmethod
    async def load(cls) -> "PocketsphinxTranscriber":
        """Load the bundled model (0.3 s) in the engine's own thread. Raises `EngineMissing`."""
        thread = ModelThread("pocketsphinx")
        try:
            return cls(thread, await thread.call(_open_decoder))
        except BaseException:
            thread.close()
            raise

    async def start(self) -> None:
        await self._thread.call(self._start)

    async def feed(self, samples: Samples) -> None:
        # A copy, because the caller may use its buffer again while the step waits in the thread.
        pcm = np.ascontiguousarray(samples, dtype="<i2").tobytes()
        await self._thread.call(lambda: self._feed(pcm))

    async def partial(self) -> Partial:
        """Nothing is stable: the best path of a later frame may replace every word."""
        return Partial(await self._thread.call(self._partial))

    async def finish(self) -> str:
        return await self._thread.call(self._finish)

    async def aclose(self) -> None:
        self._thread.close()

    # Below: in the model's thread.

    def _start(self) -> None:
        self._end()
        try:
            self._decoder.start_utt()
        except RuntimeError as error:
            raise TranscriberFailed("pocketsphinx could not begin an utterance") from error
        self._speaking = True

    def _feed(self, pcm: bytes) -> None:
        if not self._speaking:
            raise TranscriberFailed("pocketsphinx was given audio before an utterance was begun")
        for start in range(0, len(pcm), 2 * STEP):
            try:
                self._decoder.process_raw(pcm[start : start + 2 * STEP], no_search=False, full_utt=False)
            except RuntimeError as error:
                raise TranscriberFailed("pocketsphinx could not process audio") from error

    def _partial(self) -> str:
        return self._text() if self._speaking else ""

    def _finish(self) -> str:
        if not self._speaking:
            return ""  # the decoder would repeat the utterance before
        self._end()
        return self._text()

    def _end(self) -> None:
        if not self._speaking:
            return
        self._speaking = False
        try:
            self._decoder.end_utt()
        except RuntimeError as error:
            raise TranscriberFailed("pocketsphinx could not end an utterance") from error

    def _text(self) -> str:
        hypothesis = self._decoder.hyp()
        return "" if hypothesis is None else clean(hypothesis.hypstr)


def clean(text: str) -> str:
    """Leave only words: `"<sil> the(2) cat [NOISE]"` → `"the cat"`."""
    return " ".join(_VARIANT.sub("", _NOISE.sub(" ", text)).split())


def _open_decoder() -> "Decoder":
    try:
        import pocketsphinx
    except ImportError as error:
        raise EngineMissing("Basic speech recognition needs the Python package pocketsphinx") from error
    try:
        return pocketsphinx.Decoder(samprate=MIC_RATE_HZ, loglevel="FATAL", fwdflat=False)
    except (RuntimeError, ValueError) as error:
        raise EngineMissing("The speech model inside the package pocketsphinx cannot be read") from error
