"""Cut a language model's text into sentences while it streams. Next: speakable.py and the subtitles.

Where it is in doubt it does not cut: a sentence too long costs some delay, one cut in two sounds broken.
"""

import re

from .markup import EMOJI

MAX_CHARS = 240
"""Without an end, a sentence is cut here at a clause (about 15 s of speech), so speech starts."""

HARD_MAX_CHARS = 1000
"""Where there is not even a space, as in a long address, it is cut here, anywhere."""

_MIN_CLAUSE_CHARS = 80
"""A clause shorter than this is not worth a cut at `MAX_CHARS`; the last space is taken instead."""

SHORT_START = (20, 60)
"""Where a synthesizer gives no sound before it has a whole sentence, the first piece of a reply ends at the first
clause of at least 20 characters (1.3 s of speech), the second of 60: each is made while the one before it is
heard, even at 0.4 s of work for a second of speech (Kokoro on two cores). Shorter ones it speaks badly."""

# Abbreviations, by what follows them; spelled as in a sentence (a first capital is also accepted for small
# ones). They are those of English, with a few of Spanish, French and German, that stand before a capital or a
# number. What may end a sentence (etc., Inc., Jr., p.m.) is not listed: a small letter after the stop tells
# it already.
_NEVER_LAST = frozenset(
    "Mr Mrs Ms Mx Dr Prof Rev Hon Gov Sen Rep Pres Gen Col Maj Capt Cmdr Lt Sgt St Mt "
    "Sra Srta Dra Mme Mlle Hr Fr "
    "mr mrs ms dr prof e.g i.e eg vs cf viz approx ca a.k.a z.B d.h bzw p.ej".split()
)
_BEFORE_NUMBER = frozenset(
    "no nos nr núm p pp vol ch fig figs eq sec art op par tel ext "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_CLOCK = frozenset({"A.M", "P.M"})

_STOPS = ".!?…"
_FULL_STOPS = "。！？｡؟۔।॥։።။។"
"""Stops that need no space after them."""
_BRACKETS = "\"'”’»›)]}」』）】》〉"
_CLOSERS = _BRACKETS + "*_~"
_CLOSER = f"[{re.escape(_CLOSERS)}]"

_END_OF_TIGHT = _FULL_STOPS + _STOPS + _CLOSERS
"""Without a space, only after one of these can a sentence have ended."""

_STOP = re.compile(
    rf"(?P<stops>[{_STOPS}]+)"
    rf"(?P<after>(?:{_CLOSER}|\[\^?\d{{1,3}}\]|\s*[{EMOJI}]|\s+[»”])*)\Z"
)
_FULL_STOP = re.compile(rf"[{_FULL_STOPS}][{_STOPS}{_FULL_STOPS}]*(?:{_CLOSER}|\s*[{EMOJI}])*\Z")
_GOES_ON = re.compile(rf"[{re.escape(_STOPS + _FULL_STOPS)},;:)\]}}»”–—，、；：{EMOJI}-]")
"""After stop and space these do not begin a sentence: they belong to the one before."""
_LIST_NUMBER = re.compile(r"[\s>*_#(-]*(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})\.")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_CONJUNCTIONS = "and but or so because when while which who that if since although though".split()
_START_CLAUSE = re.compile(rf"(?:[,;:]|\s[-–—])\s+\Z|[，、；：—]\s*\Z|\s(?=(?:{'|'.join(_CONJUNCTIONS)})\s+\Z)")
"""The end of a clause, when it has just been read: behind a mark, or before the conjunction that ends the text."""
_CLAUSE = re.compile(r"[,;:]\s+|\s[-–—]\s+|—\s*|[，、；：]\s*")
_FENCE = re.compile(r"[\s>]*(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?P<marks>`{3,}|~{3,})[^`\n]*\n")


class SentenceSplitter:
    """Sentences joined again are the text, to the character; whitespace goes with the sentence it follows.

    What comes out does not depend on how the text was cut into pieces. A sentence is handed out when the
    first character after it and its whitespace arrives. A line ends a sentence; a fenced code block is one,
    whole, however long.
    """

    def __init__(self, short_start: bool = False) -> None:
        """`short_start`: the first sentences may be clauses, see `SHORT_START`."""
        self._held = ""
        self._at_line_start = True
        self._starts = list(SHORT_START) if short_start else []
        """How short the next ones may be."""

    def feed(self, piece: str) -> list[str]:
        """Add text and return the sentences that are now known to be complete."""
        text = self._held + piece
        sentences = []
        start = 0
        for at in range(len(self._held), len(text)):
            end = self._end(text, start, at)
            if end > start:
                sentence = text[start:end]
                sentences.append(sentence)
                del self._starts[:1]
                self._at_line_start = "\n" in sentence[len(sentence.rstrip()) :]
                start = end
        self._held = text[start:]
        return sentences

    def flush(self) -> list[str]:
        """Return what is left and begin afresh."""
        rest = [self._held] if self._held else []
        self._held = ""
        self._at_line_start = True
        return rest

    def _end(self, text: str, start: int, at: int) -> int:
        """Where the sentence from `start` ends if the character at `at` shows that it has, `start` if not."""
        if text[at].isspace():
            return start
        fence = _FENCE.match(text, start, at) if self._at_line_start else None
        if fence:
            closed = text[at - 1].isspace() and _fence_is_closed(text[start:at], fence["marks"])
            return at if closed else start
        sentence = text[start:at]
        if _is_complete(sentence, text[at]):
            return at
        if self._starts and (clause := start_clause(sentence, self._starts[0])):
            return start + clause
        return start + _clause_end(sentence) if len(sentence) >= MAX_CHARS else start


def start_clause(text: str, at_least: int) -> int:
    """Where the clause ends that has just been read, when it may begin a reply; 0 when it may not, or goes on."""
    clause = _START_CLAUSE.search(text)
    if clause is None or len(text[: clause.start()].strip()) < at_least:
        return 0
    if any(text.count(mark) % 2 for mark in ("`", "**", '"')) or text.lstrip().startswith(("|", "#", "- ", "* ")):
        return 0  # in code, emphasis or quotation, or where only the line counts
    if any(text.count(left) != text.count(right) for left, right in ("[]", "()", "“”")):
        return 0
    return clause.end()


def _is_complete(sentence: str, following: str) -> bool:
    body = sentence.rstrip()
    space = sentence[len(body) :]
    if not body or not (space or body[-1] in _END_OF_TIGHT):
        return False
    if "\n" in space:
        return True
    if body.count("`") % 2 or body.lstrip("> ").startswith("|"):
        return False  # in inline code, or in a table, where only the line counts
    if _GOES_ON.match(following) or (not space and following in _CLOSERS):
        return False
    if _FULL_STOP.search(body):
        return True
    stop = _STOP.search(body) if space else None
    if stop is None or following.islower():
        return False
    if stop["stops"] != "." or any(mark in _BRACKETS for mark in stop["after"]):
        return True
    return not _is_abbreviation(body[: stop.start()], following)


def _is_abbreviation(before: str, following: str) -> bool:
    """Whether the stop after `before`, with a space and then no small letter, is part of its last word."""
    if _LIST_NUMBER.fullmatch(before + "."):
        return True
    words = before.split()[-2:]
    if not words:
        return False
    word = words[-1].lstrip("\"'“‘«([{*_~¿¡")
    if word in _NEVER_LAST or word[:1].lower() + word[1:] in _NEVER_LAST:
        return True
    if following.isdigit() and word.lower() in _BEFORE_NUMBER:
        return True
    if word == "I" and len(words) == 2 and words[0].islower():
        return False  # "So am I. And you?"
    return word.isupper() and word not in _CLOCK and _INITIALS.fullmatch(word) is not None


def _clause_end(sentence: str) -> int:
    """Where to cut a sentence that is too long; 0 to wait for a better place."""
    clauses = [match.end() for match in _CLAUSE.finditer(sentence)]
    if clauses and clauses[-1] >= _MIN_CLAUSE_CHARS:
        return clauses[-1]
    words_end = len(sentence) - len(sentence.split()[-1]) if not sentence[-1].isspace() else len(sentence)
    if sentence[:words_end].strip():
        return words_end
    return len(sentence) if len(sentence) >= HARD_MAX_CHARS else 0


def _fence_is_closed(block: str, marks: str) -> bool:
    """Whether the last line of a fenced block closes it. Its first line never does."""
    body = block.rstrip()
    _, newline, line = body.rpartition("\n")
    line = line.strip("> \t")
    return "\n" in block[len(body) :] and bool(newline) and len(line) >= len(marks) and not line.strip(marks[0])
