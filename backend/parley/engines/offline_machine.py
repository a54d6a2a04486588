"""This computer, as the offline model sees and describes it. Used by offline.py and offline_rules.py."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

GIB = 2**30
GB = 10**9

CPU_SAMPLE_S = 0.1
"""psutil compares two looks at the processor; without a wait the first answer would always be 0."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """This computer at one moment."""

    cpu_percent: float | None
    """None where the system does not say."""
    memory_used_bytes: int
    memory_total_bytes: int
    disk_free_bytes: int
    disk_total_bytes: int
    """Of the disk that holds the user's home folder."""
    battery_percent: float | None
    """None where there is no battery."""
    charging: bool
    booted: datetime


def read_machine() -> Machine:
    """Look at this computer. Blocks for 0.1 s."""
    import psutil

    ticks = psutil.cpu_times()
    cpu_percent = psutil.cpu_percent(CPU_SAMPLE_S)
    memory = psutil.virtual_memory()
    disk = psutil.disk_usage(str(Path.home()))
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return Machine(
        # In some containers the counters stand still, and psutil says 0.
        cpu_percent=cpu_percent if psutil.cpu_times() != ticks else None,
        memory_used_bytes=memory.total - memory.available,
        memory_total_bytes=memory.total,
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
        battery_percent=None if battery is None else float(battery.percent),
        charging=battery is not None and bool(battery.power_plugged),
        booted=datetime.fromtimestamp(psutil.boot_time()),
    )


def processor(machine: Machine) -> str:
    percent = machine.cpu_percent
    if percent is None:
        return "I can't see how busy the processor is."
    return f"The processor is {percent:.0f} percent busy."


def memory(machine: Machine) -> str:
    used, total = machine.memory_used_bytes / GIB, machine.memory_total_bytes / GIB
    return f"{used:.1f} of {total:.1f} gigabytes of memory are in use."


def disk(machine: Machine) -> str:
    free, total = machine.disk_free_bytes / GB, machine.disk_total_bytes / GB
    return f"{free:.0f} of {total:.0f} gigabytes on the disk are free."


def battery(machine: Machine) -> str:
    if machine.battery_percent is None:
        return "I can't find a battery in this computer."
    state = "and plugged in" if machine.charging else "and not plugged in"
    return f"The battery is at {machine.battery_percent:.0f} percent {state}."


def uptime(machine: Machine, now: datetime) -> str:
    minutes = max(0, int((now - machine.booted).total_seconds() // 60))
    days, hours = minutes // 1440, minutes % 1440 // 60
    parts = [_count(days, "day"), _count(hours, "hour"), "" if days else _count(minutes % 60, "minute")]
    spoken = " and ".join([part for part in parts if part][:2]) or "less than a minute"
    return f"This computer has been running for {spoken}."


def computer(machine: Machine) -> str:
    return f"{processor(machine)} {memory(machine)} {disk(machine)}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}" if number else ""
