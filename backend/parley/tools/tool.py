"""What a tool is: something that the language model may ask for, and that happens outside of the conversation."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from ..engines.ports import ToolSpec
from ..errors import ToolFailed

A = TypeVar("A", bound=msgspec.Struct)


@dataclass(frozen=True)
class Permission:
    """What the user must agree to before a tool is used."""

    key: str
    """What an answer for good is remembered under."""
    question: str
    detail: str = ""
    url: str = ""
    """The page opens this itself when the user agrees."""
    can_remember: bool = True


Tell = Callable[[str], None]
"""How far it has come, for the window."""


class Tool(Protocol):
    @property
    def spec(self) -> ToolSpec: ...
    @property
    def title(self) -> str:
        """For people: `Set a timer`."""
        ...

    @property
    def timeout_s(self) -> float: ...

    def permission(self, arguments: Mapping[str, Any]) -> Permission | None:
        """What must be asked first; None: nothing. Raises `ToolFailed` for arguments that cannot be used."""
        ...

    async def run(self, arguments: Mapping[str, Any], tell: Tell) -> str:
        """Do it, and return what came of it in words. Cancelling is safe. Raises `ToolFailed`."""
        ...


class Function(Generic[A]):
    """A tool made of a function and a struct of its arguments, whose JSON Schema the model is given."""

    def __init__(
        self,
        name: str,
        title: str,
        description: str,
        arguments: type[A],
        call: Callable[[A], Awaitable[str]],
        ask: Callable[[A], Permission] | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        _, components = msgspec.json.schema_components([arguments], ref_template="#/$defs/{name}")
        parameters = {key: value for key, value in components[arguments.__name__].items() if key != "title"}
        self.spec = ToolSpec(name, description, parameters)
        self.title = title
        self.timeout_s = timeout_s
        self._arguments = arguments
        self._call = call
        self._ask = ask

    def permission(self, arguments: Mapping[str, Any]) -> Permission | None:
        given = self._given(arguments)
        return None if self._ask is None else self._ask(given)

    async def run(self, arguments: Mapping[str, Any], tell: Tell) -> str:
        return await self._call(self._given(arguments))

    def _given(self, arguments: Mapping[str, Any]) -> A:
        try:
            return msgspec.convert(dict(arguments), self._arguments)
        except msgspec.ValidationError as error:
            raise ToolFailed(f"The arguments cannot be used: {error}") from error
