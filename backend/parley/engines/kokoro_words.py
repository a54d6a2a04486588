"""From words with their phonemes to what Kokoro takes in one go, and from its durations to times. Pure.

Kokoro says when each phoneme begins: it decides how many frames (40 a second) each of them lasts. It takes 510
phonemes at once, and gives no sound before it has all of them; so a long sentence is cut at a comma, which also
bounds how long a barge-in keeps it at work.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

FRAME = 600
"""Samples of 24 kHz: a fortieth of a second (MAGIC_DIVISOR in KPipeline.join_timestamps)."""

MAX_PHONEMES = 150
"""In one go: some 10 s of speech. It was trained on more, and speaks best between 100 and 200 (its VOICES.md)."""

_GOOD_CUTS = (".!?…", ":;", ",—")
"""After these, the first kind before the second (KPipeline.waterfall_last)."""

_LEADING_FRAMES = 3
"""Of the silence at the beginning that are left out (KPipeline.join_timestamps, which has them as a guess)."""


class Word(NamedTuple):
    """A word or a mark, as Kokoro says it."""

    char: int
    """Where it stands in the text."""
    phonemes: str
    space: bool
    """A space follows."""


def phonemes_of(words: Sequence[Word]) -> str:
    return "".join(word.phonemes + (" " if word.space else "") for word in words).rstrip()


def chunks(words: Iterable[Word], most: int = MAX_PHONEMES) -> list[list[Word]]:
    """Cut what is too long for one go, where it hurts least. A chunk that would be silent is left out."""
    found: list[list[Word]] = []
    held: list[Word] = []
    for word in itertools.chain.from_iterable(_bounded(one, most) for one in audible(words)):
        if held and len(phonemes_of([*held, word])) > most:
            cut = _cut(held)
            found.append(held[:cut])
            held = held[cut:]
        held.append(word)
    found.append(held)
    return [chunk for chunk in found if any(character.isalpha() for character in phonemes_of(chunk))]


def begins(words: Sequence[Word], frames: Sequence[int]) -> list[tuple[int, int]]:
    """(character, first sample) of each word that is heard, by how many frames each phoneme lasts.

    `frames` has one entry more at either end, for the silence around them. The rule is the library's own: half of
    the space before a word is the word's.
    """
    found = []
    # In half frames, so that a space can be halved: where the next word counts from, and where its sound begins.
    start = sound = 2 * max(0, frames[0] - _LEADING_FRAMES)
    at = 1
    for index, word in enumerate(words):
        found.append((word.char, start * FRAME // 2))
        end = at + len(word.phonemes)
        space = frames[end] if word.space and index < len(words) - 1 else 0
        start = sound + 2 * sum(frames[at:end]) + space
        sound = start + space
        at = end + (1 if space else 0)
    return found


def audible(words: Iterable[Word]) -> list[Word]:
    """Without those that Kokoro has no phonemes for; a space behind one belongs to the word before it."""
    found: list[Word] = []
    for word in words:
        if word.phonemes.strip():
            found.append(word)
        elif word.space and found:
            found[-1] = found[-1]._replace(space=True)
    return found


def spelled(text: str, phonemes: str) -> list[Word]:
    """Words of a language whose phonemes come for the whole text. Some are run together, and a number becomes
    several: then they are shared out."""
    written = list(re.finditer(r"\S*\w\S*", text))
    spoken = phonemes.split()
    if not written or not spoken:
        return []
    numbers = [match for match in written if any(character.isdigit() for character in match.group())]
    surplus = len(spoken) - len(written)
    if numbers and surplus > 0:
        more = {match.start(): len(part) for match, part in zip(numbers, _shares(surplus, len(numbers)), strict=True)}
        places = [match.start() for match in written for _ in range(1 + more.get(match.start(), 0))]
    else:
        places = [written[index * len(written) // len(spoken)].start() for index in range(len(spoken))]
    last = len(spoken) - 1
    return [Word(place, word, index < last) for index, (place, word) in enumerate(zip(places, spoken, strict=True))]


def _shares(count: int, among: int) -> list[range]:
    return [range(index * count // among, (index + 1) * count // among) for index in range(among)]


def _cut(words: Sequence[Word]) -> int:
    for marks in _GOOD_CUTS:
        for index in range(len(words) - 1, 0, -1):
            if words[index].phonemes and words[index].phonemes[-1] in marks:
                return index + 1
    return len(words)


def _bounded(word: Word, most: int) -> list[Word]:
    if len(word.phonemes) <= most:
        return [word]
    parts = [word.phonemes[at : at + most] for at in range(0, len(word.phonemes), most)]
    return [Word(word.char, part, word.space and part is parts[-1]) for part in parts]
