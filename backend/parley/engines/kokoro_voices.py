"""Kokoro's voices, by their files: the first letter is the language, the second f or m. Pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

DEFAULT_VOICE = "af_heart"


class Language(NamedTuple):
    code: str
    name: str
    sample: str
    """Something to hear a voice by."""


LANGUAGES = {
    "a": Language("en-us", "American English", "Hello, I am your assistant. What shall we do today?"),
    "b": Language("en-gb", "British English", "Hello, I am your assistant. What shall we do today?"),
    "e": Language("es", "Spanish", "Hola, soy tu asistente. ¿Qué hacemos hoy?"),
    "f": Language("fr-fr", "French", "Bonjour, je suis votre assistant. Que faisons-nous aujourd’hui ?"),
    "h": Language("hi", "Hindi", "नमस्ते, मैं आपका सहायक हूँ। आज हम क्या करें?"),
    "i": Language("it", "Italian", "Ciao, sono il tuo assistente. Che cosa facciamo oggi?"),
    "p": Language("pt-br", "Brazilian Portuguese", "Olá, eu sou o seu assistente. O que vamos fazer hoje?"),
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
