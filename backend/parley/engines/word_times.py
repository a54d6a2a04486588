"""A synthesizer's word events turned into the times of the words that people see. Used by espeak.py and kokoro.py.

The libraries' own words are not ours: espeak-ng splits "2026" and "$1,250.50" into what it says, reports the parts
more than once, and counts no characters in “fine”; Kokoro's are tokens, marks among them. So an event only points
at a place in the text, and the first one that points into a word tells when that word begins. Words that are run
together ("in the", of which espeak-ng tells one) share the time of both by their letters.
"""

import re
from collections.abc import Iterable

from .ports import WordTime

_WORD = re.compile(r"\S+")
_OUTSIDE = "\"'“”‘’«»()[]{}.,;:!?…–—-"
"""What stands around a word without belonging to it."""


class WordTimes:
    """The words of one sentence, each reported once, in order."""

    def __init__(self, text: str) -> None:
        self._words = [match.span() for match in _WORD.finditer(text) if _has_sound(match.group())]
        self._text = text
        self._next = 0
        """The first word that has not begun."""
        self._began = 0
        """When the one before it began."""

    def begun(self, events: Iterable[tuple[int, int]], first_sample: int, count: int) -> tuple[WordTime, ...]:
        """The words that begin in a piece of `count` samples, by its events (character, sample)."""
        times = []
        for character, sample in events:
            word = self._word_at(character)
            if word is None or word < self._next:
                continue
            # The clamp keeps the library's rounding (up to 20 samples) inside the piece.
            sample = min(max(sample, first_sample), first_sample + count - 1)
            times += [self._time(each, at) for each, at in self._shared(word, sample)]
            self._next, self._began = word + 1, sample
        return tuple(times)

    def _shared(self, word: int, sample: int) -> list[tuple[int, int]]:
        """`word` begins at `sample`, and those before it that had no event, maybe in the piece before."""
        run = range(max(self._next - 1, 0), word)
        letters = [sum(map(str.isalnum, self._text[slice(*self._words[each])])) for each in run]
        whole = max(sum(letters), 1)
        times = [
            (each, self._began + (sample - self._began) * sum(letters[:before]) // whole)
            for before, each in enumerate(run)
        ]
        return [each for each in times if each[0] >= self._next] + [(word, sample)]

    def _word_at(self, character: int) -> int | None:
        for index, (start, end) in enumerate(self._words):
            if start <= character < end:
                return index
        return None

    def _time(self, word: int, sample: int) -> WordTime:
        start, end = self._words[word]
        whole = self._text[start:end]
        inner = whole.strip(_OUTSIDE) or whole
        return WordTime(start + whole.index(inner), len(inner), sample)


def _has_sound(word: str) -> bool:
    return any(character.isalnum() for character in word) or bool(word.strip(_OUTSIDE))
