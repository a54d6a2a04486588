"""Has things opened on the user's desktop: by the shell, so that they outlive the sidecar, or by the page where
there is none. `parley.tools.opening` says what may be opened, and asks the user.
"""

from anyio import Event, move_on_after

from ..errors import ToolFailed
from ..wire.base import given
from ..wire.messages import Open, Opened
from .announce import Announcer

ANSWER_S = 5.0
"""For the shell. It only hands over to the system."""


class ShellDesktop:
    def __init__(self, announce: Announcer, has_shell: bool) -> None:
        self._announce = announce
        self._has_shell = has_shell
        self._count = 0
        self._waiting: dict[int, Event] = {}
        self._errors: dict[int, str] = {}

    @property
    def page_opens(self) -> bool:
        return not self._has_shell

    async def open(self, *, url: str = "", app: str = "") -> None:
        """Ask the shell, and wait for its answer. Raises `ToolFailed`."""
        self._count += 1
        number = self._count
        answered = self._waiting[number] = Event()
        self._announce(Open(id=number, url=url) if url else Open(id=number, app=app))
        with move_on_after(ANSWER_S):
            await answered.wait()
        del self._waiting[number]
        if not answered.is_set():
            raise ToolFailed("Nothing here can open it: Parley's own window is not running.")
        if error := self._errors.pop(number, ""):
            raise ToolFailed(error)

    def opened(self, line: Opened) -> None:
        """The shell's answer; one that comes too late means nothing."""
        if line.id in self._waiting:
            self._errors[line.id] = given(line.error) or ""
            self._waiting[line.id].set()
