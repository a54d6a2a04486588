"""`parley talk`: one conversation without a window. A sound file or a text in; words, sound and subtitles out.

The file is streamed as a microphone would, in real time, over the real socket. By default it waits in the
pauses while the assistant answers, as a person does who lets the other finish.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import anyio

from ..audio.pcm import WINDOW, WINDOW_S, Samples
from ..audio.wav import read_as_microphone, write_wav
from ..conversation.webvtt import webvtt
from ..errors import BadAudio, ParleyError, first_of_ours
from ..wire.codec import (
    MAX_MESSAGE_BYTES,
    PROTOCOL_VERSION,
    Frame,
    decode_frame,
    decode_server,
    encode,
    encode_frame,
)
from ..wire.messages import ClientMessage, Hello, MicClose, MicOpen, Say
from .attach import attached
from .heard import Conversation, Happening

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2

STREAM = 1

SILENCE_S = 60.0
"""Without a word from the sidecar for so long, something is broken: even a slow model is given up on before."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", type=Path, metavar="FILE", help="sound with one or more utterances")
    what.add_argument("--text", metavar="TEXT", help="type this instead")
    parser.add_argument("--reply", type=Path, metavar="OUT.wav", help="write the answer's sound")
    parser.add_argument("--subtitles", type=Path, metavar="OUT.vtt", help="write the answer's subtitles as WebVTT")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--no-wait", action="store_true", help="stream on while the assistant answers, and cut in")
    parser.add_argument("--log", action="store_true", help="show the log of the sidecar that this command starts")
    parser.add_argument("--own", action="store_true", help="start a sidecar even where one is running")


def run(options: argparse.Namespace, started_at: float) -> int:
    """Have the conversation; 0 when everything said was answered, 1 when something failed, 2 for unusable input."""
    try:
        return anyio.run(_talk, options)
    except (ParleyError, ExceptionGroup) as raised:
        error = first_of_ours(raised)
        return _complain(str(error), EXIT_BAD_INPUT if isinstance(error, BadAudio) else EXIT_FAILED)
    except KeyboardInterrupt:
        return 130


async def _talk(options: argparse.Namespace) -> int:
    if options.text is not None and not options.text.strip():
        return _complain("--text is empty: there is nothing to say.", EXIT_BAD_INPUT)
    sound = read_as_microphone(options.file) if options.file is not None else None
    conversation = Conversation()
    out = _json_printer() if options.json else _printer()
    # No proxy: the sidecar is on this machine, whatever the environment says.
    async with (
        aiohttp.ClientSession(trust_env=False) as client,
        attached(client, options.own, options.log) as sidecar,
    ):
        try:
            async with client.ws_connect(
                sidecar.url, headers=sidecar.headers, max_msg_size=MAX_MESSAGE_BYTES, compress=0
            ) as socket:
                await _Talk(socket, conversation, out, sound, options.text, not options.no_wait).run()
        except aiohttp.ClientError as error:
            return _complain(f"the connection to the sidecar failed: {error}", EXIT_FAILED)
    return _finish(options, conversation)


class _Talk:
    """One conversation over one socket."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        conversation: Conversation,
        out: Callable[[Happening], None],
        sound: Samples | None,
        text: str | None,
        waits: bool,
    ) -> None:
        self._socket = socket
        self._conversation = conversation
        self._out = out
        self._sound = sound
        self._text = text
        self._waits = waits
        self._news = anyio.Event()
        self._said = False
        """Everything there was to say is on its way."""

    async def run(self) -> None:
        await self._send(Hello(protocol_version=PROTOCOL_VERSION, role="speaker"))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._speak)
            await self._listen()
            tasks.cancel_scope.cancel()

    async def _listen(self) -> None:
        """Until everything said is settled and answered, or the sidecar goes away."""
        while True:
            message: aiohttp.WSMessage | None = None
            with anyio.move_on_after(SILENCE_S):
                message = await self._socket.receive()
            if message is None:
                raise ParleyError(f"the sidecar has said nothing for {SILENCE_S:.0f} s.")
            if message.type is aiohttp.WSMsgType.BINARY:
                self._conversation.take_frame(decode_frame(message.data))
            elif message.type is aiohttp.WSMsgType.TEXT:
                received = decode_server(message.data)
                for happening in self._conversation.take(received):
                    self._out(happening)
                for answer in self._conversation.answers(received):
                    await self._send(answer)
            else:
                raise ParleyError(f"the sidecar closed the connection (code {self._socket.close_code}).")
            self._news.set()
            if self._said and self._conversation.is_settled(self._total):
                return

    @property
    def _total(self) -> int:
        return 0 if self._sound is None else -(-len(self._sound) // WINDOW) * WINDOW

    async def _speak(self) -> None:
        if self._text is not None:
            self._conversation.expect("talk-1")
            await self._send(Say(id="talk-1", text=self._text))
        elif self._sound is not None:
            await self._send(MicOpen(stream=STREAM, mode="hands_free"))
            await self._stream(self._sound)
            await self._send(MicClose(stream=STREAM, sample_count=self._total))
        self._said = True

    async def _stream(self, sound: Samples) -> None:
        """Windows at the pace of a microphone, none beyond the credit, and none into an answer unless told to."""
        due = anyio.current_time()
        for first in range(0, len(sound), WINDOW):
            while (self._waits and self._conversation.is_answering) or first >= self._conversation.credit_sample:
                self._news = anyio.Event()
                await self._news.wait()
                due = anyio.current_time()
            due += WINDOW_S
            await anyio.sleep_until(due)
            window = sound[first : first + WINDOW].tobytes().ljust(2 * WINDOW, b"\0")
            await self._socket.send_bytes(encode_frame(Frame("mic", STREAM, first, window)))

    async def _send(self, message: ClientMessage) -> None:
        await self._socket.send_str(encode(message))


def _finish(options: argparse.Namespace, conversation: Conversation) -> int:
    if options.reply is not None and conversation.speech.size:
        write_wav(options.reply, conversation.speech, conversation.rate_hz)
    if options.subtitles is not None:
        try:
            options.subtitles.write_text(webvtt(conversation.cues()), encoding="utf-8")
        except OSError as error:
            raise BadAudio(f"{options.subtitles} cannot be written: {error.strerror}") from error
    if not conversation.transcripts:
        return _complain(f"{options.file}: no speech was found in it.", EXIT_BAD_INPUT)
    return EXIT_FAILED if conversation.failures else 0


def _printer() -> Callable[[Happening], None]:
    names = {"you": "You:    ", "parley": "Parley: ", "failure": "Failed: ", "note": "        "}

    def show(happening: Happening) -> None:
        for line in happening.text.splitlines():
            sys.stdout.write(f"{names[happening.who]}{line}\n")
        sys.stdout.flush()

    return show


def _json_printer() -> Callable[[Happening], None]:
    def show(happening: Happening) -> None:
        sys.stdout.write(json.dumps(happening.data, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    return show


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"parley talk: {text}\n")
    return code
