"""Who is answered while he draws breath, and goes on: one transcript, one answer."""

from typing import Any

import pytest

from parley.conversation.history import Place, Turn
from parley.conversation.reopening import MOST_S, REOPEN_S, joined, reopened
from parley.conversation.session import Session
from parley.engines.ports import ChatMessage, ToolCall
from parley.settings import Settings
from parley.tools.toolbox import Toolbox
from parley.wire.messages import Interrupt, Interrupted, ReplySentence, Transcript, TurnEnd
from tests.fakes.conversation import Recorder, Talking, conversing, engines
from tests.fakes.engines import FakeLanguageModel, FakeTranscriber, FakeVad
from tests.fakes.tools import FakeTool

pytestmark = pytest.mark.anyio

S = 16_000
PLACE = Place(stream=1, first_sample=S, speech_sample=3 * S // 2, end_sample=4 * S)


def at(gap_s: float, stream: int = 1, seconds: float = 1.0) -> Place:
    began = 4 * S + round(gap_s * S)
    return Place(stream, began, began, began + round(seconds * S))


@pytest.mark.parametrize(
    ("place", "is_reopened"),
    [
        (at(0.0), True),
        (at(REOPEN_S), True),
        (at(REOPEN_S + 0.01), False),
        (at(0.3, stream=2), False),
        (at(0.3, seconds=MOST_S), False),
        (None, False),
    ],
)
async def test_what_is_said_soon_after_belongs_to_the_turn_before(place: Place | None, is_reopened: bool) -> None:
    turn = Turn(1, "what time is it", place=PLACE)
    assert (reopened([turn], place) is turn) is is_reopened


@pytest.mark.parametrize("state", [{"stopped": True}, {"acted": True}, {"place": None}])
async def test_what_was_stopped_typed_or_has_done_something_stays(state: dict[str, Any]) -> None:
    assert reopened([Turn(1, "what time is it", **{"place": PLACE, **state})], at(0.3)) is None
    assert reopened([], at(0.3)) is None


async def test_the_stop_between_the_two_goes() -> None:
    assert joined("What time is it.", "In New York?") == "What time is it In New York?"
    assert joined("what time is it ", "in new york") == "what time is it in new york"


SPOKEN = [(1.0, 2.0), (3.2, 4.0)]
"""With a pause that ends the turn 0.4 s before its second half."""


def session_with(model: FakeLanguageModel, texts: list[str], toolbox: Toolbox | None = None) -> Session:
    filled = engines(FakeVad(SPOKEN), FakeTranscriber(texts), model)
    return Session(filled, lambda: Settings(), toolbox)


async def talk(session: Session, me: Recorder, until_s: float = 6.0) -> None:
    microphone = Talking(session, me, SPOKEN, until_s)
    await microphone.begin()
    for step in range(round(until_s / 0.2) + 1):
        await microphone.until(0.2 * step)


async def test_the_two_halves_are_one_turn_for_client_and_model() -> None:
    model = FakeLanguageModel(["It is noon."])
    session = session_with(model, ["turn lights", "off please"])
    async with conversing(session) as me:
        await talk(session, me)
        await me.until(TurnEnd, count=2)
        first, second = me.of(Transcript)
        [cut] = me.of(Interrupted)
    assert (first.text, second.text) == ("turn lights", "turn lights off please")
    assert cut.turn_id == second.continues == first.turn_id
    assert second.first_sample == first.first_sample
    assert [asked[-1:] == asked for asked in model.asked] == [True] * len(model.asked), "there is nothing before it"
    assert model.asked[-1] == [ChatMessage("user", "turn lights off please")]
    assert [sentence.turn_id for sentence in me.of(ReplySentence)] == [first.turn_id, second.turn_id]


async def test_the_answer_to_both_is_begun_in_the_pause_after_the_second() -> None:
    model = FakeLanguageModel(["It is noon."])
    session = session_with(model, ["turn lights", "off please"])
    async with conversing(session) as me:
        await talk(session, me, until_s=4.3)
        assert len(me.of(Transcript)) == 1
        assert model.asked[-1] == [ChatMessage("user", "turn lights off please")]
        asked = len(model.asked)
    assert asked == 2


async def test_who_stopped_the_answer_says_something_new() -> None:
    model = FakeLanguageModel(["It is noon."])
    session = session_with(model, ["turn lights", "off please"])
    async with conversing(session) as me:
        microphone = Talking(session, me, SPOKEN, 6.0)
        await microphone.begin()
        await microphone.until(2.5)
        await microphone.until(3.0)
        await session.receive(Interrupt(id="1"), me)
        await microphone.until(6.0)
        await me.until(TurnEnd, count=2)
        transcripts = me.of(Transcript)
    assert [transcript.text for transcript in transcripts] == ["turn lights", "off please"]


async def test_a_turn_that_has_done_something_is_not_done_again() -> None:
    tool = FakeTool("set_timer")
    model = FakeLanguageModel(["One moment. "], calls=[ToolCall("1", "set_timer", {})])
    session = session_with(model, ["turn lights", "off please"], Toolbox([tool]))
    async with conversing(session) as me:
        await talk(session, me)
        await me.until(TurnEnd, count=2)
        transcripts = me.of(Transcript)
    assert [transcript.text for transcript in transcripts] == ["turn lights", "off please"]
    assert any(message.results for message in model.asked[-1])
