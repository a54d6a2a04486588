"""Barge-in with the real sidecar: its VAD, its recognizer, its voice, over a socket, in a room and in real time.

What is measured is logged, too: `--log-cli-level=INFO` shows the figures.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from parley.wire.messages import Interrupted, Ready, ReplySentence, Say, Transcript, TurnEnd
from tests.fakes.asides import asides
from tests.fakes.client import Client, connected
from tests.fakes.messages_server import MessagesServer
from tests.fakes.room import Room, in_room
from tests.fakes.sidecar import sidecar
from tests.fakes.speech import Voice, needs_flite, say

logger = logging.getLogger(__name__)

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(600), needs_flite]

SENTENCES = (
    "The library in the old town opens at nine in the morning and closes late in the evening. ",
    "People come from far away to see the garden behind the house, where the roses grow. ",
    "A boat leaves every hour from the bridge and goes up the river to the castle. ",
    "In winter the mountains are white, and the children take their sledges to the hill. ",
    "Bring a warm coat, because the wind from the sea is cold even on a sunny day. ",
    "The bakery next to the station sells the best bread of the whole region. ",
)
"""Some five seconds each."""

MINUS_12_DB = 0.25

INTERRUPTIONS: tuple[tuple[str, Voice], ...] = (
    ("I have another question about the castle", "rms"),
    ("but I was asking about the weather tomorrow", "slt"),
    ("could you tell me about the train instead", "kal16"),
    ("what about the train to the city", "espeak"),
)


def some(of_all: int, few: int) -> pytest.MarkDecorator:
    counts = [pytest.param(few, id="some"), pytest.param(of_all, id="all", marks=pytest.mark.long)]
    return pytest.mark.parametrize("count", counts)


@asynccontextmanager
async def conversation(
    folder: Path, pieces: list[str], echo: float = 0.0
) -> AsyncIterator[tuple[Client, Room, MessagesServer]]:
    async with (
        MessagesServer(pieces) as server,
        sidecar(
            folder, PARLEY_SYNTHESIZER="espeak", PARLEY_TRANSCRIBER="pocketsphinx", ANTHROPIC_BASE_URL=server.base_url
        ) as it,
    ):
        await it.until(Ready)
        async with connected(it) as client, in_room(client, echo) as room:
            yield client, room, server


async def ask(client: Client) -> int:
    number = len(client.of(Transcript)) + 1
    await client.send(Say(id=f"c-{number}", text="Tell me about the town."))
    return (await client.until(Transcript, count=number)).turn_id


async def cut(client: Client, turn_id: int) -> None:
    await client.until(Interrupted, lambda cut: cut.turn_id == turn_id)


@some(30, few=3)
async def test_coughs_and_asides_do_not_interrupt(tmp_path: Path, count: int) -> None:
    interrupting = []
    async with conversation(tmp_path, list(SENTENCES * 6)) as (client, room, _):
        turn_id = await ask(client)
        await room.plays(1.0)
        for aside in islice(asides(), count):
            holds = room.holds
            await room.say(aside.samples)
            await room.wait(2.2)
            was_cut = bool(client.of(Interrupted)) and client.of(Interrupted)[-1].turn_id == turn_id
            what = "interrupts" if was_cut else "holds" if room.holds > holds else "is passed over"
            logger.info("%s: %s", aside.name, what)
            if was_cut:
                interrupting.append(aside.name)
                await room.wait(1.0)
                turn_id = await ask(client)
                await room.plays(0.5)
    assert len(interrupting) <= 1, interrupting


@some(20, few=2)
async def test_its_own_voice_does_not_interrupt_it(tmp_path: Path, count: int) -> None:
    async with conversation(tmp_path, list(SENTENCES[:2]), MINUS_12_DB) as (client, room, _):
        for _ in range(count):
            await ask(client)
            await client.until(TurnEnd, count=len(client.of(Transcript)))
            await room.plays()
            await room.is_quiet()
        await room.wait(1.5)
        logger.info("%d answers: %d interrupted, held %d times", count, len(client.of(Interrupted)), room.holds)
        assert client.of(Interrupted) == []
        assert len(client.of(Transcript)) == count, "and is not taken for the user's"


@some(20, few=2)
async def test_history_has_just_the_words_that_were_heard(tmp_path: Path, count: int) -> None:
    dice = Random(1)
    off = []
    async with conversation(tmp_path, list(SENTENCES * 2)) as (client, room, server):
        for number in range(count):
            turn_id = await ask(client)
            await room.plays(dice.uniform(0.5, 8.0))
            text, voice = INTERRUPTIONS[number % len(INTERRUPTIONS)]
            before = len(client.of(Transcript))
            await room.say(say(text, voice))
            await cut(client, turn_id)
            await client.until(Transcript, count=before + 1)
            await client.until(TurnEnd, count=before + 1)
            answer = "".join(s.text for s in client.of(ReplySentence) if s.turn_id == turn_id)
            told = _answers(server)[-1]
            assert told.endswith("—") and answer.startswith(told.rstrip("—"))
            off.append(len(told.split()) - len(room.words_heard(turn_id)))
    logger.info("words told less words heard: %s", off)
    assert all(abs(words) <= 1 for words in off), off


@some(8, few=1)
async def test_who_speaks_over_an_echo_interrupts(tmp_path: Path, count: int) -> None:
    async with conversation(tmp_path, list(SENTENCES * 2), MINUS_12_DB) as (client, room, _):
        for number in range(count):
            turn_id = await ask(client)
            await room.plays(1.0 + number % 3)
            text, voice = INTERRUPTIONS[number % len(INTERRUPTIONS)]
            await room.say(say(text, voice))
            await cut(client, turn_id)
            await client.until(TurnEnd, count=len(client.of(Transcript)))
            await room.wait(1.0)


def _answers(server: MessagesServer) -> list[str]:
    """What the model was told in its last request to have said."""
    said = []
    for message in server.requests[-1].body["messages"]:
        if message["role"] == "assistant":
            content = message["content"]
            said.append(content if isinstance(content, str) else "".join(block.get("text", "") for block in content))
    return said
