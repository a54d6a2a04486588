"""A model hub on a real loopback socket, with the faults that hubs and the ways to them have.

async with Hub(model, contents) as hub:
    await fetch(model, store, report, hub.address)
assert hub.asked[0].range == "bytes=100-"
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import anyio
from aiohttp import web

from parley.engines.catalog import Model, ModelEngine, ModelFile


def make_model(contents: Mapping[str, bytes], name: str = "whisper-made", engine: ModelEngine = "whisper") -> Model:
    """What the catalog would say of these files."""
    files = (ModelFile(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in contents.items())
    return Model(
        name=name,
        engine=engine,
        repository=f"makers/{name}",
        revision="0" * 40,
        licence="MIT",
        languages="English",
        purpose="For tests.",
        memory_mb=1,
        files=tuple(files),
    )


@dataclass(frozen=True)
class Asked:
    path: str
    range: str | None


@dataclass
class Hub:
    contents: Mapping[str, bytes]
    cuts: Iterable[int] = ()
    """The first answers break after so many bytes each."""
    hold_after: int | None = None
    """Every answer stops after so many bytes, and its connection stays open."""
    knows_ranges: bool = True
    spoilt: int = 0
    """So many first answers have a wrong byte."""
    statuses: Iterable[int] = ()
    """The first answers are these instead."""
    redirect: str | None = None
    """Every answer leads there; `{path}` is the file's."""
    asked: list[Asked] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._cuts, self._statuses = iter(self.cuts), iter(self.statuses)
        app = web.Application()
        app.router.add_get("/{owner}/{name}/resolve/{revision}/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path, wanted = request.match_info["path"], request.headers.get("Range")
        self.asked.append(Asked(path, wanted))
        if self.redirect is not None:
            raise web.HTTPFound(self.redirect.format(path=path))
        if (status := next(self._statuses, 200)) != 200:
            return web.Response(status=status)
        if path not in self.contents:
            return web.Response(status=404)
        data = self.contents[path]
        first = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.knows_ranges else 0
        if self.spoilt > 0:
            self.spoilt -= 1
            data = data[:-1] + bytes([data[-1] ^ 1])
        headers = {"Content-Length": str(len(data) - first)}
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        response = web.StreamResponse(status=206 if first else 200, headers=headers)
        await response.prepare(request)
        if self.hold_after is not None and len(data) - first > self.hold_after:
            await response.write(data[first : first + self.hold_after])
            await anyio.sleep_forever()
        cut = next(self._cuts, None)
        await response.write(data[first:] if cut is None else data[first : first + cut])
        if cut is not None:
            assert request.transport is not None
            request.transport.close()
        return response
