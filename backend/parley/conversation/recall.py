"""What a session knew when its process ended, and what of it is still to be done. Pure.

    the last turn has no answer, or a part of one    it is answered, or its answer goes on
    its answer was made and not heard to the end     what was not heard is spoken
    any other turn without an end                    it is over, as interrupted

A sentence was heard when its last word had begun to sound. One that was cut off earlier is spoken again as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..engines.ports import GO_ON, ChatMessage
from ..memory.conversations import Record
from ..wire.base import given
from ..wire.messages import Hello, Playback, Receipt
from .history import Turn
from .retold import SCRIPTED, Told, retell

FRESH_S = 300.0
"""What was asked or said longer ago is not taken up out of the blue; the user can ask again."""


@dataclass(frozen=True)
class Past:
    """Where a session goes on. Without arguments: at its beginning."""

    last_seq: int = 0
    last_turn_id: int = 0
    turns: Sequence[Turn] = ()
    open: Sequence[Turn] = ()
    """Those of them that are to be answered or gone on with; what is cut of these, only to be ended."""
    receipts: Sequence[Receipt] = ()
    settled: Mapping[int, int] = field(default_factory=dict)
    """Of each capture, the sample up to which it is in a transcript."""
    questions: int = 0
    """How often the user was asked to consent."""
    played: Playback | None = None
    """The last that is known of the loudspeaker."""


NO_PAST = Past()


def past_of(record: Record, hello: Hello) -> Past:
    """`hello`: of whoever asks for the session."""
    story = retell(record.messages)
    for turn_id, call, result in record.tool_uses:
        if turn_id in story.told:
            story.told[turn_id].turn.used.append((call, result))
    everything = list(story.told.values())
    open_turns = []
    played = record.played
    for told in everything:
        told.turn.whole = record.whole_turn == told.turn.turn_id
        wanted = told is everything[-1] and _is_wanted(told, record) and _take_up(told, record, hello)
        if wanted or not told.has_ended:
            told.turn.cut |= not wanted
            open_turns.append(told.turn)
        if wanted:
            played = Playback(turn_id=told.turn.turn_id, heard_samples=told.turn.heard_samples, state="stopped")
    return Past(
        last_seq=max(story.last_seq, given(hello.last_seq) or 0),
        last_turn_id=max(story.last_turn_id, given(hello.received_turn_id) or 0),
        turns=[told.turn for told in everything],
        open=open_turns,
        receipts=record.receipts,
        settled=story.settled,
        questions=story.questions,
        played=played,
    )


def going_on(messages: list[ChatMessage], turn: Turn) -> list[ChatMessage]:
    """For the language model, where a part of its answer is there already."""
    said = "".join(sentence.text for sentence in turn.sentences)
    return [*messages, ChatMessage("assistant", said), ChatMessage("user", GO_ON)] if said.strip() else messages


def _is_wanted(told: Told, record: Record) -> bool:
    turn = told.turn
    if record.age_s > FRESH_S or turn.cut or turn.failed or turn.is_order:
        return False
    if told.has_ended:
        return turn.speech_samples > 0  # An answer that was made without a sound is not spoken now.
    # A reminder that was not made to its end is brought up again by whoever keeps it.
    return told.source not in SCRIPTED


def _take_up(told: Told, record: Record, hello: Hello) -> bool:
    """Have the turn go on behind what was heard of it; False: nothing of it is left to be done. Its speech is counted
    on from what was made, so that no sample has the number of another one."""
    turn, sentences = told.turn, told.turn.sentences
    heard, received = 0, 0
    if (report := record.played) is not None and report.turn_id == turn.turn_id:
        if report.state == "finished":
            return False
        heard = report.heard_samples
    if given(hello.received_turn_id) == turn.turn_id:
        received = given(hello.received_samples) or 0
        heard = max(heard, given(hello.heard_samples) or 0)
    timed = [word.first_sample + 1 for sentence in sentences for word in sentence.words]
    turn.speech_samples = max([turn.speech_samples, received, heard, *told.ends.values(), *timed])
    turn.heard_samples = heard
    turn.whole |= told.has_ended
    turn.first_unheard = _first_unheard(told, heard)
    for sentence in sentences[turn.first_unheard :]:
        sentence.first_sample, sentence.words = None, []
    return not told.has_ended or turn.first_unheard < len(sentences)


def _first_unheard(told: Told, heard: int) -> int:
    """What has no speech (code) counts as heard when speech after it was."""
    first = 0
    for number, sentence in enumerate(told.turn.sentences):
        if sentence.first_sample is None:
            continue
        # Of one that is not whole it is not known which word is its last.
        end = told.ends.get(number)
        if end is None or (sentence.words[-1].first_sample if sentence.words else end - 1) >= heard:
            return first
        first = number + 1
    return first
