"""Past conversations over the wire: what a page that was loaded again is told, and what a window can ask and change."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from parley.memory.database import FILE
from parley.sidecar import archive
from parley.wire.messages import (
    Failure,
    History,
    HistoryChange,
    HistoryList,
    HistoryRead,
    PastConversation,
    PastTurn,
    Playback,
    Receipt,
    ReplySentence,
    Say,
    ServerHello,
    SettingsChange,
    SpeechStart,
    Transcript,
    TurnEnd,
)
from tests.fakes.client import Client, Received, connected, seqs
from tests.fakes.conversation import engines
from tests.fakes.engines import FakeLanguageModel
from tests.fakes.sidecar import Running, boot_line, service

pytestmark = pytest.mark.anyio

ANSWER = ["It is noon. ", "Shall we eat?"]


@asynccontextmanager
async def living(folder: Path, model: FakeLanguageModel | None = None) -> AsyncIterator[Running]:
    async with service(engines(language_model=model or FakeLanguageModel(ANSWER)), boot_line(data_dir=folder)) as it:
        yield it


async def ask(client: Client, order: HistoryList | HistoryRead | HistoryChange) -> object:
    await client.send(order)
    kinds = (History, PastConversation, Receipt, Failure)
    with anyio.fail_after(5):
        while True:
            for item in client.received.items:
                if isinstance(item, kinds) and getattr(item, "id", None) == order.id:
                    return item
            await client._news.wait()


def whole_text(folder: Path) -> str:
    return "".join(file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file())


async def listed(client: Client, message_id: str, query: str = "") -> list[str]:
    answer = await ask(client, HistoryList(id=message_id, query=query))
    assert isinstance(answer, History) and answer.is_lasting
    return [one.title for one in answer.conversations]


async def test_a_page_that_is_loaded_again_is_told_the_whole_conversation(tmp_path: Path) -> None:
    async with living(tmp_path) as it:
        async with connected(it) as client:
            await client.say("What time is it?")
            await client.say("And now?", "c-2")
            session_id = client.hello.session_id
            before = client.received
        async with connected(it, session_id=session_id) as client:
            await client.until(TurnEnd, count=2)
            assert seqs(client.received.items) == [*range(1, before.last_seq + 1)]
            assert client.of(ReplySentence) == before.of(ReplySentence)
            await client.say("Once more", "c-3")
            assert seqs(client.received.items) == [*range(1, client.received.last_seq + 1)]


async def test_s19_the_next_process_knows_the_session_and_its_model_what_was_said(tmp_path: Path) -> None:
    async with living(tmp_path) as it, connected(it) as client:
        end = await client.say("What time is it?")
        await listed(client, "h")  # By then it is known that all of it was heard.
        session_id, received = client.hello.session_id, client.received
    model = FakeLanguageModel(["Still noon."])
    async with living(tmp_path, model) as it:
        async with connected(it, session_id=session_id, received=received) as client:
            assert client.hello.resumed
            assert (await client.say("And now?", "c-2")).turn_id == end.turn_id + 1
            assert [message.text for message in model.asked[0]] == [
                "What time is it?",
                "It is noon. Shall we eat?",
                "And now?",
            ]
            await client.send(Say(id="c-1", text="What time is it?"))
            await client.until(Receipt, lambda receipt: receipt.id == "c-1", count=2)
            assert len(client.of(Transcript)) == 2
            assert seqs(client.received.items) == [*range(1, client.received.last_seq + 1)]


async def test_s19_a_half_heard_answer_is_spoken_on_and_its_text_is_told_once(tmp_path: Path) -> None:
    async with living(tmp_path) as it, connected(it) as client:
        await client.send(Say(id="c-1", text="What time is it?"))
        end = await client.until(TurnEnd)
        # Three words of 0.3 s at 24 kHz, and of the next sentence the first.
        await client.send(Playback(turn_id=1, heard_samples=23_000, state="playing"))
        await ask(client, HistoryList(id="h", query=""))
        session_id, received = client.hello.session_id, client.received
    model = FakeLanguageModel(["Nobody asks me."])
    async with living(tmp_path, model) as it, connected(it, session_id=session_id, received=received) as client:
        again = await client.until(TurnEnd, count=2)
        assert model.asked == [] and len(client.of(SpeechStart)) == 2
        assert len(client.of(ReplySentence)) == 2
        spoken_again = again.sample_count - end.sample_count
        assert spoken_again == 3 * 7200, "the second sentence, and all of it"
        assert again.outcome == "completed" and len(client.received.speech(1)) == 2 * again.sample_count


async def test_conversations_are_listed_searched_and_read(tmp_path: Path) -> None:
    async with living(tmp_path) as it:
        for number, text in enumerate(("Of ferries", "Of dentists")):
            async with connected(it) as client:
                await client.say(text, f"c-{number}")
        assert await listed_anew(it, "") == ["Of dentists", "Of ferries"]
        assert await listed_anew(it, "ferr") == ["Of ferries"]
        async with connected(it) as client:
            found = await ask(client, HistoryList(id="h", query="noon"))
            assert isinstance(found, History) and found.conversations[0].excerpt == "It is noon."
            session_id = found.conversations[0].session_id
            read = await ask(client, HistoryRead(id="r", session_id=session_id, after_turn=0))
            turn = PastTurn(turn_id=1, said="Of dentists", reply="".join(ANSWER), outcome="completed")
            assert read == PastConversation(id="r", session_id=session_id, turns=[turn], is_end=True)
            gone = await ask(client, HistoryRead(id="x", session_id="of nobody", after_turn=0))
            assert isinstance(gone, Failure) and "not there any more" in gone.message


async def listed_anew(it: Running, query: str) -> list[str]:
    async with connected(it) as client:
        return await listed(client, "h", query)


async def test_a_long_conversation_is_read_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PAGE_CHARS", 60)
    async with living(tmp_path) as it, connected(it) as client:
        for number in range(5):
            await client.say(f"Question {number}", f"c-{number}")
        read: list[PastTurn] = []
        for page in range(5):
            after = read[-1].turn_id if read else 0
            order = HistoryRead(id=f"r{page}", session_id=client.hello.session_id, after_turn=after)
            answer = await ask(client, order)
            assert isinstance(answer, PastConversation)
            read += answer.turns
            if answer.is_end:
                break
        assert [turn.said for turn in read] == [f"Question {number}" for number in range(5)] and page > 0


async def test_a_conversation_is_renamed_and_deleted_also_the_one_that_goes_on(tmp_path: Path) -> None:
    async with living(tmp_path) as it:
        async with connected(it) as client:
            await client.say("What time is it?")
            session_id = client.hello.session_id
            rename = HistoryChange(id="n", action="rename", session_id=session_id, title="Noon")
            assert await ask(client, rename) == Receipt(id="n")
            assert await listed(client, "h") == ["Noon"]
            delete = HistoryChange(id="d", action="delete", session_id=session_id)
            await client.send(delete)
            await client.closed()
        async with connected(it, session_id=session_id, received=Received()) as client:
            assert not client.hello.resumed, "it begins anew"
            assert await ask(client, delete) == Receipt(id="d")
            assert await listed(client, "h2") == []
            renamed = await ask(client, HistoryChange(id="n2", action="rename", session_id=session_id, title="x"))
            assert isinstance(renamed, Failure)


async def test_everything_is_forgotten_while_everybody_talks(tmp_path: Path) -> None:
    async with living(tmp_path) as it:
        async with connected(it) as other, connected(it) as client:
            await other.say("I play the xylophone")
            await client.say("So do I")
            await client.send(HistoryChange(id="f", action="forget_all"))
            await other.closed()
            await client.closed()
        async with connected(it) as client:  # It had no receipt, so it asks again, and is not closed again.
            assert await ask(client, HistoryChange(id="f", action="forget_all")) == Receipt(id="f")
            await client.say("And now?")
            assert await listed(client, "h") == ["And now?"]
        names = [f"{FILE}{companion}" for companion in ("", "-wal")]
        data = [await anyio.Path(tmp_path / name).read_bytes() for name in names]
        assert [
            name for name, read in zip(names, data, strict=True) if b"xylophone" in read or b"So do I" in read
        ] == []


async def test_what_is_not_to_be_kept_is_on_no_disk_and_forgotten_with_the_rest(tmp_path: Path) -> None:
    async with living(tmp_path) as it:
        async with connected(it) as client:
            await client.send(SettingsChange(id="s-1", values={"keep_conversations": False}))
            await client.until(Receipt, lambda receipt: receipt.id == "s-1")
        async with connected(it) as client:
            await client.say("Where is the treasure?", "c-1")
            session_id, before = client.hello.session_id, client.received
        async with connected(it, session_id=session_id) as client:
            assert await listed(client, "h-1") == await listed(client, "h-2", "treasure") == []
            await client.until(TurnEnd)
            assert client.of(ReplySentence) == before.of(ReplySentence)
            assert "treasure" not in whole_text(tmp_path)
            await client.send(HistoryChange(id="f", action="forget_all"))
        async with connected(it, session_id=session_id) as client:
            assert not client.hello.resumed
    async with living(tmp_path) as it, connected(it, session_id=session_id) as client:
        assert not client.hello.resumed


async def test_a_viewer_is_refused(tmp_path: Path) -> None:
    async with living(tmp_path) as it, connected(it, role="viewer") as client:
        answer = await ask(client, HistoryList(id="h", query=""))
        assert isinstance(answer, Failure) and answer.code == "not_speaker"


async def test_a_file_that_breaks_while_it_is_used_keeps_nobody_from_talking(tmp_path: Path) -> None:
    async with living(tmp_path) as it:
        async with connected(it) as client:
            await client.say("What time is it?")
            session_id = client.hello.session_id
        host = it.service._host
        assert host is not None
        host._sessions.end()
        await host._memory.read(lambda db: db.execute("DROP TABLE message"))
        async with connected(it, session_id=session_id, received=Received()) as client:
            assert not client.hello.resumed
            await client.say("And now?")
            assert (await client.until(Failure)).code == "memory_failed"


async def test_a_damaged_file_is_told_to_every_window(tmp_path: Path) -> None:
    await anyio.Path(tmp_path / FILE).write_bytes(b"This is not a database." * 100)
    async with living(tmp_path) as it, connected(it) as client:
        told = await client.until(Failure)
        assert told.code == "memory_failed" and "conversations-damaged-" in told.message
        await client.say("What time is it?")
        assert len(client.of(ServerHello)) == 1
