"""The floor under a sidecar's socket: a bare aiohttp WebSocket server, run as a program of its own.

It receives, and does nothing with it. The text `answer` makes it sleep for each of the seconds in its
arguments, one after the other, and then send a frame. Its port is its first line.
"""

import asyncio
import sys

from aiohttp import WSMsgType, web

FRAME = bytes(2652)
"""60 ms of speech at 22.05 kHz, as espeak's pieces are."""


async def main() -> None:
    delays = [float(argument) for argument in sys.argv[1:]]

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                for delay in delays:
                    await asyncio.sleep(delay)
                await socket.send_bytes(FRAME)
        return socket

    app = web.Application()
    app.router.add_get("/client-ws", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
