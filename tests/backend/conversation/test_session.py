"""Whole conversations with scripted engines: who says what, in which order, and what is cut, kept and refused."""

from itertools import groupby

import anyio
import pytest

from parley.conversation.session import MAX_TEXT_CHARS, Session
from parley.engines.ports import ChatMessage
from parley.engines.slots import Engines
from parley.errors import BadMessage, EngineMissing, StreamCut, SynthesizerFailed, TranscriberFailed
from parley.settings import Settings
from parley.wire.codec import Frame
from parley.wire.messages import (
    Activity,
    Failure,
    Heard,
    Hello,
    Interrupt,
    Interrupted,
    MicAck,
    MicClose,
    MicOpen,
    MicRest,
    PartialTranscript,
    Playback,
    Receipt,
    ReplySentence,
    Retry,
    RoleChanged,
    Say,
    SpeechStart,
    Subtitle,
    Transcript,
    TurnEnd,
)
from tests.fakes.conversation import Recorder, conversing, engines, frames
from tests.fakes.engines import FakeLanguageModel, FakeSynthesizer, FakeTranscriber, FakeVad

pytestmark = pytest.mark.anyio

SPEECH = (1.0, 2.0)


def session_with(filled: Engines) -> Session:
    return Session(filled, lambda: Settings(mic_idle_s=3.0))


async def speak(session: Session, me: Recorder, seconds: float = 4.0, stream: int = 1) -> None:
    await session.receive(MicOpen(stream=stream, mode="hands_free"), me)
    for frame in frames(seconds, [SPEECH], stream):
        await session.hear(frame, me)


async def test_a_typed_question_is_answered_in_order() -> None:
    session = session_with(engines())
    async with conversing(session) as me:
        await session.receive(Say(id="1", text=" What time is it? "), me)
        end = await me.until(TurnEnd)
        kinds = [type(item).__name__ for item in me.read]
        texts = [sentence.text for sentence in me.of(ReplySentence)]
        speech = me.of(Frame)
    assert me.of(Receipt) == [Receipt(id="1", turn_id=1)]
    assert texts == ["It is noon. ", "Shall we eat?"]
    assert kinds[0] == "Transcript" and kinds[-1] == "TurnEnd"
    assert kinds.index("ReplySentence") < kinds.index("SpeechStart") < kinds.index("Subtitle") < kinds.index("Frame")
    assert [getattr(item, "seq", None) for item in me.read if not isinstance(item, Frame)] == list(
        range(1, 1 + sum(not isinstance(item, Frame) for item in me.read))
    )
    assert end.outcome == "completed" and end.sample_count == sum(frame.sample_count for frame in speech)
    assert [frame.first_sample for frame in speech] == [
        sum(frame.sample_count for frame in speech[:index]) for index in range(len(speech))
    ]


async def test_subtitles_cover_the_speech_word_by_word() -> None:
    session = session_with(
        engines(language_model=FakeLanguageModel(["It is **noon**, see [the clock](https://a.example/b) now."]))
    )
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="?"), me)
        await me.until(TurnEnd)
        subtitles, [sentence], [start] = me.of(Subtitle), me.of(ReplySentence), me.of(SpeechStart)
    words = [word for subtitle in subtitles for word in subtitle.words]
    shown = [sentence.text[word.first_char : word.first_char + word.char_count] for word in words]
    assert shown == ["It", "is", "noon**,", "see", "the", "clock", "now."]
    times = [word.first_sample for word in words]
    assert times == sorted(times)
    assert subtitles[-1].sample_count == me.of(TurnEnd)[0].sample_count
    assert start.sample_rate_hz == 24_000


async def test_a_spoken_question_is_answered_and_settled() -> None:
    session = session_with(engines(FakeVad([SPEECH]), FakeTranscriber(["what time is it"])))
    async with conversing(session) as me:
        await speak(session, me)
        transcript = await me.until(Transcript)
        await me.until(TurnEnd)
        end = 4.0 * 16_000
        await me.until(MicAck, lambda ack: ack.sample > 2.4 * 16_000)
    assert transcript.text == "what time is it" and transcript.source == "speech" and transcript.stream == 1
    assert isinstance(transcript.first_sample, int) and isinstance(transcript.sample_count, int)
    assert transcript.first_sample <= 16_000 and transcript.first_sample + transcript.sample_count <= end
    partials = [partial.text for partial in me.of(PartialTranscript)]
    assert "what" in partials[0] and partials[-1] == ""


async def test_nothing_is_acknowledged_before_it_is_in_a_transcript() -> None:
    transcriber = FakeTranscriber(["hello"], delay_s=0.05)
    session = session_with(engines(FakeVad([SPEECH]), transcriber))
    async with conversing(session) as me:
        await speak(session, me)
        await me.until(Activity, lambda activity: activity.state == "thinking")
        assert all(ack.sample <= SPEECH[0] * 16_000 for ack in me.of(MicAck))
        assert me.of(Transcript) == []
        await me.until(MicAck, lambda ack: ack.sample >= SPEECH[1] * 16_000)
        assert len(me.of(Transcript)) == 1


async def test_the_activity_follows_the_conversation() -> None:
    session = session_with(engines(FakeVad([SPEECH])))
    async with conversing(session) as me:
        await speak(session, me)
        end = await me.until(TurnEnd)
        await session.receive(Playback(turn_id=1, heard_samples=end.sample_count, state="finished"), me)
        await session.receive(MicClose(stream=1, sample_count=4 * 16_000), me)
        await me.until(Activity, lambda activity: activity.state == "idle")
    states = [state for state, _ in groupby(activity.state for activity in me.of(Activity))]
    assert states == ["listening", "hearing", "thinking", "speaking", "listening", "idle"]


async def test_a_noise_without_words_makes_no_turn_and_is_settled() -> None:
    session = session_with(engines(FakeVad([SPEECH]), FakeTranscriber([""])))
    async with conversing(session) as me:
        await speak(session, me)
        await me.until(MicAck, lambda ack: ack.sample >= SPEECH[1] * 16_000)
        await me.until(Activity, lambda activity: activity.state == "listening", count=2)
        assert me.of(Transcript) == [] and me.of(Failure) == []


async def test_a_microphone_into_which_nobody_speaks_is_asked_to_close() -> None:
    session = session_with(engines(FakeVad([SPEECH])))
    async with conversing(session) as me:
        await speak(session, me, seconds=5.0)
        await me.until(TurnEnd)
        assert me.of(MicRest) == [], "it counts from the last speech"
        for frame in frames(9.0, [SPEECH]):
            await session.hear(frame, me)
        rest = await me.until(MicRest)
    assert rest.stream == 1 and rest.silence_s == 3


async def test_a_second_capture_is_asked_to_close_as_early_as_the_first() -> None:
    session = session_with(engines(FakeVad([])))
    async with conversing(session) as me:
        await session.receive(MicOpen(stream=1, mode="hands_free"), me)
        for frame in frames(2.9, []):
            await session.hear(frame, me)
        await session.receive(MicClose(stream=1, sample_count=round(2.9 * 16_000)), me)
        await session.receive(MicOpen(stream=2, mode="hands_free"), me)
        for frame in frames(5.0, [], stream=2):
            await session.hear(frame, me)
        rest = await me.until(MicRest)
    assert rest.stream == 2 and rest.silence_s == 3


async def test_who_speaks_for_long_is_given_credit_before_the_end_and_nothing_is_settled() -> None:
    long = (1.0, 14.0)
    session = session_with(engines(FakeVad([long])))
    async with conversing(session) as me:
        await session.receive(MicOpen(stream=1, mode="hands_free"), me)
        for frame in frames(13.0, [long]):
            await session.hear(frame, me)
        ack = await me.until(MicAck, lambda ack: ack.credit_sample > 20 * 16_000)
    assert ack.sample <= 16_000


async def test_two_utterances_are_two_turns() -> None:
    session = session_with(engines(FakeVad([SPEECH]), FakeTranscriber(["first", "second"])))
    async with conversing(session) as me:
        await speak(session, me, stream=1)
        await me.until(TurnEnd)
        await speak(session, me, stream=2)
        await me.until(TurnEnd, count=2)
        assert [transcript.text for transcript in me.of(Transcript)] == ["first", "second"]


async def test_what_is_said_next_cuts_the_answer_and_history_keeps_what_was_heard() -> None:
    model = FakeLanguageModel(["It is noon. ", "Shall we eat?"])
    session = session_with(engines(language_model=model))
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="first"), me)
        await me.until(TurnEnd)
        [noon] = [word for s in me.of(Subtitle) for word in s.words if (s.sentence, word.first_char) == (0, 6)]
        await session.receive(Playback(turn_id=1, heard_samples=noon.first_sample, state="playing"), me)
        await session.receive(Say(id="2", text="second"), me)
        cut = await me.until(Interrupted)
        await me.until(TurnEnd, count=2)
    assert cut.turn_id == 1 and cut.heard_samples == noon.first_sample
    assert model.asked[1] == [
        ChatMessage("user", "first"),
        ChatMessage("assistant", "It is—"),
        ChatMessage("user", "second"),
    ]


async def test_stop_ends_a_turn_that_is_being_made_and_drops_its_speech() -> None:
    model = FakeLanguageModel(["One. "] * 50, between_s=0.01)
    session = session_with(engines(language_model=model))
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="count"), me)
        await me.until(Frame)
        await session.receive(Interrupt(id="2", heard_samples=100), me)
        end = await me.until(TurnEnd)
        await anyio.wait_all_tasks_blocked()
        items = me.read
    position = next(index for index, item in enumerate(items) if isinstance(item, Interrupted))
    assert end.outcome == "interrupted" and model.open_streams == 0
    assert not any(isinstance(item, Frame) for item in items[position:])
    assert Receipt(id="2") in me.of(Receipt)


async def test_a_stop_that_comes_after_the_playback_was_stopped_still_cuts_the_history() -> None:
    session = session_with(engines())
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="hello"), me)
        await me.until(TurnEnd)
        await session.receive(Playback(turn_id=1, heard_samples=100, state="stopped"), me)
        await session.receive(Interrupt(id="2", turn_id=1, heard_samples=100), me)
        assert [cut.heard_samples for cut in me.of(Interrupted)] == [100]


async def test_stopping_when_nothing_goes_on_is_answered_and_changes_nothing() -> None:
    session = session_with(engines())
    async with conversing(session) as me:
        await session.receive(Interrupt(id="1"), me)
        assert me.of(Receipt) == [Receipt(id="1")] and me.of(Interrupted) == []


async def test_an_old_turns_stop_does_not_cut_the_new_one() -> None:
    session = session_with(engines(language_model=FakeLanguageModel(["a. "] * 20, between_s=0.005)))
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="one"), me)
        await session.receive(Say(id="2", text="two"), me)
        await session.receive(Interrupt(id="3", turn_id=1), me)
        await me.until(TurnEnd, lambda end: end.turn_id == 2 and end.outcome == "completed")


async def test_a_repeated_id_is_answered_and_not_carried_out_again() -> None:
    session = session_with(engines())
    async with conversing(session) as me:
        for _ in range(3):
            await session.receive(Say(id="same", text="hello"), me)
        await me.until(TurnEnd)
        assert me.of(Receipt) == [Receipt(id="same", turn_id=1)] * 3
        assert len(me.of(Transcript)) == 1


async def test_everything_typed_quickly_is_committed_and_the_last_is_answered_with_the_rest() -> None:
    model = FakeLanguageModel(["Yes."], first_token_s=0.01)
    session = session_with(engines(language_model=model))
    async with conversing(session) as me:
        for number in range(5):
            await session.receive(Say(id=str(number), text=f"thing {number}"), me)
        await me.until(TurnEnd, count=5)
    assert [transcript.text for transcript in me.of(Transcript)] == [f"thing {number}" for number in range(5)]
    assert [end.outcome for end in me.of(TurnEnd)] == ["interrupted"] * 4 + ["completed"]
    assert model.asked[-1] == [ChatMessage("user", "\n".join(f"thing {number}" for number in range(5)))]


async def test_s30_a_cut_stream_fails_the_turn_with_its_code_and_the_next_one_works() -> None:
    model = FakeLanguageModel(["It is noon. "], error=StreamCut("the server hung up"))
    session = session_with(engines(language_model=model))
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="hello"), me)
        end = await me.until(TurnEnd)
        [failure] = me.of(Failure)
        assert me.of(Frame), "what came before the cut is spoken"
        model.error = None
        await session.receive(Retry(id="2", turn_id=1), me)
        again = await me.until(TurnEnd, count=2)
    assert (failure.code, failure.retryable, failure.turn_id) == ("model_stream_cut", True, 1)
    assert end.outcome == "failed" and again.outcome == "completed"
    assert me.of(Transcript)[1].source == "retry"
    assert model.asked[1] == [ChatMessage("user", "hello")]


async def test_when_the_synthesizer_fails_the_text_arrives_in_full() -> None:
    synthesizer = FakeSynthesizer(error=SynthesizerFailed("no voice"))
    session = session_with(
        engines(language_model=FakeLanguageModel(["One. ", "Two. ", "Three."]), synthesizer=synthesizer)
    )
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="count"), me)
        await me.until(TurnEnd)
        assert [sentence.text for sentence in me.of(ReplySentence)] == ["One. ", "Two. ", "Three."]
        assert [failure.code for failure in me.of(Failure)] == ["synthesizer_failed"]


async def test_when_the_transcriber_fails_it_is_tried_again_and_then_said() -> None:
    transcriber = FakeTranscriber(error=TranscriberFailed("broken"))
    session = session_with(engines(FakeVad([SPEECH]), transcriber))
    async with conversing(session) as me:
        await speak(session, me)
        failure = await me.until(Failure)
        await me.until(MicAck, lambda ack: ack.sample >= SPEECH[1] * 16_000)
    assert failure.code == "transcriber_failed" and me.of(Transcript) == []


async def test_an_engine_that_could_not_be_loaded_is_said_and_typing_goes_on() -> None:
    filled = Engines()
    filled.vad.failed("silero", EngineMissing("its model is not here"))
    filled.transcriber.failed("pocketsphinx", EngineMissing("its model is not here"))
    filled.language_model.ready(FakeLanguageModel())
    filled.synthesizer.ready(FakeSynthesizer())
    session = session_with(filled)
    async with conversing(session) as me:
        await me.until(Failure)
        await session.receive(Say(id="1", text="hello"), me)
        assert (await me.until(TurnEnd)).outcome == "completed"


async def test_what_is_said_while_engines_load_waits_in_order() -> None:
    filled = Engines()
    session = session_with(filled)
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="typed early"), me)
        await speak(session, me)
        filled.vad.ready(FakeVad([SPEECH]))
        filled.transcriber.ready(FakeTranscriber(["spoken early"]))
        filled.language_model.ready(FakeLanguageModel())
        filled.synthesizer.ready(FakeSynthesizer())
        await me.until(TurnEnd, count=2)
        assert [transcript.text for transcript in me.of(Transcript)] == ["typed early", "spoken early"]


async def test_a_defect_in_a_turn_ends_that_turn_with_a_failure_and_no_other() -> None:
    class Broken(FakeLanguageModel):
        async def stream(self, messages, tools=()):  # type: ignore[no-untyped-def]
            raise ZeroDivisionError
            yield

    filled = engines(language_model=Broken())
    session = session_with(filled)
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="hello"), me)
        end = await me.until(TurnEnd)
        assert end.outcome == "failed" and me.of(Failure)[0].code == "internal"
        filled.language_model.ready(FakeLanguageModel())
        await session.receive(Say(id="2", text="hello"), me)
        assert (await me.until(TurnEnd, count=2)).outcome == "completed"


async def test_a_second_speaker_takes_over_and_the_first_is_told() -> None:
    session = session_with(engines())
    async with conversing(session) as first:
        second = Recorder(session)
        session.join(second)
        assert first.of(RoleChanged) == [RoleChanged(role="viewer")]
        await session.receive(Say(id="1", text="hello"), first)
        assert [failure.code for failure in first.of(Failure)] == ["not_speaker"]
        assert first.of(Failure)[0].id == "1"
        await session.receive(Say(id="2", text="hello"), second)
        await second.until(TurnEnd)
        await session.receive(Playback(turn_id=1, heard_samples=5, state="playing"), second)
        assert first.of(Heard) == [Heard(turn_id=1, heard_samples=5, state="playing")]


@pytest.mark.parametrize("text", ["", "   ", "x" * (MAX_TEXT_CHARS + 1)])
async def test_an_empty_or_endless_text_is_refused_by_its_id(text: str) -> None:
    session = session_with(engines())
    async with conversing(session) as me:
        await session.receive(Say(id="1", text=text), me)
        [failure] = me.of(Failure)
    assert failure.code == "bad_message" and failure.id == "1" and me.of(Transcript) == []


async def test_messages_that_break_the_rules_are_raised() -> None:
    session = session_with(engines())
    async with conversing(session) as me:
        with pytest.raises(BadMessage):
            await session.receive(Say(id="", text="x"), me)
        with pytest.raises(BadMessage):
            await session.receive(Hello(protocol_version=1, role="speaker"), me)


async def test_a_turn_that_does_not_exist_cannot_be_answered_again() -> None:
    session = session_with(engines())
    async with conversing(session) as me:
        await session.receive(Retry(id="1", turn_id=7), me)
        assert [failure.code for failure in me.of(Failure)] == ["bad_message"]


async def test_code_and_other_unspeakable_things_are_shown_and_not_spoken() -> None:
    synthesizer = FakeSynthesizer()
    model = FakeLanguageModel(["Here:\n```py\nprint(1)\n```\nDone."])
    session = session_with(engines(language_model=model, synthesizer=synthesizer))
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="code"), me)
        await me.until(TurnEnd)
        assert "".join(sentence.text for sentence in me.of(ReplySentence)) == "Here:\n```py\nprint(1)\n```\nDone."
    assert "print" not in " ".join(synthesizer.spoken)


LONG = "Well, the weather in the hills is fine, but it will rain in the evening. And then we go home, all of us."


@pytest.mark.parametrize(
    ("wants_short_start", "spoken"),
    [
        (
            True,
            [
                "Well, the weather in the hills is fine, ",
                "but it will rain in the evening. ",
                "And then we go home, all of us.",
            ],
        ),
        (
            False,
            [
                "Well, the weather in the hills is fine, but it will rain in the evening. ",
                "And then we go home, all of us.",
            ],
        ),
    ],
    ids=["slow", "fast"],
)
async def test_a_slow_synthesizer_begins_with_a_clause(wants_short_start: bool, spoken: list[str]) -> None:
    voice = FakeSynthesizer(wants_short_start=wants_short_start)
    session = session_with(engines(language_model=FakeLanguageModel([LONG]), synthesizer=voice))
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="What about tomorrow?"), me)
        await me.until(TurnEnd)
    assert [sentence.text for sentence in me.of(ReplySentence)] == spoken
    assert [text.strip() for text in voice.spoken] == [text.strip() for text in spoken]


async def test_a_voice_that_takes_over_in_mid_turn_begins_with_the_next() -> None:
    """Its rate may be another one than speech_start has named."""
    first, second = FakeSynthesizer(24_000), FakeSynthesizer(22_050)
    filled = engines(language_model=FakeLanguageModel(["One. ", "Two. ", "Three. "], between_s=0.05), synthesizer=first)
    session = session_with(filled)
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="Count."), me)
        await me.until(Frame)
        filled.synthesizer.ready(second)
        await me.until(TurnEnd)
        assert first.spoken == ["One.", "Two.", "Three."] and second.spoken == []
        await session.receive(Say(id="2", text="Again."), me)
        await me.until(TurnEnd, count=2)
        assert second.spoken == ["One.", "Two.", "Three."]
    assert [start.sample_rate_hz for start in me.of(SpeechStart)] == [24_000, 22_050]


async def test_a_voice_that_rests_is_woken_when_the_user_begins_to_speak() -> None:
    voice = FakeSynthesizer()
    session = session_with(engines(vad=FakeVad([SPEECH]), synthesizer=voice))
    async with conversing(session) as me:
        await session.receive(MicOpen(stream=1, mode="hands_free"), me)
        for frame in frames(0.9, [SPEECH]):
            await session.hear(frame, me)
        assert voice.wakes == 0
        for frame in list(frames(4.0, [SPEECH]))[28:]:
            await session.hear(frame, me)
        await me.until(Transcript)
        assert voice.wakes == 1
