"""All checks, each behind those that it stands on."""

from __future__ import annotations

from . import desktop, engines, kept, machine, reached, running, servers
from .finding import Check

CHECKS = (
    Check("python", "its version was looked at", machine.python),
    Check("clock", "it was compared with the day on which Parley was made", machine.clock),
    Check("packages", "each was loaded in a process of its own", machine.packages, ("python",)),
    Check("engines", "each embedded one was loaded and used", engines.embedded, ("packages",)),
    Check("folders", "a file was written into each", machine.folders, ("packages",)),
    Check("disk", "its free room was looked at", machine.disk, ("folders",)),
    Check("settings", "the files and the variables were read", kept.settings, ("packages",)),
    Check("databases", "each was opened and read through", kept.databases, ("folders",)),
    Check("models", "their files were compared with the catalog, by size", kept.models, ("settings",)),
    Check("loopback", "this computer was connected to itself", machine.loopback),
    Check("sidecars", "each that runs was asked", running.sidecars, ("packages", "loopback")),
    Check("announcing", "a service was announced by mDNS and looked for", running.announced, ("packages", "loopback")),
    Check("proxy", "it was connected to", reached.proxy, ("loopback",)),
    Check("key", "the server of the language model was asked with it", reached.key, ("settings", "proxy")),
    Check("speech servers", "each that is set was connected to", servers.speech, ("settings", "loopback")),
    Check("tool servers", "their programs and variables were looked for", servers.tools, ("settings",)),
    Check(
        "sound",
        "the system was asked for microphones and loudspeakers, and half a second was listened to",
        desktop.sound,
    ),
    Check("start at login", "the entry was read", desktop.login),
    Check("electron", "its program was looked for", desktop.electron),
)
