"""What the offline model answers: rules over the words of a question. Used by offline.py.

A rule looks for its key word and lets only small talk stand around it. So "tell me the time, please" is a
question for the time, and "what time does my train leave" is one we cannot answer and say so. Recognition is
poor, so the rules take more than correct sentences.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .offline_machine import Machine, battery, computer, disk, memory, processor, uptime
from .offline_sums import solve


@dataclass(frozen=True)
class Asked:
    """One question with what its answer may depend on."""

    text: str
    """Lower case words, as `simplify` makes them."""
    now: datetime
    machine: Callable[[], Machine]
    said: str
    """The assistant's last answer."""


def answer(question: str, now: datetime, machine: Callable[[], Machine], said: str = "") -> str:
    """Answer in a sentence or two. `machine` is called only when the question is about this computer."""
    asked = Asked(simplify(question), now, machine, said)
    if not asked.text:
        return "I did not catch that."
    for key, also, say in RULES:
        if (found := key.search(asked.text)) is not None:
            around = f"{asked.text[: found.start()]} {asked.text[found.end() :]}".split()
            if not set(around) - SMALL_TALK - also:
                return say(asked)
    if (solution := solve(question)) is not None:
        return solution
    # By the question, not by chance: the same one gets the same answer.
    return UNKNOWN[zlib.crc32(asked.text.encode()) % len(UNKNOWN)]


def simplify(question: str) -> str:
    """`"What's the TIME?"` → `"what is the time"`."""
    text = question.lower().replace("’", "'")
    text = re.sub(r"\b(what|who|how|that|it|there|where)'s\b", r"\1 is", text)
    text = re.sub(r"\bi'm\b", "i am", text)
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text))


def clock_words(now: datetime) -> str:
    """The time as espeak reads it well: it would say 6:05 as "six zero five" and 6:00 as "six zero zero"."""
    part = "in the morning" if now.hour < 12 else "in the afternoon" if now.hour < 18 else "in the evening"
    hour = now.hour % 12 or 12
    match now.hour, now.minute:
        case 0, 0:
            return "It's midnight."
        case 12, 0:
            return "It's noon."
        case _, 0:
            return f"It's {hour} o'clock {part}."
        case _, minute if minute < 10:
            return f"It's {minute} past {hour} {part}."
        case _:
            return f"It's {hour}:{now.minute} {'AM' if now.hour < 12 else 'PM'}."


def day_ending(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def date_words(day: datetime) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}{day_ending(day.day)}, {day.year}"


def _date(asked: Asked) -> str:
    if "tomorrow" in asked.text:
        return f"Tomorrow is {date_words(asked.now + timedelta(days=1))}."
    if "yesterday" in asked.text:
        return f"Yesterday was {date_words(asked.now - timedelta(days=1))}."
    return f"Today is {date_words(asked.now)}."


def _again(asked: Asked) -> str:
    return asked.said or "I have not said anything yet."


def _always(text: str) -> Callable[[Asked], str]:
    return lambda asked: text


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

SMALL_TALK = frozenset(
    "a an and are at can could current currently do exact give got have hey hi hello i is it know local me"
    " moment must now of ok okay our parley please right say should so tell that the there uh um us was well"
    " what which would you".split()
)
"""Words that may stand around a key word without changing what is asked. pocketsphinx hears "should" in
"what's the time"."""

COMPUTER_TALK = (
    "available busy charge charged computer doing free full has how in laptop left level load long machine"
    " much my on pc percent percentage remaining running space this up usage use used using your"
)

HELLO = _always("Hello. What can I do for you?")
WELL = _always("I'm running well, thank you. What can I do for you?")
WELCOME = _always("You're welcome.")
AGREED = _always("All right.")
BYE = _always("Goodbye.")
ABOUT = _always(
    "I am Parley, a voice assistant on this computer. Right now I answer with my basic offline brain,"
    " which needs no network and does not know much."
)
ABILITIES = _always(
    "Offline I can tell you the time and the date, set timers and reminders, do sums, and say how this computer is"
    " doing. With an Anthropic API key, Claude answers everything else."
)
KEY = _always(
    "Paste an Anthropic API key in my settings, or set the environment variable ANTHROPIC_API_KEY"
    " and start me again. Then Claude answers you."
)
UNKNOWN = (
    "I can't answer that offline. With an Anthropic API key in my settings, Claude can.",
    "That is more than my basic offline brain knows. Add an Anthropic API key in the settings and ask again.",
    "I don't know. Without an API key I can only tell the time and date, do sums, and look at this computer.",
)

RULES: tuple[tuple[re.Pattern[str], frozenset[str], Callable[[Asked], str]], ...] = tuple(
    (re.compile(rf"\b(?:{key})\b"), frozenset(also.split()), say)
    for key, also, say in (
        (r"repeat|\w+ (?:that|it) again|what did you say|come again|pardon", "again last once more", _again),
        (r"have a (?:good|nice) \w+|good ?bye|bye|see you|good night", "later tomorrow soon", BYE),
        (r"thanks|thank you|cheers", "very much lot", WELCOME),
        (r"never mind|forget it|cancel|nothing|stop", "", AGREED),
        (r"how are you|how is it going", "doing today", WELL),
        (r"api key|key|smarter", "how add set get need where put to your more make be", KEY),
        (r"(?:who|what) are you|your name|yourself|who is this", "who about introduce", ABOUT),
        (r"are you (?:claude|an? \w+|real|human|alive|online|offline)", "", ABOUT),
        (r"what can (?:you|i)|help|what do you do|abilities", "for ask with your need", ABILITIES),
        (r"time", "tells", lambda asked: clock_words(asked.now)),
        (r"year", "this", lambda asked: f"It is {asked.now.year}."),
        (r"month", "this", lambda asked: f"It is {MONTHS[asked.now.month - 1]}."),
        (r"date|days?|weekday", "today today's this week to day tomorrow yesterday", _date),
        (r"cpu|processor", COMPUTER_TALK, lambda asked: processor(asked.machine())),
        (r"memory|ram", COMPUTER_TALK, lambda asked: memory(asked.machine())),
        (r"disk|storage|hard drive|drive", COMPUTER_TALK, lambda asked: disk(asked.machine())),
        (r"battery", COMPUTER_TALK, lambda asked: battery(asked.machine())),
        (
            r"uptime|up time|how long \w+ .*(?:running|been on|up)",
            COMPUTER_TALK + " been",
            lambda asked: uptime(asked.machine(), asked.now),
        ),
        (
            r"how is (?:my|the|this|your) (?:computer|machine|laptop|pc)",
            "doing",
            lambda asked: computer(asked.machine()),
        ),
        (r"hello|hi|hey|good (?:morning|afternoon|evening|day)", "everyone", HELLO),
    )
)
"""Key, words that may also stand around it, answer. The first that fits is taken."""
