"""Whether what Whisper wrote was said. Pure.

It was trained on subtitles, and writes them into silence: “Thank you for watching!” A turn must not come of it.
No single sign is enough: its own no-speech probability is high for whispering, its log-probability is high for
credits that it knows by heart. So each rule takes two, and the sound itself is one of them.
"""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

NO_SPEECH = 0.6
LOG_PROBABILITY = -1.0
COMPRESSION = 2.4
"""Whisper's own three thresholds (transcribe.py of openai/whisper). The first two count together there, too."""

SURE_NO_SPEECH = 0.3
SURE_LOG_PROBABILITY = -0.5
"""Better than both, and Whisper is sure of itself: what it is known to invent may be said for once."""

MIN_VOICED_S = 0.06
"""Two windows. The shortest answer has five, a click on the table one."""

MAX_CHARS_PER_S = 40.0
"""Of sound that is no background. The fastest speakers reach 25; the rest is for soft endings not counted."""

FLOOR_WINDOWS = 5
"""The quietest stretch of so many windows (0.16 s) is background: an utterance lies between half a second of
pre-roll and a pause, or has gaps between its words."""

ABOVE_FLOOR = 1.5
"""Twice a steady background's own wavering; speech is above it from 2 dB of signal over noise on."""

SOFTEST = 30.0
"""RMS of 16 bits, -61 dBFS: below it a microphone hears nobody, whatever its background."""

INVENTED = frozenset(
    """
    thank you for watching|thanks for watching|thank you so much for watching|thank you very much for watching
    thank you for listening|please subscribe|please subscribe to my channel|like and subscribe
    dont forget to subscribe|see you in the next video|ill see you in the next one|see you next time
    thank you|thank you very much|thank you so much|thanks|you|bye|bye bye|so|okay|oh|hmm|the end|silence|music
    applause|subtitles by the amaraorg community|subtitles by|transcription by castingwords|to be continued
    untertitel der amaraorg community|untertitel im auftrag des zdf für funk 2017|vielen dank fürs zuschauen
    vielen dank|copyright wdr 2021|sous titres réalisés par la communauté damaraorg|sous titrage st 501
    merci davoir regardé cette vidéo|subtítulos realizados por la comunidad de amaraorg|gracias por ver el video
    suscríbete al canal|sottotitoli creati dalla comunità amaraorg|sottotitoli e revisione a cura di qtss
    legendas pela comunidade amaraorg|obrigado por assistir|ondertiteld door de amaraorg gemeenschap
    ondertiteling|продолжение следует|субтитры сделал dimatorzok|спасибо за просмотр|ご視聴ありがとうございました
    字幕by索兰娅|请不吝点赞 订阅 转发 打赏支持明镜与点点栏目|謝謝觀看|시청해주셔서 감사합니다|구독과 좋아요
    """.strip()
    .replace("\n", "|")
    .replace("    ", "")
    .split("|")
)
"""What Whisper writes into silence, without marks and in small letters. Some of it people say, too."""

Verdict = Literal["said", "silence", "too short", "repetition", "invented"]


@dataclass(frozen=True)
class Written:
    """A stretch of text by Whisper, with the signs that come with it."""

    text: str
    log_probability: float
    """Of a token, on average."""
    no_speech: float
    """Probability."""
    compression: float
    """How well the text can be compressed: 1 hardly, 3 because it repeats itself."""
    voiced_s: float
    """Seconds of the utterance that are louder than its background."""


def judge(written: Written) -> Verdict:
    plain = _plain(written.text)
    if not plain:
        return "silence"
    if written.voiced_s < MIN_VOICED_S:
        return "too short"
    if written.no_speech > NO_SPEECH and written.log_probability < LOG_PROBABILITY:
        return "silence"
    if written.compression > COMPRESSION:
        return "repetition"
    if plain in INVENTED and not _is_sure(written, len(plain)):
        return "invented"
    return "said"


def voiced(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which windows, by their RMS, are louder than the background of them all."""
    if levels.size < FLOOR_WINDOWS:
        return levels > SOFTEST
    stretches = np.lib.stride_tricks.sliding_window_view(levels, FLOOR_WINDOWS)
    return levels > max(SOFTEST, ABOVE_FLOOR * float(stretches.mean(axis=1).min()))


def _is_sure(written: Written, chars: int) -> bool:
    certain = written.no_speech < SURE_NO_SPEECH and written.log_probability > SURE_LOG_PROBABILITY
    return certain and chars <= MAX_CHARS_PER_S * written.voiced_s


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", re.sub(r"[-–—]", " ", text.lower())).split())
