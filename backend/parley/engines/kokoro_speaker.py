"""Kokoro, in the worker process that kokoro.py starts: in the voice pack's Python, where torch is.

A request is one stretch of speech and nothing is kept from one to the next, so whoever asked may be gone by the
time of the answer.
"""

import time
import warnings
from pathlib import Path

import numpy as np
import torch
from kokoro.model import KModel

from .kokoro_spelling import speller
from .kokoro_voices import LANGUAGES
from .kokoro_words import Word, begins, chunks, phonemes_of

REPOSITORY = "hexgrad/Kokoro-82M"
"""Names the kind of model to the library; config and weights are given to it as files."""

WARM_UP = "Hello."

Chunk = list[Word]


class ModelDamaged(Exception):
    """Its files cannot be read, or do not belong together."""


class Speaker:
    def __init__(self, model: KModel, voice: torch.Tensor, language: str, speed: float) -> None:
        self._model = model
        self._voice = voice.to(model.device)
        self._spell = speller(language)
        self._speed = speed
        [warm_up] = self.prepare(WARM_UP)
        self.say(warm_up)  # The first is slower: libraries set themselves up.
        *_, self.warm_up_s = self.say(warm_up)
        self.warm_up_phonemes = len(phonemes_of(warm_up))

    def pace(self) -> tuple[float, int]:
        """What the warm-up took in seconds, and its phonemes."""
        return self.warm_up_s, self.warm_up_phonemes

    def prepare(self, text: str) -> list[Chunk]:
        """The text in stretches, each for one `say`. None when there is nothing to say."""
        words = [word._replace(phonemes=self._known(word.phonemes)) for word in self._spell(text)]
        return chunks(words)

    def say(self, chunk: Chunk) -> tuple[bytes, list[tuple[int, int]], float]:
        """Speech at 24 kHz, (character, first sample) of each word in it, and how long it took."""
        began = time.monotonic()
        words = [Word(*word) for word in chunk]
        phonemes = phonemes_of(words)
        # The library has one style for each length.
        spoken = self._model(phonemes, self._voice[len(phonemes) - 1], self._speed, return_output=True)
        samples = np.clip(np.rint(spoken.audio.numpy() * 32767), -32768, 32767).astype("<i2")
        return samples.tobytes(), begins(words, spoken.pred_dur.tolist()), time.monotonic() - began

    def _known(self, phonemes: str) -> str:
        """Others the model would pass over, and the count of its durations would no longer be ours."""
        return "".join(phoneme for phoneme in phonemes if phoneme in self._model.vocab)


def load(folder: str, voice: str, speed: float) -> Speaker:
    files = Path(folder)
    warnings.filterwarnings("ignore", module="torch")  # Of layers that the library builds on purpose.
    try:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        config, weights = files / "config.json", files / "kokoro-v1_0.pth"
        model = KModel(repo_id=REPOSITORY, config=str(config), model=str(weights)).to(device).eval()
        pack = torch.load(files / "voices" / f"{voice}.pt", weights_only=True)
    except Exception as error:  # of pickle, zip, json and torch, each with classes of its own
        raise ModelDamaged from error
    return Speaker(model, pack, LANGUAGES[voice[0]].code, speed)
