"""Turns on their way to the collector that the user names, if he names one: the library is imported then."""

import importlib
import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anyio import Event

from ..engines.model_thread import ModelThread
from ..settings import Settings
from .spans import TurnTimes

if TYPE_CHECKING:
    from .otlp import Collector

logger = logging.getLogger(__name__)

HERE = ("127.0.0.1", "localhost", "::1")

WAITING = 50
"""Turns that wait while a collector does not answer; older ones are lost."""


def collector_of(settings: Settings) -> str:
    """The address to tell, "" for none: `offline` asks nobody outside this computer."""
    address = settings.otlp_endpoint
    is_here = urlsplit(address).hostname in HERE
    return address if is_here or not settings.offline else ""


class Export:
    def __init__(self, endpoint: Callable[[], str]) -> None:
        """`endpoint`: the setting in force; "" exports nothing."""
        self._endpoint = endpoint
        self._waiting: deque[TurnTimes] = deque(maxlen=WAITING)
        self._bell = Event()
        self._collector: Collector | None = None
        self._address = ""

    def add(self, turn: TurnTimes) -> None:
        if self._endpoint():
            self._waiting.append(turn)
            self._bell.set()

    async def run(self) -> None:
        """Send what comes, until cancelled."""
        thread = ModelThread("otlp")
        try:
            while True:
                await self._bell.wait()
                self._bell = Event()
                turns, address = list(self._waiting), self._endpoint()
                self._waiting.clear()
                if turns and address and not await thread.call(partial(self._send, address, turns)):
                    logger.warning("%s did not take the times of %d turns", urlsplit(address).hostname, len(turns))
        finally:
            if self._collector is not None:
                self._collector.close()
            thread.close()

    def _send(self, address: str, turns: list[TurnTimes]) -> bool:
        try:
            if self._collector is None or address != self._address:
                otlp = importlib.import_module("parley.telemetry.otlp")
                if self._collector is not None:
                    self._collector.close()
                self._collector, self._address = otlp.Collector(address), address
            return self._collector.send(turns)
        except Exception:
            # Its library reads variables of its own, and raises what it likes.
            logger.exception("the library that tells the collector broke")
            return False
