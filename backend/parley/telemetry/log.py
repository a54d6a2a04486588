"""The log: lines on standard error, for people who look closer. Never what the user said, never a secret.

Under a shell, which writes them into a file, each record is one line of `name=value` (logfmt); by hand it is a sentence
with its traceback below. Both name the session and the turn that a record is about.
"""

import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Iterator
from types import TracebackType

from ..errors import ParleyError
from . import log_context

_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

LEVEL = "PARLEY_LOG_LEVEL"
"""The environment variable; the setting `log_level` counts where it is not there."""


def start_log(structured: bool, level: str = "INFO") -> None:
    """At the level of the environment, else this one; see `set_level`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(StructuredFormatter() if structured else ReadableFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Libraries say nothing below INFO: what they do then is quote what they send. This one writes every address that is
    # asked, and an address may hold a key.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    given = os.environ.get(LEVEL, "")
    if given and given.upper() not in logging.getLevelNamesMapping():
        sys.stderr.write(f"{LEVEL} is {given!r}, which is no level; {level} is taken.\n")
    set_level(level)


def set_level(level: str) -> None:
    """Of our own modules, from now on; the environment's counts more, where it is set."""
    given = os.environ.get(LEVEL, "").upper()
    level = given if given in logging.getLevelNamesMapping() else level.upper()
    logging.getLogger("parley").setLevel(level)
    logging.root.setLevel(max(logging.getLevelNamesMapping()[level], logging.INFO))


class DiscreetFormatter(logging.Formatter):
    """Of an error that nobody foresaw it tells the place and the kind. Its words may quote what was worked on."""

    def formatException(self, ei: _ErrorInfo) -> str:
        return "" if ei[1] is None else "\n".join(_places(ei[1]))


class ReadableFormatter(DiscreetFormatter):
    def formatMessage(self, record: logging.LogRecord) -> str:
        known = " ".join(f"{name}={value}" for name, value in log_context.now().items())
        where = f"{record.name} [{known}]" if known else record.name
        return f"{self.formatTime(record)} {record.levelname} {where}: {record.message}"


class StructuredFormatter(DiscreetFormatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        fields = {"level": record.levelname.lower(), "from": record.name, **log_context.now()}
        words = " ".join(f"{name}={value}" for name, value in fields.items())
        return f"time={self.formatTime(record)} {words} text={json.dumps(text, ensure_ascii=False)}"


def _places(error: BaseException) -> Iterator[str]:
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _places(earlier)
        yield "which led to:"
    yield "".join(["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]).rstrip()
    words = f": {error}" if isinstance(error, ParleyError) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{words}"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from (f"  {line}" for part in _places(one) for line in part.splitlines())
