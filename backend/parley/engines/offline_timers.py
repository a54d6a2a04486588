"""Timers and reminders, as the offline model understands them: which tool a question asks for. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .offline_times import Found, find_clock, find_duration

_CANCEL = frozenset("cancel stop delete remove clear end kill off".split())
_LOOK = frozenset("what which how list show any left long there tell when".split())
_TALK = frozenset(
    "a an the my set start make create put on please can could you me i want need for of to timer timers alarm alarms"
    " remind reminder reminders parley hey ok okay now and us called named all every in at is are up it be new"
    " would like have give that about with".split()
)

Wanted = tuple[str, dict[str, Any]] | str
"""A tool and its arguments, or what is to be answered."""


def wanted(question: str, now: datetime) -> Wanted | None:
    """What of timers and reminders is asked for; None: nothing."""
    tokens = question.split()
    spoken = [(word, index) for index, token in enumerate(tokens) for word in _words(token)]
    words = [word for word, _ in spoken]
    known = set(words)
    if not known & {"timer", "timers", "remind", "reminder", "reminders", "alarm", "alarms"}:
        return None
    if known & _CANCEL and "remind" not in known:
        return "cancel_reminder", {"which": _which(words)}
    is_reminder = "remind" in known or "reminder" in known
    duration, clock = find_duration(words), find_clock(words, now)
    if duration is None and clock is None:
        if known & (_LOOK | {"timers", "reminders", "alarms"}):
            return "list_reminders", {}
        if is_reminder:
            return "Tell me when, too: remind me in ten minutes to call home."
        return "Tell me for how long, too: set a timer for ten minutes."
    if known & {"left", "how"} and not is_reminder:
        return "list_reminders", {}
    if is_reminder:
        found = clock or duration
        assert found is not None
        text = _about(tokens, spoken, found)
        if not text:
            return "Tell me of what, too: remind me in ten minutes to call home."
        return "set_reminder", {"text": text, **_when(found)}
    if duration is not None and not (known & {"alarm", "alarms"} and clock is not None):
        return "set_timer", {"seconds": duration.seconds, "label": _label(words, duration)}
    assert clock is not None
    return "set_reminder", {"text": "This is your alarm.", **_when(clock)}


def _when(found: Found) -> dict[str, Any]:
    return {"in_seconds": found.seconds} if found.at is None else {"at": found.at.isoformat()}


def _about(tokens: Sequence[str], spoken: Sequence[tuple[str, int]], when: Found) -> str:
    """What is left of the user's words, as they will be said back."""
    lead = next((index for index, (word, _) in enumerate(spoken) if word in ("remind", "reminder")), 0)
    taken = {index for _, index in spoken[when.first : when.end]}
    taken |= {index for _, index in spoken[: lead + 1]} if lead < when.first or lead >= when.end else set()
    left = [token for index, token in enumerate(tokens) if index not in taken]
    while left and _plain(left[0]) in ("me", "us", "to", "that", "of", "about", "for", "and", "please", ""):
        left.pop(0)
    while left and _plain(left[-1]) in ("please", "and", ""):
        left.pop()
    text = " ".join(left).rstrip(" .!?,")
    return re.sub(r"\b(my|mine)\b", lambda found: {"my": "your", "mine": "yours"}[found[1].lower()], text, flags=re.I)


def _label(words: Sequence[str], duration: Found) -> str:
    rest = [*words[: duration.first], *words[duration.end :]]
    return " ".join(word for word in rest if word not in _TALK)


def _which(words: Sequence[str]) -> str:
    found = find_duration(words)
    if found is not None and found.seconds is not None and found.seconds % 60 == 0:
        words = [*words[: found.first], str(found.seconds // 60), "minute", *words[found.end :]]
    kept = [word for word in words if word not in _CANCEL]
    return " ".join(word for word in kept if word in _KINDS or word not in _TALK) or "all"


_KINDS = frozenset("all timer timers reminder reminders".split())


def _words(token: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", token.lower().replace("’", "'"))


def _plain(token: str) -> str:
    return " ".join(_words(token))
