"""What may be opened, what the user is asked, and who opens it."""

import anyio
import pytest

from parley.errors import ToolFailed
from parley.sidecar import desktop as module
from parley.sidecar.desktop import ShellDesktop
from parley.tools.opening import opening_tools
from parley.tools.tool import Permission, Tool
from parley.wire.messages import Open, Opened, SidecarLine

pytestmark = pytest.mark.anyio


class Shell:
    """Answers at once, with an error or without one; with `deaf` never."""

    def __init__(self, error: str = "", deaf: bool = False, has_shell: bool = True) -> None:
        self.asked: list[SidecarLine] = []
        self.desktop = ShellDesktop(self.announce, has_shell)
        self._error = error
        self._deaf = deaf

    def announce(self, line: SidecarLine) -> None:
        self.asked.append(line)
        assert isinstance(line, Open)
        if not self._deaf:
            answer = Opened(id=line.id, error=self._error) if self._error else Opened(id=line.id)
            self.desktop.opened(answer)

    def tool(self, name: str) -> Tool:
        return next(tool for tool in opening_tools(self.desktop) if tool.spec.name == name)

    async def open(self, url: str) -> str:
        return await self.tool("open_address").run({"url": url}, lambda _: None)

    def permission(self, url: str) -> Permission:
        permission = self.tool("open_address").permission({"url": url})
        assert permission is not None
        return permission


async def test_the_shell_opens_an_address() -> None:
    shell = Shell()
    assert await shell.open("https://example.org/a?b#c") == "Opened example.org."
    assert shell.asked == [Open(id=1, url="https://example.org/a?b#c")]


async def test_the_shell_starts_an_application() -> None:
    shell = Shell()
    assert await shell.tool("open_app").run({"name": "Calculator"}, lambda _: None) == "Opened Calculator."
    assert shell.asked == [Open(id=1, app="Calculator")]
    permission = shell.tool("open_app").permission({"name": "Calculator"})
    assert permission is not None and permission.question == "Open the application Calculator?"


async def test_the_shell_cannot() -> None:
    with pytest.raises(ToolFailed, match="no application"):
        await Shell("There is no application called X.").tool("open_app").run({"name": "X"}, lambda _: None)


async def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.02)
    shell = Shell(deaf=True)
    with pytest.raises(ToolFailed, match="Nothing here can open it"):
        await shell.open("https://example.org")
    shell.desktop.opened(Opened(id=1))
    shell.desktop.opened(Opened(id=99))


async def test_answers_find_their_question() -> None:
    shell = Shell(deaf=True)
    opened: list[str] = []

    async def open_one(url: str) -> None:
        opened.append(await shell.open(url))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(open_one, "https://first.example")
        tasks.start_soon(open_one, "https://second.example")
        await anyio.wait_all_tasks_blocked()
        shell.desktop.opened(Opened(id=2))
        await anyio.wait_all_tasks_blocked()
        assert opened == ["Opened second.example."]
        shell.desktop.opened(Opened(id=1))


async def test_in_a_browser_the_page_opens_it_and_is_asked_each_time() -> None:
    shell = Shell(has_shell=False)
    permission = shell.permission("https://example.org/a")
    assert (permission.url, permission.can_remember) == ("https://example.org/a", False)
    assert await shell.open("https://example.org/a") == "Opened example.org."
    assert shell.asked == []
    with pytest.raises(ToolFailed, match="browser"):
        shell.tool("open_app").permission({"name": "Calculator"})


@pytest.mark.parametrize(
    ("url", "question", "key"),
    [
        ("https://example.org/a", "Open example.org?", "open example.org"),
        ("https://example.org:443", "Open example.org?", "open example.org"),
        ("https://аррӏе.com", "Open xn--80ak6aa92e.com?", "open xn--80ak6aa92e.com"),
        ("mailto:mum@example.org?subject=Hi", "Write to mum@example.org?", "open mailto:mum@example.org"),
    ],
)
def test_the_user_is_asked_about_the_place(url: str, question: str, key: str) -> None:
    permission = Shell().permission(url)
    assert (permission.question, permission.key, permission.detail) == (question, key, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "smb://host/share",
        "https://",
        "https://user@example.org",
        "https://example.org:8443",
        "https://[::1",
        " https://example.org",
        "https://example.org/\u202egpj.exe",
        "https://example.org/a b",
        "mailto:",
        "example.org",
        "-https://example.org",
        "https://example.org\n",
    ],
)
async def test_other_addresses_are_refused(url: str) -> None:
    shell = Shell()
    with pytest.raises(ToolFailed):
        shell.permission(url)
    with pytest.raises(ToolFailed):
        await shell.open(url)
    assert shell.asked == []
