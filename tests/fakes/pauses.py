"""A labelled set of pauses: speech with pauses of known length at known words, some within a turn and one at its end.

Each line is a turn as people talk to an assistant; `|` marks where they pause to think, to breathe or to look something
up. Spoken by several voices at several rates, with the pauses' lengths dealt out in turn, so that the set is the same
every time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from parley.audio.pcm import MIC_RATE_HZ, Samples

from .speech import Voice, quiet, say

PAUSED = (
    "I would like to order a pizza with | mushrooms and extra cheese",
    "remind me to call | my sister tomorrow morning",
    "um | what is the weather in london",
    "my phone number is five five five | one two three four",
    "set a timer for | ten minutes",
    "can you tell me | when the next train leaves",
    "I want to know if | the library is open on sunday",
    "please write down milk bread and | two pounds of butter",
    "what is the | capital of australia",
    "the code is four seven two | nine one one",
    "I think that | we should leave before noon",
    "play some music by | the rolling stones",
    "tell me a story about a | dragon and a small boy",
    "how do I get from the station to | the old town hall",
    "I was wondering whether | you could help me with my homework",
    "turn on the light in the kitchen and | turn off the one in the hall",
    "what happens when | water freezes in a bottle",
    "so | how are you doing today",
    "send a message to | my brother about the game",
    "it is on the second floor next to the | big window",
    # These sound finished where they pause, so that nothing but patience can tell.
    "what time is it | in new york",
    "I would like some coffee | with a lot of sugar",
    "tell me about the history of france | before the revolution",
    "call the doctor | on monday morning",
)

WHOLE = (
    "what time is it",
    "turn off the lights in the kitchen",
    "how is the weather in london today",
    "what is two plus two",
    "tell me a joke about cats",
    "play the next song please",
    "who was the first man on the moon",
    "how far is it to the moon",
    "set a timer for ten minutes",
    "remind me to water the plants tonight",
    "I had a very good day today",
    "read me the news from this morning",
    "what does this word mean",
    "is it going to rain tomorrow",
    "can you help me with my homework",
    "how do you say good morning in french",
    "add milk to the shopping list",
    "that is all for now thanks",
    "where is the nearest hospital",
    "my sister went to the market and bought seven apples",
    "stop",
    "yes",
    "never mind",
    "thank you very much",
)

PAUSES_S = (0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.15)
"""Within a turn. People's run from 0.2 s for a breath to beyond 1 s for a thought."""

SPEAKERS: tuple[tuple[Voice, float], ...] = (("rms", 1.0), ("slt", 1.0), ("espeak", 1.0), ("slt", 1.2), ("rms", 0.85))
"""Voices and how long they take over a word, relative to their usual."""

AFTER_S = 3.0
"""Of quiet after the end of a turn: longer than anybody waits."""


@dataclass(frozen=True)
class Pause:
    text: str
    """The true words until then."""
    starts_s: float
    """Where speech ends, in the clip."""
    length_s: float
    ends_turn: bool


@dataclass(frozen=True)
class Clip:
    """One turn."""

    name: str
    samples: Samples
    pauses: tuple[Pause, ...]


def clips(speakers: tuple[tuple[Voice, float], ...] = SPEAKERS) -> Iterator[Clip]:
    lengths = cycle(PAUSES_S)
    for voice, stretch in speakers:
        for line in (*PAUSED, *WHOLE):
            parts = [part.strip() for part in line.split("|")]
            yield _clip(parts, [next(lengths) for _ in parts[1:]], voice, stretch)


def _clip(parts: list[str], lengths_s: list[float], voice: Voice, stretch: float) -> Clip:
    pieces = [quiet(0.5)]
    pauses = []
    said = ""
    for part, length_s in zip(parts, [*lengths_s, AFTER_S], strict=True):
        pieces.append(_trimmed(say(part, voice, around_s=0.0, stretch=stretch)))
        said = f"{said} {part}".strip()
        pauses.append(Pause(said, sum(map(len, pieces)) / MIC_RATE_HZ, length_s, ends_turn=length_s == AFTER_S))
        pieces.append(quiet(length_s))
    return Clip(f"{voice} {stretch}: {' | '.join(parts)}", np.concatenate(pieces), tuple(pauses))


def _trimmed(sound: Samples) -> Samples:
    """Without the quiet that synthesizers put around what they say: the pauses are to be as long as they say."""
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > 300)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound
