"""Write subtitles as a WebVTT file (https://www.w3.org/TR/webvtt1/), with the time of each word if known."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "\n", "\0": None})
"""Escaping `>` also keeps `-->` out of the text."""


@dataclass(frozen=True)
class CueWord:
    first_char: int
    """Position in the cue's text, in characters (code points)."""
    start_s: float


@dataclass(frozen=True)
class Cue:
    """A subtitle. Seconds count from the beginning of the recording."""

    start_s: float
    end_s: float
    text: str
    words: Sequence[CueWord] = ()
    """In order; players show the text before a word's time as past, the rest as to come."""


def webvtt(cues: Iterable[Cue]) -> str:
    """Return the whole file. Cues without text are left out; an end that is not after its start is moved.

    Raises `ValueError` when a start is negative, not a number, or before the start of the cue before.
    """
    blocks = ["WEBVTT"]
    earliest_s = 0.0
    for cue in cues:
        if not (math.isfinite(cue.start_s) and math.isfinite(cue.end_s)):
            raise ValueError(f"a cue has the times {cue.start_s} and {cue.end_s}, which are not both numbers")
        if cue.start_s < earliest_s:
            raise ValueError(f"a cue starts at {cue.start_s} s, before {earliest_s} s, the start of the one before")
        earliest_s = cue.start_s
        start_ms = _milliseconds(cue.start_s)
        end_ms = max(_milliseconds(cue.end_s), start_ms + 1)  # the standard wants the end after the start
        payload = _payload(cue, start_ms, end_ms)
        if payload:
            blocks.append(f"{_timestamp(start_ms)} --> {_timestamp(end_ms)}\n{payload}")
    return "\n\n".join(blocks) + "\n"


def _payload(cue: Cue, start_ms: int, end_ms: int) -> str:
    """The text, escaped, without blank lines. Word times that are not within the cue and in order are left
    out."""
    parts = []
    done = 0
    last_ms = start_ms
    for word in cue.words:
        at_ms = _milliseconds(word.start_s)
        if done <= word.first_char < len(cue.text) and last_ms < at_ms < end_ms:
            parts += [_escaped(cue.text[done : word.first_char]), f"<{_timestamp(at_ms)}>"]
            done = word.first_char
            last_ms = at_ms
    parts.append(_escaped(cue.text[done:]))
    return re.sub(r"\s*\n\s*", "\n", "".join(parts)).strip() if cue.text.strip("\0 \r\n\t") else ""


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _timestamp(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"
