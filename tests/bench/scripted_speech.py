"""`python -m tests.bench.scripted_speech`: a Wyoming server and one with OpenAI's audio routes, until killed.

They answer at once. The first line of standard output has their ports.
"""

import anyio

from ..fakes.audio_server import AudioServer
from ..fakes.wyoming_server import WyomingServer


async def main() -> None:
    async with WyomingServer(rate_hz=24_000) as wyoming, AudioServer() as openai:
        print(wyoming.port, openai.port, flush=True)
        await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(main)
