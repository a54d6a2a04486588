"""From the record of a session to where it goes on: what was heard, what was not, and what was never answered."""

import pytest

from parley.conversation.history import chat
from parley.conversation.recall import FRESH_S, going_on, past_of
from parley.engines.ports import GO_ON, ToolCall, ToolResult
from parley.memory.conversations import Record
from parley.memory.journal import Numbered
from parley.wire.codec import PROTOCOL_VERSION
from parley.wire.messages import (
    Hello,
    Interrupted,
    Playback,
    Receipt,
    ReplySentence,
    SpeechStart,
    Subtitle,
    ToolUse,
    Transcript,
    TurnEnd,
    Word,
)

HELLO = Hello(protocol_version=PROTOCOL_VERSION, role="speaker", session_id="s")

ASKED = Transcript(seq=1, turn_id=1, text="Tell me.", source="typed")
FIRST = ReplySentence(seq=2, turn_id=1, sentence=0, text="One two. ")
SECOND = ReplySentence(seq=3, turn_id=1, sentence=1, text="Three four. ")
START = SpeechStart(seq=4, turn_id=1, sample_rate_hz=1000)
END = TurnEnd(seq=20, turn_id=1, outcome="completed", sample_count=2000)


def timed(seq: int, sentence: int, first: int, whole: bool = True, turn_id: int = 1) -> list[Subtitle]:
    """Two words of 500 samples."""
    words = [
        Word(first_char=0, char_count=3, first_sample=first),
        Word(first_char=4, char_count=3, first_sample=first + 500),
    ]
    place = {"turn_id": turn_id, "sentence": sentence, "first_sample": first}
    begun = Subtitle(seq=seq, words=words, **place)
    return [begun, Subtitle(seq=seq + 1, words=[], sample_count=1000, **place)] if whole else [begun]


SPOKEN: list[Numbered] = [ASKED, FIRST, SECOND, START, *timed(5, 0, 0), *timed(7, 1, 1000)]


def record(*messages: Numbered, age_s: float = 1.0, heard: int | None = None, state: str = "playing") -> Record:
    played = None if heard is None else Playback(turn_id=1, heard_samples=heard, state=state)  # type: ignore[arg-type]
    return Record("s", age_s, list(messages), [], [], played, whole_turn=0)


def test_a_session_without_a_past_begins_at_the_beginning() -> None:
    past = past_of(record(), HELLO)
    assert (past.last_seq, past.last_turn_id, past.turns, past.open) == (0, 0, [], [])


def test_what_was_asked_and_not_answered_is_answered() -> None:
    past = past_of(record(ASKED), HELLO)
    (turn,) = past.open
    assert turn.said == "Tell me." and not turn.cut and not turn.whole
    assert (past.last_seq, past.last_turn_id) == (1, 1)


def test_numbers_go_on_behind_what_the_client_has() -> None:
    hello = Hello(
        protocol_version=PROTOCOL_VERSION, role="speaker", session_id="s", last_seq=40, received_turn_id=9
    )  # More than was kept: the machine stopped, too.
    past = past_of(record(ASKED), hello)
    assert (past.last_seq, past.last_turn_id) == (40, 9)


@pytest.mark.parametrize(
    ("heard", "first_unheard"),
    [(0, 0), (400, 0), (500, 0), (501, 1), (1000, 1), (1499, 1), (1500, 1)],
)
def test_s19_a_half_spoken_answer_goes_on_with_the_first_sentence_that_was_not_heard(
    heard: int, first_unheard: int
) -> None:
    for messages in (SPOKEN, [*SPOKEN, END]):
        (turn,) = past_of(record(*messages, heard=heard), HELLO).open
        assert turn.first_unheard == first_unheard and turn.whole == (messages[-1] is END)
        assert turn.speech_samples == 2000, "no sample has the number of another one"
        assert [sentence.first_sample is None for sentence in turn.sentences] == [
            number >= first_unheard for number in range(2)
        ]


def test_of_two_reports_the_later_one_counts_and_that_is_the_clients() -> None:
    hello = Hello(
        protocol_version=PROTOCOL_VERSION,
        role="speaker",
        session_id="s",
        last_seq=9,
        received_turn_id=1,
        received_samples=1900,
        heard_samples=900,
    )
    (turn,) = past_of(record(*SPOKEN[:-2], heard=400), hello).open
    assert turn.first_unheard == 1 and turn.speech_samples == 1900


@pytest.mark.parametrize(
    "heard_to_the_end",
    [record(*SPOKEN, END, heard=2000, state="finished"), record(*SPOKEN, END, heard=1501, state="playing")],
)
def test_what_was_heard_to_its_end_is_over(heard_to_the_end: Record) -> None:
    assert past_of(heard_to_the_end, HELLO).open == []


def test_a_sentence_that_was_cut_off_while_it_was_made_is_spoken_again() -> None:
    messages = [*SPOKEN[:6], *timed(7, 1, 1000, whole=False)]
    (turn,) = past_of(record(*messages, heard=1600), HELLO).open
    assert turn.first_unheard == 1 and turn.speech_samples == 1600


def test_code_that_is_not_read_aloud_is_not_what_is_missing() -> None:
    code = ReplySentence(seq=9, turn_id=1, sentence=2, text="```x```")
    (turn,) = past_of(record(*SPOKEN, code, heard=1600), HELLO).open
    assert turn.first_unheard == 2
    assert past_of(record(*SPOKEN, code, END, heard=2000, state="finished"), HELLO).open == []


def test_an_answer_that_was_made_without_a_sound_is_not_spoken_now() -> None:
    silent = TurnEnd(seq=4, turn_id=1, outcome="completed", sample_count=0)
    assert past_of(record(ASKED, FIRST, SECOND, silent), HELLO).open == []


def test_a_turn_that_was_cut_is_only_ended() -> None:
    (turn,) = past_of(record(*SPOKEN, Interrupted(seq=9, turn_id=1, heard_samples=700)), HELLO).open
    assert turn.cut and turn.reply == "One two.—"
    ended = TurnEnd(seq=10, turn_id=1, outcome="interrupted", sample_count=2000)
    assert past_of(record(*SPOKEN, Interrupted(seq=9, turn_id=1, heard_samples=700), ended), HELLO).open == []


def test_only_the_last_turn_is_answered_and_the_others_are_ended() -> None:
    later = Transcript(seq=2, turn_id=2, text="And that?", source="typed")
    first, second = past_of(record(ASKED, later), HELLO).open
    assert first.cut and not second.cut
    assert [message.text for message in chat([first, second])] == ["Tell me.\nAnd that?"]


def test_what_was_asked_long_ago_is_not_answered_out_of_the_blue() -> None:
    (turn,) = past_of(record(ASKED, age_s=FRESH_S + 1), HELLO).open
    assert turn.cut
    assert past_of(record(*SPOKEN, END, heard=0, age_s=FRESH_S + 1), HELLO).open == []


def test_a_failed_answer_is_not_tried_again_unasked() -> None:
    failed = TurnEnd(seq=9, turn_id=1, outcome="failed", sample_count=2000)
    past = past_of(record(*SPOKEN, failed), HELLO)
    assert past.open == [] and past.turns[0].failed


def test_a_reminder_that_was_not_made_to_its_end_is_left_to_whoever_keeps_it() -> None:
    due = Transcript(seq=1, turn_id=1, text="Tea", source="reminder")
    (turn,) = past_of(record(due, FIRST), HELLO).open
    assert turn.cut and turn.scripted == "One two. "
    (turn,) = past_of(record(due, *SPOKEN[1:], END, heard=0), HELLO).open
    assert not turn.cut and turn.whole


def test_what_was_answered_again_is_in_the_history_once() -> None:
    failed = TurnEnd(seq=2, turn_id=1, outcome="failed", sample_count=0)
    again = Transcript(seq=3, turn_id=2, text="Tell me.", source="retry")
    past = past_of(record(ASKED, failed, again), HELLO)
    assert [turn.turn_id for turn in past.turns] == [2]
    assert past.last_turn_id == 2


def test_what_was_said_into_a_capture_is_not_heard_again() -> None:
    def spoken(seq: int, stream: int, first: int, count: int) -> Transcript:
        place = {"stream": stream, "first_sample": first, "sample_count": count}
        return Transcript(seq=seq, turn_id=seq, text="x", source="speech", **place)

    past = past_of(record(spoken(1, 7, 0, 100), spoken(2, 7, 500, 100), spoken(3, 8, 50, 10)), HELLO)
    assert past.settled == {7: 600, 8: 60}


def test_receipts_questions_and_what_tools_gave_are_known_again() -> None:
    call, result = ToolCall("t1", "set_timer", {"minutes": 5}), ToolResult("t1", "Set.")
    asking = ToolUse(seq=2, turn_id=1, use=0, title="Timer", state="asking")
    known = Record("s", 1.0, [ASKED, asking], [Receipt(id="c-1", turn_id=1)], [(1, call, result)], None, 0)
    past = past_of(known, HELLO)
    assert past.receipts == [Receipt(id="c-1", turn_id=1)] and past.questions == 1
    messages = chat(past.turns)
    assert messages[-1].results == (result,), "the model goes on from it, and does not ask for it again"


def test_the_model_is_told_where_it_was_cut_off() -> None:
    (turn,) = past_of(record(*SPOKEN, heard=0), HELLO).open
    assert [(message.role, message.text) for message in going_on(chat([turn]), turn)] == [
        ("user", "Tell me."),
        ("assistant", "One two. Three four. "),
        ("user", GO_ON),
    ]
    (fresh,) = past_of(record(ASKED), HELLO).open
    assert going_on(chat([fresh]), fresh) == chat([fresh])


def test_an_answer_spoken_in_two_processes_has_its_words_where_they_were_heard() -> None:
    again: list[Numbered] = [SpeechStart(seq=10, turn_id=1, sample_rate_hz=1000), *timed(11, 1, 2000)]
    (turn,) = past_of(record(*SPOKEN, *again, heard=2400), HELLO).open
    assert turn.first_unheard == 1 and turn.speech_samples == 3000
    assert turn.sentences[0].words[1].first_sample == 500


def test_a_turn_whose_place_another_took_is_no_more() -> None:
    more = Transcript(seq=9, turn_id=2, text="Tell me more.", source="speech", continues=1)
    past = past_of(record(*SPOKEN, Interrupted(seq=8, turn_id=1, heard_samples=100), more), HELLO)
    assert [turn.said for turn in past.turns] == ["Tell me more."] and past.last_turn_id == 2
    assert [message.text for message in chat(past.turns)] == ["Tell me more."]


def test_an_order_is_not_answered_afterwards_and_the_model_is_not_told() -> None:
    cut = Interrupted(seq=9, turn_id=1, heard_samples=100)
    stop = Transcript(seq=10, turn_id=2, text="Stop.", source="speech")
    past = past_of(record(*SPOKEN, cut, stop), HELLO)
    assert all(turn.cut for turn in past.open)
    assert [message.text for message in chat(past.turns)] == ["Tell me."]
