"""What was said, retold from the messages that told it at the time. Pure; recall.py goes on from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from ..engines.ports import WordTime
from ..memory.journal import Numbered
from ..wire.base import given
from ..wire.messages import Interrupted, ReplySentence, Subtitle, ToolUse, Transcript, TurnEnd
from .history import SpokenSentence, Turn
from .orders import order_in

Outcome = Literal["open", "completed", "interrupted", "failed"]


SCRIPTED = ("reminder", "sample")
"""Sources of turns in which nobody is asked for an answer."""


@dataclass
class Told:
    turn: Turn
    source: str
    outcome: Outcome = "open"
    has_ended: bool = False
    """Its turn_end was told."""
    ends: dict[int, int] = field(default_factory=dict)
    """Of each sentence whose speech is whole, the sample behind it."""


@dataclass
class Retelling:
    told: dict[int, Told] = field(default_factory=dict)
    settled: dict[int, int] = field(default_factory=dict)
    """Of each capture, the sample up to which it is in a transcript."""
    questions: int = 0
    """How often the user was asked to consent."""
    last_seq: int = 0
    last_turn_id: int = 0


def retell(messages: Iterable[Numbered]) -> Retelling:
    story = Retelling()
    for message in messages:
        story.last_seq = given(message.seq) or 0
        if isinstance(message, Transcript):
            _begin(story, message)
        elif (told := story.told.get(given(message.turn_id) or 0)) is not None:
            _go_on(told, message)
        story.questions += isinstance(message, ToolUse) and message.state == "asking"
    return story


def _begin(story: Retelling, message: Transcript) -> None:
    turn_id, text = message.turn_id, message.text
    if message.source == "retry" and (old := _newest(story, text)) is not None:
        del story.told[old]  # What is answered again leaves the history.
    if (before := given(message.continues)) is not None:
        story.told.pop(before, None)
    is_order = order_in(text) == "stop" and message.source != "retry"
    story.told[turn_id] = Told(Turn(turn_id, text, is_order=is_order), message.source)
    story.last_turn_id = max(story.last_turn_id, turn_id)
    if (stream := given(message.stream)) is not None:
        end = (given(message.first_sample) or 0) + (given(message.sample_count) or 0)
        story.settled[stream] = max(end, story.settled.get(stream, 0))


def _newest(story: Retelling, text: str) -> int | None:
    return max((turn_id for turn_id, told in story.told.items() if told.turn.said == text), default=None)


def _go_on(told: Told, message: Numbered) -> None:
    turn = told.turn
    match message:
        case ReplySentence(text=text):
            turn.sentences.append(SpokenSentence(text))
            turn.scripted += text if told.source in SCRIPTED else ""
        case Subtitle(sentence=number) if number < len(turn.sentences):
            _time(turn.sentences[number], message)
            if (count := given(message.sample_count)) is not None:
                told.ends[number] = message.first_sample + count
        case Interrupted(heard_samples=heard):
            turn.cut, turn.heard_samples = True, heard
            told.outcome = "interrupted"
        case TurnEnd(outcome=outcome, sample_count=count):
            turn.speech_samples = max(turn.speech_samples, count)
            turn.failed = outcome == "failed"
            told.has_ended = True
            told.outcome = "interrupted" if turn.cut else outcome
        case _:
            pass


def _time(sentence: SpokenSentence, subtitle: Subtitle) -> None:
    if sentence.first_sample != subtitle.first_sample:  # Spoken again, after a restart.
        sentence.first_sample, sentence.words = subtitle.first_sample, []
    sentence.words += [WordTime(word.first_char, word.char_count, word.first_sample) for word in subtitle.words]
