"""What crosses the socket for a second of sound, against the sound's own PCM. Counted by a TCP proxy between
client and sidecar: WebSocket headers and messages included, TCP's own headers not.

Upstream is some 20 s of speech in one utterance, up to its end: the microphone's frames, with the acks that come
back for them. Downstream is an answer of some sentences: speech, subtitles, the text, the turn's messages.
The client acknowledges as the window does, and reports playback twice a second for as long as the answer lasts.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio

from parley.audio.pcm import MIC_RATE_HZ, WINDOW
from parley.wire.codec import Frame
from parley.wire.messages import MicAck, PartialTranscript, Playback, Say, SpeechStart, TurnEnd

from .client import ANSWER_S, Arrival, Client, connected
from .processes import sidecar
from .rows import Row
from .speech import needs_speech, talk

GAP_S = 0.4
HEADER_BYTES = 4
"""Of a WebSocket message from the server, from 126 bytes on; 2 below, so acks are counted a little high."""
REPORT_S = 0.5


@dataclass
class Proxy:
    target: int
    up: int = 0
    down: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self.target)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._carry(reader, onward_writer, up=True))
            tasks.create_task(self._carry(onward_reader, writer, up=False))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, up: bool) -> None:
        try:
            while data := await reader.read(1 << 16):
                if up:
                    self.up += len(data)
                else:
                    self.down += len(data)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def proxied(port: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy


async def wire_bytes() -> list[Row]:
    needs_speech()
    async with sidecar() as it, proxied(it.port) as proxy, connected(it, proxy.port) as client:
        return [*await _upstream(client, proxy), *await _downstream(client, proxy)]


async def _upstream(client: Client, proxy: Proxy) -> list[Row]:
    sound = talk(GAP_S)
    await anyio.sleep(0.5)
    mark, up, down = len(client.arrivals), proxy.up, proxy.down
    sent = await client.capture(1, sound)
    await anyio.sleep(0.02)  # For the last frames to pass; the answer is not there so soon.
    up, down = proxy.up - up, proxy.down - down
    meanwhile = client.arrivals[mark:]
    seconds = len(sent) * WINDOW / MIC_RATE_HZ
    pcm = 2 * MIC_RATE_HZ
    await client.heard(mark)
    acks = _size(meanwhile, MicAck)
    partials = _size(meanwhile, PartialTranscript)
    return [
        _row(
            "up: microphone frames and their acks", (up + acks) / seconds, pcm, 1.05, f"acks {acks / seconds:.0f} B/s"
        ),
        _row(
            "up: and all that comes back meanwhile",
            (up + down) / seconds,
            pcm,
            None,
            f"partial transcripts {partials / seconds:.0f} B/s",
        ),
    ]


async def _downstream(client: Client, proxy: Proxy) -> list[Row]:
    await anyio.sleep(0.5)
    mark, up, down = len(client.arrivals), proxy.up, proxy.down
    await client.send(Say(id="question", text="what can you do"))
    begun = (await client.next(SpeechStart, mark)).what
    ended = (await client.next(TurnEnd, mark)).what
    assert isinstance(begun, SpeechStart) and isinstance(ended, TurnEnd)
    seconds = ended.sample_count / begun.sample_rate_hz
    await _listen(client, ended, begun.sample_rate_hz)
    up, down = proxy.up - up, proxy.down - down
    pcm = 2 * begun.sample_rate_hz
    frames = _size(client.arrivals[mark:], Frame)
    messages = (down - frames) / seconds
    return [
        _row("down: speech and subtitles", down / seconds, pcm, 1.05, f"messages {messages:.0f} B/s"),
        _row(
            "down: and all that goes back meanwhile", (up + down) / seconds, pcm, None, f"of {seconds:.1f} s of speech"
        ),
    ]


async def _listen(client: Client, turn: TurnEnd, rate_hz: int) -> None:
    """Report as a loudspeaker does, at its pace."""
    with anyio.fail_after(2 * ANSWER_S):
        for heard in range(0, turn.sample_count, round(REPORT_S * rate_hz)):
            await client.send(Playback(turn_id=turn.turn_id, heard_samples=heard, state="playing"))
            await anyio.sleep(REPORT_S)
        await client.send(Playback(turn_id=turn.turn_id, heard_samples=turn.sample_count, state="finished"))
        await anyio.sleep(REPORT_S)


def _size(arrivals: list[Arrival], kind: type) -> int:
    return sum(arrival.size + HEADER_BYTES for arrival in arrivals if isinstance(arrival.what, kind))


def _row(name: str, per_second: float, pcm: float, target: float | None, note: str) -> Row:
    return Row(
        name=name,
        value=per_second / 1000,
        unit="kB/s",
        floor=pcm / 1000,
        target=target,
        target_of="comparison",
        note=note,
    )
