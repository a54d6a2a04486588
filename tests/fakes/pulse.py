"""A sound system of a test's own: PulseAudio with the modules that it names."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MICROPHONE = "module-sine-source source_name=mic frequency=60"
DEAD_MICROPHONE = "module-null-source source_name=mic"
LOUDSPEAKER = "module-null-sink sink_name=speaker"


@contextmanager
def pulse(folder: Path, *modules: str) -> Iterator[str]:
    """Its address, for PULSE_SERVER, once everything is there. A null sink has a monitor, which may be the default."""
    socket = folder / f"pulse-{time.monotonic_ns()}"
    native = f"module-native-protocol-unix socket={socket} auth-anonymous=1"
    loads = [word for module in (native, *modules) for word in ("-L", module)]
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", *loads]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            while not (socket.exists() and _answers(f"unix:{socket}", modules)):
                assert process.poll() is None
                time.sleep(0.05)  # pactl may wait for ever for one that begins
            yield f"unix:{socket}"
        finally:
            process.kill()


def _answers(address: str, modules: tuple[str, ...]) -> bool:
    """The last of the modules is there, and a microphone is the default where there is one."""
    microphone = any("source_name=mic" in module for module in modules)
    words = ["set-default-source", "mic"] if microphone else ["info"]
    return subprocess.run(["pactl", "--server", address, *words], capture_output=True).returncode == 0
