"""Stop, go on, say that again: obeyed at once, without the language model."""

from collections.abc import Sequence
from dataclasses import replace

import anyio
import pytest

from parley.conversation.endpointer import pause_needed
from parley.conversation.history import SpokenSentence, Turn, chat, unheard_text, whole_text
from parley.conversation.orders import Order, order_in
from parley.conversation.session import Session
from parley.engines.ports import ChatMessage
from parley.settings import Settings
from parley.wire.messages import Interrupted, Playback, ReplySentence, Say, Subtitle, Transcript, TurnEnd
from tests.fakes.conversation import Talking, conversing, engines
from tests.fakes.engines import FakeLanguageModel, FakeTranscriber, FakeVad

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("stop", "stop"),
        ("Stop!", "stop"),
        ("okay stop please", "stop"),
        ("Never mind.", "stop"),
        ("oh never mind then", "stop"),
        ("That’s enough, thanks", "stop"),
        ("go on", "go_on"),
        ("please continue", "go_on"),
        ("say that again", "repeat"),
        ("Sorry, could you say that again please?", "repeat"),
        ("What did you say?", "repeat"),
        ("stop the music", None),
        ("never mind the weather", None),
        ("continue the story about the dragon", None),
        ("say that again in french", None),
        ("repeat after me", None),
        ("go on holiday", None),
        ("don't stop", None),
        ("okay please", None),
        ("", None),
    ],
)
async def test_only_what_says_nothing_else_is_an_order(text: str, order: Order | None) -> None:
    assert order_in(text) == order


async def test_an_order_is_obeyed_sooner_than_a_sentence() -> None:
    assert pause_needed("stop", 0.8) < pause_needed("it is noon in london", 0.8) < pause_needed("", 0.8)


def turn(heard: int, *sentences: tuple[str, int | None], cut: bool = True) -> Turn:
    spoken = [SpokenSentence(text, first) for text, first in sentences]
    return Turn(1, "?", spoken, speech_samples=300, heard_samples=heard, cut=cut, whole=True)


@pytest.mark.parametrize(
    ("turns", "rest"),
    [
        ([turn(0, ("One. ", 0), ("Two. ", 100), ("Three.", 200))], "One. Two. Three."),
        ([turn(99, ("One. ", 0), ("Two. ", 100), ("Three.", 200))], "One. Two. Three."),
        ([turn(100, ("One. ", 0), ("Two. ", 100), ("Three.", 200))], "Two. Three."),
        ([turn(250, ("One. ", 0), ("Two. ", 100), ("Three.", 200))], "Three."),
        ([turn(300, ("One. ", 0), ("Two. ", 100), ("Three.", 200))], ""),
        ([turn(300, ("One. ", 0), ("Two. ", 100), ("Three.", None))], "Three."),
        ([turn(150, ("One. ", 0), ("`code`\n", None), ("Two.", 200))], "One. `code`\nTwo."),
        ([turn(250, ("One. ", 0), ("`code`\n", None), ("Two.", 200))], "Two."),
        ([turn(50, ("One. ", 0), cut=False)], ""),
        ([turn(50, ("One. ", 0)), Turn(2, "stop", is_order=True)], "One. "),
        ([turn(50, ("One. ", 0)), Turn(2, "and then")], ""),
        ([], ""),
    ],
)
async def test_what_was_not_heard_of_an_answer_that_was_cut(turns: Sequence[Turn], rest: str) -> None:
    assert unheard_text(turns) == rest


async def test_who_knows_how_an_answer_goes_on_that_was_cut_while_it_was_written_is_the_model() -> None:
    written = replace(turn(50, ("One. ", 0), ("Two. ", 100)), whole=False)
    assert unheard_text([written]) == ""
    assert [message.text for message in chat([written, Turn(2, "go on")])] == ["?", "One.—", "go on"]


async def test_the_last_answer_and_what_the_model_is_told() -> None:
    turns = [turn(50, ("One. ", 0), ("Two.", 100), cut=False), Turn(2, "stop", is_order=True), Turn(3, "what is it")]
    assert whole_text(turns) == "One. Two."
    assert whole_text([]) == ""
    assert [message.text for message in chat(turns)] == ["?", "One. Two.", "what is it"]


async def test_a_spoken_stop_silences_the_answer_and_asks_nobody() -> None:
    model = FakeLanguageModel(["One. "] * 50, between_s=0.01)
    session = Session(engines(FakeVad([(1.0, 1.5)]), FakeTranscriber(["stop"]), model), lambda: Settings())
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="count"), me)
        await me.until(ReplySentence)
        microphone = Talking(session, me, [(1.0, 1.5)], 3.0)
        await microphone.begin()
        await microphone.until(3.0)
        await me.until(TurnEnd, count=2)
        await anyio.sleep(0.03)
        [cut] = me.of(Interrupted)
        transcripts = me.of(Transcript)
        ends = {end.turn_id: end.outcome for end in me.of(TurnEnd)}
        answered = {sentence.turn_id for sentence in me.of(ReplySentence)}
    assert [transcript.text for transcript in transcripts] == ["count", "stop"]
    assert cut.turn_id == 1 and ends == {1: "interrupted", 2: "completed"}
    assert answered == {1} and len(model.asked) == 1 and model.open_streams == 0


async def test_go_on_goes_on_from_the_first_sentence_that_was_not_heard() -> None:
    model = FakeLanguageModel(["One one. ", "Two two. ", "Three three."])
    session = Session(engines(language_model=model), lambda: Settings())
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="count"), me)
        await me.until(TurnEnd)
        [second] = {subtitle.first_sample for subtitle in me.of(Subtitle) if subtitle.sentence == 1}
        await session.receive(Playback(turn_id=1, heard_samples=second + 10, state="playing"), me)
        await session.receive(Say(id="2", text="stop"), me)
        await session.receive(Say(id="3", text="go on"), me)
        await me.until(TurnEnd, count=3)
        said = [sentence.text for sentence in me.of(ReplySentence) if sentence.turn_id == 3]
    assert said == ["Two two. ", "Three three."] and len(model.asked) == 1


async def test_say_that_again_says_the_last_answer_again() -> None:
    model = FakeLanguageModel(["It is noon. ", "Shall we eat?"])
    session = Session(engines(language_model=model), lambda: Settings())
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="what time is it"), me)
        await me.until(TurnEnd)
        await session.receive(Say(id="2", text="Say that again, please."), me)
        await me.until(TurnEnd, count=2)
        said = [sentence.text for sentence in me.of(ReplySentence) if sentence.turn_id == 2]
    assert said == ["It is noon. ", "Shall we eat?"] and len(model.asked) == 1


async def test_without_anything_to_go_on_with_or_to_repeat_the_model_is_asked() -> None:
    model = FakeLanguageModel(["With what?"])
    session = Session(engines(language_model=model), lambda: Settings())
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="say that again"), me)
        end = await me.until(TurnEnd)
        await session.receive(Playback(turn_id=1, heard_samples=end.sample_count, state="finished"), me)
        await session.receive(Say(id="2", text="go on"), me)
        await me.until(TurnEnd, count=2)
    assert [asked[-1] for asked in model.asked] == [ChatMessage("user", "say that again"), ChatMessage("user", "go on")]
