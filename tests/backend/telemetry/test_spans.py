"""Where the waiting went: the rule, and a whole turn with declared delays, on a clock that is exact."""

from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.audio.pcm import WINDOW_S
from parley.conversation.session import Session
from parley.settings import Settings
from parley.telemetry.gauges import Queues
from parley.telemetry.hub import Telemetry
from parley.telemetry.spans import STAGES, Moment, Span, TurnTimes, beginning, percentile, spans_of, usual, works_of
from parley.telemetry.stopwatch import Stopwatch
from parley.wire.codec import Frame
from parley.wire.messages import Interrupt, MicOpen, Playback, Say, SpeechStart, TurnEnd
from tests.fakes.clock import VIRTUAL
from tests.fakes.conversation import conversing, engines, frames
from tests.fakes.engines import FakeLanguageModel, FakeSynthesizer, FakeTranscriber, FakeVad

pytestmark = pytest.mark.anyio

RECOGNITION_S, FIRST_TOKEN_S, FIRST_AUDIO_S = 0.15, 0.3, 0.1
TO_THE_LOUDSPEAKER_S = 0.04
SPOKEN = (0.512, 1.536)
"""From one window's edge to another's."""
PAUSE_S = 0.8
WITHIN_S = 0.005


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return VIRTUAL


@given(
    st.dictionaries(st.sampled_from(STAGES), st.floats(0, 100)),
    st.floats(0, 50),
)
def test_spans_lie_end_to_end_and_add_up_to_the_whole(moments: dict[Moment, float], speech_end: float) -> None:
    spans = spans_of({**moments, "speech_end": speech_end})
    assert [span.stage for span in spans] == [stage for stage in STAGES if stage in moments]
    assert all(span.seconds >= 0 for span in spans)
    assert [span.start_s for span in spans[1:]] == [span.end_s for span in spans[:-1]]
    if spans:
        assert spans[0].start_s == 0
        last = max([speech_end, *moments.values()]) - speech_end
        assert sum(span.seconds for span in spans) == pytest.approx(last)


def test_what_was_there_in_the_pause_was_not_waited_for() -> None:
    moments: dict[Moment, float] = {
        "speech_end": 10.0,
        "recognition_began": 10.1,
        "recognition_ended": 10.25,
        "model_began": 10.25,
        "first_token": 10.55,
        "pause": 10.8,
        "recognition": 10.8,
    }
    assert [(span.stage, round(span.seconds, 3)) for span in spans_of(moments)] == [
        ("pause", 0.8),
        ("recognition", 0.0),
        ("first_token", 0.0),
    ]
    works = {span.stage: (round(span.start_s, 3), round(span.end_s, 3)) for span in works_of(moments)}
    assert works == {"recognition": (0.1, 0.25), "first_token": (0.25, 0.55)}


def test_nothing_is_told_of_what_has_no_beginning() -> None:
    assert beginning({"first_token": 1.0}) is None
    assert spans_of({"first_token": 1.0}) == works_of({"first_token": 1.0}) == ()


def test_what_is_usual() -> None:
    assert usual("speech", []) is None
    found = usual("speech", [{"pause": 0.5, "heard": one / 100} for one in range(101)])
    assert found is not None and found.turns == 101
    assert found.stages["pause"] == (0.5, 0.5)
    assert found.stages["heard"] == pytest.approx((0.5, 0.95))
    assert found.whole == pytest.approx((1.0, 1.45))
    assert "playback" not in found.stages
    assert percentile([3.0], 95) == 3.0


@dataclass
class Window:
    """A client whose loudspeaker begins to play so long after the first speech, and that tells of it."""

    session: Session
    me: Any
    heard_at: float = 0.0
    ends: list[TurnEnd] = field(default_factory=list)

    async def play(self, turn_id: int) -> None:
        start = await self.me.until(SpeechStart, lambda start: start.turn_id == turn_id)
        await self.me.until(Frame, lambda frame: frame.stream == turn_id)
        await anyio.sleep(TO_THE_LOUDSPEAKER_S)
        self.heard_at = anyio.current_time()
        for passed_s in (0.0, 0.5):
            await anyio.sleep(passed_s)
            samples = round(passed_s * start.sample_rate_hz)
            await self.report(turn_id, samples, "playing")
        await self.report(turn_id, 2 * start.sample_rate_hz, "finished")

    async def report(self, turn_id: int, samples: int, state: Any) -> None:
        await self.session.receive(Playback(turn_id=turn_id, heard_samples=samples, state=state), self.me)


async def ask(speculate: str) -> tuple[TurnTimes, float]:
    """Say something and hear the answer: what was told of it, and the seconds from the end of speech to the first
    sound, by a clock beside it."""
    filled = engines(
        FakeVad([SPOKEN]),
        FakeTranscriber(["lights off please"], delay_s=RECOGNITION_S),
        FakeLanguageModel(["It is noon. S", "hall we eat?"], first_token_s=FIRST_TOKEN_S),
        FakeSynthesizer(first_audio_s=FIRST_AUDIO_S),
    )
    telemetry = Telemetry()
    settings = Settings(speculate=speculate, learn_pauses=False, pause_s=PAUSE_S)  # type: ignore[arg-type]
    session = Session(filled, lambda: settings, telemetry=telemetry)
    async with conversing(session) as me, anyio.create_task_group() as tasks:
        window = Window(session, me)
        tasks.start_soon(window.play, 1)
        await session.receive(MicOpen(stream=1, mode="hands_free"), me)
        began = anyio.current_time()
        for number, frame in enumerate(frames(5.0, [SPOKEN]), 1):
            await anyio.sleep(began + number * WINDOW_S - anyio.current_time())
            await session.hear(frame, me)
        await me.until(TurnEnd)
    turn = telemetry.turn()
    assert turn is not None
    return turn, window.heard_at - (began + SPOKEN[1])


async def test_one_after_the_other_each_takes_what_it_is_said_to_take() -> None:
    turn, whole_s = await ask("never")
    assert turn.whole_s == pytest.approx(whole_s, abs=WITHIN_S)
    assert sum(turn.waits.values()) == pytest.approx(whole_s, abs=WITHIN_S)
    waits = turn.waits
    assert waits["pause"] == pytest.approx(PAUSE_S, abs=WINDOW_S + WITHIN_S)
    assert waits["recognition"] == pytest.approx(RECOGNITION_S, abs=WITHIN_S)
    assert waits["first_token"] == pytest.approx(FIRST_TOKEN_S, abs=WITHIN_S)
    assert waits["first_sentence"] == pytest.approx(0, abs=WITHIN_S)
    assert waits["first_audio"] == pytest.approx(FIRST_AUDIO_S, abs=WITHIN_S)
    assert waits["playback"] + waits["heard"] == pytest.approx(TO_THE_LOUDSPEAKER_S, abs=WITHIN_S)
    assert (turn.source, turn.outcome, turn.was_begun_in_pause) == ("speech", "completed", False)


async def test_what_hides_in_the_pause_is_not_waited_for_and_its_work_is_told() -> None:
    turn, whole_s = await ask("always")
    assert turn.was_begun_in_pause
    assert sum(turn.waits.values()) == pytest.approx(whole_s, abs=WITHIN_S)
    assert [turn.waits[stage] for stage in STAGES[1:5]] == pytest.approx([0, 0, 0, 0], abs=WITHIN_S)
    works = {span.stage: span.seconds for span in turn.works}
    assert works == {
        "recognition": pytest.approx(RECOGNITION_S, abs=WITHIN_S),
        "first_token": pytest.approx(FIRST_TOKEN_S, abs=WITHIN_S),
        "first_audio": pytest.approx(FIRST_AUDIO_S, abs=WITHIN_S),
    }


async def test_a_cough_over_the_answer_is_a_hold_and_a_false_start() -> None:
    telemetry = Telemetry()
    model = FakeLanguageModel(["It is noon, and the sun is shining on all the roofs of the town."])
    filled = engines(FakeVad([(1.0, 1.2)]), FakeTranscriber([""]), model)
    session = Session(filled, Settings, telemetry=telemetry)
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="what time is it"), me)
        await me.until(TurnEnd)
        await session.receive(MicOpen(stream=1, mode="hands_free"), me)
        await Window(session, me).report(1, 100, "playing")
        for frame in frames(3.0, [(1.0, 1.2)]):
            await anyio.sleep(WINDOW_S)
            await session.hear(frame, me)
        counters = telemetry.counters
        assert (counters.holds, counters.false_starts, counters.interruptions) == (1, 1, 0)
        assert session.queues == Queues(sessions=1, windows=1, unacked_bytes=session.outbox.unacked_bytes)
        await session.receive(Interrupt(id="2", turn_id=1), me)
        assert counters.interruptions == 1


async def test_a_first_report_that_comes_at_the_end_says_when_the_sound_began() -> None:
    telemetry, now = Telemetry(), 0.0
    watch = Stopwatch(telemetry, lambda: now)
    marks = watch.marks()
    watch.began(1, "typed", marks, None, False)
    now = 0.5
    marks.note("first_audio")
    now = 4.6
    watch.played(1, 96_000, 24_000, "finished")
    watch.finished(1, "completed")
    [turn] = telemetry.turns
    assert turn.waits["playback"] == pytest.approx(0.1) and turn.whole_s == pytest.approx(0.6)


async def test_a_typed_question_waits_for_no_pause() -> None:
    telemetry = Telemetry()
    filled = engines(
        language_model=FakeLanguageModel(first_token_s=FIRST_TOKEN_S),
        synthesizer=FakeSynthesizer(first_audio_s=FIRST_AUDIO_S),
    )
    session = Session(filled, Settings, telemetry=telemetry)
    async with conversing(session) as me:
        await session.receive(Say(id="1", text="what time is it"), me)
        await Window(session, me).play(1)
        await me.until(TurnEnd)
        await session.receive(Say(id="2", text="and now"), me)
        await me.until(TurnEnd, count=2)
    first, second = telemetry.turns
    assert [span.stage for span in first.spans] == [
        "first_token",
        "first_sentence",
        "first_audio",
        "playback",
        "heard",
    ]
    assert first.whole_s == pytest.approx(FIRST_TOKEN_S + FIRST_AUDIO_S + TO_THE_LOUDSPEAKER_S, abs=WITHIN_S)
    assert (second.number, second.was_heard) == (2, False)
    assert telemetry.counters.turns["completed"] == 2
    assert await telemetry.usual() == [usual("typed", [first.waits])]


def test_a_turn_that_has_no_spans_has_waited_for_nothing() -> None:
    turn = TurnTimes(1, 0.0, "reminder", "completed", False, (), ())
    assert (turn.whole_s, turn.was_heard, turn.waits) == (0.0, False, {})
    assert not TurnTimes(1, 0.0, "typed", "interrupted", False, (Span("first_token", 0, 1),), ()).was_heard
