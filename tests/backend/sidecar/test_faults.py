"""S19, S23: a long conversation in bad weather. The line is cut, halved, delayed, held up; the sidecar is killed.

Everything is real but the engines: a process that is ended by SIGKILL and started anew, sockets, the file. What the
user says and types comes once into the conversation and in order; every number arrives once; each answer is whole;
no sentence is spoken again that was heard.
"""

import random
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from parley.sidecar.proof import new_token
from parley.wire.messages import Listening, Ready, ReplySentence, TurnEnd
from tests.fakes.countable import SENTENCES, reply_to, utterance, words_of
from tests.fakes.sidecar import PYTHON, Sidecar, boot_line, sidecar
from tests.fakes.weather import FAULTS, Weather, weather
from tests.fakes.window import Window, transcripts, window

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

COMMAND = (*PYTHON, "-m", "tests.fakes.countable")
START_S = 60.0
"""For what takes a second on an idle machine, and is not what is looked at here."""

KILLED_SHARE = 0.4
"""Of the faults."""


class Lives:
    """One sidecar after the other, with the same token and the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
            async with sidecar(self._folder, boot, command=COMMAND, PARLEY_PAUSE_S="0.3") as self._now:
                await self._now.until(Ready, within_s=START_S)
                self.up_at.append(time.monotonic())
                self._is_up.set()
                await self._killed.wait()
                self._killed = anyio.Event()
                self._now.process.kill()

    async def up(self) -> None:
        await self._is_up.wait()

    async def kill(self) -> None:
        """Returns when the next one is up."""
        self._is_up = anyio.Event()
        self._killed.set()
        await self.up()


@asynccontextmanager
async def lives(folder: Path) -> AsyncIterator[Lives]:
    it = Lives(folder)
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

    async def converse(self, until: anyio.Event) -> None:
        while not until.is_set():
            number = len(self.said)
            if self._rng.random() < 0.5:
                text = words_of(number)
                await self._window.speak(1000 + number, utterance(number))
            else:
                text = f"question {number}"
                await self._window.say(f"id-{number}", text)
            self.said.append(text)
            await self._window.until(f"{text} as a turn", lambda text=text: self._turn_of(text) is not None)  # type: ignore[misc]
            if self._rng.random() < 0.8 or until.is_set():
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


async def strike(sky: Weather, ours: Lives, count: int, rng: random.Random, done: anyio.Event) -> list[str]:
    faults: list[str] = []
    for _ in range(count):
        await anyio.sleep(rng.uniform(0.05, 0.9))
        if rng.random() < KILLED_SHARE:
            faults.append("kill")
            if rng.random() < 0.5:
                await sky.deafen()
            await ours.kill()
        else:
            faults.append(rng.choice(FAULTS))
            await sky.strike(faults[-1])  # type: ignore[arg-type]
    done.set()
    return faults


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


async def survive(folder: Path, faults: int, seed: int) -> None:
    rng = random.Random(seed)
    async with lives(folder) as ours:

        def find() -> tuple[int, dict[str, str]]:
            return sky.port, {"Authorization": f"Bearer {ours.token}", "Host": f"127.0.0.1:{ours.port}"}

        async with weather(lambda: ours.port, rng) as sky, window(find, random.Random(seed + 1)) as it:
            user, done = User(it, random.Random(seed + 2)), anyio.Event()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(user.converse, done)
                struck = await strike(sky, ours, faults, rng, done)
            await it.until("all ended", lambda: all(it.ended(each.turn_id) for each in transcripts(it)))
            expect_nothing_lost(it, user)
            back = [min(at for at, hello in it.hellos if at >= up) - up for up in ours.up_at[1:]]
            waits = f"back after {statistics.median(back):.2f} s, at most {max(back):.2f} s" if back else "never killed"
            counts = ", ".join(f"{struck.count(kind)} {kind}" for kind in ("kill", *FAULTS))
            sys.stderr.write(f"\n{len(user.said)} turns, {len(struck)} faults ({counts}); {waits}\n")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [1])
async def test_s19_s23_nothing_is_lost_or_said_twice_in_bad_weather(tmp_path: Path, seed: int) -> None:
    await survive(tmp_path, faults=12, seed=seed)


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_s19_s23_nothing_is_lost_or_said_twice_in_200_faults(tmp_path: Path) -> None:
    await survive(tmp_path, faults=200, seed=7)
