"""The sidecars that run with these settings: whether their shell lives, whether they answer, whether they are found."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

from .finding import FAILURE, NOTE, WARNING, Finding, World

ANSWER_S = 3.0
SAME = ("HOME", "XDG_CONFIG_HOME", "APPDATA")
"""What decides where settings lie: a sidecar with others is another user's, or a test's."""

CHECKED_TYPE = "_parley-check._tcp.local."
FIND_MS = 4000
"""Finding takes 1.2 s where nothing is wrong."""


def sidecars(world: World) -> Iterator[Finding]:
    """Their own, each told with its process; then the guard is asked, which must refuse whoever has no credential."""
    found = ours(world)
    for process in found:
        if "--managed" in process.cmdline() and _is_orphan(process):
            yield Finding(
                FAILURE,
                f"The sidecar with process number {process.pid} has lost its window's program.",
                "It holds the engines' memory, and answers nobody.",
                "End it; `parley doctor --fix` does.",
                _ender(process),
            )
            continue
        for port in _ports(process):
            yield from _ask(process.pid, port)
    if len(found) > 1:
        yield Finding(
            NOTE,
            "{} sidecars run at once: processes {}.".format(len(found), ", ".join(str(one.pid) for one in found)),
            "Each holds its own engines in memory.",
        )


def ours(world: World) -> list[Any]:
    """The processes of the sidecars that run with these settings."""
    return [process for process in _sidecars() if _is_ours(process, world)]


def _sidecars() -> list[Any]:
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            is_one = any(words[at : at + 3] == ["-m", "parley", "serve"] for at in range(len(words)))
            if is_one and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def _is_ours(process: Any, world: World) -> bool:
    import psutil

    try:
        theirs = process.environ()
    except (psutil.Error, OSError):
        return False
    return all(theirs.get(name) == world.environment.get(name) for name in SAME)


def _is_orphan(process: Any) -> bool:
    parent = process.parent()
    return parent is None or (sys.platform != "win32" and parent.pid == 1)


def _ender(process: Any) -> Callable[[], str]:
    def end() -> str:
        process.terminate()
        try:
            process.wait(5.0)
        except Exception:
            process.kill()
        return f"Process {process.pid} was ended."

    return end


def _ports(process: Any) -> list[int]:
    import psutil

    try:
        connections = process.net_connections(kind="tcp4")
    except (psutil.Error, OSError):
        return []
    return sorted({one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN})


def _ask(pid: int, port: int) -> Iterator[Finding]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    try:
        # As whoever has found the port and does not know the token: guard.py answers with a challenge.
        connection.request("GET", "/client-ws", headers={"Authorization": 'Parley nonce="doctor"'})
        answer = connection.getresponse()
        challenged = answer.status == 401 and answer.headers.get("WWW-Authenticate", "").startswith("Parley")
        if not challenged:
            yield Finding(
                FAILURE,
                f"Port {port} of process {pid} answers a stranger with status {answer.status} and no challenge.",
                "A sidecar challenges whoever has no credential, so this is none, or a changed one.",
                "Quit Parley, and install it again.",
            )
    except (OSError, http.client.HTTPException) as error:
        yield Finding(
            FAILURE,
            f"The sidecar with process number {pid} does not answer at port {port}: {error}.",
            "The window cannot be connected.",
            "Quit Parley from its tray and start it again; if it does not quit, end that process.",
        )
    finally:
        connection.close()


def announced(world: World) -> Iterator[Finding]:
    """A service of our own is registered on loopback and looked for, as the sidecar's is."""
    from zeroconf import ServiceInfo, Zeroconf

    name = "{}.{}".format(socket.gethostname()[:20] or "here", CHECKED_TYPE)
    info = ServiceInfo(
        CHECKED_TYPE, name, port=9, addresses=[socket.inet_aton("127.0.0.1")], server="parley-check.local."
    )
    reason = ""
    try:
        teller, asker = Zeroconf(interfaces=["127.0.0.1"]), Zeroconf(interfaces=["127.0.0.1"])
        try:
            teller.register_service(info, allow_name_change=True)
            if asker.get_service_info(CHECKED_TYPE, info.name, timeout=FIND_MS) is None:
                reason = "what was announced was not found"
        finally:
            teller.close()
            asker.close()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    if reason:
        yield Finding(
            WARNING,
            f"mDNS does not work on this computer: {reason}.",
            "The window does without; `parley talk` starts a sidecar of its own, and a shell cannot attach to one.",
            "Let a firewall allow UDP port 5353 on 127.0.0.1, and end a program that keeps that port to itself.",
        )
