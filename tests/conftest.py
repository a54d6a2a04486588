"""What every Python test stands on."""

from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx


@pytest.fixture
def anyio_backend() -> str:
    """Parley runs on asyncio, because aiohttp does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _nothing_blocks_the_event_loop() -> Iterator[None]:
    """A test fails when Parley's own code waits for a disk, a lock or a socket on the event loop."""
    # A sound file is read by commands, whose loop serves nobody else.
    with blockbuster_ctx("parley", excluded_modules=["parley.audio.wav"]):
        yield
