"""What this computer is, and how quick its processor is at this moment."""

import platform
import shutil
import time
from pathlib import Path

import numpy as np
import psutil

from .figures import Machine

SIDE, TIMES = 256, 20
"""Of the matrices: some 10 ms of work that stays in the cache, as an engine's does."""


def look(models: Path) -> Machine:
    """`models`: the folder whose disk counts."""
    memory = psutil.virtual_memory()
    there = next(folder for folder in (models, *models.parents) if folder.exists())
    return Machine(
        system=platform.platform(),
        processor=_processor(),
        cores=psutil.cpu_count() or 1,
        memory_mb=memory.total // 2**20,
        free_memory_mb=memory.available // 2**20,
        free_disk_mb=shutil.disk_usage(there).free // 2**20,
        has_nvidia=shutil.which("nvidia-smi") is not None,
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


class Yardstick:
    """The same arithmetic each time, on one core. Taken between the measurements, so it sees the same load."""

    def __init__(self) -> None:
        self._matrix = np.random.default_rng(1).random((SIDE, SIDE), dtype=np.float32)
        self.take_ms()

    def take_ms(self) -> float:
        began = time.perf_counter()
        for _ in range(TIMES):
            np.dot(self._matrix, self._matrix)
        return 1000 * (time.perf_counter() - began)
