"""Run by the voice pack's Python: when words begin, by our rule and by Kokoro's own, for the same durations.

Prints one JSON list: for each sentence [[first sample by our rule, by the library's], …].
"""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "backend"))

import torch
from kokoro import KPipeline

from parley.engines.kokoro_spelling import _English
from parley.engines.kokoro_words import audible, begins, phonemes_of

SENTENCES = (
    "Hello there, how are you today?",
    "On 23 November 2026, it costs $1,250.50 (twice)!",
    "Dr. Smith’s well-known book — really — is “fine”.",
)
RATE_HZ = 24_000


def compare(english: _English, sentence: str) -> list[tuple[int, float]]:
    words = audible(english.spell(sentence))
    frames = [random.randint(1, 9) for _ in range(len(phonemes_of(words)) + 2)]
    _, tokens = english(sentence, preprocess=False)
    assert KPipeline.tokens_to_ps(tokens) == phonemes_of(words)
    KPipeline.join_timestamps(tokens, torch.LongTensor(frames))
    theirs = [token.start_ts * RATE_HZ for token in tokens if token.phonemes]
    return list(zip((sample for _, sample in begins(words, frames)), theirs, strict=True))


if __name__ == "__main__":
    random.seed(0)
    english = _English(british=False)
    sys.stdout.write(json.dumps([compare(english, sentence) for sentence in SENTENCES]))
