"""Settings and models are changed while conversations go on."""

import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from anyio import to_thread

from parley.settings import Settings, SettingsFile
from parley.sidecar import model_shelf
from parley.wire.base import given
from parley.wire.messages import EngineState, Failure, ModelAction, ModelState, Receipt, SettingsChange, SettingsState
from tests.fakes.client import Client, connected
from tests.fakes.conversation import engines
from tests.fakes.hub import Hub, make_model
from tests.fakes.sidecar import service

pytestmark = pytest.mark.anyio

CONTENTS = {"config.json": b"{}", "model.bin": os.urandom(4_000_000)}
MODEL = make_model(CONTENTS)
NUMBERS = itertools.count()


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PARLEY_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(model_shelf.ModelShelf.__init__, "__defaults__", ((MODEL,),))
    monkeypatch.setattr("parley.engines.downloads.RETRY_S", (0.0,))
    yield tmp_path / "models" / MODEL.name


async def change(client: Client, **values: str | float | bool) -> Receipt | Failure:
    return await ask(client, SettingsChange(id=f"s{next(NUMBERS)}", values=values))


async def act(client: Client, action: str, name: str = MODEL.name) -> Receipt | Failure:
    return await ask(client, ModelAction(id=f"m{next(NUMBERS)}", name=name, action=action))  # type: ignore[arg-type]


async def ask(client: Client, order: SettingsChange | ModelAction) -> Receipt | Failure:
    await client.send(order)
    both = (Receipt, Failure)
    return await client.until(both, lambda answer: given(answer.id) == order.id)  # type: ignore[arg-type]


async def state(client: Client, wanted: str) -> ModelState:
    return await client.until(ModelState, lambda told: told.state == wanted)


async def test_whoever_comes_in_is_told_the_settings_and_the_models() -> None:
    async with service(engines(), settings=Settings(pause_s=1.5)) as it, connected(it) as client:
        assert (await client.until(SettingsState)).values["pause_s"] == 1.5
        assert (await state(client, "absent")).size_bytes == MODEL.size_bytes


async def test_a_change_is_in_force_at_once_and_known_everywhere() -> None:
    async with service(engines()) as it, connected(it) as client, connected(it) as other:
        await client.until(EngineState)
        assert isinstance(await change(client, words_per_minute=200), Receipt)
        for window in (client, other):
            await window.until(SettingsState, lambda told: told.values["words_per_minute"] == 200)
        await client.until(EngineState, lambda told: (told.engine, told.state) == ("espeak", "ready"))
        assert it.service.settings.settings.words_per_minute == 200


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"pause_s": 99.0}, "pause_s"),
        ({"pause_s": "long"}, "pause_s"),
        ({"pauses": 1.0}, "no setting 'pauses'"),
        ({"language_model": "gpt"}, "language_model"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_name_and_changes_nothing(
    values: dict[str, str | float | bool], words: str
) -> None:
    async with service(engines()) as it, connected(it) as client:
        refused = await change(client, **{**values, "mic_idle_s": 5.0})
        assert isinstance(refused, Failure)
        assert refused.code == "bad_config" and words in refused.message
        assert it.service.settings.settings.mic_idle_s == 600.0


async def test_a_viewer_changes_nothing() -> None:
    async with service(engines()) as it, connected(it, role="viewer") as viewer:
        refused = await change(viewer, pause_s=1.0)
        assert isinstance(refused, Failure) and refused.code == "not_speaker"
        assert it.service.settings.settings.pause_s == 0.8


async def test_a_model_is_fetched_and_removed(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Hub(CONTENTS) as hub, service(engines()) as it, connected(it) as client:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        assert isinstance(await act(client, "get"), Receipt)
        await state(client, "fetching")
        assert (await state(client, "here")).done_bytes == MODEL.size_bytes
        assert await anyio.Path(models / "model.bin").exists()
        assert isinstance(await act(client, "remove"), Receipt)
        assert not await anyio.Path(models).exists()


async def test_s52_two_windows_that_want_the_same_model_fetch_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Hub(CONTENTS) as hub, service(engines()) as it, connected(it) as client, connected(it) as other:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        assert isinstance(await act(client, "get"), Receipt)
        assert isinstance(await act(other, "get"), Receipt)
        await state(client, "here")
        await state(other, "here")
        assert [asked.path for asked in hub.asked] == ["config.json", "model.bin"]


async def test_s52_a_fetch_can_be_stopped_and_goes_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Hub(CONTENTS, hold_after=1_000_000) as hub, service(engines()) as it, connected(it) as client:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        await act(client, "get")
        await client.until(ModelState, lambda told: told.state == "fetching" and told.done_bytes > 500_000)
        await act(client, "stop")
        assert (await state(client, "partly")).done_bytes > 500_000
    async with Hub(CONTENTS) as hub, service(engines()) as it, connected(it) as client:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        await act(client, "get")
        await state(client, "here")
        assert any(asked.range for asked in hub.asked)


async def test_s52_a_fetch_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Hub(CONTENTS, statuses=[404] * 9) as hub, service(engines()) as it, connected(it) as client:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        await act(client, "get")
        told = await client.until(ModelState, lambda told: bool(given(told.problem)))
        assert "does not have it" in (given(told.problem) or "")
        assert (await client.say("hello")).outcome == "completed"


async def test_offline_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Hub(CONTENTS) as hub, service(engines(), settings=Settings(offline=True)) as it, connected(it) as client:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        refused = await act(client, "get")
        assert isinstance(refused, Failure) and refused.code == "download_failed"
        assert hub.asked == []


async def test_a3_a_model_that_the_catalog_does_not_have_is_refused() -> None:
    async with service(engines()) as it, connected(it) as client:
        refused = await act(client, "get", "http://attacker.example/model")
        assert isinstance(refused, Failure) and refused.code == "unknown_model"


async def test_what_is_written_is_read_again_and_unknown_keys_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    await anyio.Path(path).write_text('{"from_a_newer_version": [1], "pause_s": 1.0}')

    def change_twice() -> None:
        file = SettingsFile(tmp_path, {})
        file.change({"offline": True})
        file.change({"pause_s": 1.5})

    await to_thread.run_sync(change_twice)
    assert json.loads(await anyio.Path(path).read_text()) == {
        "from_a_newer_version": [1],
        "pause_s": 1.5,
        "offline": True,
    }
    assert (await anyio.Path(path).stat()).st_mode & 0o777 == 0o600


async def test_what_the_environment_decides_cannot_be_changed(tmp_path: Path) -> None:
    file = await to_thread.run_sync(SettingsFile, tmp_path, {"PARLEY_PAUSE_S": "2"})
    assert (file.settings.pause_s, file.fixed) == (2.0, ["pause_s"])
    with pytest.raises(Exception, match="decided by the environment variable PARLEY_PAUSE_S"):
        await to_thread.run_sync(file.change, {"pause_s": 1.0})
