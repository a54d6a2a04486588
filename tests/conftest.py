"""What every Python test stands on."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Parley runs on asyncio, because aiohttp does."""
    return "asyncio"
