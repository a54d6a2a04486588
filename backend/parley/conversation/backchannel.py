"""Whether what was heard while the assistant speaks is meant to stop it: a rule over words. Pure; floor.py asks it.

A listener's "mm-hmm", "yeah" or laugh says "go on" (in conversation analysis: a backchannel, or continuer). Taken for
an interruption, it would stop every assistant that is being followed.
"""

import re
from typing import Literal

Verdict = Literal["nothing", "aside", "words"]
"""nothing: no words. aside: nothing that asks the assistant to stop. words: somebody has something to say."""

CONTINUERS = frozenset("mm mmm mhm mmhm mmhmm mhmm hm hmm hmhm uhhuh uhuh aha ah oh ooh huh uh um er".split())
"""Sounds that take no turn, as recognizers spell them once their hyphens are gone."""

ASSENTS = frozenset(
    "yeah yep yup yes okay ok right sure alright true exactly indeed cool nice great wow whew phew".split()
)
"""Assent and surprise: they follow what is being said, and want more of it. "No" is not among them: it objects, and the
assistant should hear why. Neither are "stop", "wait" and "thanks", which end what is being said."""

PHRASES = frozenset(("i see", "got it", "of course", "all right", "oh my", "oh really", "oh okay", "go on", "no way"))
"""Asides of more than one word whose words alone are none."""

_LAUGHTER = re.compile(r"(a?(ha|he|hi|ho)+h?|lol|[\[(*](laugh\w*|cough\w*|chuckl\w*|noise|sigh\w*)[\])*])")

SMALL_WORDS = frozenset(
    "a an the i you he she it we they me him her them my your his our to of and or but in on at by for with from as if "
    "is are was be been had have has do did will would can could that this these those there then two too so all good "
    "well he's i'm it's you're b d e g h j l m n t".split()
)
"""What a basic recognizer writes for any sound: its language model fills a cough or a hum with the commonest words of
English ("but the" for "uh-huh"). From such a recognizer they prove nothing where they stand alone."""

STOPPERS = frozenset(
    "no nope not stop wait hold enough cancel quit quiet silence shut halt pause never hey hello sorry excuse please "
    "thanks thank what why where when which repeat again louder slower faster next back skip help".split()
)
"""Words with which people cut in. Of a basic recognizer, one of these is believed where any other, alone in a short
sound, is not. "How" and "who" are a breath to it, and not among them."""

_WORD = re.compile(r"[\w']+")


def normalized(text: str) -> list[str]:
    """The words, for comparing: "Mm-hmm" is one, as "Uh-huh" is."""
    return _WORD.findall(text.lower().replace("’", "'").replace("-", ""))


def judge(text: str, is_basic: bool = False, is_short: bool = False) -> Verdict:
    """What an utterance amounts to. `is_basic`: the recognizer makes words of noise; `is_short`: of which it may be."""
    said = text.strip().lower()
    if _LAUGHTER.fullmatch(said):
        return "aside"
    words = normalized(said)
    if not words:
        return "nothing"
    if " ".join(words) in PHRASES:
        return "aside"
    meant = [word for word in words if not _is_aside(word, is_basic)]
    if is_basic and is_short and len(meant) == 1 and meant[0] not in STOPPERS:
        return "aside"
    return "words" if meant else "aside"


def _is_aside(word: str, is_basic: bool) -> bool:
    if word in CONTINUERS or word in ASSENTS or _LAUGHTER.fullmatch(word):
        return True
    return is_basic and word in SMALL_WORDS
