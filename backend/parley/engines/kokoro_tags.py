"""Which part of speech an English word is, as far as its pronunciation hangs on it: to *use* it, its *use*. Pure.

Kokoro's own tagger is a spaCy model that would be downloaded when it is first needed. Some 800 words of its
lexicon have two pronunciations, mostly of a noun and a verb; the word before tells most of them apart. What it
does not tell has no tag, and gets the lexicon's first choice. The tags are the Penn Treebank's.
"""

from collections.abc import Sequence

OTHER = "X"

MARKS = {
    **{".": ".", "!": ".", "?": ".", ",": ",", "#": "#", "$": "$", "£": "$", "€": "$"},
    **{";": ":", ":": ":", "…": ":", "—": ":", "–": ":", "-": ":"},
    **{"(": "-LRB-", ")": "-RRB-", "“": "``", '"': "''", "”": "''"},
}

_PRONOUNS = frozenset("i you he she it we they who".split())
_FIXED = {
    **dict.fromkeys(_PRONOUNS, "PRP"),
    **dict.fromkeys("a an the".split(), "DT"),
    **dict.fromkeys("in on at of for with from by about into vs vs.".split(), "IN"),
    "to": "TO",
}
_BEFORE_VERB = frozenset(
    """to i you we they who can could will would shall should may might must do does did don't doesn't didn't won't
    can't couldn't wouldn't shouldn't not n't 'll let's please""".split()
)
_BEFORE_NOUN = frozenset(
    """a an the this that these those my your his her its our their some any no every each another of in on at for
    with from by about into""".split()
)
_BEFORE_PARTICIPLE = frozenset("have has had 've having was were been being be is are am i've we've you've".split())
_THROUGH = frozenset("also just never always still really only".split())
"""Adverbs that stand between, and change nothing."""


def tags(words: Sequence[str]) -> list[str]:
    """One for each word or mark of a sentence, as spaCy's tokenizer cuts it."""
    found = []
    before = ""
    for word in words:
        small = word.lower().replace("’", "'")
        found.append(_tag(word, small, before))
        if small not in _THROUGH:
            before = small
    return found


def _tag(word: str, small: str, before: str) -> str:
    if word in MARKS:
        return MARKS[word]
    if _is_number(word):
        return "CD"
    if small in _FIXED:
        return _FIXED[small]
    if before in _BEFORE_PARTICIPLE:
        return "VBN"
    if before in _BEFORE_VERB:
        return "VB"
    if before in _BEFORE_NOUN:
        return "NN"
    return OTHER


def _is_number(word: str) -> bool:
    return any(character.isdigit() for character in word) and not any(character.isalpha() for character in word)
