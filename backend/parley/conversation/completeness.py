"""Whether what was understood so far sounds finished. Pure: words in, a judgement out. The endpointer asks it.

English only: of words in another language it knows nothing, and says so, which means the usual wait. A basic recognizer
writes no punctuation, so the words alone have to tell; where there is punctuation, it counts first.
"""

import re
from typing import Literal

Completeness = Literal["finished", "open", "unknown"]
"""finished: most people would answer now. open: something is missing. unknown: it may be either."""

HESITATIONS = frozenset("um uh uhm umm er erm hm hmm ah eh like well so".split())

NEEDS_MORE = frozenset(
    # Words that no English sentence ends with, or hardly ever: conjunctions, articles, possessives, auxiliaries, and
    # those prepositions that are seldom stranded at the end of a question.
    "and or but because if when while that than unless although though until since whereas whether as "
    "a an the my your his her its our their this these those some any every each no "
    "of with from into onto about between during without within against among toward towards near per via "
    "is are was were am be been being will would can could should shall may might must do does did have has had "
    "i you we they he she who whose which what where why how "
    "very really quite too also just let's let "
    "want need like give tell set make get call send remind put play show find book order buy".split()
)

QUESTION_TO = frozenset("to for at on in by".split())
"""They end a question that began with one of STRANDS ("who is it for"), and nothing else."""

STRANDS = frozenset("what who whom which where".split())

ASKS = frozenset("what who whom where which when why how whose".split())
VERBS_FIRST = frozenset(
    "is are was were am do does did can could will would should shall may might have has had".split()
)

DIGITS = frozenset(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million "
    "point dash double triple".split()
)
OPERATORS = frozenset("plus minus times over by divided".split())
READ_OUT = 3
"""So many number words in a row are a number being read out: it goes on after a breath."""

ANSWERS = frozenset(
    "yes yeah yep no nope okay ok sure stop thanks hello hi hey goodbye bye right exactly nothing never cancel "
    "continue wait pause".split()
)

_WORD = re.compile(r"[\w']+")


def completeness(text: str) -> Completeness:
    """Judge an utterance that has paused."""
    text = text.strip()
    words = _WORD.findall(text.lower())
    if not words:
        return "unknown"
    if text.endswith((",", ";", ":", "-", "–", "—", "…", "...")):
        return "open"
    last = words[-1]
    if last in HESITATIONS and last not in ANSWERS:
        return "open"
    if text.endswith(("?", "!")):
        return "finished"
    if len(words) == 1:
        return "finished" if last in ANSWERS else "unknown"
    if _is_number_in_progress(words):
        return "open"
    if last in QUESTION_TO:
        return "finished" if words[0] in STRANDS and len(words) > 3 else "open"
    if last in NEEDS_MORE:
        return "open"
    if text.endswith("."):
        return "finished"
    return "finished" if _has_a_clause(words) else "unknown"


def _is_number_in_progress(words: list[str]) -> bool:
    """ "five five five", "set a timer for ten": a unit or more digits are to come. Not "two plus two"."""
    row = 0
    for word in reversed(words):
        if word not in DIGITS and not word.isdigit():
            break
        row += 1
    if row == 0:
        return False
    before = words[-row - 1] if row < len(words) else ""
    return before not in OPERATORS and (row >= READ_OUT or before in ("for", "in", "is", "number", "code"))


def _has_a_clause(words: list[str]) -> bool:
    """A question or a sentence with room for a verb and what it is about: four words, or three that ask."""
    asks = words[0] in ASKS or words[0] in VERBS_FIRST
    return len(words) >= (3 if asks else 4)
