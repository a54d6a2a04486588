"""What one end of a conversation has heard: pure bookkeeping over the sidecar's messages, for `parley talk`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import numpy as np
import soxr
from msgspec import UnsetType

from ..audio.pcm import Samples, from_bytes
from ..conversation.webvtt import Cue, CueWord
from ..wire.base import given
from ..wire.codec import Frame
from ..wire.messages import (
    Ack,
    Activity,
    ClientMessage,
    Consent,
    ConsentAnswer,
    Failure,
    MicAck,
    Playback,
    Receipt,
    ReplySentence,
    ServerMessage,
    SpeechStart,
    Subtitle,
    ToolUse,
    Transcript,
    TurnEnd,
    Word,
)

GAP_S = 0.5
"""Silence between two answers in one file."""


@dataclass(frozen=True)
class Happening:
    """Something to show, as words and as data."""

    who: Literal["you", "parley", "failure", "note"]
    text: str
    data: dict[str, object]


@dataclass
class _Sentence:
    text: str
    first_sample: int = 0
    sample_count: int | None = None
    """None: it was not spoken."""
    words: list[Word] = field(default_factory=list)


@dataclass
class _Turn:
    rate_hz: int = 0
    sentences: dict[int, _Sentence] = field(default_factory=dict)
    speech: list[Samples] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(len(piece) for piece in self.speech)


class Conversation:
    def __init__(self) -> None:
        self.transcripts: list[str] = []
        self.failures: list[Failure] = []
        self.credit_sample = 0
        """The microphone may send up to here."""
        self._turns: dict[int, _Turn] = {}
        self._unfinished: set[int] = set()
        self._expected: set[str] = set()
        self._settled_sample = 0
        self._activity = "idle"

    @property
    def is_answering(self) -> bool:
        return bool(self._unfinished) or self._activity in ("thinking", "speaking")

    def is_settled(self, total_samples: int) -> bool:
        """Everything said, up to `total_samples` of the microphone, was understood and answered."""
        return self._settled_sample >= total_samples and not self._expected and not self.is_answering

    def expect(self, message_id: str) -> None:
        """A message was sent that must be answered before the conversation is over."""
        self._expected.add(message_id)

    def take_frame(self, frame: Frame) -> None:
        turn = self._turns[frame.stream]
        if frame.first_sample == turn.length:
            turn.speech.append(from_bytes(frame.pcm))

    def take(self, message: ServerMessage) -> list[Happening]:
        """Note a message, and say what of it is to be shown."""
        data: dict[str, object] = msgspec.to_builtins(message)
        match message:
            case Transcript(turn_id=turn_id, text=text):
                self._turns[turn_id] = _Turn()
                self._unfinished.add(turn_id)
                if message.source == "reminder":
                    return [Happening("note", f"({text})", data)]
                if (before := given(message.continues)) is not None:
                    self._unfinished.discard(before)
                    self.transcripts.pop()
                self.transcripts.append(text)
                return [Happening("you", text, data)]
            case ToolUse(title=title, state=tool_state):
                return [Happening("note", f"({title}: {tool_state})", data)]
            case Consent(request=request) if not isinstance(request, UnsetType):
                words = f"({request.question} Answered no: only a window can agree.)"
                return [Happening("note", words, data)]
            case ReplySentence(turn_id=turn_id, sentence=number, text=text):
                self._turns[turn_id].sentences[number] = _Sentence(text)
                return [Happening("parley", text.strip(), data)]
            case SpeechStart(turn_id=turn_id, sample_rate_hz=rate_hz):
                self._turns[turn_id].rate_hz = rate_hz
            case Subtitle(turn_id=turn_id):
                self._take_subtitle(self._turns[turn_id].sentences[message.sentence], message)
            case TurnEnd(turn_id=turn_id, outcome=outcome):
                self._unfinished.discard(turn_id)
                text = "(interrupted)" if outcome == "interrupted" else ""
                return [Happening("note", text, data)]
            case Failure(message=text):
                self.failures.append(message)
                self._expected.discard(given(message.id) or "")
                return [Happening("failure", f"{text} [{message.code}]", data)]
            case Receipt(id=message_id):
                self._expected.discard(message_id)
            case MicAck(sample=sample, credit_sample=credit):
                self._settled_sample = max(self._settled_sample, sample)
                self.credit_sample = max(self.credit_sample, credit)
            case Activity(state=state):
                self._activity = state
            case _:
                pass  # The rest is for windows.
        return []

    def answers(self, message: ServerMessage) -> list[ClientMessage]:
        """What a client owes for a message: an ack for a numbered one, and at a turn's end that it was heard."""
        owed: list[ClientMessage] = []
        seq = getattr(message, "seq", None)
        turn_id = given(getattr(message, "turn_id", msgspec.UNSET))
        if isinstance(seq, int):
            samples = self._turns[turn_id].length if turn_id in self._turns else 0
            if turn_id is not None and samples:
                owed.append(Ack(last_seq=seq, received_turn_id=turn_id, received_samples=samples))
            else:
                owed.append(Ack(last_seq=seq))
        if isinstance(message, TurnEnd) and message.sample_count:
            owed.append(Playback(turn_id=message.turn_id, heard_samples=message.sample_count, state="finished"))
        if isinstance(message, Consent) and not isinstance(message.request, UnsetType):
            number = message.request.request_id
            owed.append(ConsentAnswer(id=f"consent-{number}", request_id=number, answer="no"))
        return owed

    @property
    def rate_hz(self) -> int:
        """Of `speech`: that of the first answer."""
        return next((turn.rate_hz for turn in self._turns.values() if turn.rate_hz), 0)

    @property
    def speech(self) -> Samples:
        """Every answer's speech, one after the other."""
        return from_bytes(b"".join(piece.tobytes() for _, piece in self._on_tape()))

    def cues(self) -> list[Cue]:
        """One subtitle a sentence, timed within `speech`."""
        cues: list[Cue] = []
        for turn, start in self._spoken():
            start_s = start / self.rate_hz
            for sentence in turn.sentences.values():
                if sentence.sample_count:
                    end = sentence.first_sample + sentence.sample_count
                    first_s, end_s = (start_s + sample / turn.rate_hz for sample in (sentence.first_sample, end))
                    words = [CueWord(w.first_char, start_s + w.first_sample / turn.rate_hz) for w in sentence.words]
                    cues.append(Cue(first_s, end_s, sentence.text, words))
        return cues

    def _spoken(self) -> Iterable[tuple[_Turn, int]]:
        """Answers that sounded, each with the sample of `speech` at which it begins."""
        position = 0
        for turn in self._turns.values():
            if turn.length:
                yield turn, position
                position += len(self._at_first_rate(turn)) + round(GAP_S * self.rate_hz)

    def _on_tape(self) -> Iterable[tuple[int, Samples]]:
        gap = np.zeros(round(GAP_S * self.rate_hz), dtype=np.int16)
        for turn, start in self._spoken():
            if start:
                yield start - len(gap), gap
            yield start, self._at_first_rate(turn)

    def _at_first_rate(self, turn: _Turn) -> Samples:
        speech = np.concatenate(turn.speech)
        return speech if turn.rate_hz == self.rate_hz else soxr.resample(speech, turn.rate_hz, self.rate_hz)

    @staticmethod
    def _take_subtitle(sentence: _Sentence, message: Subtitle) -> None:
        sentence.first_sample = message.first_sample
        sentence.words += message.words
        length = given(message.sample_count)
        if length is not None:
            sentence.sample_count = length
