"""Kokoro's voices, by their files: the first letter is the language, the second f or m. Pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

DEFAULT_VOICE = "af_heart"


class Language(NamedTuple):
    code: str
    name: str


LANGUAGES = {
    "a": Language("en-us", "American English"),
    "b": Language("en-gb", "British English"),
    "e": Language("es", "Spanish"),
    "f": Language("fr-fr", "French"),
    "h": Language("hi", "Hindi"),
    "i": Language("it", "Italian"),
    "p": Language("pt-br", "Brazilian Portuguese"),
}
"""By the first letter of a voice. Japanese (j) and Chinese (z) need dictionaries that the voice pack leaves out."""


class Voice(NamedTuple):
    name: str
    """As in settings: `af_heart`."""
    title: str
    language: Language
    gender: Literal["female", "male"]


def voices(names: Iterable[str]) -> list[Voice]:
    """Those that can be spoken with, of all whose files are there."""
    known = [name for name in sorted(names) if name[:1] in LANGUAGES and name[1:3] in ("f_", "m_")]
    return [
        Voice(name, name[3:].capitalize(), LANGUAGES[name[0]], "female" if name[1] == "f" else "male") for name in known
    ]
