"""Somebody speaks while the assistant does: a session with scripted engines, from the microphone to what it tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import groupby

import pytest

from parley.conversation.session import Session
from parley.engines.ports import ChatMessage, EngineInfo
from parley.errors import TranscriberFailed
from parley.settings import Settings
from parley.wire.messages import (
    Activity,
    Interrupted,
    MicAck,
    MicClose,
    MicOpen,
    PartialTranscript,
    Playback,
    Say,
    Subtitle,
    Transcript,
    TurnEnd,
)
from tests.fakes.conversation import Recorder, conversing, engines, frames
from tests.fakes.engines import FakeLanguageModel, FakeTranscriber, FakeVad

pytestmark = pytest.mark.anyio

ANSWER = ["It is noon. ", "The shops close at one today. "]
HEARD = "It is—"


@asynccontextmanager
async def speaking(
    said: str,
    speech_s: float = 0.5,
    model: FakeLanguageModel | None = None,
    is_basic: bool = False,
    half_duplex: bool = False,
) -> AsyncIterator[tuple[Session, Recorder]]:
    """A session whose assistant has said "It is" when somebody says something for so long."""
    transcriber = FakeTranscriber([said])
    transcriber.info = EngineInfo(name="fake-transcriber", basic=is_basic)
    vad = FakeVad([(1.0, 1.0 + speech_s)])
    session = Session(
        engines(vad, transcriber, model or FakeLanguageModel(ANSWER)), lambda: Settings(half_duplex=half_duplex)
    )
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="first"), me)
        await me.until(TurnEnd)
        words = [(s.sentence, word.first_char, word.first_sample) for s in me.of(Subtitle) for word in s.words]
        noon = next(sample for sentence, char, sample in words if (sentence, char) == (0, 6))
        await session.receive(Playback(turn_id=1, heard_samples=noon, state="paused"), me)
        yield session, me


async def talk(session: Session, me: Recorder, speech_s: float = 0.5, seconds: float = 4.0) -> None:
    await session.receive(MicOpen(stream=1, mode="hands_free"), me)
    for frame in frames(seconds, [(1.0, 1.0 + speech_s)]):
        await session.hear(frame, me)
    await me.until(MicAck, lambda ack: ack.sample > (1.3 + speech_s) * 16_000)


def seconds_pass(session: Session, seconds: float) -> None:
    session._dialogue.loudspeaker._told_at -= seconds


def states(me: Recorder) -> list[str]:
    return [state for state, _ in groupby(activity.state for activity in me.of(Activity))]


@pytest.mark.parametrize("said", ["", "uh-huh", "okay", "ha ha ha"])
async def test_who_only_listens_holds_the_answer_and_does_not_stop_it(said: str) -> None:
    async with speaking(said) as (session, me):
        await talk(session, me)
        assert states(me)[-3:] == ["speaking", "hearing", "speaking"]
        assert me.of(Interrupted) == [] and len(me.of(Transcript)) == 1
        assert [partial.text for partial in me.of(PartialTranscript)][-1:] in ([], [""])


async def test_a_word_interrupts_while_it_is_being_said_and_history_has_what_was_heard() -> None:
    model = FakeLanguageModel(ANSWER)
    async with speaking("no I meant tomorrow", 1.2, model) as (session, me):
        await session.receive(MicOpen(stream=1, mode="hands_free"), me)
        for frame in frames(1.8, [(1.0, 2.2)]):
            await session.hear(frame, me)
        cut = await me.until(Interrupted)
        assert cut.turn_id == 1 and len(me.of(Transcript)) == 1, "it is not over yet"
        for frame in list(frames(4.0, [(1.0, 2.2)]))[56:]:
            await session.hear(frame, me)
        await me.until(TurnEnd, count=2)
    assert len(me.of(Interrupted)) == 1
    assert [message.text for message in model.asked[1]] == ["first", HEARD, "no I meant tomorrow"]


async def test_a_short_word_interrupts_when_it_is_over() -> None:
    async with speaking("stop", 0.2) as (session, me):
        await talk(session, me, 0.2)
        await me.until(Interrupted)
        assert (await me.until(Transcript, count=2)).text == "stop"


async def test_a_basic_recognizer_that_makes_small_words_of_a_noise_is_not_believed() -> None:
    async with speaking("but the", is_basic=True) as (session, me):
        await talk(session, me)
        assert me.of(Interrupted) == [] and len(me.of(Transcript)) == 1


async def test_the_words_that_are_sounding_are_an_echo() -> None:
    async with speaking("it is noon") as (session, me):
        await talk(session, me)
        assert me.of(Interrupted) == [] and len(me.of(Transcript)) == 1


async def test_okay_answers_a_question() -> None:
    model = FakeLanguageModel(["Shall I go on?"])
    async with speaking("okay", model=model) as (session, me):
        await talk(session, me)
        assert (await me.until(Transcript, count=2)).text == "okay"


async def test_okay_is_said_to_the_assistant_while_it_is_silent() -> None:
    async with speaking("okay") as (session, me):
        await session.receive(Playback(turn_id=1, heard_samples=90_000, state="stopped"), me)
        await session.receive(Say(id="2", text="second"), me)
        await me.until(TurnEnd, count=2)
        end = me.of(TurnEnd)[-1]
        await session.receive(Playback(turn_id=2, heard_samples=end.sample_count, state="finished"), me)
        seconds_pass(session, 1.0)
        await talk(session, me)
        assert (await me.until(Transcript, count=3)).text == "okay"


async def test_who_holds_a_key_means_what_is_said() -> None:
    async with speaking("okay") as (session, me):
        await session.receive(MicOpen(stream=1, mode="push_to_talk"), me)
        for frame in frames(0.7, [(0.1, 0.6)]):
            await session.hear(frame, me)
        await me.until(Activity, lambda activity: activity.state == "hearing")
        await session.receive(MicClose(stream=1, sample_count=11_264), me)
        await me.until(Interrupted)
        assert (await me.until(Transcript, count=2)).text == "okay"


async def test_a_recognizer_that_breaks_lets_the_assistant_go_on() -> None:
    async with speaking("no", 0.5) as (session, me):
        broken = FakeTranscriber([""], error=TranscriberFailed("broken"))
        session._microphone._engines.transcriber.ready(broken)
        await talk(session, me)
        assert states(me)[-3:] == ["speaking", "hearing", "speaking"] and me.of(Interrupted) == []


async def test_claude_is_told_how_far_it_was_heard() -> None:
    model = FakeLanguageModel(ANSWER)
    async with speaking("wait a moment please", 1.0, model) as (session, me):
        await talk(session, me, 1.0)
        await me.until(TurnEnd, count=2)
    assert model.asked[1][1] == ChatMessage("assistant", HEARD)


async def test_half_duplex_hears_nothing_while_the_assistant_is_heard_but_by_key() -> None:
    async with speaking("stop it", half_duplex=True) as (session, me):
        await session.receive(Playback(turn_id=1, heard_samples=100, state="playing"), me)
        await talk(session, me)
        assert "hearing" not in states(me)
        await session.receive(MicOpen(stream=2, mode="push_to_talk"), me)
        for frame in frames(0.7, [(0.1, 0.6)], stream=2):
            await session.hear(frame, me)
        await session.receive(MicClose(stream=2, sample_count=11_264), me)
        assert (await me.until(Transcript, count=2)).text == "stop it"


async def test_half_duplex_hears_what_is_said_into_a_pause_and_after_the_answer() -> None:
    async with speaking("stop it", half_duplex=True) as (session, me):
        await talk(session, me)  # it is paused
        assert (await me.until(Transcript, count=2)).text == "stop it"


async def test_half_duplex_believes_no_speaker_that_has_vanished() -> None:
    async with speaking("stop it", half_duplex=True) as (session, me):
        await session.receive(Playback(turn_id=1, heard_samples=100, state="playing"), me)
        seconds_pass(session, 2.0)
        await talk(session, me)
        assert (await me.until(Transcript, count=2)).text == "stop it"
