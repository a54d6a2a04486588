"""How often a speaker is cut off, and how long one waits for an answer: by silence alone, and by what was said, too.

On the labelled set of fakes/pauses.py, with the real VAD and the real basic recognizer.
"""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pocketsphinx import Decoder

from parley.audio.pcm import WINDOW, WINDOW_S
from parley.conversation.endpointer import Endpointer, SpeechEnded, patience, pause_needed
from parley.conversation.reopening import REOPEN_S
from parley.conversation.rhythm import Rhythm
from parley.engines.pocketsphinx_decoder import clean
from parley.engines.silero import SileroVad

from ..fakes.pauses import Clip

TEXT_AFTER_S = 0.16
"""After the end of speech: the VAD's lag, three windows, and the recognizer's answer."""


@dataclass(frozen=True)
class Heard:
    """One clip, as VAD and recognizer hear it."""

    clip: Clip
    probabilities: list[float]
    texts: list[str]
    """At each of the clip's pauses."""


@dataclass(frozen=True)
class Score:
    cut_offs: int
    """Of turns that were ended before their end."""
    pauses: int
    """Within turns."""
    waits_s: list[float]
    """From the true end of speech until the turn ended."""

    @property
    def median_wait_s(self) -> float:
        return statistics.median(self.waits_s)


def hear(clips: Iterable[Clip], vad: SileroVad) -> list[Heard]:
    decoder = Decoder(loglevel="FATAL", fwdflat=False)
    return [_hear(clip, vad.fresh(), decoder) for clip in clips]


def _hear(clip: Clip, vad: SileroVad, decoder: Decoder) -> Heard:
    windows = [clip.samples[at : at + WINDOW] for at in range(0, len(clip.samples) - WINDOW + 1, WINDOW)]
    texts = []
    fed = 0
    decoder.start_utt()
    for pause in clip.pauses:
        until = round((pause.starts_s + TEXT_AFTER_S) / WINDOW_S)
        for window in windows[fed:until]:
            decoder.process_raw(window.tobytes(), False, False)
        fed = until
        hypothesis = decoder.hyp()
        texts.append("" if hypothesis is None else clean(hypothesis.hypstr))
    decoder.end_utt()
    return Heard(clip, [vad.probability(window) for window in windows], texts)


def score(heard: Iterable[Heard], pause_s: float, with_text: bool, rhythm: Rhythm | None = None) -> Score:
    """One choice of pause over the whole set. With a rhythm, the set is one person's talk, from which it learns."""
    total = Score(0, 0, [])
    for one in heard:
        end = one.clip.pauses[-1]
        wait_s = rhythm.pause_s(pause_s) if rhythm is not None else pause_s
        ended_s = _first_end(one, wait_s, with_text)
        if rhythm is not None:
            _learn(rhythm, one, wait_s, ended_s)
        pauses = total.pauses + len(one.clip.pauses) - 1
        if ended_s < end.starts_s:
            total = Score(total.cut_offs + 1, pauses, total.waits_s)
        else:
            total = Score(total.cut_offs, pauses, [*total.waits_s, ended_s - end.starts_s])
    return total


def _first_end(one: Heard, pause_s: float, with_text: bool) -> float:
    endpointer = Endpointer(pause_s)
    for index, probability in enumerate(one.probabilities):
        now_s = (index + 1) * WINDOW_S
        text = _text_at(one, now_s) if with_text else ""
        if isinstance(endpointer.feed(probability, WINDOW_S, text), SpeechEnded):
            return now_s
    return len(one.probabilities) * WINDOW_S


def _learn(rhythm: Rhythm, one: Heard, wait_s: float, ended_s: float) -> None:
    """As listener.py does. Who is cut off for longer than a reopening takes is not known to have been."""
    for pause, text in zip(one.clip.pauses[:-1], one.texts[:-1], strict=True):
        if pause.starts_s + pause.length_s < ended_s:
            rhythm.paused(pause.length_s / patience(text))
            continue
        rhythm.ended(pause.starts_s)
        if pause.length_s > pause_needed(text, wait_s) + REOPEN_S:
            return
        rhythm.reopened(pause.length_s / patience(text))
    rhythm.ended(ended_s)


def _text_at(one: Heard, now_s: float) -> str:
    """What is understood of the pause that goes on; nothing before the recognizer could say it."""
    text = ""
    for pause, understood in zip(one.clip.pauses, one.texts, strict=True):
        if pause.starts_s + TEXT_AFTER_S <= now_s:
            text = understood
    return text


def same_wait(heard: list[Heard], wait_s: float) -> Score:
    """Silence alone, with the pause that gives this median wait."""
    return _search(lambda pause_s: score(heard, pause_s, with_text=False), lambda it: it.median_wait_s >= wait_s)


def same_cut_offs(heard: list[Heard], cut_offs: int) -> Score:
    """Silence alone, with the shortest pause that cuts off no more."""
    return _search(lambda pause_s: score(heard, pause_s, with_text=False), lambda it: it.cut_offs <= cut_offs)


def _search(make: Callable[[float], Score], holds: Callable[[Score], bool]) -> Score:
    for step in range(1, 60):
        if holds(found := make(step * WINDOW_S)):
            return found
    raise AssertionError("no pause below two seconds does")
