"""A synthesizer with a spare: where the main one breaks in the middle of a sentence, the spare goes on.

It goes on at the first word that was not said to its end, as far as the words' times tell: nothing is lost, and no
whole word is said twice. Half a word is no word: one that broke off is said again from its beginning, as people do.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from ..audio.pcm_stream import PcmFormat, PcmReader
from ..errors import EngineError
from .estimated_words import CHARS_PER_S
from .fallback import Fallback, Pair
from .patience import Patience
from .ports import SpeechPiece, Synthesizer, WordTime
from .spoken_words import spoken_words

FIRST_S, FIRST_MOST_S = 8.0, 15.0
"""For the first piece of a sentence: before anything was measured, and at the most."""

GAP_S, GAP_MOST_S = 3.0, 10.0
"""The same between two pieces: an engine may make one clause after the other."""

SAID = 0.8
"""Of a word's length, by the pace of the words before it, which is never its own: then it counts as said."""

WARM_UP = "Hello."


class FallbackSynthesizer(Fallback[Synthesizer]):
    """Speech has the main engine's rate, whoever speaks: a turn has one."""

    def __init__(self, pair: Pair[Synthesizer]) -> None:
        super().__init__(pair)
        self.sample_rate_hz = self.main.sample_rate_hz
        self._beginning = Patience(FIRST_S, FIRST_MOST_S)
        self._going_on = Patience(GAP_S, GAP_MOST_S)

    async def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        samples = 0
        words: list[WordTime] = []
        if self.is_up:
            try:
                async with aclosing(self.main.speak(sentence)) as pieces:
                    while (piece := await self._next(pieces, sentence, samples)) is not None:
                        samples += piece.samples.size
                        words += piece.words
                        yield piece
                if samples:
                    self._served()
                return
            except EngineError as error:
                self._broke(error)
        first_char = unsaid(sentence, words, samples, self.sample_rate_hz)
        if first_char == len(sentence):
            return
        async with aclosing(self._by_spare(sentence[first_char:], first_char, samples)) as pieces:
            async for piece in pieces:
                yield piece

    async def _next(self, pieces: AsyncGenerator[SpeechPiece, None], sentence: str, samples: int) -> SpeechPiece | None:
        patience, size = (self._going_on, 1) if samples else (self._beginning, len(sentence))
        return await self._main_does(lambda: anext(pieces, None), patience, size)

    async def _by_spare(self, rest: str, first_char: int, first_sample: int) -> AsyncGenerator[SpeechPiece, None]:
        """What is left of a sentence, its positions counted from the sentence's beginning."""
        reader = PcmReader(PcmFormat(self.spare.sample_rate_hz), self.sample_rate_hz)
        ratio = self.sample_rate_hz / self.spare.sample_rate_hz
        held: tuple[WordTime, ...] = ()
        async with aclosing(self.spare.speak(rest)) as pieces:
            async for piece in pieces:
                held += tuple(
                    WordTime(
                        first_char + word.first_char, word.char_count, first_sample + int(ratio * word.first_sample)
                    )
                    for word in piece.words
                )
                samples = reader.feed(piece.samples.tobytes())
                if samples.size:
                    yield SpeechPiece(samples, held)
                    held = ()
        samples = reader.flush()
        if samples.size:
            yield SpeechPiece(samples, held)

    async def _warm_up(self) -> None:
        async with aclosing(self.main.speak(WARM_UP)) as pieces:
            async for _ in pieces:
                pass


def unsaid(sentence: str, told: Sequence[WordTime], samples: int, rate_hz: int) -> int:
    """Where to go on in a sentence of whose speech so much was passed on, with the times of the words that began in it.

    An engine that tells no word times is taken to speak as fast as people do.
    """
    if not samples:
        return 0
    chars_per_sample = CHARS_PER_S / rate_hz
    first, last = (told[0], told[-1]) if told else (WordTime(0, 0, 0), WordTime(0, 0, 0))
    if last.first_sample > first.first_sample:
        chars_per_sample = (last.first_char - first.first_char) / (last.first_sample - first.first_sample)
    said = last.first_char + (samples - last.first_sample) * chars_per_sample
    for word in spoken_words(sentence):
        has_begun = word.first_char <= last.first_char if told else word.first_char < said
        is_said = word.first_char + SAID * word.char_count <= said
        if not (has_begun and is_said) and word.first_char >= last.first_char:
            return word.start
    return len(sentence)
