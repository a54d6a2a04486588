"""A conversation of hundreds of turns with a sidecar that may be killed, and whether it came through whole."""

import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from parley.sidecar.proof import new_token
from parley.wire.messages import Listening, Ready, ReplySentence, TurnEnd
from tests.fakes.countable import SENTENCES, reply_to, utterance, words_of
from tests.fakes.quick_clock import PACE
from tests.fakes.sidecar import PYTHON, TICK_S, Sidecar, boot_line, sidecar
from tests.fakes.window import Window, transcripts

COMMAND = (*PYTHON, "-m", "tests.fakes.quick_clock")

START_S = 60.0
"""For what takes a second on an idle machine, and is not what is looked at here."""


class Lives:
    """One sidecar after the other, with the same token and the same folder."""

    def __init__(self, folder: Path, pace: float) -> None:
        self._folder, self._pace = folder, pace
        self.token = new_token()
        self.up_at: list[float] = []
        self._now: Sidecar | None = None
        self._is_up = anyio.Event()
        self._killed = anyio.Event()

    @property
    def port(self) -> int:
        lines = self._now.lines if self._now is not None else []
        return next((line.port for line in lines if isinstance(line, Listening)), 1)

    async def run(self) -> None:
        while True:
            instance = f"life-{len(self.up_at) + 1}"
            folders = {"config_dir": self._folder, "data_dir": self._folder / "data"}
            boot = boot_line(token=self.token, instance=instance, **folders)  # type: ignore[arg-type]
            async with sidecar(
                self._folder,
                boot,
                command=COMMAND,
                tick_s=TICK_S / self._pace,
                PARLEY_PAUSE_S="0.3",
                **{PACE: str(self._pace)},
            ) as self._now:
                await self._now.until(Ready, within_s=START_S)
                self.up_at.append(time.monotonic())
                self._is_up.set()
                await self._killed.wait()
                self._killed = anyio.Event()
                self._now.process.kill()

    @property
    def pid(self) -> int:
        assert self._now is not None
        return self._now.pid

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Host": f"127.0.0.1:{self.port}"}

    async def up(self) -> None:
        await self._is_up.wait()

    async def kill(self) -> None:
        """Returns when the next one is up."""
        self._is_up = anyio.Event()
        self._killed.set()
        await self.up()


@asynccontextmanager
async def lives(folder: Path, pace: float = 1.0) -> AsyncIterator[Lives]:
    """Of sidecars whose clocks are so much faster than ours."""
    it = Lives(folder, pace)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(it.run)
        await it.up()
        yield it
        tasks.cancel_scope.cancel()


class User:
    """Speaks and types in turn, listens to most answers, and sometimes goes on before one is over."""

    def __init__(self, it: Window, rng: random.Random) -> None:
        self._window, self._rng = it, rng
        self.said: list[str] = []
        self.listened: list[str] = []
        """Those whose answer was left to its end."""

    async def converse(self, is_enough: Callable[[], bool]) -> None:
        while not is_enough():
            number = len(self.said)
            if self._rng.random() < 0.5:
                text = words_of(number)
                await self._window.speak(1000 + number, utterance(number))
            else:
                text = f"question {number}"
                await self._window.say(f"id-{number}", text)
            self.said.append(text)
            await self._window.until(f"{text} as a turn", lambda text=text: self._turn_of(text) is not None)  # type: ignore[misc]
            if self._rng.random() < 0.8 or is_enough():
                turn_id = self._turn_of(text)
                assert turn_id is not None
                await self._window.until(f"turn {turn_id} heard", lambda turn_id=turn_id: self._is_over(turn_id))  # type: ignore[misc]
                self.listened.append(text)
            else:
                await anyio.sleep(self._rng.uniform(0, 0.4))
        await self._window.until("all settled", lambda: self._window.is_settled)

    def _turn_of(self, text: str) -> int | None:
        return next((each.turn_id for each in transcripts(self._window) if each.text == text), None)

    def _is_over(self, turn_id: int) -> bool:
        heard = {sentence for turn, sentence in self._window.heard if turn == turn_id}
        return self._window.ended(turn_id) and len(heard) == SENTENCES and self._window.is_silent


def expect_nothing_lost(it: Window, user: User) -> None:
    assert it.anew == 0 and it.failures == []
    assert it.gaps == [], "numbers are missing"
    assert [each.text for each in transcripts(it)] == user.said, "said, and lost, doubled or out of order"
    turns = {each.text: each.turn_id for each in transcripts(it)}
    assert sorted(turns.values()) == [*range(1, len(turns) + 1)]
    replies: dict[int, dict[int, str]] = {}
    for sentence in it.of(ReplySentence):
        assert isinstance(sentence, ReplySentence)
        texts = replies.setdefault(sentence.turn_id, {})
        assert sentence.sentence not in texts, "a sentence came twice"
        texts[sentence.sentence] = sentence.text
    assert {place: times for place, times in it.heard.items() if times > 1} == {}, "heard, and spoken again"
    for text in user.listened:
        turn_id = turns[text]
        assert "".join(replies[turn_id].values()) == reply_to(text)
        assert [it.heard[turn_id, number] for number in range(SENTENCES)] == [1] * SENTENCES
    ends = {end.turn_id for end in it.of(TurnEnd) if isinstance(end, TurnEnd)}
    assert ends == set(turns.values())
