"""How timers and reminders are spoken of. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from ..engines.offline_rules import MONTHS, WEEKDAYS, day_ending
from .store import Reminder

LATE_S = 60.0
"""Said so much later, it is also said when it was due."""


def due_words(reminder: Reminder, now: datetime) -> str:
    """What is said when it is due."""
    due = datetime.fromtimestamp(reminder.due_at)
    late = (now - due).total_seconds() > LATE_S
    if reminder.kind == "timer":
        name = timer_name(reminder)
        return f"Your {name} was due at {time_words(due, now)}." if late else f"Your {name} is up."
    if late:
        return f"This was due at {time_words(due, now)}: {_sentence(reminder.text)}"
    return f"Here is your reminder: {_sentence(reminder.text)}"


def headline(reminder: Reminder) -> str:
    """Over it, in the window and in the history."""
    if reminder.kind == "timer":
        return f"Timer: {reminder.text or duration_words(reminder.seconds or 0)}"
    return f"Reminder: {reminder.text}"


def set_words(reminder: Reminder, now: datetime) -> str:
    """What is said when it was set."""
    if reminder.kind == "timer":
        name = f"The {reminder.text} timer" if reminder.text else "The timer"
        return f"{name} is set for {duration_words(reminder.seconds or 0)}."
    return f"I will remind you {when_words(reminder, now)}: {_sentence(reminder.text)}"


def list_words(reminders: Sequence[Reminder], now: datetime) -> str:
    if not reminders:
        return "There are no timers and no reminders."
    return " ".join(_entry(reminder, now) for reminder in reminders)


def timer_name(reminder: Reminder) -> str:
    """`pasta timer`, `10 minute timer`."""
    if reminder.text:
        return f"{reminder.text} timer"
    words = duration_words(reminder.seconds or 0).split()
    return " ".join(word.removesuffix("s") for word in words) + " timer"


def when_words(reminder: Reminder, now: datetime) -> str:
    if reminder.seconds is not None and reminder.seconds < 12 * 3600:
        return f"in {duration_words(reminder.seconds)}"
    return f"at {time_words(datetime.fromtimestamp(reminder.due_at), now)}"


def duration_words(seconds: float) -> str:
    """`1 hour and 30 minutes`: the two largest units that are not zero."""
    left = max(0, round(seconds))
    parts = []
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " and ".join(parts[:2]) or "0 seconds"


def time_words(at: datetime, now: datetime) -> str:
    """`5:30 PM`, and the day where it is another."""
    hour = at.hour % 12 or 12
    clock = f"{hour}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"
    days = (at.date() - now.date()).days
    match days:
        case 0:
            return clock
        case 1:
            return f"{clock} tomorrow"
        case -1:
            return f"{clock} yesterday"
        case _ if 1 < days < 7:
            return f"{clock} on {WEEKDAYS[at.weekday()]}"
        case _:
            return f"{clock} on {MONTHS[at.month - 1]} {at.day}{day_ending(at.day)}"


def matching(reminders: Sequence[Reminder], which: str) -> list[Reminder]:
    """Those meant by `which`: `all`, a number as listed, a kind, or words of its text."""
    wanted = _plain_words(which) - _FILLERS
    if "all" in wanted or "everything" in wanted:
        kinds = wanted & {"timer", "reminder"}
        return [one for one in reminders if not kinds or one.kind in kinds]
    if which.strip().isdigit():
        return [one for one in reminders if one.number == int(which)]
    return [one for one in reminders if wanted and wanted <= _plain_words(headline(one))]


def _plain_words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"[^\W_]+", text.lower())}


_FILLERS = frozenset({"the", "my", "a", "an", "that", "thi", "to", "about", "for", "me", "of"})
"""Without a last s, as `_plain_words` has them."""


def _entry(reminder: Reminder, now: datetime) -> str:
    left = (datetime.fromtimestamp(reminder.due_at) - now).total_seconds()
    if left <= 0:
        return f"{headline(reminder)} is due now."
    if reminder.kind == "timer":
        return f"The {timer_name(reminder)} has {duration_words(left)} left."
    return f"A reminder at {time_words(datetime.fromtimestamp(reminder.due_at), now)}: {_sentence(reminder.text)}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text[-1:] in (".", "!", "?") else f"{text}."
