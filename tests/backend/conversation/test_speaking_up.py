"""Reminders find somebody who listens; the model is made ready; a wait is explained."""

import anyio
import pytest

from parley.conversation import dialogue, turn
from parley.conversation.session import Session
from parley.conversation.sessions import Sessions
from parley.engines.ports import EngineInfo
from parley.settings import Settings
from parley.wire.codec import PROTOCOL_VERSION
from parley.wire.messages import (
    Activity,
    Hello,
    MicOpen,
    Playback,
    ReplySentence,
    Say,
    Transcript,
    TurnEnd,
    Typing,
    VoiceSample,
)
from tests.fakes.conversation import Recorder, conversing, engines
from tests.fakes.engines import FakeLanguageModel

pytestmark = pytest.mark.anyio

HELLO = Hello(protocol_version=PROTOCOL_VERSION, role="speaker")


async def test_a_reminder_waits_for_somebody_to_listen() -> None:
    async with Sessions(engines(), Settings) as sessions, anyio.create_task_group() as tasks:
        session, _ = await sessions.enter(HELLO)
        asked: list[str] = []

        def words() -> str:
            asked.append("now")
            return "Your timer is up."

        viewer = Recorder(session, role="viewer")
        session.join(viewer)
        tasks.start_soon(sessions.speak_up, "Timer", words)
        await anyio.wait_all_tasks_blocked()
        assert not asked, "a viewer has no speaker to hear it with"
        speaker = Recorder(session)
        session.join(speaker)
        transcript = await speaker.until(Transcript)
        assert (transcript.text, transcript.source) == ("Timer", "reminder")
        assert (await speaker.until(ReplySentence)).text == "Your timer is up."


async def test_a_reminder_does_not_cut_in() -> None:
    model = FakeLanguageModel(["Once upon a time."])
    async with Sessions(engines(language_model=model), Settings) as sessions, anyio.create_task_group() as tasks:
        session, _ = await sessions.enter(HELLO)
        me = Recorder(session)
        session.join(me)
        await session.receive(Say(id="c-1", text="a story"), me)
        end = await me.until(TurnEnd)
        tasks.start_soon(sessions.speak_up, "Timer", lambda: "Your timer is up.")
        await anyio.wait_all_tasks_blocked()
        assert len(me.of(Transcript)) == 1, "the story is still being heard"
        await session.receive(Playback(turn_id=1, heard_samples=end.sample_count, state="finished"), me)
        assert (await me.until(Transcript, count=2)).source == "reminder"


async def test_the_end_of_a_session_lets_a_reminder_go() -> None:
    async with Sessions(engines(), Settings) as sessions:
        session, _ = await sessions.enter(HELLO)
        session.join(Recorder(session))
        await sessions.speak_up("Timer", lambda: "Your timer is up.")
    with anyio.fail_after(1):
        await sessions_end_in_the_middle()


async def sessions_end_in_the_middle() -> None:
    said = anyio.Event()
    async with anyio.create_task_group() as tasks:
        async with Sessions(engines(language_model=FakeLanguageModel()), Settings) as sessions:
            session, _ = await sessions.enter(HELLO)
            session.join(Recorder(session))

            async def speak_up() -> None:
                await sessions.speak_up("Timer", lambda: "word. " * 100)
                said.set()

            tasks.start_soon(speak_up)
            while session.has_floor:
                await anyio.lowlevel.checkpoint()
    assert said.is_set()


@pytest.mark.parametrize("message", [Typing(), MicOpen(stream=1, mode="hands_free")])
async def test_the_model_is_made_ready_once_when_something_is_about_to_be_said(
    message: Typing | MicOpen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogue, "WARM_EVERY_S", 0.05)
    model = FakeLanguageModel()
    session = Session(engines(language_model=model), Settings)
    async with conversing(session) as me:
        await anyio.wait_all_tasks_blocked()
        assert model.warmed == 0
        for _ in range(3):
            await session.receive(message, me)
        await anyio.wait_all_tasks_blocked()
        assert model.warmed == 1


async def test_a_model_that_takes_long_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "SLOW_S", 0.02)
    session = Session(engines(language_model=FakeLanguageModel(first_token_s=0.2)), Settings)
    async with conversing(session) as me:
        await session.receive(Say(id="c-1", text="well"), me)
        slow = await me.until(Activity, lambda activity: isinstance(activity.note, str))
        assert (slow.state, slow.note) == ("thinking", "The language model has not answered yet.")
        await me.until(Activity, lambda activity: activity.state == "speaking")
        assert not isinstance(session.activity.note, str)


async def test_a_model_that_answers_in_time_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(engines(), Settings)
    async with conversing(session) as me:
        await session.receive(Say(id="c-1", text="well"), me)
        await me.until(TurnEnd)
    assert not [activity for activity in me.of(Activity) if isinstance(activity.note, str)]


async def test_a_voice_is_tried_and_that_is_no_part_of_the_conversation() -> None:
    model = FakeLanguageModel(["Five."])
    session = Session(engines(language_model=model), Settings)
    async with conversing(session) as me:
        await session.receive(VoiceSample(id="1"), me)
        transcript = await me.until(Transcript)
        assert (transcript.text, transcript.source) == ("", "sample")
        assert (await me.until(TurnEnd)).sample_count > 0
        assert "".join(sentence.text for sentence in me.of(ReplySentence)) == EngineInfo.sample
        await session.receive(Say(id="2", text="How many?"), me)
        await me.until(TurnEnd, count=2)
    [messages] = model.asked
    assert [(message.role, message.text) for message in messages] == [("user", "How many?")]
