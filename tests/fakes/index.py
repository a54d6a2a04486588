"""A Python package index on a real loopback socket (PEP 503), with wheels made here.

async with Index({"kokoro": make_wheel("kokoro", "0.9.4", {"kokoro/__init__.py": ""})}) as index:
    pip install --index-url index.address kokoro
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import NamedTuple, Self

import anyio
from aiohttp import web


class Wheel(NamedTuple):
    file: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def make_wheel(name: str, version: str, files: Mapping[str, str]) -> Wheel:
    """Binary distribution format: packaging.python.org, `wheel`."""
    info = f"{name}-{version}.dist-info"
    whole = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*whole, f"{info}/RECORD"))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, text in {**whole, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)
    return Wheel(f"{name}-{version}-py3-none-any.whl", data.getvalue())


@dataclass
class Index:
    wheels: Mapping[str, Wheel]
    hold: bool = False
    """A file stops in its middle, and the connection stays open."""
    asked: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/simple/{name}/", self._page)
        app.router.add_get("/files/{file}", self._file)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/simple"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        wheel = self.wheels.get(request.match_info["name"])
        if wheel is None:
            raise web.HTTPNotFound
        link = f'<a href="/files/{wheel.file}#sha256={wheel.sha256}">{wheel.file}</a>'
        return web.Response(text=f"<!DOCTYPE html><html><body>{link}</body></html>", content_type="text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = request.match_info["file"]
        self.asked.append(file)
        [wheel] = [wheel for wheel in self.wheels.values() if wheel.file == file]
        if not self.hold:
            return web.Response(body=wheel.data)
        response = web.StreamResponse(headers={"Content-Length": str(len(wheel.data))})
        await response.prepare(request)
        await response.write(wheel.data[:100])
        await anyio.sleep_forever()
        return response
