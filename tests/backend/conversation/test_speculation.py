"""Answers that begin in the pause: what they gain, and that nobody knows of those that were in vain."""

from typing import Any

import anyio
import pytest

from parley.conversation.listener import PAUSE_WINDOWS
from parley.conversation.recognition import MAX_PEEKS
from parley.conversation.session import Session
from parley.conversation.speculation import MAX_TRIES, is_promising, is_wanted
from parley.engines.ports import ChatMessage, EngineInfo, ToolCall
from parley.engines.slots import Engines
from parley.errors import StreamCut
from parley.settings import Settings
from parley.tools.toolbox import Toolbox
from parley.wire.codec import Frame
from parley.wire.messages import (
    Activity,
    Failure,
    Playback,
    ReplySentence,
    Say,
    SpeechStart,
    Subtitle,
    ToolUse,
    Transcript,
    TurnEnd,
)
from tests.fakes.conversation import Recorder, Talking, conversing, engines, happen
from tests.fakes.engines import FakeLanguageModel, FakeSynthesizer, FakeTranscriber, FakeVad, GrowingTranscriber
from tests.fakes.tools import FakeTool

pytestmark = pytest.mark.anyio

ANSWER = (ReplySentence, SpeechStart, Subtitle, Frame, ToolUse, TurnEnd, Failure, Transcript)
"""Whatever tells that an answer is being made."""


def session_with(filled: Engines, toolbox: Toolbox | None = None, **settings: Any) -> Session:
    return Session(filled, lambda: Settings(**settings), toolbox)


def said(me: Recorder) -> list[object]:
    return [item for kind in ANSWER for item in me.of(kind)]


async def test_the_answer_is_made_in_the_pause_and_comes_out_with_the_turn() -> None:
    transcriber, model, voice = FakeTranscriber(["what time is it"]), FakeLanguageModel(), FakeSynthesizer()
    session = session_with(engines(FakeVad([(1.0, 2.0)]), transcriber, model, voice))
    async with conversing(session) as me:
        microphone = Talking(session, me, [(1.0, 2.0)], 4.0)
        await microphone.begin()
        await microphone.until(2.0 + (PAUSE_WINDOWS + 1) * 0.032)
        assert model.asked == [[ChatMessage("user", "what time is it")]]
        assert voice.spoken == ["It is noon.", "Shall we eat?"]
        assert said(me) == [] and me.of(Activity)[-1].state == "hearing"
        await microphone.until(4.0)
        end = await me.until(TurnEnd)
    assert len(model.asked) == 1 and transcriber.transcriptions == 1
    assert [sentence.text for sentence in me.of(ReplySentence)] == ["It is noon. ", "Shall we eat?"]
    assert end.outcome == "completed" and end.sample_count == sum(frame.sample_count for frame in me.of(Frame))
    kinds = [type(item) for item in me.read]
    assert kinds[0] is Transcript and kinds.index(ReplySentence) < kinds.index(SpeechStart) < kinds.index(Frame)
    assert [activity.state for activity in me.of(Activity)][-1] == "speaking"


async def test_who_goes_on_never_knows_of_the_answer_to_what_was_not_all() -> None:
    spoken = [(1.0, 2.0), (2.3, 3.0)]
    model = FakeLanguageModel()
    session = session_with(engines(FakeVad(spoken), GrowingTranscriber(), model))
    async with conversing(session) as me:
        microphone = Talking(session, me, spoken, 6.0)
        await microphone.begin()
        await microphone.until(2.2)
        assert len(model.asked) == 1
        await microphone.until(2.4)
        assert said(me) == [] and model.open_streams == 0
        await microphone.until(6.0)
        await me.until(TurnEnd)
        [transcript] = me.of(Transcript)
    assert model.asked[0][0].text != transcript.text
    assert model.asked[1:] == [[ChatMessage("user", transcript.text)]]
    assert [sentence.text for sentence in me.of(ReplySentence)] == ["It is noon. ", "Shall we eat?"]


async def test_who_goes_on_has_the_model_and_the_voice_stopped() -> None:
    spoken = [(1.0, 2.0), (2.3, 3.0)]
    model = FakeLanguageModel(first_token_s=60.0)
    session = session_with(engines(FakeVad(spoken), GrowingTranscriber(), model))
    async with conversing(session) as me:
        microphone = Talking(session, me, spoken, 6.0)
        await microphone.begin()
        await microphone.until(2.2)
        assert model.open_streams == 1
        await microphone.until(2.4)
        assert model.open_streams == 0


async def test_words_that_are_known_when_the_pause_is_over_begin_nothing() -> None:
    spoken = [(1.0, 2.0), (2.3, 3.0)]
    transcriber, model = Waiting(), FakeLanguageModel()
    session = session_with(engines(FakeVad(spoken), transcriber, model))
    async with conversing(session) as me:
        microphone = Talking(session, me, spoken, 6.0)
        await microphone.begin()
        await microphone.until(2.4)
        assert transcriber.transcriptions == 1
        transcriber.go_on.set()
        await happen()
        assert model.asked == []
        await microphone.until(6.0)
        await me.until(TurnEnd)
    assert len(model.asked) == 1


async def test_who_pauses_often_is_answered_for_at_most_three_times() -> None:
    spoken = [(1.0 + 0.5 * burst, 1.3 + 0.5 * burst) for burst in range(8)]
    transcriber, model = GrowingTranscriber(), FakeLanguageModel()
    session = session_with(engines(FakeVad(spoken), transcriber, model))
    async with conversing(session) as me:
        microphone = Talking(session, me, spoken, 8.0)
        await microphone.begin()
        for step in range(80):
            await microphone.until(0.1 * step)
        await me.until(TurnEnd)
        [transcript] = me.of(Transcript)
    assert len(model.asked) == MAX_TRIES + 1 and transcriber.transcriptions == MAX_PEEKS + 1
    assert model.asked[-1] == [ChatMessage("user", transcript.text)]


async def test_a_last_look_that_hears_another_word_answers_that() -> None:
    model = FakeLanguageModel()
    session = session_with(engines(FakeVad([(1.0, 2.0)]), Wavering("what time is it", "what time was it"), model))
    async with conversing(session) as me:
        microphone = Talking(session, me, [(1.0, 2.0)], 4.0)
        await microphone.begin()
        await microphone.until(4.0)
        await me.until(TurnEnd)
        [transcript] = me.of(Transcript)
    assert transcript.text == "what time was it"
    assert [asked[-1].text for asked in model.asked] == ["what time is it", "what time was it"]
    assert len(me.of(ReplySentence)) == 2


async def test_no_tool_is_used_before_the_turn_is_certain() -> None:
    tool = FakeTool("set_timer")
    model = FakeLanguageModel(["One moment. "], calls=[ToolCall("1", "set_timer", {})])
    session = session_with(engines(FakeVad([(1.0, 2.0)]), language_model=model), Toolbox([tool]))
    async with conversing(session) as me:
        microphone = Talking(session, me, [(1.0, 2.0)], 4.0)
        await microphone.begin()
        await microphone.until(2.3)
        assert len(model.asked) == 1 and tool.runs == 0 and said(me) == []
        await microphone.until(4.0)
        await me.until(TurnEnd)
    assert tool.runs == 1 and len(model.asked) == 2
    assert [sentence.text.strip() for sentence in me.of(ReplySentence)] == ["One moment.", "Done."]


async def test_no_tool_is_used_for_what_was_not_all() -> None:
    spoken = [(1.0, 2.0), (2.3, 3.0)]
    tool = FakeTool("set_timer")
    model = FakeLanguageModel(["One moment. "], calls=[ToolCall("1", "set_timer", {})])
    session = session_with(engines(FakeVad(spoken), GrowingTranscriber(), language_model=model), Toolbox([tool]))
    async with conversing(session) as me:
        microphone = Talking(session, me, spoken, 6.0)
        await microphone.begin()
        for step in range(60):
            await microphone.until(0.1 * step)
        await me.until(TurnEnd)
    assert tool.runs == 1


async def test_an_answer_that_failed_in_the_pause_is_tried_again_when_it_counts() -> None:
    model = FakeLanguageModel(["It is "], error=StreamCut("the server hung up"))
    session = session_with(engines(FakeVad([(1.0, 2.0)]), language_model=model))
    async with conversing(session) as me:
        microphone = Talking(session, me, [(1.0, 2.0)], 4.0)
        await microphone.begin()
        await microphone.until(2.3)
        model.error = None
        await microphone.until(4.0)
        end = await me.until(TurnEnd)
    assert end.outcome == "completed" and me.of(Failure) == [] and len(model.asked) == 2


async def test_what_is_typed_in_the_pause_goes_first_and_the_answer_begins_anew() -> None:
    model = FakeLanguageModel()
    session = session_with(engines(FakeVad([(1.0, 2.0)]), FakeTranscriber(["what time is it"]), model))
    async with conversing(session) as me:
        microphone = Talking(session, me, [(1.0, 2.0)], 4.0)
        await microphone.begin()
        await microphone.until(2.3)
        await session.receive(Say(id="1", text="wait"), me)
        await microphone.until(4.0)
        await me.until(TurnEnd, count=2)
    assert [transcript.text for transcript in me.of(Transcript)] == ["wait", "what time is it"]
    assert [asked[-1].text for asked in model.asked][0] == "what time is it"
    assert any("wait" in message.text for message in model.asked[-1])


async def test_who_cuts_in_is_answered_as_early_and_the_model_knows_what_was_heard() -> None:
    model = FakeLanguageModel(["One two three four. "])
    session = session_with(engines(FakeVad([(1.0, 2.0)]), FakeTranscriber(["what about the tea"]), model))
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="count"), me)
        await me.until(TurnEnd)
        await session.receive(Playback(turn_id=1, heard_samples=2 * 7200, state="paused"), me)
        microphone = Talking(session, me, [(1.0, 2.0)], 4.0)
        await microphone.begin()
        await microphone.until(2.3)
        assert len(model.asked) == 2
        await microphone.until(4.0)
        await me.until(TurnEnd, count=2)
    assert len(model.asked) == 2
    assert model.asked[1] == [
        ChatMessage("user", "count"),
        ChatMessage("assistant", "One two—"),
        ChatMessage("user", "what about the tea"),
    ]


async def test_a_cough_throws_away_nothing_that_was_said_and_begins_nothing() -> None:
    model = FakeLanguageModel()
    session = session_with(engines(FakeVad([(1.0, 2.0)]), FakeTranscriber([""]), model))
    async with conversing(session) as me:
        microphone = Talking(session, me, [(1.0, 2.0)], 4.0)
        await microphone.begin()
        await microphone.until(4.0)
        await me.until(Activity, lambda activity: activity.state == "listening", count=2)
        assert model.asked == [] and said(me) == []


async def test_who_does_not_want_it_pays_for_one_answer_a_turn() -> None:
    spoken = [(1.0, 2.0), (2.3, 3.0)]
    transcriber, model = GrowingTranscriber(), FakeLanguageModel()
    session = session_with(engines(FakeVad(spoken), transcriber, model), speculate="never")
    async with conversing(session) as me:
        microphone = Talking(session, me, spoken, 6.0)
        await microphone.begin()
        for step in range(60):
            await microphone.until(0.1 * step)
        await me.until(TurnEnd)
    assert len(model.asked) == 1 and transcriber.transcriptions == 1


@pytest.mark.parametrize(
    ("speculate", "metered", "wanted"),
    [("always", True, True), ("when_free", True, False), ("when_free", False, True), ("never", False, False)],
)
async def test_what_costs_money_is_asked_only_with_leave(speculate: Any, metered: bool, wanted: bool) -> None:
    model = FakeLanguageModel(info=EngineInfo(name="model", basic=False, metered=metered))
    assert is_wanted(speculate, engines(language_model=model)) is wanted


@pytest.mark.parametrize(
    ("text", "tries", "promising"),
    [("what time is it", 0, True), ("lights", 2, True), ("what time is it", MAX_TRIES, False), ("and I", 0, False)],
)
async def test_what_is_worth_beginning(text: str, tries: int, promising: bool) -> None:
    assert is_promising(text, tries) is promising


class Waiting(GrowingTranscriber):
    """Transcribes nothing until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = anyio.Event()

    async def peek(self) -> str:
        if not self.go_on.is_set():
            self.transcriptions += 1
            await self.go_on.wait()
        return await super().peek()


class Wavering(FakeTranscriber):
    """Sees another text at the end than in the pause."""

    def __init__(self, seen: str, said: str) -> None:
        super().__init__([seen])
        self._said = said

    async def finish(self) -> str:
        await super().finish()
        return self._said
