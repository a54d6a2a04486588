"""A Linux desktop's side of D-Bus: a tray that takes icons in, and the login manager, which tells of locked screens,
sleep and shutdown.

desktop.ts starts it: a command a line on standard input, its answer a line on standard output, both JSON.
"""

import asyncio
import json
import os
import select
import sys
from typing import Annotated, Any

from dbus_fast import Message, MessageType, PropertyAccess, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusInt32, DBusSignature, DBusStr, DBusUnixFd
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
LOGIN = "org.freedesktop.login1"
PROPERTIES = "org.freedesktop.DBus.Properties"

Texts = Annotated[list[str], DBusSignature("as")]


class Watcher(ServiceInterface):
    """freedesktop.org, StatusNotifierItem: where programs with an icon for the tray come to."""

    def __init__(self) -> None:
        super().__init__(WATCHER)
        self.services: list[str] = []

    @dbus_method()
    def RegisterStatusNotifierItem(self, service: DBusStr) -> None:
        self.services.append(service)

    @dbus_method()
    def RegisterStatusNotifierHost(self, service: DBusStr) -> None:
        pass

    @dbus_property(access=PropertyAccess.READ)
    def RegisteredStatusNotifierItems(self) -> Texts:
        return self.services

    @dbus_property(access=PropertyAccess.READ)
    def IsStatusNotifierHostRegistered(self) -> DBusBool:
        return True

    @dbus_property(access=PropertyAccess.READ)
    def ProtocolVersion(self) -> DBusInt32:
        return 0


class LoginManager(ServiceInterface):
    """systemd-logind: sleep and shutdown, and whoever wants to be waited for before them."""

    def __init__(self) -> None:
        super().__init__(f"{LOGIN}.Manager")
        self._held: list[int] = []

    @dbus_method()
    def Inhibit(self, what: DBusStr, who: DBusStr, why: DBusStr, mode: DBusStr) -> DBusUnixFd:
        ours, theirs = os.pipe()
        self._held.append(ours)
        asyncio.get_running_loop().call_later(1, os.close, theirs)  # By then it was sent.
        return theirs

    @dbus_signal()
    def PrepareForSleep(self, begins: bool) -> DBusBool:
        return begins

    @dbus_signal()
    def PrepareForShutdown(self, begins: bool) -> DBusBool:
        return begins

    @property
    def held(self) -> int:
        """How many still ask to be waited for: whose end of the pipe is open."""
        poll = select.poll()
        for pipe in self._held:
            poll.register(pipe, 0)
        return len(self._held) - len(poll.poll(0))


class LoginSession(ServiceInterface):
    """The session of whoever asks."""

    def __init__(self) -> None:
        super().__init__(f"{LOGIN}.Session")
        self.is_locked = False

    @dbus_property(access=PropertyAccess.READ)
    def LockedHint(self) -> DBusBool:
        return self.is_locked


class Desktop:
    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._watcher = Watcher()
        self._manager = LoginManager()
        self._session = LoginSession()
        self._icons: list[tuple[str, str]] = []
        """The programs that have brought an icon, with its path."""

    async def begin(self) -> None:
        self._bus.add_message_handler(self._note_icon)
        self._bus.export("/StatusNotifierWatcher", self._watcher)
        self._bus.export("/org/freedesktop/login1", self._manager)
        self._bus.export("/org/freedesktop/login1/session/auto", self._session)
        await self._bus.request_name(LOGIN)

    def _note_icon(self, message: Message) -> None:
        """An icon is registered by a path, whose owner is the sender, or by a name."""
        if message.message_type is MessageType.METHOD_CALL and message.member == "RegisterStatusNotifierItem":
            (service,) = message.body
            is_path = service.startswith("/")
            self._icons.append((message.sender or "", service) if is_path else (service, "/StatusNotifierItem"))

    async def do(self, order: dict[str, Any]) -> Any:
        match order:
            case {"do": "tray", "is": True}:
                await self._bus.request_name(WATCHER)
            case {"do": "tray"}:
                await self._bus.release_name(WATCHER)
            case {"do": "menu"}:
                return await self._menu()
            case {"do": "click", "label": str(label)}:
                return await self._click(label)
            case {"do": "lock", "is": bool(locked)}:
                self._session.is_locked = locked
            case {"do": "sleep", "is": bool(begins)}:
                self._manager.PrepareForSleep(begins)
            case {"do": "shut down"}:
                self._manager.PrepareForShutdown(True)
            case {"do": "count inhibitors"}:
                return self._manager.held
            case _:
                raise ValueError(f"no such order: {order}")
        return None

    async def _menu(self) -> list[dict[str, Any]] | None:
        """Of the icon that came last; None where there is none, or where it has gone."""
        if not self._icons:
            return None
        where = await self._where()
        if where is None:
            return None
        _, layout = await self._call(*where, MENU, "GetLayout", "iias", 0, -1, []) or (0, (0, {}, []))
        return [_entry(item.value) for item in layout[2]]

    async def _where(self) -> tuple[str, str] | None:
        owner, path = self._icons[-1]
        found = await self._call(owner, path, PROPERTIES, "Get", "ss", ITEM, "Menu")
        return (owner, found[0].value) if found else None

    async def _click(self, label: str) -> bool:
        """False where there is no such item, or where it cannot be chosen."""
        entries = await self._menu() or []
        item = next((entry["item"] for entry in entries if entry["label"] == label and entry["isEnabled"]), None)
        where = await self._where() if item is not None else None
        if where is None:
            return False
        await self._call(*where, MENU, "Event", "isvu", item, "clicked", Variant("s", ""), 0)
        return True

    async def _call(self, owner: str, path: str, interface: str, member: str, signature: str, *body: Any) -> Any:
        message = Message(
            destination=owner, path=path, interface=interface, member=member, signature=signature, body=list(body)
        )
        answer = await self._bus.call(message)
        return None if answer is None or answer.message_type is MessageType.ERROR else answer.body


def _entry(item: list[Any]) -> dict[str, Any]:
    number, properties, _ = item
    values = {name: variant.value for name, variant in properties.items()}
    return {
        "item": number,
        "label": "" if values.get("type") == "separator" else values.get("label", "").replace("_", ""),
        "isEnabled": values.get("enabled", True),
        "isChecked": values.get("toggle-state", -1) == 1,
    }


async def main() -> None:
    bus = await MessageBus(bus_address=sys.argv[1], negotiate_unix_fd=True).connect()
    desktop = Desktop(bus)
    await desktop.begin()
    _say("is there")
    while line := await asyncio.to_thread(sys.stdin.readline):
        _say(await desktop.do(json.loads(line)))


def _say(answer: Any) -> None:
    sys.stdout.write(f"{json.dumps({'answer': answer})}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
