"""An engine that breaks in mid-turn, and the spare that goes on: nothing lost, nothing said twice, everybody told."""

import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from typing import Literal

import anyio
import numpy as np
import pytest

from parley.audio.pcm import MIC_RATE_HZ, Samples
from parley.engines import fallback, fallback_synthesizer, fallback_transcriber, patience
from parley.engines.fallback import Pair
from parley.engines.fallback_synthesizer import FallbackSynthesizer, unsaid
from parley.engines.fallback_transcriber import FallbackTranscriber
from parley.engines.pocketsphinx import PocketsphinxTranscriber
from parley.engines.ports import EngineInfo, Partial, SpeechPiece, Synthesizer, Transcriber, WordTime
from parley.engines.slots import Engines
from parley.engines.worker_process import WorkerProcess
from parley.errors import EngineFailed, SynthesizerFailed, TranscriberFailed
from parley.wire.messages import EngineState
from tests.fakes.engines import FakeSynthesizer, FakeTranscriber
from tests.fakes.speech import needs_flite, say

pytestmark = pytest.mark.anyio

SPOKEN = np.random.default_rng(0).normal(0, 3000, MIC_RATE_HZ).astype(np.int16)
SENTENCE = "one two three four five six"
CALLED = "The speech server at tcp://host:1"

Step = Literal["start", "feed", "partial", "finish"]
How = Literal["fails", "hangs"]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hangs in a test hangs on purpose."""
    monkeypatch.setattr(fallback, "RETRY_S", (0.02,))
    for module, names in (
        (fallback_transcriber, ("FINISH_S", "STEP_S")),
        (fallback_synthesizer, ("FIRST_S", "GAP_S")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, 0.1)
    monkeypatch.setattr(patience, "BEYOND_S", 0.4)


async def there() -> None:
    """It is there."""


async def gone() -> None:
    raise EngineFailed("The server is gone")


class Ear(FakeTranscriber):
    """Breaks at a step, from its second second on where that is `feed`."""

    def __init__(self, step: Step | None = None, how: How = "fails", text: str = "main") -> None:
        super().__init__([text])
        self.step, self.how = step, how
        self.starts = 0
        self.heard: list[Samples] = []

    async def start(self) -> None:
        self.starts += 1
        self.heard = []
        # That it fails, a transcriber says when it is fed.
        await self._break("start", self.how == "hangs")
        await super().start()

    async def feed(self, samples: Samples) -> None:
        await self._break("feed", len(self.heard) >= 10)
        await self._break("start", self.how == "fails")
        self.heard.append(samples)
        await super().feed(samples)

    async def partial(self) -> Partial:
        await self._break("partial")
        return await super().partial()

    async def finish(self) -> str:
        await self._break("finish")
        return await super().finish()

    async def _break(self, step: Step, if_it_is_time: bool = True) -> None:
        if step == self.step and if_it_is_time:
            if self.how == "hangs":
                await anyio.sleep_forever()
            raise TranscriberFailed("it broke")


class Spare(Ear):
    info = EngineInfo(name="spare", basic=True, remedy="A better one would be better.")


class Mouth(FakeSynthesizer):
    """Breaks after so many pieces of 60 ms."""

    def __init__(self, after: int | None = None, how: How = "fails", rate_hz: int = 24_000) -> None:
        super().__init__(rate_hz)
        self.after, self.how = after, how

    async def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        number = 0
        async with aclosing(super().speak(sentence)) as pieces:
            async for piece in pieces:
                await self._break(number)
                yield piece
                number += 1
        await self._break(number)

    async def _break(self, number: int) -> None:
        if number == self.after:
            if self.how == "hangs":
                await anyio.sleep_forever()
            raise SynthesizerFailed("it broke")


class SpareMouth(Mouth):
    info = EngineInfo(name="spare", basic=True)


def ears(
    main: Transcriber, spare: Transcriber | None = None, revive: Callable[[], Awaitable[None]] = there
) -> FallbackTranscriber:
    return FallbackTranscriber(Pair(main, spare or Spare(text="spare"), revive, CALLED))


def mouths(main: Synthesizer, spare: Synthesizer | None = None) -> FallbackSynthesizer:
    return FallbackSynthesizer(Pair(main, spare or SpareMouth(), there, CALLED))


async def transcribe(transcriber: Transcriber, looks: bool = True) -> str:
    await transcriber.start()
    for at in range(0, SPOKEN.size, 512):
        await transcriber.feed(SPOKEN[at : at + 512])
        if looks and at % 4096 == 0:
            await transcriber.partial()
    return await transcriber.finish()


async def speak(synthesizer: Synthesizer, sentence: str = SENTENCE) -> list[SpeechPiece]:
    async with aclosing(synthesizer.speak(sentence)) as pieces:
        return [piece async for piece in pieces]


def shown(pieces: list[SpeechPiece], sentence: str = SENTENCE) -> list[str]:
    words = [word for piece in pieces for word in piece.words]
    return [sentence[word.first_char : word.first_char + word.char_count] for word in words]


async def test_while_all_is_well_the_spare_does_nothing() -> None:
    main, spare = Ear(), Spare()
    engine = ears(main, spare)
    assert await transcribe(engine) == "main"
    assert spare.starts == 0 and engine.info == main.info
    mouth, other = Mouth(), SpareMouth()
    assert shown(await speak(mouths(mouth, other))) == SENTENCE.split()
    assert other.spoken == []


@pytest.mark.parametrize("how", ["fails", "hangs"])
@pytest.mark.parametrize("step", ["start", "feed", "partial", "finish"])
async def test_an_utterance_in_which_the_main_one_breaks_is_heard_by_the_spare(step: Step, how: How) -> None:
    spare = Spare(text="all of it")
    engine = ears(Ear(step, how), spare)
    assert await transcribe(engine) == "all of it"
    assert np.array_equal(np.concatenate(spare.heard), SPOKEN), "nothing is lost, nothing is heard twice"
    assert engine.info.name == "spare" and engine.info.basic
    reason = "does not answer" if how == "hangs" else "it broke"
    assert engine.info.remedy.endswith(f"{reason}; spare serves meanwhile.")
    assert (CALLED in engine.info.remedy) is (how == "hangs")


async def test_the_next_utterance_does_not_wait_for_the_main_one_again() -> None:
    main = Ear("finish", "hangs")
    engine = ears(main)
    for _ in range(3):
        assert await transcribe(engine) == "spare"
    assert main.starts == 1


async def test_when_both_break_the_utterance_fails() -> None:
    with pytest.raises(TranscriberFailed):
        await transcribe(ears(Ear("finish"), Spare("finish")))
    pieces = mouths(Mouth(2), SpareMouth(2))
    with pytest.raises(SynthesizerFailed):
        await speak(pieces)


async def test_after_a_cancelled_finish_the_next_utterance_works() -> None:
    engine = ears(Ear("finish", "hangs"))
    await engine.start()
    await engine.feed(SPOKEN)
    with anyio.move_on_after(0.01) as scope:
        await engine.finish()
    assert scope.cancelled_caught and engine.is_up, "who leaves early has not waited too long"
    assert await transcribe(engine) == "spare"


async def test_an_engine_is_given_the_time_that_it_took_before() -> None:
    main = Ear()
    main._delay_s = 0.08
    engine = ears(main)
    assert await transcribe(engine) == "main"
    main._delay_s = 0.2  # Its 0.08 s, and 0.4 beyond.
    assert await transcribe(engine) == "main"
    main._delay_s = 60.0
    assert await transcribe(engine) == "spare"


async def test_silence_tells_nothing_of_an_engines_speed() -> None:
    engine = ears(FakeTranscriber(["main"], delay_s=0.15))
    for _ in range(3):
        await engine.start()
        await engine.feed(np.zeros(512, np.int16))
        assert await engine.finish() == ""
    assert engine._finishing.allows(1.0) == pytest.approx(0.5), "as before anything was measured"


@pytest.mark.parametrize("how", ["fails", "hangs"])
@pytest.mark.parametrize(
    ("after", "by_spare"),
    [
        (0, SENTENCE),
        (1, "one two three four five six"),  # 60 ms of "one", which takes 300.
        (5, "two three four five six"),
        (7, "two three four five six"),
        (15, "four five six"),
        (26, "six"),
    ],
)
async def test_a_sentence_that_breaks_off_is_gone_on_with(after: int, by_spare: str, how: How) -> None:
    spare = SpareMouth()
    engine = mouths(Mouth(after, how), spare)
    pieces = await speak(engine)
    assert spare.spoken == [by_spare]
    assert list(dict.fromkeys(shown(pieces))) == SENTENCE.split(), "all words, in order"
    words = [word for piece in pieces for word in piece.words]
    assert [word.first_sample for word in words] == sorted(word.first_sample for word in words)
    main_samples, word_samples = round(after * 0.06 * 24_000), round(0.3 * 24_000)
    assert sum(piece.samples.size for piece in pieces) == main_samples + len(by_spare.split()) * word_samples
    assert engine.info.name == "spare"


async def test_what_breaks_after_the_last_word_is_not_said_again() -> None:
    spare = SpareMouth()
    assert shown(await speak(mouths(Mouth(30), spare))) == SENTENCE.split()
    assert spare.spoken == []


async def test_the_spare_speaks_at_the_rate_of_the_turn() -> None:
    engine = mouths(Mouth(10), SpareMouth(rate_hz=16_000))
    assert engine.sample_rate_hz == 24_000
    pieces = await speak(engine)
    words = [word for piece in pieces for word in piece.words]
    assert sum(piece.samples.size for piece in pieces) == pytest.approx(6 * 0.3 * 24_000, abs=20)
    assert [word.first_sample for word in words] == pytest.approx([round(n * 0.3 * 24_000) for n in range(6)], abs=2)


async def test_a_barge_in_is_no_failure() -> None:
    main = Mouth()
    engine = mouths(main)
    async with aclosing(engine.speak(SENTENCE)) as pieces:
        await anext(pieces)
    with anyio.move_on_after(0.02):
        async with aclosing(engine.speak(SENTENCE)) as pieces:
            async for _ in pieces:
                await anyio.sleep_forever()
    assert engine.is_up


@pytest.mark.parametrize(
    ("told", "samples", "rest"),
    [
        ([], 0, "Well, “it is” noon."),
        ([(0, 4, 0)], 1000, "Well, “it is” noon."),
        ([(0, 4, 0), (7, 2, 7000)], 7500, "“it is” noon."),
        ([(0, 4, 0), (7, 2, 7000)], 9500, "is” noon."),
        ([(0, 4, 0), (7, 2, 7000), (10, 2, 10_000), (14, 4, 14_000)], 15_000, "noon."),
        ([(0, 4, 0), (7, 2, 7000), (10, 2, 10_000), (14, 4, 14_000)], 19_000, ""),
        ([], 12_000, "is” noon."),  # Half a second, and no word was told: 9 characters.
        ([], 120_000, ""),
    ],
)
def test_where_to_go_on(told: Sequence[tuple[int, int, int]], samples: int, rest: str) -> None:
    sentence = "Well, “it is” noon."
    assert sentence[unsaid(sentence, [WordTime(*word) for word in told], samples, 24_000) :] == rest


@pytest.fixture
def states() -> Iterator[list[EngineState]]:
    yield []


async def until(states: list[EngineState], engine: str, count: int = 1) -> EngineState:
    with anyio.fail_after(5):
        while len(found := [state for state in states if state.engine == engine]) < count:
            await anyio.lowlevel.checkpoint()
    return found[count - 1]


async def test_people_are_told_when_the_main_one_goes_and_when_it_is_back(states: list[EngineState]) -> None:
    engines = Engines()
    engines.subscribe(states.append)
    main = Ear("finish")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(engines.watch)
        engines.transcriber.ready(ears(main))
        assert (await engines.transcriber.get()).info.name == "fake-transcriber"
        assert await transcribe(await engines.transcriber.get()) == "spare"
        told = await until(states, "spare")
        assert told.state == "ready" and told.basic and told.remedy == "it broke; spare serves meanwhile."
        main.step = None
        told = await until(states, "fake-transcriber", 2)
        assert told.state == "ready" and not told.basic
        assert await transcribe(await engines.transcriber.get()) == "main"
        tasks.cancel_scope.cancel()


async def test_the_spare_serves_until_the_main_one_was_tried(states: list[EngineState]) -> None:
    engines = Engines()
    engines.subscribe(states.append)
    engine = ears(Ear())
    engine.begin_with_spare()
    assert engine.info.remedy == f"{CALLED} is being asked; spare serves meanwhile."
    assert await transcribe(engine) == "spare"
    engines.transcriber.ready(engine)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(engines.watch)
        await until(states, "fake-transcriber")
        assert await transcribe(engine) == "main"
        tasks.cancel_scope.cancel()


async def test_one_that_answers_a_probe_and_does_not_work_stays_away(states: list[EngineState]) -> None:
    main = Ear("finish")
    engine = ears(main)
    await transcribe(engine)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(engine.watch, lambda: None)
        with anyio.fail_after(5):
            while main.starts < 5:
                await anyio.lowlevel.checkpoint()
        assert not engine.is_up
        tasks.cancel_scope.cancel()


async def test_the_reason_that_people_read_is_the_newest() -> None:
    engine = ears(Ear("finish", "hangs"), revive=gone)
    await transcribe(engine)
    assert "does not answer" in engine.info.remedy
    await engine.try_main()
    assert engine.info.remedy == "The server is gone; spare serves meanwhile."


async def test_one_that_hangs_when_it_is_tried_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "TRY_S", 0.01)
    engine = ears(Ear(), revive=anyio.sleep_forever)
    await engine.try_main()
    assert not engine.is_up and "does not answer" in engine.info.remedy


async def test_it_comes_back_ever_later_until_it_has_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await anyio.lowlevel.checkpoint()

    monkeypatch.setattr(fallback, "RETRY_S", (2.0, 5.0, 15.0, 60.0))
    monkeypatch.setattr(fallback, "sleep", sleep)
    trouble = True

    async def revive() -> None:
        if trouble:
            raise EngineFailed("gone")

    main = Ear("finish")
    engine = FallbackTranscriber(Pair(main, Spare(), revive, CALLED))
    await transcribe(engine)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(engine.watch, lambda: None)
        while len(slept) < 5:
            await anyio.lowlevel.checkpoint()
        assert slept[:5] == [2.0, 5.0, 15.0, 60.0, 60.0]
        trouble, main.step = False, None
        while not engine.is_up:
            await anyio.lowlevel.checkpoint()
        main.step = "finish"
        before = len(slept)
        await transcribe(engine)
        while len(slept) == before:
            await anyio.lowlevel.checkpoint()
        assert slept[before] == 60.0, "it answered a probe, and did not work"
        main.step = None
        while not engine.is_up:
            await anyio.lowlevel.checkpoint()
        assert await transcribe(engine) == "main"
        main.step, before = "finish", len(slept)
        await transcribe(engine)
        while len(slept) == before:
            await anyio.lowlevel.checkpoint()
        assert slept[before] == 2.0
        tasks.cancel_scope.cancel()


async def test_an_engine_that_was_replaced_is_watched_no_more(
    states: list[EngineState], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fallback, "RETRY_S", (60.0,))
    engines = Engines()
    engines.subscribe(states.append)
    first, second = ears(Ear("finish")), ears(Ear("finish"), Spare(text="other"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(engines.watch)
        engines.transcriber.ready(first)
        await anyio.wait_all_tasks_blocked()
        engines.transcriber.ready(second)
        await anyio.wait_all_tasks_blocked()
        states.clear()
        await transcribe(first)
        assert states == []
        await transcribe(second)
        assert [state.engine for state in states] == ["spare"]
        tasks.cancel_scope.cancel()


@needs_flite
@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_local_engine_whose_process_dies_or_hangs_while_the_user_speaks(
    end: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for Whisper, or any engine in a process of its own."""
    monkeypatch.setattr(patience, "BEYOND_S", 1.5)
    sentence = "how much memory do i have"
    sound = say(sentence)
    worker = WorkerProcess("parley.engines.pocketsphinx_decoder", MIC_RATE_HZ)
    main, spare = PocketsphinxTranscriber(worker), Spare(text="heard by the spare")
    await worker.start()
    pid = worker.pid
    assert pid is not None

    async def revive() -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await main.start()

    engine = ears(main, spare, revive)
    await engine.start()
    await engine.feed(sound[: sound.size // 2])
    os.kill(pid, end)
    await engine.feed(sound[sound.size // 2 :])
    assert await engine.finish() == "heard by the spare"
    assert np.array_equal(np.concatenate(spare.heard), sound)
    monkeypatch.setattr(patience, "BEYOND_S", 15.0)  # On a busy machine it is not to be taken for hanging again.
    await engine.try_main()
    assert engine.is_up
    await engine.start()
    await engine.feed(sound)
    assert await engine.finish() == sentence
    await engine.aclose()


async def test_the_embedded_engine_is_the_spare() -> None:
    engines = Engines()
    embedded = Spare()
    engines.transcriber.ready(embedded)
    engines.transcriber.ready(ears(Ear(), embedded))
    engines.transcriber.ready(ears(Ear("finish"), Spare()))
    assert engines.transcriber.spare is embedded
