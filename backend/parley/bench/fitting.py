"""Which models suit a computer, and what to choose: by its memory, cores and disk, and by what was measured. Pure.

The needs are the catalog's; how many cores a size wants follows from measurements on models of the same shape (an
utterance of 3 s on 2 cores: tiny 0.4 s, base 0.7 s, small 1.8 s; Kokoro 0.4 of real time on 2, 0.7 on one).
"""

from collections.abc import Mapping, Sequence

from ..engines.catalog import Model
from ..settings import Settings
from .figures import Choice, Fit, Machine, Suits

SYSTEM_MB = 2500
"""For the system, a browser, and Parley without models."""

DISK_SPARE_MB = 500
"""What the doctor calls little."""

CORES = {"whisper-tiny": 1, "whisper-base": 2, "whisper-small": 4, "kokoro": 2}
WANTS_CARD = {"whisper-large-v3-turbo"}

LONGEST_WAIT_S = 1.0
"""For an utterance of `UTTERANCE_S` to be understood; beyond, a talk feels slow, though the pause hides some of it."""

UTTERANCE_S = 3.0

KEEPS_UP = 0.8
"""Of real time: a voice above it would run dry now and then."""

WHISPER_BEST_FIRST = ("whisper-large-v3-turbo", "whisper-small", "whisper-base", "whisper-tiny")


def fit(model: Model, size_mb: int, machine: Machine, is_here: bool, measured: float | None = None) -> Fit:
    """`size_mb`: still to be fetched. `measured`: its factor of real time on this computer."""
    suits, why = _measured(model, measured) if measured is not None else _guessed(model, machine)
    if model.memory_mb + SYSTEM_MB > machine.memory_mb:
        suits, why = "no", f"it wants {model.memory_mb} MB of memory beside {SYSTEM_MB} MB for all else"
    elif not is_here and size_mb + DISK_SPARE_MB > machine.free_disk_mb:
        suits, why = "no", f"it wants {size_mb} MB of disk, and {machine.free_disk_mb} MB are free"
    return Fit(model=model.name, suits=suits, why=why, is_here=is_here)


def _measured(model: Model, factor: float) -> tuple[Suits, str]:
    if model.engine == "kokoro":
        return ("well" if factor <= KEEPS_UP else "slowly"), f"measured: {factor:.2f} s for a second of speech"
    wait_s = factor * UTTERANCE_S
    return ("well" if wait_s <= LONGEST_WAIT_S else "slowly"), (
        f"measured: {wait_s:.1f} s for {UTTERANCE_S:.0f} s of talk"
    )


def _guessed(model: Model, machine: Machine) -> tuple[Suits, str]:
    if machine.has_nvidia:
        return "well", "an NVIDIA graphics card is here"
    if model.name in WANTS_CARD:
        return "slowly", "it wants an NVIDIA graphics card"
    wanted = CORES.get(model.name, 1)
    if machine.cores < wanted:
        return "slowly", f"it wants {wanted} cores, and {machine.cores} are here"
    return "well", f"not measured; {machine.cores} cores are enough"


def choose(fits: Sequence[Fit], settings: Settings) -> Choice:
    """The best that suits well. A speech server of the user's own is his choice, and stays."""
    by_name = {one.model: one for one in fits}
    values: dict[str, str] = {}
    fetch: list[str] = []
    why: list[str] = []
    if settings.transcriber not in ("wyoming", "openai"):
        best = _best(WHISPER_BEST_FIRST, by_name)
        here = _best([name for name in WHISPER_BEST_FIRST if _is_here(by_name, name)], by_name)
        if here is not None:
            values |= {"transcriber": "whisper", "whisper_model": here.model.removeprefix("whisper-")}
            why.append(f"{here.model}: {here.why}")
        elif any(_is_here(by_name, name) for name in WHISPER_BEST_FIRST):
            values |= {"transcriber": "pocketsphinx"}
            why.append("pocketsphinx: no Whisper model that is here is quick enough")
        if best is not None and not best.is_here:
            fetch.append(best.model)
    if settings.synthesizer not in ("wyoming", "openai") and (kokoro := by_name.get("kokoro")) is not None:
        if kokoro.is_here:
            values["synthesizer"] = "kokoro" if kokoro.suits == "well" else "espeak"
            why.append(f"{values['synthesizer']}: kokoro {kokoro.why}")
        elif kokoro.suits == "well":
            fetch.append("kokoro")
    return Choice(settings=values, fetch=fetch, why=why)


def changes(choice: Choice, settings: Settings) -> dict[str, str]:
    """What of it is not so already."""
    return {field: value for field, value in choice.settings.items() if getattr(settings, field) != value}


def _best(names: Sequence[str], fits: Mapping[str, Fit]) -> Fit | None:
    return next((fits[name] for name in names if name in fits and fits[name].suits == "well"), None)


def _is_here(fits: Mapping[str, Fit], name: str) -> bool:
    return name in fits and fits[name].is_here
