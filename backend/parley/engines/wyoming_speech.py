"""Speech recognition and synthesis by a Wyoming server, such as wyoming-faster-whisper and wyoming-piper.

    transcribe, audio-start, audio-chunk …, audio-stop → transcript-chunk …, transcript
    synthesize                                         → audio-start, audio-chunk …, audio-stop

Every utterance and every sentence has a connection of its own, as with Home Assistant: wyoming-faster-whisper
hangs up after each. An utterance is sent while it is spoken.
"""

from collections.abc import AsyncGenerator

import numpy as np
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStop
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeVoice

from ..audio.pcm import MIC_RATE_HZ, Samples, from_bytes
from ..audio.pcm_stream import PcmFormat, PcmReader
from ..errors import BadAudio, EngineMissing, SynthesizerFailed, TranscriberFailed
from .estimated_words import CHARS_PER_S, EstimatedWords
from .ports import EngineInfo, Partial, SpeechPiece
from .speech_address import TcpAddress
from .speech_pieces import SpeechPieces
from .speech_server import ANSWER_S, SPEECH_RATE_HZ, ServerFailed, as_speech, failing_as
from .wyoming_connection import WyomingConnection, connected, describe

CHUNK_SAMPLES = MIC_RATE_HZ
"""In one event at most: a second."""

MICROPHONE = {"rate": MIC_RATE_HZ, "width": 2, "channels": 1}


class WyomingTranscriber:
    """What has been understood so far is known from servers that send transcript chunks; others tell at the end."""

    info = EngineInfo(name="wyoming", basic=False)

    def __init__(self, address: TcpAddress, model: str = "", language: str = "") -> None:
        """`model`: by the name that the server gives it; empty: its first. `language`: empty: it finds out itself."""
        self._address = address
        self._model = model
        self._language = language
        self._connection: WyomingConnection | None = None
        self._failure: ServerFailed | None = None
        """Why no utterance could be begun."""
        self._heard: list[bytes] = []
        self._text = ""
        self._ended = False
        """The server was told that this is all, and `_text` is its answer."""

    async def probe(self) -> None:
        """Whether the server is there and has the model. Raises `ServerFailed`, `EngineMissing`."""
        programs = (await describe(self._address)).asr
        if not programs:
            raise EngineMissing(f"The speech server at {self._address} does not recognize speech")
        if self._model and not any(self._model == model.name for program in programs for model in program.models):
            raise EngineMissing(f"The speech server at {self._address} has no model called {self._model!r}")

    async def start(self) -> None:
        """If no utterance can be begun, the next `feed` fails."""
        self._heard = []
        await self._begin()

    async def _begin(self) -> None:
        await self.aclose()
        self._text, self._ended, self._failure = "", False, None
        try:
            self._connection = await WyomingConnection.open(self._address)
            asked = Transcribe(name=self._model or None, language=self._language or None)
            await self._connection.send(asked, AudioStart(**MICROPHONE))
        except ServerFailed as error:
            self._failure = error

    async def feed(self, samples: Samples) -> None:
        pcm = np.ascontiguousarray(samples, dtype="<i2").tobytes()
        self._heard.append(pcm)
        if self._ended:  # It was only a pause. The server hears it once more from its beginning.
            await self._begin()
            pcm = b"".join(self._heard)
        with failing_as(TranscriberFailed):
            connection = self._begun()
            step = 2 * CHUNK_SAMPLES
            for at in range(0, len(pcm), step):
                await connection.send(AudioChunk(**MICROPHONE, audio=pcm[at : at + step]))

    async def partial(self) -> Partial:
        """The chunks of a transcript follow one another and are never taken back."""
        if not self._ended:
            with failing_as(TranscriberFailed):
                connection = self._begun()
                for event in await connection.events_so_far():
                    if TranscriptChunk.is_type(event.type):
                        self._text += _text(connection, TranscriptChunk, event)
        return Partial(self._text, len(self._text))

    async def peek(self) -> str:
        """The protocol can only end an utterance: one that goes on afterwards is sent again."""
        if not self._ended:
            with failing_as(TranscriberFailed):
                connection = self._begun()
                try:
                    self._text = await self._transcript(connection) if any(self._heard) else ""
                finally:
                    await self.aclose()
            self._ended = True
        return self._text

    async def finish(self) -> str:
        return await self.peek()

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()

    def _begun(self) -> WyomingConnection:
        if self._connection is None:
            raise self._failure or ServerFailed("no utterance was begun")
        return self._connection

    async def _transcript(self, connection: WyomingConnection) -> str:
        await connection.send(AudioStop())
        while True:
            event = await connection.until(ANSWER_S, TranscriptChunk, Transcript, TranscriptStop)
            if TranscriptChunk.is_type(event.type):
                self._text += _text(connection, TranscriptChunk, event)
            elif Transcript.is_type(event.type):
                return _text(connection, Transcript, event)
            else:
                return self._text


def _text(connection: WyomingConnection, kind: type[Transcript | TranscriptChunk], event: Event) -> str:
    text = connection.understand(kind, event).text
    if not isinstance(text, str):
        raise ServerFailed(f"{connection.server} sent a transcript that is no text")
    return text


class WyomingSynthesizer:
    """Its word times are estimated: the protocol has none."""

    info = EngineInfo(name="wyoming", basic=False)
    sample_rate_hz = SPEECH_RATE_HZ

    def __init__(self, address: TcpAddress, voice: str = "") -> None:
        """`voice`: by the name that the server gives it; empty: its own choice."""
        self._address = address
        self._voice = voice
        self._pace = CHARS_PER_S

    async def probe(self) -> None:
        """Whether the server is there and has the voice. Raises `ServerFailed`, `EngineMissing`."""
        programs = (await describe(self._address)).tts
        if not programs:
            raise EngineMissing(f"The speech server at {self._address} does not speak")
        if self._voice and not any(self._voice == voice.name for program in programs for voice in program.voices):
            raise EngineMissing(f"The speech server at {self._address} has no voice called {self._voice!r}")

    async def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        words = EstimatedWords(sentence, self.sample_rate_hz, self._pace)
        if not any(character.isalnum() for character in sentence):
            return
        with failing_as(SynthesizerFailed):
            async with connected(self._address) as connection:
                voice = SynthesizeVoice(name=self._voice) if self._voice else None
                await connection.send(Synthesize(text=sentence, voice=voice))
                sound = _Sound(connection)
                pieces = SpeechPieces(words, self.sample_rate_hz)
                async for piece in as_speech(sound.receive, pieces, connection.server):
                    yield piece
                if not pieces.seconds:
                    raise ServerFailed(f"{connection.server} said nothing")
        self._pace = words.pace

    async def aclose(self) -> None:
        """Each sentence has closed its own connection."""


class _Sound:
    """The answer to one `synthesize`."""

    def __init__(self, connection: WyomingConnection) -> None:
        self._connection = connection
        self._format: PcmFormat | None = None
        self._reader: PcmReader | None = None
        self._ended = False

    async def receive(self) -> Samples | None:
        """The next of it, None at its end. Cancelling loses nothing."""
        if self._ended:
            return None
        event = await self._connection.receive()
        if AudioChunk.is_type(event.type):
            return self._read(self._connection.understand(AudioChunk, event))
        if AudioStop.is_type(event.type):
            self._ended = True
            return self._reader.flush() if self._reader is not None else None
        return from_bytes(b"")

    def _read(self, chunk: AudioChunk) -> Samples:
        source = PcmFormat(chunk.rate, chunk.channels, chunk.width)
        try:
            if self._reader is None or source != self._format:
                self._format, self._reader = source, PcmReader(source, SPEECH_RATE_HZ)
            return self._reader.feed(chunk.audio)
        except (BadAudio, TypeError) as error:  # TypeError: numbers that are none.
            raise ServerFailed(f"{self._connection.server} sent sound that cannot be played: {error}") from error
