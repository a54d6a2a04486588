"""A real sidecar, started as a shell starts it, with a ticker in its event loop. Its argument: the ticks' file."""

import os
import sys
from pathlib import Path
from unittest.mock import patch

import anyio

from parley.__main__ import dispatch
from parley.sidecar.service import Service

from .ticker import Ticker

serve = Service.run


async def serve_and_tick(service: Service) -> None:
    ticker = Ticker()
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ticker.run)
            await serve(service)
            tasks.cancel_scope.cancel()
    finally:
        ticker.save(Path(sys.argv[1]))


def main() -> None:
    with patch.object(Service, "run", serve_and_tick):
        code = dispatch(["serve", "--managed"])
    os._exit(code)


if __name__ == "__main__":
    main()
