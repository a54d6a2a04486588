"""faster-whisper, in the worker process that whisper.py starts. Whatever it raises is worded there.

Requests are answered at once, whatever the model does: it works in a thread of its own (the library lets go of
Python's global lock), and `peek` and `finish` alone wait for it. While somebody speaks, it looks at what was said so
far when whisper_partials.py says so, never twice at a time. Nothing is transcribed again at the end when nothing
but the pause has come since the last look: so a pause of 0.8 s hides the work on a machine that needs less.

The language is detected from the encoder's output of the same transcription, once, and kept; asking the library
for it would encode twice, which is nine tenths of the work.
"""

import os
import time
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import _LANGUAGE_CODES, Tokenizer
from faster_whisper.utils import download_model
from huggingface_hub.errors import LocalEntryNotFoundError
from numpy.typing import NDArray

from ..audio.pcm import MIC_RATE_HZ, Samples, from_bytes
from .model_thread import ModelThread
from .whisper_gates import MIN_VOICED_S, Written, judge
from .whisper_partials import is_due
from .whisper_utterance import Look, Utterance

WINDOW_FRAMES = 3000
"""Of 10 ms: the 30 s that Whisper was trained on. Shorter sound is padded to it."""
FRAMES_PER_S = 100

SHORT_WINDOW_S, SHORT_MARGIN_S = 10.0, 2.0
"""The shorter window, where it is asked for: ten seconds, or the utterance and two. See whisper.py."""

MAX_TOKENS = 224
"""Of one window: half of the decoder's 448 places, which is all that CTranslate2 gives (whisper.cc)."""
TOKENS, TOKENS_PER_S = 24, 25
"""An utterance has no more. English has 4 a second, scripts without tokens of their own up to 20. A decoder that
has begun to repeat itself would go on to the last place."""

SURE_OF_LANGUAGE = 0.6
LANGUAGE_FROM_S = 0.8
"""With a voice: a language is told from a word or two, not from "hm"."""
FOREIGN_LOG_PROBABILITY = -0.9
"""An utterance this bad may have been in another language than the one that was kept: it is detected anew."""

WARM_UP_S = 1.0

MOST_THREADS = 4
"""More gain little. One core is left to the conversation and the window, which must answer while this works: its
threads spin while they wait for each other."""


class ModelMissing(Exception):
    """There is no such model on this computer."""


class ModelDamaged(Exception):
    """Its files cannot be read, or do not belong together."""


class LanguageUnknown(Exception):
    """The model does not know it."""


class _Model(WhisperModel):  # type: ignore[misc]  # the library has no types
    """The library's, with a window that can be shorter, and whose encoder's last output can be had."""

    frames = WINDOW_FRAMES
    encoded: Any = None

    def encode(self, features: NDArray[np.float32]) -> Any:
        self.encoded = super().encode(features[..., : self.frames])
        return self.encoded


class Recognizer:
    def __init__(self, model: _Model, language: str, hint_words: str, short_window: bool) -> None:
        if language != "auto" and language not in _LANGUAGE_CODES:
            raise LanguageUnknown
        self._model = model
        self._fixed = language if language != "auto" else None
        self._language = self._fixed if model.model.is_multilingual else "en"
        self._hint_words = hint_words or None
        self._short_window = short_window
        self._thread = ModelThread("whisper")
        self._utterance = Utterance()
        tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="en")
        self._prompt = len(model.get_prompt(tokenizer, [], without_timestamps=True, hotwords=self._hint_words))
        self._look_s = self._warm_up()

    def start(self) -> None:
        self._utterance = Utterance()

    def feed(self, pcm: bytes) -> None:
        self._utterance.feed(from_bytes(pcm))

    def partial(self) -> tuple[str, int, float]:
        """What was understood at the last look, how many characters of it are certain, and what that look took."""
        utterance = self._utterance
        self._see(utterance, wait=False)
        if utterance.working is None and is_due(utterance.progress(self._look_s)):
            self._look(utterance)
        partial = utterance.agreement.partial
        return partial.text, partial.stable_chars, self._look_s

    def finish(self) -> tuple[str, float]:
        """The utterance's text, and what the last transcription took."""
        transcribed = self.peek()
        self._utterance = Utterance()
        return transcribed

    def peek(self) -> tuple[str, float]:
        """The same, of what there is so far."""
        utterance = self._utterance
        self._see(utterance, wait=True)
        if not utterance.is_seen:
            self._look(utterance)
            self._see(utterance, wait=True)
        assert utterance.seen is not None
        return utterance.seen.text, self._look_s

    def language(self) -> str | None:
        """The one that is taken for granted."""
        return self._language

    def device(self) -> str:
        return str(self._model.model.device)

    def _look(self, utterance: Utterance) -> None:
        sound, voiced_s = utterance.sound, utterance.voiced_s
        utterance.looked_at = sound.size
        utterance.working = self._thread.submit(lambda: self._transcribe(sound, voiced_s))

    def _see(self, utterance: Utterance, wait: bool) -> None:
        """Take what the look in work has seen, if it is through or is to be waited for."""
        look, utterance.working = utterance.working, None
        if look is None:
            return
        if not (wait or look.done()):
            utterance.working = look
            return
        utterance.seen = look.result()
        utterance.agreement.look(utterance.seen.text)
        self._look_s = utterance.seen.took_s or self._look_s

    def _transcribe(self, sound: Samples, voiced_s: float) -> Look:
        """In the model's thread."""
        if voiced_s < MIN_VOICED_S:
            return Look(sound.size, "", 0.0)
        began = time.monotonic()
        text = self._said(sound, voiced_s)
        return Look(sound.size, text, time.monotonic() - began)

    def _said(self, sound: Samples, voiced_s: float) -> str:
        seconds = sound.size / MIC_RATE_HZ
        fits = seconds <= WINDOW_FRAMES / FRAMES_PER_S
        if fits and self._short_window:
            self._model.frames = round(max(SHORT_WINDOW_S, seconds + SHORT_MARGIN_S) * FRAMES_PER_S)
        else:
            self._model.frames = WINDOW_FRAMES
        tokens = min(MAX_TOKENS, TOKENS + round(TOKENS_PER_S * seconds))
        # CTranslate2 gives half of the places asked for, and not those of the prompt.
        places = min(2 * MAX_TOKENS, max(2 * tokens, self._prompt + tokens))
        segments, _ = self._model.transcribe(
            sound.astype(np.float32) / 32768,
            language=self._language or "en",
            multilingual=self._language is None,  # Detected in each window, from what is encoded anyway.
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=fits,  # They are needed where one window follows another.
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
            hotwords=self._hint_words,
            max_new_tokens=places - self._prompt,
        )
        written = [
            Written(one.text, one.avg_logprob, one.no_speech_prob, one.compression_ratio, voiced_s) for one in segments
        ]
        said = [one for one in written if judge(one) == "said"]
        if said:
            self._learn_language(voiced_s, min(one.log_probability for one in said))
        return " ".join(one.text.strip() for one in said)

    def _warm_up(self) -> float:
        """Seconds that a transcription takes. Noise has no language, whatever is detected."""
        language = self._language
        took_s = self._transcribe(_noise(WARM_UP_S), WARM_UP_S).took_s
        self._language = language
        return took_s

    def _learn_language(self, voiced_s: float, log_probability: float) -> None:
        if self._fixed is not None or not self._model.model.is_multilingual:
            return
        if self._language is not None:
            if log_probability < FOREIGN_LOG_PROBABILITY:
                self._language = None
        elif voiced_s >= LANGUAGE_FROM_S:
            token, probability = self._model.model.detect_language(self._model.encoded)[0][0]
            if probability >= SURE_OF_LANGUAGE:
                self._language = token.strip("<|>")


def load(model: str, language: str, hint_words: str, short_window: bool, device: str) -> Recognizer:
    """`model`: a folder, or a name of the library's, whose files are in the hub's cache. `device`: auto, cpu, cuda."""
    try:
        folder = model if os.path.isdir(model) else download_model(model, local_files_only=True)
    except (LocalEntryNotFoundError, ValueError) as error:
        raise ModelMissing from error
    try:
        if device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0):
            try:
                return Recognizer(_open(folder, "cuda"), language, hint_words, short_window)
            except (RuntimeError, ValueError):
                if device == "cuda":
                    raise
                # A card without its libraries (cuBLAS, cuDNN), or without room for the model.
        return Recognizer(_open(folder, "cpu"), language, hint_words, short_window)
    except (RuntimeError, ValueError, KeyError, TypeError, OSError) as error:
        raise ModelDamaged from error


def _open(folder: str, device: str) -> _Model:
    types = ctranslate2.get_supported_compute_types(device)
    wanted = "float16" if device == "cuda" else "int8"
    model = _Model(
        folder,
        device=device,
        compute_type=wanted if wanted in types else "default",
        cpu_threads=max(1, min(MOST_THREADS, (os.cpu_count() or 1) - 1)),
        local_files_only=True,
    )
    if model.feature_extractor.mel_filters.shape[0] != model.model.n_mels:
        # Without preprocessor_config.json the library takes 80 bands for granted; large-v3 has 128.
        model.feature_extractor = FeatureExtractor(feature_size=model.model.n_mels)
    return model


def _noise(seconds: float) -> Samples:
    return np.random.default_rng(0).normal(0, 300, round(seconds * MIC_RATE_HZ)).astype(np.int16)
