"""pocketsphinx's decoder, in the worker process that pocketsphinx.py starts. Whatever it raises is worded there."""

import re

from pocketsphinx import Decoder

_NOISE = re.compile(r"<[^>]*>|\[[^\]]*\]|\+\+\S*\+\+")
"""Markers that are no words: <s>, <sil>, [NOISE], ++BREATH++ (noisedict of the bundled model)."""

_VARIANT = re.compile(r"\(\d+\)")
"""Which pronunciation was heard: the(2)."""


class Recognizer:
    """One decoder for the whole session: its cepstral mean goes on adapting to this voice and microphone."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._decoder = Decoder(samprate=sample_rate_hz, loglevel="FATAL", fwdflat=False)
        self._speaking = False
        """An utterance is open in the decoder."""

    def start(self) -> None:
        self._end()
        self._decoder.start_utt()
        self._speaking = True

    def feed(self, pcm: bytes) -> None:
        if not self._speaking:
            raise ValueError("audio came before an utterance was begun")
        self._decoder.process_raw(pcm, no_search=False, full_utt=False)

    def partial(self) -> str:
        return self._text() if self._speaking else ""

    def peek(self) -> str:
        """The best path so far. The end looks at all paths together, which changes one text in four, for 20 ms."""
        return self.partial()

    def finish(self) -> str:
        if not self._speaking:
            return ""  # the decoder would repeat the utterance before
        self._end()
        return self._text()

    def _end(self) -> None:
        if self._speaking:
            self._speaking = False
            self._decoder.end_utt()

    def _text(self) -> str:
        hypothesis = self._decoder.hyp()
        return "" if hypothesis is None else clean(hypothesis.hypstr)


load = Recognizer


def clean(text: str) -> str:
    """Leave only words: `"<sil> the(2) cat [NOISE]"` → `"the cat"`."""
    return " ".join(_VARIANT.sub("", _NOISE.sub(" ", text)).split())
