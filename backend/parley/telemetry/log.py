"""The log: lines on standard error, for people who look closer. Never what the user said, never a secret."""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

from ..errors import ParleyError

_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def start_log(level: str) -> None:
    """`level` is for our own modules. Libraries say nothing below INFO: what they do then is quote what they send."""
    if level not in logging.getLevelNamesMapping():
        sys.stderr.write(f"PARLEY_LOG_LEVEL is {level!r}, which is no level; INFO is taken.\n")
        level = "INFO"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("parley").setLevel(level)
    logging.root.setLevel(max(logging.root.level, logging.INFO))
    # It writes every address that is asked, and an address may hold a key.
    logging.getLogger("httpx2").setLevel(logging.WARNING)


class DiscreetFormatter(logging.Formatter):
    """Of an error that nobody foresaw it tells the place and the kind. Its words may quote what was worked on."""

    def formatException(self, ei: _ErrorInfo) -> str:
        return "" if ei[1] is None else "\n".join(_places(ei[1]))


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
