"""Tools within an answer: asked for, allowed, used, shown, and what becomes of the turn."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest

from parley.conversation import consent as consent_module
from parley.conversation import tool_use
from parley.conversation.recall import past_of
from parley.conversation.session import Session
from parley.engines.ports import ChatMessage, ToolCall, ToolSpec
from parley.errors import ToolFailed
from parley.memory.conversations import recall
from parley.memory.journal import Journal
from parley.memory.store import Memory
from parley.settings import Settings
from parley.tools.tool import Permission, Tell
from parley.tools.toolbox import Toolbox
from parley.wire.messages import (
    Consent,
    ConsentAnswer,
    ConsentRequest,
    Failure,
    Hello,
    Interrupt,
    Playback,
    Receipt,
    ReplySentence,
    Say,
    Subtitle,
    ToolUse,
    TurnEnd,
)
from tests.fakes.conversation import Recorder, conversing, engines
from tests.fakes.engines import FakeLanguageModel

pytestmark = pytest.mark.anyio


class Look:
    """A tool that does as its arguments say."""

    spec = ToolSpec("look", "Looks.", {"type": "object"})
    title = "Look"
    timeout_s = 0.05

    def __init__(self) -> None:
        self.looked: list[Mapping[str, Any]] = []
        self.go_on = anyio.Event()

    def permission(self, arguments: Mapping[str, Any]) -> Permission | None:
        if "ask" not in arguments:
            return None
        return Permission("look", "Look?", "at it", can_remember=arguments["ask"] != "each time")

    async def run(self, arguments: Mapping[str, Any], tell: Tell) -> str:
        self.looked.append(arguments)
        tell("half way")
        match arguments.get("do"):
            case "fail":
                raise ToolFailed("There is nothing to see.")
            case "break":
                raise KeyError("private")
            case "hang":
                await anyio.sleep_forever()
            case "wait":
                await self.go_on.wait()
            case "talk":
                return "x" * 100_000
            case _:
                pass
        return "A cat."


def calling(*arguments: Mapping[str, Any], name: str = "look") -> list[ToolCall]:
    return [ToolCall(f"call-{number}", name, given) for number, given in enumerate(arguments)]


def session(model: FakeLanguageModel, *tools: Look) -> Session:
    return Session(engines(language_model=model), Settings, Toolbox(list(tools)))


async def ask(it: Session, recorder: Recorder) -> None:
    await it.receive(Say(id="c-1", text="look"), recorder)


async def answer(it: Session, recorder: Recorder, what: str, number: int = 1) -> None:
    request = (await recorder.until(Consent, has_request, count=number)).request
    assert isinstance(request, ConsentRequest)
    await it.receive(
        ConsentAnswer(id=f"c-1{number}", request_id=request.request_id, answer=what),  # type: ignore[arg-type]
        recorder,
    )


def has_request(message: Consent) -> bool:
    return isinstance(message.request, ConsentRequest)


def told(model: FakeLanguageModel, call: int = 0) -> tuple[str, bool]:
    """What the model was told of a call."""
    result = model.asked[-1][-1].results[call]
    return result.text, result.failed


async def test_a_tool_is_used_and_the_answer_goes_on() -> None:
    model, look = (
        FakeLanguageModel(["One moment."], calls=calling({}, {"do": "fail"}), after=["A cat", " it is."]),
        Look(),
    )
    it = session(model, look)
    async with conversing(it) as recorder:
        await ask(it, recorder)
        assert (await recorder.until(TurnEnd)).outcome == "completed"
    assert [sentence.text for sentence in recorder.of(ReplySentence)] == ["One moment.\n", "A cat it is."]
    assert model.offered == [["look"], ["look"]]
    assert told(model) == ("A cat.", False) and told(model, 1) == ("There is nothing to see.", True)
    shown = [(use.use, use.state, use.text) for use in recorder.of(ToolUse) if use.use == 0]
    assert shown[1:] == [(0, "running", "half way"), (0, "completed", "A cat.")]
    assert [use.state for use in recorder.of(ToolUse) if use.use == 1][-1] == "failed"


async def test_what_was_said_before_is_spoken_while_the_tool_works() -> None:
    model, look = FakeLanguageModel(["One moment."], calls=calling({"do": "wait"})), Look()
    look.timeout_s = 10
    it = session(model, look)
    async with conversing(it) as recorder:
        await ask(it, recorder)
        await recorder.until(Subtitle)
        assert not recorder.of(TurnEnd) and look.looked
        look.go_on.set()
        await recorder.until(TurnEnd)


async def test_what_tools_were_used_for_stays_in_the_conversation() -> None:
    model = FakeLanguageModel([], calls=calling({}))
    it = session(model, Look())
    async with conversing(it) as recorder:
        await ask(it, recorder)
        end = await recorder.until(TurnEnd)
        await it.receive(Playback(turn_id=1, heard_samples=end.sample_count, state="finished"), recorder)
        await it.receive(Say(id="c-2", text="and now"), recorder)
        await recorder.until(TurnEnd, count=2)
    first, used, results, done, now = model.asked[2]
    assert (first.text, used.calls[0].name, results.results[0].text) == ("look", "look", "A cat.")
    assert (done, now) == (ChatMessage("assistant", "Done."), ChatMessage("user", "and now"))


@pytest.mark.parametrize(
    ("do", "text"),
    [
        ("break", "It broke, by a mistake in Parley."),
        ("hang", "It took longer than 0.05 seconds, and was given up."),
    ],
)
async def test_a_tool_that_breaks_or_hangs_does_not_end_the_turn(do: str, text: str) -> None:
    model = FakeLanguageModel([], calls=calling({"do": do}))
    it = session(model, Look())
    async with conversing(it) as recorder:
        await ask(it, recorder)
        assert (await recorder.until(TurnEnd)).outcome == "completed"
    assert told(model) == (text, True)
    assert "private" not in str(recorder.of(ToolUse))


async def test_a_tool_that_is_not_there() -> None:
    model = FakeLanguageModel([], calls=calling({}, name="absent"))
    it = session(model)
    async with conversing(it) as recorder:
        await ask(it, recorder)
        await recorder.until(TurnEnd)
    assert told(model) == ("There is no tool absent.", True)


async def test_what_comes_of_a_tool_is_shortened() -> None:
    model = FakeLanguageModel([], calls=calling({"do": "talk"}))
    it = session(model, Look())
    async with conversing(it) as recorder:
        await ask(it, recorder)
        await recorder.until(TurnEnd)
    assert len(told(model)[0]) == tool_use.MAX_RESULT_CHARS
    shown = recorder.of(ToolUse)[-1].text
    assert isinstance(shown, str) and len(shown) == tool_use.MAX_SHOWN_CHARS


class Obsessed(FakeLanguageModel):
    async def stream(self, messages, tools=()):  # type: ignore[no-untyped-def]
        self.asked.append(list(messages))
        yield ToolCall(f"call-{len(self.asked)}", "look", {})


async def test_a_model_that_never_stops_using_tools_is_stopped() -> None:
    model = Obsessed()
    it = session(model, Look())
    async with conversing(it) as recorder:
        await ask(it, recorder)
        assert (await recorder.until(TurnEnd)).outcome == "failed"
    assert len(model.asked) == tool_use.MAX_ROUNDS
    assert recorder.of(Failure)[0].code == "model_failed"


@pytest.mark.parametrize(("what", "happens"), [("once", True), ("always", True), ("no", False), ("never", False)])
async def test_the_user_is_asked_first(what: str, happens: bool) -> None:
    model, look = FakeLanguageModel([], calls=calling({"ask": "yes"})), Look()
    it = session(model, look)
    async with conversing(it) as recorder:
        await ask(it, recorder)
        request = (await recorder.until(Consent, has_request)).request
        assert isinstance(request, ConsentRequest)
        assert (request.question, request.detail, request.turn_id) == ("Look?", "at it", 1)
        assert not look.looked
        await answer(it, recorder, what)
        await recorder.until(TurnEnd)
        assert not has_request(recorder.of(Consent)[-1])
        states = [use.state for use in recorder.of(ToolUse)]
        assert states == (["asking", "running", "running", "completed"] if happens else ["asking", "refused"])
        assert bool(look.looked) is happens
        # A second time, it is asked again only if the answer was for once.
        await it.receive(Playback(turn_id=1, heard_samples=10**6, state="finished"), recorder)
        await it.receive(Say(id="c-2", text="again"), recorder)
        if what in ("once", "no"):
            await answer(it, recorder, what, number=2)
        await recorder.until(TurnEnd, count=2)
    assert len(look.looked) == (2 if happens else 0)
    assert told(model)[1] is not happens


async def test_what_must_be_asked_each_time_is_not_remembered() -> None:
    model, look = FakeLanguageModel([], calls=calling({"ask": "each time"})), Look()
    toolbox = Toolbox([look])
    it = Session(engines(language_model=model), Settings, toolbox)
    async with conversing(it) as recorder:
        await ask(it, recorder)
        await answer(it, recorder, "always")
        await recorder.until(TurnEnd)
    assert look.looked and toolbox.allowed("look") is None


async def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consent_module, "ANSWER_S", 0.02)
    model, look = FakeLanguageModel([], calls=calling({"ask": "yes"})), Look()
    it = session(model, look)
    async with conversing(it) as recorder:
        await ask(it, recorder)
        await recorder.until(TurnEnd)
    assert not look.looked and "did not answer" in told(model)[0]


async def test_two_questions_are_asked_one_after_the_other() -> None:
    model, look = FakeLanguageModel([], calls=calling({"ask": "1"}, {"ask": "2"})), Look()
    it = session(model, look)
    async with conversing(it) as recorder:
        await ask(it, recorder)
        await answer(it, recorder, "once")
        await answer(it, recorder, "no", number=2)
        await recorder.until(TurnEnd)
    assert len(look.looked) == 1


async def test_a_question_is_withdrawn_when_the_user_goes_on_and_a_late_answer_means_nothing() -> None:
    model, look = FakeLanguageModel([], calls=calling({"ask": "yes"})), Look()
    it = session(model, look)
    async with conversing(it) as recorder:
        await ask(it, recorder)
        await recorder.until(Consent, has_request)
        await it.receive(Interrupt(id="c-9"), recorder)
        assert (await recorder.until(TurnEnd)).outcome == "interrupted"
        assert not has_request(recorder.of(Consent)[-1])
        await answer(it, recorder, "always")
        await recorder.until(Receipt, lambda receipt: receipt.id == "c-11")
    assert not look.looked


async def test_a_viewer_sees_the_question_and_may_not_answer() -> None:
    model, look = FakeLanguageModel([], calls=calling({"ask": "yes"})), Look()
    it = session(model, look)
    async with conversing(it) as recorder:
        viewer = Recorder(it, role="viewer")
        it.join(viewer)
        await ask(it, recorder)
        await answer(it, viewer, "once")
        assert (await viewer.until(Failure)).code == "not_speaker"
        assert not look.looked and it.consent.request


async def test_a_reminder_is_a_turn_of_its_own() -> None:
    model = FakeLanguageModel(["Yes."])
    it = session(model)
    async with conversing(it) as recorder:
        assert it.has_floor
        await it.speak_up("Timer: pasta", "Your pasta timer is up.")
        end = await recorder.until(TurnEnd)
        assert end.sample_count and not it.has_floor, "it is being heard"
        await it.receive(Playback(turn_id=1, heard_samples=end.sample_count, state="finished"), recorder)
        assert it.has_floor
        assert [sentence.text for sentence in recorder.of(ReplySentence)] == ["Your pasta timer is up."]
        await it.receive(Say(id="c-2", text="thanks"), recorder)
        await recorder.until(TurnEnd, count=2)
    assert model.asked == [
        [
            ChatMessage("user", "Timer: pasta"),
            ChatMessage("assistant", "Your pasta timer is up."),
            ChatMessage("user", "thanks"),
        ]
    ]


async def test_s19_what_was_begun_when_the_process_ended_is_not_done_again(tmp_path: Path) -> None:
    """Of a use that nobody saw the end of, the next process tells the model that it may have been done."""
    look = Look()
    look.timeout_s = 5.0
    model = FakeLanguageModel(["A moment."], calls=calling({"do": "wait"}))
    memory = Memory(tmp_path)
    it = Session(engines(language_model=model), Settings, Toolbox([look]), journal=Journal("s1", memory))

    async def known() -> list[tuple[bool, str]]:
        record = await memory.read(lambda db: recall(db, "s1"))
        assert record is not None
        return [(result.failed, result.text) for _, _, result in record.tool_uses]

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(memory.run)
        async with conversing(it) as recorder:
            await ask(it, recorder)
            await recorder.until(ToolUse, lambda use: use.state == "running")
            assert await known() == [(True, tool_use.UNKNOWN)]
            record = await memory.read(lambda db: recall(db, "s1"))
            look.go_on.set()
            await recorder.until(TurnEnd)
            assert await known() == [(False, "A cat.")]
        tasks.cancel_scope.cancel()
    assert record is not None
    asked = FakeLanguageModel(["I do not know whether it was done."])
    later = Session(
        engines(language_model=asked),
        Settings,
        Toolbox([look]),
        past=past_of(record, Hello(protocol_version=1, role="speaker")),
    )
    async with conversing(later) as recorder:
        await recorder.until(TurnEnd)
    assert len(look.looked) == 1 and tool_use.UNKNOWN in str(asked.asked[0])
