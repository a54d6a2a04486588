"""Past conversations: found, renamed, deleted, and forgotten so that no byte of them is left."""

from pathlib import Path

import pytest

from parley.memory import conversations, database
from tests.backend.memory.test_store import remembering, talk

pytestmark = pytest.mark.anyio


async def test_they_are_listed_the_newest_first_by_their_first_words(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memory:
        await talk(memory, "s1", said="What  time\nis it?")
        await talk(memory, "s2", said="word " * 40)
        listed = await memory.read(conversations.recent)
        assert [one.session_id for one in listed] == ["s2", "s1"]
        assert listed[1].title == "What time is it?" and listed[1].turns == 1
        assert listed[0].title == ("word " * 12)[:59] + "…"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ferry", ["s1"]),
        ("FERR", ["s1"]),
        ("naxos tickets", ["s1"]),
        ("tickets dentist", []),
        ("dentist", ["s2"]),
        ("uber", ["s2"]),
        ("tuesday", ["s2", "s1"]),
        ('"Tues OR* * ^', []),
        ("t ferry", ["s1"]),
        ("t", ["s2", "s1"]),
        ('"Tuesday" * (', ["s2", "s1"]),
        ("", ["s2", "s1"]),
    ],
)
async def test_a_search_finds_what_holds_each_of_the_words(tmp_path: Path, query: str, found: list[str]) -> None:
    async with remembering(tmp_path) as memory:
        await talk(memory, "s1", "When does the ferry leave?", "To Naxos on Tuesday at seven. Tickets are sold aboard.")
        await talk(memory, "s2", "Move the dentist über Nacht", "It is on Tuesday now.")
        assert [one.session_id for one in await memory.read(lambda db: conversations.search(db, query))] == found


async def test_a_search_says_where_it_was_found(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memory:
        await talk(memory, "s1", "Tell me of islands", "There are many. " * 30 + "Naxos is the greenest of them.")
        (one,) = await memory.read(lambda db: conversations.search(db, "greenest"))
        assert "greenest" in one.excerpt and len(one.excerpt) < 120


async def test_a_conversation_is_renamed_and_has_its_first_words_again(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memory:
        await talk(memory, "s1")
        assert await memory.read(lambda db: conversations.rename(db, "s1", "  Of the\nclock "))
        assert (await memory.read(conversations.recent))[0].title == "Of the clock"
        assert await memory.read(lambda db: conversations.rename(db, "s1", ""))
        assert (await memory.read(conversations.recent))[0].title == "What time is it?"
        assert not await memory.read(lambda db: conversations.rename(db, "s2", "nobody"))


SECRET = "xylophonistically"
"""A word that nothing else brings into the files, nor any part of it."""


def holding(folder: Path) -> list[str]:
    """Every file in which a part of the secret is still to be found."""
    parts = [SECRET[at : at + 8].encode() for at in range(len(SECRET) - 7)]
    return [path.name for path in folder.rglob("*") if path.is_file() and any(p in path.read_bytes() for p in parts)]


async def test_what_is_deleted_is_in_no_file_any_more_and_the_rest_is_there(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memory:
        for number in range(30):
            await talk(memory, f"other {number}", said=f"Tell me of {number}.")
        await talk(memory, "s1", f"I play {SECRET}", f"You play {SECRET}, how nice. " * 50)
        await talk(memory, "s2", "And you?", "No.")
        assert holding(tmp_path) != []
        assert await memory.read(lambda db: conversations.delete(db, "s1"))
        assert holding(tmp_path) == []
        assert not await memory.read(lambda db: conversations.delete(db, "s1"))
        assert len(await memory.read(conversations.recent)) == 31
        assert await memory.read(lambda db: conversations.search(db, "nice")) == []
    assert holding(tmp_path) == []


async def test_forgetting_everything_leaves_nothing_not_even_in_what_was_set_aside(tmp_path: Path) -> None:
    async with remembering(tmp_path) as memory:
        await talk(memory, "s1", f"I play {SECRET}", "How nice.")
    path = tmp_path / database.FILE
    path.write_bytes(b"broken" + path.read_bytes())
    async with remembering(tmp_path) as memory:
        await talk(memory, "s2", f"I said {SECRET}", f"{SECRET}? " * 200)
        await memory.read(lambda db: conversations.rename(db, "s2", SECRET))
        assert len(holding(tmp_path)) >= 2
        assert await memory.read(lambda db: conversations.forget_all(db, path)) == 1
        assert holding(tmp_path) == []
        assert await memory.read(conversations.recent) == []
        await talk(memory, "s3")
        assert len(await memory.read(conversations.recent)) == 1
    assert holding(tmp_path) == []
