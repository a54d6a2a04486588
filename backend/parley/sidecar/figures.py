"""What other programs may read of how Parley does, behind the guard: /metrics for Prometheus, /trace of one turn."""

import importlib

from aiohttp import web
from anyio import to_thread

from ..engines.slots import Engines
from ..telemetry.hub import Telemetry
from ..telemetry.trace import chrome_trace


class Figures:
    def __init__(self, telemetry: Telemetry, engines: Engines) -> None:
        self._telemetry = telemetry
        self._engines = engines

    async def answer(self, request: web.Request) -> web.Response:
        return await self._metrics() if request.path == "/metrics" else self._trace(request)

    async def _metrics(self) -> web.Response:
        # In a thread, and only when it is asked for: its library takes 50 ms to be imported.
        prometheus = await to_thread.run_sync(importlib.import_module, "parley.telemetry.prometheus")
        telemetry = self._telemetry
        text = prometheus.exposition(
            telemetry.counters, await telemetry.gauges(), telemetry.queues(), self._engines.states
        )
        return web.Response(body=text, headers={"Content-Type": prometheus.CONTENT_TYPE, "Cache-Control": "no-store"})

    def _trace(self, request: web.Request) -> web.Response:
        """Of the newest turn, or of the one whose number is in ?turn=."""
        asked = request.query.get("turn", "")
        if asked and not asked.isdecimal():
            raise web.HTTPBadRequest(text="`turn` is a number.\n")
        turn = self._telemetry.turn(int(asked[:9]) if asked else None)
        if turn is None:
            none = "There is no such turn among the last ones." if asked else "Nothing was answered yet."
            raise web.HTTPNotFound(text=f"{none}\n")
        return web.json_response(chrome_trace(turn), headers={"Cache-Control": "no-store"})
