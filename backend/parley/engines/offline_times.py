"""When: "in five minutes", "for an hour and a half", "tomorrow at nine". For offline_timers.py. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from .offline_numbers import HOMOPHONES, NoNumber, take_number

_UNITS = {"sec": 1, "second": 1, "min": 60, "minute": 60, "hr": 3600, "hour": 3600, "day": 86_400, "week": 604_800}
_HALF = Fraction(1, 2)
_QUARTER = Fraction(1, 4)
_FIRST_HOUR_OF_DAY = 7
"""Tomorrow at six is in the evening, at seven in the morning, unless something else is said."""


@dataclass(frozen=True)
class Found:
    """A time in a question, and which of its words say it."""

    first: int
    end: int
    seconds: int | None = None
    at: datetime | None = None


def find_duration(words: Sequence[str]) -> Found | None:
    """The first length of time, with the `in` or `for` before it."""
    for first in range(len(words)):
        rest = list(words[first:])
        if (seconds := _take_duration(rest)) is not None:
            end = len(words) - len(rest)
            leads = first > 0 and words[first - 1] in ("in", "for", "of")
            return Found(first - leads, end, seconds=seconds)
    return None


def find_clock(words: Sequence[str], now: datetime) -> Found | None:
    """The first time of day that is said as one: after `at` or `for`, or noon, or with a day."""
    day = next((index for index, word in enumerate(words) if word in ("tomorrow", "tonight", "today")), None)
    for first, word in enumerate(words):
        if word not in ("at", "by", "for"):
            continue
        rest = list(words[first + 1 :])
        if (clock := _take_clock(rest)) is not None:
            end = len(words) - len(rest)
            named = words[day] if day is not None else ""
            due = _resolved(*clock, named, now)
            if day is not None and day in (first - 1, end):
                first, end = min(first, day), max(end, day + 1)
            return Found(first, end, at=due)
    return None


def _take_duration(rest: list[str]) -> int | None:
    """Take a length of time from the front, and leave the rest."""
    total, taken = Fraction(0), list(rest)
    while (part := _take_part(rest)) is not None:
        total += part
        taken = list(rest)
        if rest[:1] == ["and"]:
            rest.pop(0)
    rest[:] = taken
    return max(1, round(total)) if total else None


def _take_part(rest: list[str]) -> Fraction | None:
    """`ten minutes`, `an hour and a half`, `half an hour`, `a quarter of an hour`."""
    tried = list(rest)
    match rest[:4]:
        case ["half", "an" | "a", *_]:
            del tried[:2]
            count = _HALF
        case ["a", "quarter", "of", "an"]:
            del tried[:4]
            count = _QUARTER
        case ["a", "couple", "of", _]:
            del tried[:3]
            count = Fraction(2)
        case ["a" | "an", *_]:
            del tried[:1]
            count = Fraction(1)
        case [_, *_]:
            try:
                count = Fraction(take_number(tried))
            except NoNumber:
                return None
        case _:
            return None
    if tried[:3] == ["and", "a", "half"]:
        del tried[:3]
        count += _HALF
    unit = _UNITS.get(tried[0].removesuffix("s")) if tried else None
    if unit is None:
        return None
    del tried[:1]
    if tried[:3] == ["and", "a", "half"]:
        del tried[:3]
        count += _HALF
    rest[:] = tried
    return count * unit


def _take_clock(rest: list[str]) -> tuple[int, int, str] | None:
    """Hour, minute and half of the day (`am`, `pm` or nothing)."""
    match rest[:2]:
        case ["noon", *_]:
            del rest[:1]
            return 12, 0, "pm"
        case ["midnight", *_]:
            del rest[:1]
            return 0, 0, "am"
        case ["half", "past"]:
            return _take_hour(rest, 2, 30)
        case ["quarter", "past"]:
            return _take_hour(rest, 2, 15)
        case ["quarter", "to"]:
            return _take_hour(rest, 2, -15)
        case _:
            return _take_hour(rest, 0, 0)


def _take_hour(rest: list[str], skip: int, minute: int) -> tuple[int, int, str] | None:
    tried = rest[skip:]
    hour = _take_small(tried, 24)
    if hour is None:
        return None
    if not skip and (said := _take_small(tried, 59)) is not None:
        minute = said
    if tried[:1] in (["o'clock"], ["oclock"]):
        del tried[:1]
    half = ""
    for spelled in (["am"], ["pm"], ["a", "m"], ["p", "m"]):
        if tried[: len(spelled)] == spelled:
            del tried[: len(spelled)]
            half = f"{spelled[0][0]}m"
    if tried[:3] in (["in", "the", "morning"], ["in", "the", "afternoon"], ["in", "the", "evening"]):
        half = "am" if tried[2] == "morning" else "pm"
        del tried[:3]
    rest[:] = tried
    if minute < 0:
        hour, minute = hour - 1, minute + 60
    return hour % 24, minute, half


def _take_small(rest: list[str], largest: int) -> int | None:
    """A whole number; `oh five` is one, and `thirty one` is."""
    tried = rest[1:] if rest[:1] == ["oh"] else list(rest)
    if not tried or tried[0] in HOMOPHONES:
        return None  # "At nine to water the plants" is not two past nine.
    try:
        # Word by word: `five thirty` is an hour and a minute, and no number.
        number = take_number(tried)
    except NoNumber:
        return None
    if number.denominator != 1 or not 0 <= number <= largest:
        return None
    rest[:] = tried
    return int(number)


def _resolved(hour: int, minute: int, half: str, day: str, now: datetime) -> datetime:
    """The next time that the clock shows it."""
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
        hours = [hour]
    elif day == "tonight":
        hours = [hour % 12 + 12]
    elif day == "tomorrow":
        hours = [hour + 12 if 0 < hour < _FIRST_HOUR_OF_DAY else hour]
    else:
        hours = [hour, hour + 12] if hour < 12 else [hour, hour - 12] if hour == 12 else [hour]
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if day == "tomorrow":
        return start + timedelta(days=1, hours=hours[0], minutes=minute)
    times = [start + timedelta(days=later, hours=each, minutes=minute) for later in (0, 1) for each in hours]
    return min(time for time in times if time > now)
