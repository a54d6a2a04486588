"""Words that are obeyed at once, without the language model: stop, go on, say that again. Pure. dialogue.py asks.

Only what says nothing else is an order: "stop" is one, "stop the music" is for the model. English only, as
completeness.py.
"""

import re
from typing import Literal

Order = Literal["stop", "go_on", "repeat"]

PHRASES: dict[Order, tuple[str, ...]] = {
    "stop": (
        "stop",
        "stop it",
        "stop that",
        "stop talking",
        "stop speaking",
        "be quiet",
        "quiet",
        "silence",
        "shut up",
        "hush",
        "enough",
        "that's enough",
        "that is enough",
        "never mind",
        "nevermind",
        "never mind that",
        "forget it",
        "forget about it",
    ),
    "go_on": ("go on", "continue", "carry on", "keep going", "keep talking", "go ahead"),
    "repeat": (
        "say that again",
        "say it again",
        "say that once more",
        "say it once more",
        "tell me again",
        "repeat",
        "repeat that",
        "repeat it",
        "repeat please",
        "what did you say",
        "what was that",
        "what did you just say",
        "come again",
        "pardon",
        "pardon me",
        "i didn't hear you",
        "i didn't hear that",
        "i did not hear that",
        "i didn't catch that",
        "i did not catch that",
    ),
}

BEFORE = frozenset(
    "please parley hey ok okay oh um uh well so and but just no yes yeah sorry can could would you".split()
)
AFTER = frozenset("please parley now thanks then ok okay".split())
"""What may stand around an order and changes nothing in it."""

_ORDERS = {phrase: order for order, phrases in PHRASES.items() for phrase in phrases}
_WORD = re.compile(r"[\w']+")


def order_in(text: str) -> Order | None:
    """What is to be done. None: it is for the language model."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    while words:
        if (order := _ORDERS.get(" ".join(words))) is not None:
            return order
        if words[-1] in AFTER:
            words.pop()
        elif words[0] in BEFORE:
            words.pop(0)
        else:
            return None
    return None
