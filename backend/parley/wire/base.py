"""What every generated message inherits. The generator's own option for this has no effect on msgspec output."""

from typing import TypeVar

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Immutable, made by keyword; absent fields stay absent on the wire."""


T = TypeVar("T")


def given(value: T | msgspec.UnsetType) -> T | None:
    """An optional field's value, None when it was absent."""
    return None if isinstance(value, msgspec.UnsetType) else value
