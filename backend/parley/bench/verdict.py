"""What limits this computer, in one sentence, from the figures. Pure."""

from collections.abc import Sequence

from .figures import Figure, Stage

STARVES = 1.0
"""A voice slower than real time runs dry."""


def limit(stages: Sequence[Stage], figures: Sequence[Figure], pause_s: float) -> str:
    for one in figures:
        if one.unit == "× real time" and one.name.startswith("voice") and one.median >= STARVES:
            return f"The {one.name} limits it: {one.median:.1f} s of work for a second of speech, so it stutters."
    if not stages:
        return "What limits it is not known: no turn could be measured."
    most = max(stages, key=lambda stage: stage.median_ms)
    share = most.median_ms / sum(stage.median_ms for stage in stages)
    return f"{_WORDS[most.name].format(pause_s=pause_s)} ({most.median_ms:.0f} ms, {share:.0%} of the wait)."


_WORDS = {
    "pause": "Waiting for the end of what you say limits it, not this computer: `pause_s` is {pause_s:g} s, and more "
    "after what sounds unfinished",
    "recognition": "Recognition limits it: a smaller model or more cores would help",
    "first sentence": "The language model limits it: its first sentence takes longest",
    "first sound": "The voice limits it: its first sound takes longest",
}
