"""What every generated message inherits. The generator's own option for this has no effect on msgspec output."""

from typing import TypeVar

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Immutable, made by keyword; absent fields stay absent on the wire."""

    def __repr__(self) -> str:
        """asyncio writes the arguments of a callback that failed into the log: no secret may be among them."""
        shown = (f"{name}={_shown(name, getattr(self, name))}" for name in self.__struct_fields__)
        return f"{type(self).__name__}({', '.join(shown)})"


_HIDDEN = frozenset({"token", "key", "value", "url"})
"""Of boot, server_hello, secret and address; open and consent_request lose a little."""


def _shown(name: str, value: object) -> str:
    return "…" if name in _HIDDEN and isinstance(value, str) else repr(value)


T = TypeVar("T")


def given(value: T | msgspec.UnsetType) -> T | None:
    """An optional field's value, None when it was absent."""
    return None if isinstance(value, msgspec.UnsetType) else value
