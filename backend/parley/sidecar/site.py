"""The HTTP side: the guard before everything, /healthz, /client-ws, and the built window in browser mode."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import WSCloseCode, web

from ..wire.codec import PROTOCOL_VERSION
from .guard import SOCKET_PATH, Guard

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self' ws://127.0.0.1:*; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self)",
}

MAX_REQUEST_BYTES = 64 * 1024
"""No route takes a body; this bounds what a stranger can make us read."""

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]

ServeLink = Callable[[web.Request], Awaitable[web.WebSocketResponse]]

SOCKETS: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("sockets", set)


class WindowFiles:
    """The built window: a list of what lies in its folder, so that no path of a request ever meets the disk."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files: dict[str, Path] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the folder again: a new build has files of other names. Links that lead out of it are passed over."""
        if self._folder is None:
            return
        inside = self._folder.resolve()
        files = {
            f"/{file.relative_to(self._folder).as_posix()}": file
            for file in self._folder.rglob("*")
            if file.is_file() and file.resolve().is_relative_to(inside)
        }
        if "/index.html" in files:
            files["/"] = files["/index.html"]
        self._files = files

    def find(self, request: web.Request) -> Path | None:
        return self._files.get(request.path) if request.method in ("GET", "HEAD") else None


def build_app(
    guard: Guard,
    instance: str,
    files: WindowFiles,
    is_ready: Callable[[], bool],
    serve: ServeLink,
    report: Route | None = None,
) -> web.Application:
    """`serve` takes over an upgraded request, and may wait for what it needs; so may `report` (figures.py)."""
    guard.is_public = lambda request: files.find(request) is not None

    async def healthz(request: web.Request) -> web.Response:
        state = "ready" if is_ready() else "starting"
        return web.json_response({"instance": instance, "state": state, "protocol_version": PROTOCOL_VERSION})

    async def window(request: web.Request) -> web.StreamResponse:
        file = files.find(request)
        if file is None:
            raise web.HTTPNotFound(text="There is nothing here.\n")
        # The names of assets carry a hash of their content; the page itself must be asked for each time.
        lasting = file.parent.name == "assets"
        caching = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return web.FileResponse(file, headers={**SECURITY_HEADERS, "Cache-Control": caching})

    async def client_ws(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            raise web.HTTPUpgradeRequired(text="A WebSocket is expected here.\n", headers={"Upgrade": "websocket"})
        return await serve(request)

    app = web.Application(middlewares=[guard.middleware()], client_max_size=MAX_REQUEST_BYTES)
    app.router.add_get("/healthz", healthz)
    app.router.add_get(SOCKET_PATH, client_ws)
    if report is not None:
        app.router.add_get("/metrics", report)
        app.router.add_get("/trace", report)
    app.router.add_get("/{path:.*}", window)
    sockets: set[web.WebSocketResponse] = set()
    app[SOCKETS] = sockets
    app.on_shutdown.append(_close_sockets)
    return app


async def _close_sockets(app: web.Application) -> None:
    sockets = app[SOCKETS]
    for socket in list(sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the sidecar stops")
