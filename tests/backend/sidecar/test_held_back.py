"""Over a real socket, wherever somebody pauses: nothing of an answer that was begun in vain arrives."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Sequence

import anyio.from_thread
import anyio.to_thread
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from parley.audio.pcm import WINDOW
from parley.engines.ports import ChatMessage, ToolCall, ToolSpec
from parley.wire.codec import Frame
from parley.wire.messages import (
    Activity,
    MicAck,
    MicClose,
    MicOpen,
    ReplySentence,
    ServerMessage,
    SpeechStart,
    Transcript,
    TurnEnd,
)
from tests.fakes.client import connected
from tests.fakes.conversation import engines
from tests.fakes.engines import FakeLanguageModel, GrowingTranscriber, LoudVad
from tests.fakes.sidecar import Running, service

MOMENT_S = 0.003
"""In a pause, for the sidecar to do its work. How much it manages decides what is tried, never what is true."""


class Echo(FakeLanguageModel):
    """Says what it is asked."""

    async def stream(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        self.asked.append(list(messages))
        await anyio.lowlevel.checkpoint()
        yield "You said. "
        yield messages[-1].text.splitlines()[-1]


Talk = Sequence[tuple[int, int, bool]]
"""Windows of speech, windows of pause, and whether the sidecar can keep up with that pause."""

TALKS = st.lists(st.tuples(st.integers(6, 15), st.integers(1, 30), st.booleans()), min_size=1, max_size=5)


@pytest.mark.anyio
async def test_nothing_of_an_answer_comes_before_its_turn_or_is_to_anything_else() -> None:
    model = Echo()
    turns = 0
    async with service(engines(LoudVad(), GrowingTranscriber(), model)) as it:

        @settings(max_examples=40, deadline=None, derandomize=True, database=None)
        @given(TALKS)
        def whatever_is_said(talk: Talk) -> None:
            nonlocal turns
            said: dict[int, str] = {}
            replies: dict[int, str] = defaultdict(str)
            for item in anyio.from_thread.run(_converse, it, talk):
                match item:
                    case Transcript(turn_id=turn_id, text=text):
                        said[turn_id] = text
                    case ReplySentence(turn_id=turn_id, text=text):
                        assert turn_id in said
                        replies[turn_id] += text
                    case Frame(stream=turn_id) | SpeechStart(turn_id=turn_id):
                        assert turn_id in replies
                    case Activity():
                        pass  # Passes the queue, once the turn is in it.
                    case _:
                        assert getattr(item, "turn_id", UNSET) in (UNSET, *said)
            for turn_id, reply in replies.items():
                assert f"You said. {said[turn_id]}".startswith(reply)
            [*_, last] = said
            assert replies[last] == f"You said. {said[last]}"
            turns += len(said)

        await anyio.to_thread.run_sync(whatever_is_said)
    assert len(model.asked) > turns, "nothing was begun in vain, so nothing was tried"


async def _converse(it: Running, talk: Talk) -> list[ServerMessage | Frame]:
    async with connected(it) as client:
        await client.send(MicOpen(stream=1, mode="hands_free"))
        sent = 0
        for frame, moment_s in _frames(talk):
            await client.hear([frame])
            sent += WINDOW
            await anyio.sleep(moment_s)
        await client.send(MicClose(stream=1, sample_count=sent))
        await client.until(MicAck, lambda ack: ack.sample >= sent)
        await client.until(Transcript)
        await client.until(TurnEnd, count=len(client.of(Transcript)))
        return client.received.items


def _frames(talk: Talk) -> Iterator[tuple[Frame, float]]:
    """And how long to wait after each."""
    noise = np.random.default_rng(0)
    at = 0
    for speech, pause, keeps_up in [(0, 20, False), *talk, (0, 40, True)]:
        for window in range(speech + pause):
            samples = noise.normal(0, 3000 if window < speech else 20, WINDOW).astype(np.int16)
            in_pause = keeps_up and speech + 2 <= window < speech + 6
            yield Frame("mic", 1, at, samples.tobytes()), MOMENT_S if in_pause else 0
            at += WINDOW
