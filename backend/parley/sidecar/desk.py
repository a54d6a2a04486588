"""What a window asks of the sidecar as a whole, rather than of its conversation: settings, models, and how it does.

link → desk → settings.py, model_shelf.py → `apply` (host.py). Each order is answered with a receipt or a failure.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import assert_never

import msgspec
from anyio import Lock, to_thread
from msgspec.structs import replace

from ..conversation.session import Participant
from ..errors import DownloadFailed, NotSpeaker, ParleyError, failure
from ..settings import Settings, SettingsFile
from ..wire.messages import (
    Checkup,
    Failure,
    HealthAsk,
    HistoryChange,
    HistoryList,
    HistoryRead,
    ModelAction,
    Receipt,
    ServerMessage,
    SettingsChange,
    SettingsState,
    SettingValue,
)
from .archive import Archive, HistoryOrder
from .health import HealthDesk, HealthOrder
from .model_shelf import ModelShelf

Order = SettingsChange | ModelAction | HistoryOrder | HealthOrder


class Desk:
    def __init__(
        self,
        file: SettingsFile,
        shelf: ModelShelf,
        apply: Callable[[Settings, Settings], None],
        tell_all: Callable[[ServerMessage], None],
        begin: Callable[..., None],
        archive: Archive,
        health: HealthDesk,
        folder: Path,
    ) -> None:
        """`folder`: in which all that is kept lies.
        `apply` is called with the settings before and after a change; `begin` starts a task of the host's."""
        self._begin = begin
        self._archive = archive
        self._health = health
        self._folder = folder
        self._file = file
        self._shelf = shelf
        self._apply = apply
        self._tell_all = tell_all
        self._changing = Lock()
        self._standing: Failure | None = None

    @property
    def news(self) -> Sequence[ServerMessage]:
        """What somebody who comes in is told."""
        standing = [] if self._standing is None else [self._standing]
        return [self._settings_state(), *self._shelf.states, *standing]

    def complain(self, error: ParleyError) -> None:
        """Tell everybody, now and to come, of what is wrong with the sidecar until it ends."""
        self._standing = failure(error)
        self._tell_all(self._standing)

    async def take(self, order: Order, sender: Participant) -> None:
        """Carry it out and answer. A fetch goes on afterwards."""
        try:
            if sender.role != "speaker":
                raise NotSpeaker("this window is a viewer: another one is the speaker")
            answer: ServerMessage = Receipt(id=order.id)
            match order:
                case SettingsChange():
                    await self._change(order.values)
                case ModelAction():
                    await self._act(order)
                case HistoryList() | HistoryRead() | HistoryChange():
                    answer = await self._archive.answer(order)
                case HealthAsk():
                    answer = await self._health.health(order)
                case Checkup():
                    # It takes seconds, in which this connection is read on.
                    return self._begin(self._health.check_up, order, sender)
                case _:
                    assert_never(order)
        except ParleyError as error:
            sender.tell(replace(failure(error), id=order.id))
        else:
            sender.tell(answer)

    async def _act(self, order: ModelAction) -> None:
        match order.action:
            case "get" if self._file.settings.offline:
                raise DownloadFailed("the setting `offline` is on, so nothing is fetched.")
            case "get":
                self._shelf.get(order.name, self._begin)
            case "stop":
                await self._shelf.stop(order.name)
            case "remove":
                await self._shelf.remove(order.name)
            case _:
                assert_never(order.action)

    async def _change(self, values: dict[str, SettingValue]) -> None:
        async with self._changing:
            before = self._file.settings
            after = await to_thread.run_sync(self._file.change, values)
        self._tell_all(self._settings_state())
        self._apply(before, after)

    def _settings_state(self) -> SettingsState:
        values = msgspec.to_builtins(self._file.settings)
        # Tool servers are named in the file alone: a page must not have programs started, nor see what they are given.
        simple = {name: value for name, value in values.items() if isinstance(value, str | int | float | bool)}
        return SettingsState(values=simple, fixed=self._file.fixed, data_folder=str(self._folder))
