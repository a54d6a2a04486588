"""What every transcriber must do, and what pocketsphinx understands. More of Whisper is in test_whisper.py."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import psutil
import pytest

from parley.audio.pcm import MIC_RATE_HZ, Samples
from parley.engines.fallback import Pair
from parley.engines.fallback_transcriber import FallbackTranscriber
from parley.engines.openai_http import AudioServer as AudioClient
from parley.engines.openai_speech import OpenAITranscriber
from parley.engines.pocketsphinx import PocketsphinxTranscriber
from parley.engines.pocketsphinx_decoder import clean
from parley.engines.ports import Transcriber
from parley.engines.speech_address import tcp_address
from parley.engines.whisper import WhisperTranscriber
from parley.engines.worker_process import WorkerProcess
from parley.engines.wyoming_speech import WyomingTranscriber
from parley.errors import EngineMissing, TranscriberFailed
from tests.fakes.audio_server import AudioServer
from tests.fakes.engines import FakeTranscriber
from tests.fakes.speech import needs_flite, quiet, say, words
from tests.fakes.whisper_model import scripted
from tests.fakes.wyoming_server import WyomingServer

pytestmark = [pytest.mark.anyio, needs_flite]

SENTENCE = "how much memory do i have"
"""One that pocketsphinx gets right from the first utterance on, when its mean has not adapted yet."""


@pytest.fixture(scope="session")
def whisper_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that writes the sentence, whatever it hears."""
    return scripted(tmp_path_factory.mktemp("whisper"), SENTENCE)


@pytest.fixture(params=["fake", "pocketsphinx", "whisper", "wyoming", "openai", "with a spare", "by a spare"])
async def transcriber(request: pytest.FixtureRequest, whisper_model: Path) -> AsyncIterator[Transcriber]:
    engine: Transcriber
    async with AsyncExitStack() as servers:
        match request.param:
            case "pocketsphinx":
                engine = await PocketsphinxTranscriber.load()
            case "whisper":
                engine = await WhisperTranscriber.load(whisper_model)
            case "wyoming":
                wyoming = await servers.enter_async_context(WyomingServer([SENTENCE], streams=True))
                engine = WyomingTranscriber(tcp_address(wyoming.address))
            case "openai":
                openai = await servers.enter_async_context(AudioServer([SENTENCE]))
                engine = OpenAITranscriber(await AudioClient.open(openai.address))
            case "with a spare":
                engine = with_spare(FakeTranscriber([SENTENCE]), FakeTranscriber(["wrong"]))
            case "by a spare":
                broken = FakeTranscriber([SENTENCE], error=TranscriberFailed("broken"))
                engine = with_spare(broken, FakeTranscriber([SENTENCE]))
            case _:
                engine = FakeTranscriber([SENTENCE])
        yield engine
        await engine.aclose()


def with_spare(main: Transcriber, spare: Transcriber) -> Transcriber:
    return FallbackTranscriber(Pair(main, spare, main.start, "The main engine"))


@pytest.fixture
async def pocketsphinx() -> AsyncIterator[PocketsphinxTranscriber]:
    engine = await PocketsphinxTranscriber.load()
    yield engine
    await engine.aclose()


@pytest.fixture(scope="session")
def spoken() -> Iterator[Samples]:
    yield say(SENTENCE)


async def transcribe(transcriber: Transcriber, samples: Samples, step: int = 512) -> str:
    await transcriber.start()
    for at in range(0, samples.size, step):
        await transcriber.feed(samples[at : at + step])
    return await transcriber.finish()


async def test_speech_becomes_text(transcriber: Transcriber, spoken: Samples) -> None:
    assert await transcribe(transcriber, spoken) == SENTENCE


async def test_a_quiet_room_becomes_nothing(transcriber: Transcriber) -> None:
    assert await transcribe(transcriber, quiet(1)) == ""


async def test_no_audio_at_all_becomes_nothing(transcriber: Transcriber) -> None:
    await transcriber.start()
    assert (await transcriber.partial()).text == ""
    assert await transcriber.finish() == ""


async def test_any_number_of_samples_may_be_fed(transcriber: Transcriber, spoken: Samples) -> None:
    assert await transcribe(transcriber, spoken, step=spoken.size) == SENTENCE


async def test_a_partial_grows_into_the_text(transcriber: Transcriber, spoken: Samples) -> None:
    await transcriber.start()
    assert (await transcriber.partial()).text == ""
    await transcriber.feed(spoken[: spoken.size // 2])
    early = await transcriber.partial()
    while not early.text:  # Whisper's may be in work; and on a busy machine it looks at pauses only.
        await transcriber.feed(quiet(0.2))
        await anyio.sleep(0.01)
        early = await transcriber.partial()
    # The scripted Whisper knows its sentence before it is said.
    assert 0 < len(words(early.text)) <= len(words(SENTENCE)) - (transcriber.info.name != "whisper")
    assert 0 <= early.stable_chars <= len(early.text)
    await transcriber.feed(spoken[spoken.size // 2 :])
    late = set(words((await transcriber.partial()).text))
    assert len(late & set(words(SENTENCE))) >= len(words(SENTENCE)) / 2
    assert await transcriber.finish() == SENTENCE


async def test_a_pause_tells_the_text_that_the_end_has(transcriber: Transcriber, spoken: Samples) -> None:
    await transcriber.start()
    assert await transcriber.peek() == ""
    await transcriber.feed(spoken)
    seen = await transcriber.peek()
    if transcriber.info.name != "pocketsphinx":  # Its end looks at all paths together, and may find another word.
        assert seen == SENTENCE
    assert len(set(words(seen)) & set(words(SENTENCE))) >= len(words(SENTENCE)) - 1
    assert await transcriber.peek() == (await transcriber.partial()).text == seen
    assert await transcriber.finish() == SENTENCE


async def test_after_a_pause_the_utterance_goes_on(transcriber: Transcriber, spoken: Samples) -> None:
    half = spoken.size // 2
    await transcriber.start()
    await transcriber.feed(spoken[:half])
    await transcriber.peek()
    await transcriber.feed(spoken[half:])
    assert len(words(await transcriber.peek())) >= len(words(SENTENCE)) - 1
    await transcriber.feed(quiet(0.2))
    assert await transcriber.finish() == SENTENCE


async def test_after_a_cancelled_peek_the_next_utterance_works(transcriber: Transcriber, spoken: Samples) -> None:
    await transcriber.start()
    await transcriber.feed(spoken)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await transcriber.peek()
    assert await transcribe(transcriber, spoken) == SENTENCE


async def test_an_abandoned_utterance_leaves_nothing_behind(transcriber: Transcriber, spoken: Samples) -> None:
    await transcriber.start()
    await transcriber.feed(say("goodbye"))
    assert await transcribe(transcriber, spoken) == SENTENCE


async def test_after_a_cancelled_finish_the_next_utterance_works(transcriber: Transcriber, spoken: Samples) -> None:
    await transcriber.start()
    await transcriber.feed(spoken)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await transcriber.finish()
    assert scope.cancelled_caught
    assert await transcribe(transcriber, spoken) == SENTENCE


async def test_after_a_cancelled_feed_the_next_utterance_works(transcriber: Transcriber, spoken: Samples) -> None:
    await transcriber.start()
    with anyio.move_on_after(0):
        await transcriber.feed(spoken)
    assert await transcribe(transcriber, spoken) == SENTENCE


async def test_the_caller_may_use_its_buffer_again(transcriber: Transcriber, spoken: Samples) -> None:
    buffer = spoken.copy()
    await transcriber.start()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(transcriber.feed, buffer)
        await anyio.lowlevel.checkpoint()
        buffer[:] = 0
    assert await transcriber.finish() == SENTENCE


async def test_pocketsphinx_refuses_audio_outside_an_utterance(pocketsphinx: PocketsphinxTranscriber) -> None:
    with pytest.raises(TranscriberFailed):
        await pocketsphinx.feed(quiet(0.1))


async def test_pocketsphinx_does_not_repeat_the_utterance_before(
    pocketsphinx: PocketsphinxTranscriber, spoken: Samples
) -> None:
    assert await transcribe(pocketsphinx, spoken) == SENTENCE
    assert await pocketsphinx.finish() == ""
    assert (await pocketsphinx.partial()).text == ""


@pytest.mark.slow
async def test_after_pocketsphinx_broke_the_next_utterance_works(spoken: Samples) -> None:
    worker = WorkerProcess("parley.engines.pocketsphinx_decoder", MIC_RATE_HZ)
    pocketsphinx = PocketsphinxTranscriber(worker)
    await pocketsphinx.start()
    await pocketsphinx.feed(spoken)
    assert worker.pid is not None
    psutil.Process(worker.pid).kill()
    # What was heard is gone: an empty text would say that there were no words.
    with pytest.raises(TranscriberFailed):
        await pocketsphinx.finish()
    with pytest.raises(TranscriberFailed):
        await pocketsphinx.partial()
    assert await transcribe(pocketsphinx, spoken) == SENTENCE
    await pocketsphinx.aclose()
    await pocketsphinx.start()
    with pytest.raises(TranscriberFailed):
        await pocketsphinx.feed(spoken)


@pytest.mark.parametrize(
    ("package", "said"),
    [
        ("raise ImportError('no such package')", "needs the Python package pocketsphinx"),
        ("def Decoder(**options): raise RuntimeError('no such folder')", "cannot be read"),
    ],
)
async def test_pocketsphinx_is_not_there_or_damaged(
    package: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pocketsphinx.py").write_text(package)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(EngineMissing, match=said):
        await PocketsphinxTranscriber.load()


QUESTIONS = (
    "what time is it",
    "what is the date today",
    "how much is two plus two",
    "what can you do",
    "hello",
)
"""Enough of them to notice a broken front end. Word for word it errs: see pocketsphinx.py."""


@pytest.fixture(scope="session")
def questions() -> Iterator[dict[str, Samples]]:
    yield {question: say(question) for question in QUESTIONS}


@pytest.mark.slow
async def test_pocketsphinx_understands_ordinary_questions(
    pocketsphinx: PocketsphinxTranscriber, questions: dict[str, Samples]
) -> None:
    wanted = understood = 0
    for question, samples in questions.items():
        text = words(await transcribe(pocketsphinx, samples))
        wanted += len(words(question))
        understood += sum(word in text for word in words(question))
    assert understood / wanted >= 0.7


async def test_the_loop_turns_while_pocketsphinx_listens(
    pocketsphinx: PocketsphinxTranscriber, spoken: Samples
) -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await anyio.sleep(0.001)
            turns += 1

    await pocketsphinx.start()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(turn)
        await pocketsphinx.feed(spoken)
        tasks.cancel_scope.cancel()
    assert turns >= 20


def test_markers_are_no_words() -> None:
    assert clean("<s> the(2) cat [NOISE]  sat ++BREATH++ <sil> down(12) </s>") == "the cat sat down"
    assert clean("<sil>") == ""
    assert clean("") == ""
