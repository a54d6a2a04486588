"""Text to phonemes for Kokoro, in its worker, with nothing fetched at run time.

misaki's English G2P wants a spaCy model, and downloads it where it is missing. All that it takes from it is how a
sentence is cut and the tags of its words: the first needs no model, the second is kokoro_tags.py. Its lexicon
and its rules are as they were; words that it does not know are spelled by espeak-ng, as are other languages.
"""

from collections.abc import Callable
from typing import Any

import spacy
from misaki import en, espeak
from phonemizer.backend.espeak.wrapper import EspeakWrapper

from .espeak_data import short_path
from .kokoro_tags import tags
from .kokoro_words import Word, spelled

ENGLISH = {"en-us": False, "en-gb": True}
"""Whether it is British."""

Spell = Callable[[str], list[Word]]


def speller(language: str) -> Spell:
    """A function from a text to its words, for a language of kokoro_voices.py."""
    import espeakng_loader

    EspeakWrapper.set_data_path(short_path(espeakng_loader.get_data_path()))
    en.print = lambda *_: None  # It prints the numbers that it cannot read.
    if language in ENGLISH:
        return _English(british=ENGLISH[language]).spell
    other = espeak.EspeakG2P(language=language)
    return lambda text: spelled(text, other(text)[0])


class _English(en.G2P):  # type: ignore[misc]  # the library has no types
    def __init__(self, british: bool) -> None:
        """All that the library's own does, but for its model."""
        self.british = british
        self.version = None
        self.unk = ""
        self.lexicon = en.Lexicon(british)
        self.fallback = espeak.EspeakFallback(british=british)
        self._cut = spacy.blank("en").make_doc

    def tokenize(self, text: str, tokens: Any, features: Any) -> list[Any]:
        doc = self._cut(text)
        return [
            en.MToken(
                text=token.text,
                tag=tag,
                whitespace=token.whitespace_,
                _=en.MToken.Underscore(is_head=True, num_flags="", prespace=False),
            )
            for token, tag in zip(doc, tags([token.text for token in doc]), strict=True)
        ]

    def spell(self, text: str) -> list[Word]:
        _, found = self(text, preprocess=False)  # It would read [text](this) as a word with its phonemes.
        words, at = [], 0
        for token in found:
            at = max(at, text.find(token.text, at))
            words.append(Word(at, token.phonemes or "", bool(token.whitespace)))
            at += len(token.text)
        return words
