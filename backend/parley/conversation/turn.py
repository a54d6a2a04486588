"""One answer on one page: reply (with its tools) → sentences → speech, each in its own task, all into the outbox.

It may begin before its turn is certain: then the gate before the outbox (gate.py) holds back what is made, and tools
wait. Nothing here knows of sockets or microphones. Cancelling `answer` is a barge-in: the model's stream closes, the
synthesizer stops at its next piece, and what comes too late is dropped by the turn's number.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial

from anyio import Event, create_memory_object_stream, create_task_group, lowlevel, move_on_after
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from ..engines.ports import ChatMessage, LanguageModel, Synthesizer, ToolCall, WordTime
from ..engines.slots import Slot
from ..errors import EngineError, LanguageModelFailed, ParleyError
from ..telemetry.stopwatch import Marks
from ..wire.codec import Frame
from ..wire.messages import ReplySentence, SpeechStart, Subtitle, Word
from .echo_guard import OwnVoice
from .gate import Gate
from .history import SpokenSentence, Turn
from .sentences import SentenceSplitter
from .speakable import Speakable, shown_words, speakable
from .tool_use import MAX_ROUNDS, ToolUser

SENTENCES_AHEAD = 64
"""Sentences that may wait to be spoken. More than an answer has, so that its text is shown as fast as it is
written; the bound is for a model that never ends."""

MAX_FRAME_SAMPLES = 16_384
"""A synthesizer's larger piece is cut up: half of a frame's limit, 0.7 s."""


SLOW_S = 2.0
"""After so long in silence, people ask what is wrong."""


@dataclass
class Answering:
    """An answer in the making, and what went wrong with it."""

    turn: Turn
    outbox: Gate
    language_model: Slot[LanguageModel]
    synthesizer: Slot[Synthesizer]
    tools: ToolUser
    voice: OwnVoice = field(default_factory=OwnVoice)
    """What its speech sounds like."""
    on_speech: Callable[[], None] = lambda: None
    """Called when the first speech is on its way."""
    on_slow: Callable[[], None] = lambda: None
    """Called when the model has said nothing, and asked for nothing, for `SLOW_S`."""
    on_whole: Callable[[], None] = lambda: None
    """Called when the reply is complete, as far as its text goes."""
    begun: Event = field(default_factory=Event)
    """It has, or it never will."""
    failures: list[ParleyError] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    """When what of it was there."""
    has_spoken: bool = False


async def answer(work: Answering, messages: Sequence[ChatMessage]) -> None:
    """Make and speak the answer. Engine failures are collected in `work`, so that what was made before is heard."""
    sentences_in, sentences_out = create_memory_object_stream[SpokenSentence](SENTENCES_AHEAD)
    async with sentences_in, sentences_out, create_task_group() as stages:
        stages.start_soon(_reply, work, messages, sentences_in)
        stages.start_soon(_speak, work, sentences_out)
        stages.start_soon(_notice_slowness, work)


async def _reply(
    work: Answering, messages: Sequence[ChatMessage], sentences: MemoryObjectSendStream[SpokenSentence]
) -> None:
    """The model's text, cut into sentences, each shown and handed on as soon as it is whole."""
    voice = work.synthesizer.current
    splitter = SentenceSplitter(short_start=voice is not None and voice.info.wants_short_start)

    async def hand_on(texts: list[str]) -> None:
        for text in texts:
            work.marks.note("first_sentence")
            await work.outbox.room()
            number, sentence = len(work.turn.sentences), SpokenSentence(text)
            work.turn.sentences.append(sentence)
            work.outbox.post(partial(ReplySentence, turn_id=work.turn.turn_id, sentence=number, text=text))
            await sentences.send(sentence)

    async with sentences:
        for sentence in work.turn.sentences[work.turn.first_unheard :]:  # Made before a restart.
            await sentences.send(sentence)
        if work.turn.whole:
            work.begun.set()
            return
        try:
            if work.turn.scripted:
                await hand_on(splitter.feed(work.turn.scripted))
            else:
                await _converse(work, messages, splitter, hand_on)
        except EngineError as error:
            work.failures.append(error)
        finally:
            work.begun.set()
        await hand_on(splitter.flush())
        if not work.failures:
            work.turn.whole = True
            work.on_whole()


async def _converse(
    work: Answering,
    messages: Sequence[ChatMessage],
    splitter: SentenceSplitter,
    hand_on: Callable[[list[str]], Awaitable[None]],
) -> None:
    """With the model, and with the tools that it asks for, until it has nothing left to ask for."""
    model = await work.language_model.get()
    work.marks.note("model_began")
    for _ in range(MAX_ROUNDS):
        said, calls = "", list[ToolCall]()
        async with aclosing(model.stream(messages, work.tools.specs)) as pieces:
            async for piece in pieces:
                work.begun.set()
                work.marks.note("first_token")
                if isinstance(piece, ToolCall):
                    calls.append(piece)
                else:
                    said += piece
                    await hand_on(splitter.feed(piece))
        if not calls:
            return
        if said:
            # What was said before is spoken while the tools work.
            await hand_on([*splitter.feed("\n"), *splitter.flush()])
        await work.outbox.opened()
        work.turn.acted = True
        messages = [*messages, *await work.tools.carry_out(said, calls)]
    raise LanguageModelFailed(f"{model.info.name} used tools {MAX_ROUNDS} times without coming to an answer")


async def _notice_slowness(work: Answering) -> None:
    with move_on_after(SLOW_S) as waited:
        await work.begun.wait()
    if waited.cancelled_caught:
        work.on_slow()


async def _speak(work: Answering, sentences: MemoryObjectReceiveStream[SpokenSentence]) -> None:
    """Each sentence's speech, as fast as it can be made: one is heard while the next are in work. When the
    synthesizer fails, the text still arrives in full."""
    async with sentences:
        try:
            number = work.turn.first_unheard
            synthesizer: Synthesizer | None = None
            async for sentence in sentences:
                if (spoken := speakable(sentence.text)).text:
                    # One voice for the whole turn, whichever takes over meanwhile: speech_start has named its rate.
                    synthesizer = synthesizer or await work.synthesizer.get()
                    await _speak_sentence(work, synthesizer, number, sentence, spoken)
                number += 1
        except EngineError as error:
            work.failures.append(error)
            async for _ in sentences:
                pass


async def _speak_sentence(
    work: Answering, synthesizer: Synthesizer, number: int, sentence: SpokenSentence, spoken: Speakable
) -> None:
    turn, outbox = work.turn, work.outbox
    await outbox.room()
    work.marks.note("voice_began")

    def post_subtitle(words: Sequence[WordTime], sample_count: int | None = None) -> None:
        assert sentence.first_sample is not None
        length = {} if sample_count is None else {"sample_count": sample_count}
        timed = [Word(first_char=w.first_char, char_count=w.char_count, first_sample=w.first_sample) for w in words]
        place = {"turn_id": turn.turn_id, "sentence": number, "first_sample": sentence.first_sample}
        outbox.post(partial(Subtitle, **place, **length, words=timed))

    async with aclosing(synthesizer.speak(spoken.text)) as pieces:
        async for piece in pieces:
            words = _in_turn(shown_words(spoken, piece.words), sentence, turn)
            work.marks.note("first_audio")
            is_first = not work.has_spoken
            if sentence.first_sample is None:
                if is_first:
                    rate = synthesizer.sample_rate_hz
                    outbox.post(partial(SpeechStart, turn_id=turn.turn_id, sample_rate_hz=rate))
                sentence.first_sample = turn.speech_samples
                post_subtitle(words)
            elif words:
                post_subtitle(words)
            sentence.words += words
            work.voice.feed(piece.samples, synthesizer.sample_rate_hz)
            for start in range(0, len(piece.samples), MAX_FRAME_SAMPLES):
                pcm = piece.samples[start : start + MAX_FRAME_SAMPLES].tobytes()
                outbox.post_speech(Frame("speech", turn.turn_id, turn.speech_samples, pcm))
                turn.speech_samples += len(pcm) // 2
            if is_first:
                work.has_spoken = True
                work.on_speech()
            # A synthesizer that is faster than the socket must not keep the loop to itself.
            await lowlevel.checkpoint()
    if sentence.first_sample is not None:
        post_subtitle((), turn.speech_samples - sentence.first_sample)


def _in_turn(words: Sequence[WordTime], sentence: SpokenSentence, turn: Turn) -> list[WordTime]:
    """Count from the start of the turn's speech, and keep to what lies behind the words known already."""
    start = turn.speech_samples if sentence.first_sample is None else sentence.first_sample
    end = sentence.words[-1].first_char + sentence.words[-1].char_count if sentence.words else 0
    return [
        WordTime(word.first_char, word.char_count, start + word.first_sample)
        for word in words
        if word.first_char >= end
    ]
