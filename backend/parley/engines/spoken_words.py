"""The words of a text that are said and highlighted, and where each of them stands. Pure."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\S+")
_OUTSIDE = "\"'“”‘’«»()[]{}.,;:!?…–—-"
"""What stands around a word without belonging to it."""


@dataclass(frozen=True)
class SpokenWord:
    start: int
    end: int
    """With what stands around it, as `“fine”,` does."""
    first_char: int
    char_count: int
    """Without: what is highlighted."""


def spoken_words(text: str) -> list[SpokenWord]:
    """In order. Punctuation that stands alone is no word."""
    return [_word(match) for match in _WORD.finditer(text) if _has_sound(match.group())]


def _word(match: re.Match[str]) -> SpokenWord:
    whole = match.group()
    inner = whole.strip(_OUTSIDE) or whole
    return SpokenWord(match.start(), match.end(), match.start() + whole.index(inner), len(inner))


def _has_sound(word: str) -> bool:
    return any(character.isalnum() for character in word) or bool(word.strip(_OUTSIDE))
