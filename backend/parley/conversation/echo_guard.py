"""Whether what the microphone hears is the assistant's own voice. Pure; barge_in.py asks it.

The browser cancels the echo, where it can: a loudspeaker it does not know of, and an old Chromium, leave all of it.
Two things tell what is left. Its sound: window by window, before a word is understood, in any language. Its words:
they are those that are sounding.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from ..audio.likeness import SILENCE, STEP_S, Shapes, likeness, shapes, step_samples
from ..audio.pcm import MIC_RATE_HZ, Samples, from_bytes
from .backchannel import normalized
from .history import SpokenSentence
from .playhead import Playhead

LIKE = 0.7
"""Likeness from which a sound is the assistant's. Of echoes at -12 dB in a room with 30 ms of reverberation 1 % lay
below 0.78, of other voices 1 % above 0.70, of their first 0.1 s 7 % (400, 1098 and 1152 stretches)."""

STILL_LIKE = 0.58
"""As `LIKE`, once an echo is known to reach the microphone. A sound card that waits for a moment shifts one half of a
stretch against the other, down to 0.6; who speaks over an echo as loud as himself lies at 0.54, in the median."""

CERTAIN_WINDOWS = 3
"""Alike: fewer may be chance."""

COMPARED_S = 0.6
"""Stretch that is compared. With less, two voices are alike by chance."""

EARLIEST_S, LATEST_S = 0.15, 0.6
"""How far the microphone's clock may be ahead of what is reported to be heard, and behind it: the device, echo
cancellation, the frame, a socket on a busy machine."""

WORDS_AROUND_S = 1.5
"""Words that sounded so long before still count: a recognizer takes its time with the sound it has."""

MATCHING = 0.6
"""Share of the words heard that are among those sounding, in their order. A recognizer mishears some of an echo."""


class OwnVoice:
    """What the speech of one turn sounds like. Fed as it is made, so ahead of what is heard."""

    def __init__(self, turn_id: int = 0, first_sample: int = 0) -> None:
        """`first_sample`: where it goes on, in a turn that another process began."""
        self.turn_id = turn_id
        self._first_sample = first_sample
        self.rate_hz = 0
        self._rest: Samples = from_bytes(b"")
        self._shapes: list[Shapes] = []
        self._rows = 0

    def feed(self, samples: Samples, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._rest = np.concatenate((self._rest, samples))
        made = shapes(self._rest, rate_hz)
        self._rest = self._rest[len(made) * step_samples(rate_hz) :]
        self._shapes.append(made)

    def row(self, position: int) -> Shapes | None:
        """What sounds at that sample."""
        if not self._shapes:
            return None
        if len(self._shapes) > 1:
            self._shapes = [np.concatenate(self._shapes)]
        index = (position - self._first_sample) // step_samples(self.rate_hz)
        return self._shapes[0][index] if 0 <= index < len(self._shapes[0]) else None


def played(voices: Sequence[OwnVoice], playhead: Playhead, now_s: float) -> Shapes:
    """What has left the loudspeaker and may have reached the microphone by now, silences included."""
    rows = np.repeat(SILENCE, round((COMPARED_S + LATEST_S + EARLIEST_S) / STEP_S), axis=0)
    for index in range(len(rows)):
        when_s = now_s - COMPARED_S - LATEST_S + index * STEP_S
        for voice in voices:
            at = playhead.at(voice.turn_id, voice.rate_hz, when_s)
            if at is not None and (row := voice.row(at)) is not None:
                rows[index] = row
    return rows


class EchoGuard:
    """Listens to one utterance, window by window."""

    def __init__(self, is_known: bool = False) -> None:
        """`is_known`: the assistant's voice reaches this microphone, or did in the utterance before."""
        self._is_known = is_known
        self._own_windows = 0
        self._recent: Samples = from_bytes(b"")

    @property
    def has_echo(self) -> bool:
        """The assistant's voice was in it, for longer than by chance."""
        return self._own_windows >= CERTAIN_WINDOWS

    def hear(self, samples: Samples) -> None:
        self._recent = np.concatenate((self._recent, samples))[-round(COMPARED_S * MIC_RATE_HZ) :]

    def is_own(self, around: Shapes) -> bool:
        """Whether the last that was heard is what was `played`."""
        like = likeness(shapes(self._recent, MIC_RATE_HZ), around)
        self._own_windows += like >= LIKE
        return like >= (STILL_LIKE if self._is_known or self._own_windows else LIKE)


def sounding(sentences: Sequence[SpokenSentence], rate_hz: int, first: int, end: int) -> list[str]:
    """The words that sounded from sample `first` to `end` of a turn's speech, and those shortly before."""
    words = [
        sentence.text[word.first_char : word.first_char + word.char_count]
        for sentence in sentences
        for word in sentence.words
        if first - WORDS_AROUND_S * rate_hz <= word.first_sample < end
    ]
    return normalized(" ".join(words))


def is_echo(text: str, said: Sequence[str]) -> bool:
    """Whether these words are those of `said`."""
    heard = normalized(text)
    if not heard:
        return False
    blocks = SequenceMatcher(None, heard, list(said), autojunk=False).get_matching_blocks()
    matching = sum(block.size for block in blocks)
    return matching >= MATCHING * len(heard)
