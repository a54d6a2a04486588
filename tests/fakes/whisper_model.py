"""Whisper models made in some 30 ms, without a hub or torch, for faster-whisper's real loading and decoding code.

    scripted(folder, "hello there")      answers that to every sound, certain of every word
    random_weights(folder, "base")       true size and true cost, no meaning

In the scripted one every layer of the decoder passes on its input, which is the position alone (the embeddings
are 0), and the projection maps each position to the next word. That the vocabulary holds the empty string is how
CTranslate2 tells that a model is multilingual.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

PLACES, MAX_FRAMES = 448, 1500
NO_TIMESTAMPS_PROMPT = {True: 4, False: 2}
"""Tokens before the text, by whether it is multilingual: <|startoftranscript|><|en|><|transcribe|><|notimestamps|>."""


class Size(NamedTuple):
    width: int
    heads: int
    layers: int


SIZES = {"micro": Size(64, 1, 1), "tiny": Size(384, 6, 4), "base": Size(512, 8, 6), "small": Size(768, 12, 12)}


class _Words(NamedTuple):
    bytes_and_words: list[str]
    merges: list[tuple[str, str]]
    special: list[str]
    all: list[str]


def scripted(
    folder: Path,
    text: str,
    *,
    multilingual: bool = True,
    n_mels: int = 80,
    language: str = "en",
    certainty: float = 1.0,
    size: str = "micro",
) -> Path:
    """A model that writes `text` (lower case words, no marks) whatever it hears. Returns its folder.

    `language`: the one it detects. `certainty`: at 0.3 the average log-probability is about -0.3, at 0.22 about -1.3.
    `size`: a larger one costs what a real one does.
    """
    words = text.split()
    vocabulary = _vocabulary(words, multilingual, fill_up=size != "micro")

    def fill(spec: Any, width: int) -> None:
        decoder, random = spec.decoder, np.random.default_rng(1)
        places = random.choice([-1.0, 1.0], size=(PLACES, width)).astype(np.float32)
        places -= places.mean(1, keepdims=True)
        decoder.position_encodings.encodings = places
        decoder.embeddings.weight = np.zeros_like(decoder.embeddings.weight)
        for layer in decoder.layer:
            for last in (layer.self_attention.linear[-1], layer.attention.linear[-1], layer.ffn.linear_1):
                last.weight, last.bias = np.zeros_like(last.weight), np.zeros_like(last.bias)
        projection = np.zeros((len(vocabulary.all), width), np.float32)
        prompt = NO_TIMESTAMPS_PROMPT[multilingual]
        answer = {0: f"<|{language}|>"} if multilingual else {}
        answer[prompt - 2] = "<|0.00|>"  # Where it is to write times, its prompt is one shorter.
        answer |= {prompt - 1 + place: _spelled(word) for place, word in enumerate(words)}
        answer[prompt - 1 + len(words)] = "<|endoftext|>"
        for place, token in answer.items():
            projection[vocabulary.all.index(token)] += places[place] * 0.5 * certainty
        decoder.projection.weight = projection

    return _write(folder, SIZES[size], vocabulary, multilingual, n_mels, fill)


def random_weights(folder: Path, size: str) -> Path:
    return _write(folder, SIZES[size], _vocabulary([], True, fill_up=True), True, 80)


def _vocabulary(words: list[str], multilingual: bool, fill_up: bool = False) -> _Words:
    """Byte-level BPE: 256 bytes, and each word with the space before it as one token."""
    plain = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges: list[tuple[str, str]] = []
    for word in words:
        spelled = _spelled(word)
        for end in range(1, len(spelled)):
            if (merge := (spelled[:end], spelled[end])) not in merges:
                merges.append(merge)
            if spelled[: end + 1] not in plain:
                plain.append(spelled[: end + 1])
    if fill_up:  # As many as the real one has: the projection is a good part of the work.
        plain += [f"~{number}" for number in range(len(plain), 50_256)]
    if multilingual:
        plain.append("")
    languages = list(_LANGUAGE_CODES)[:99] if multilingual else ["en"]
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in languages)]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    special.append("<|notimestamps|>")
    times = [f"<|{index * 0.02:.2f}|>" for index in range(MAX_FRAMES + 1)]
    return _Words(plain, merges, special, plain + special + times)


def _spelled(word: str) -> str:
    """A word with the space before it, each of its bytes as a character."""
    return "".join(part for part, _ in pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str(f" {word}"))


def _write(
    folder: Path,
    size: Size,
    vocabulary: _Words,
    multilingual: bool,
    n_mels: int,
    fill: Callable[[Any, int], None] | None = None,
) -> Path:
    spec = WhisperSpec(size.layers, size.heads, size.layers, size.heads)
    _fill_at_random(spec, size.width, n_mels, len(vocabulary.all))
    if fill is not None:
        fill(spec, size.width)
    spec.register_vocabulary(vocabulary.all)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [vocabulary.bytes_and_words.index("Ġ"), len(vocabulary.bytes_and_words)]
    languages = [token for token in vocabulary.special if token[2:-2] in _LANGUAGE_CODES]
    spec.config.lang_ids = [vocabulary.all.index(token) for token in languages] if multilingual else []
    spec.config.alignment_heads = [(size.layers - 1, 0)]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _write_tokenizer(folder / "tokenizer.json", vocabulary)
    features = {"feature_size": n_mels, "sampling_rate": 16000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps(features))
    return folder


def _fill_at_random(spec: Any, width: int, n_mels: int, vocabulary: int) -> None:
    random = np.random.default_rng(0)

    def weights(*shape: int) -> NDArray[np.float32]:
        return random.standard_normal(shape, dtype=np.float32) * np.float32(0.02)

    def linear(layer: Any, outputs: int, inputs: int) -> None:
        layer.weight, layer.bias = weights(outputs, inputs), np.zeros(outputs, np.float32)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def attention(layer: Any, widths: list[int]) -> None:
        norm(layer.layer_norm)
        for one, outputs in zip(layer.linear, widths, strict=True):
            linear(one, outputs, width)

    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = weights(width, n_mels, 3), np.zeros(width, np.float32)
    encoder.conv2.weight, encoder.conv2.bias = weights(width, width, 3), np.zeros(width, np.float32)
    encoder.position_encodings.encodings = weights(MAX_FRAMES, width)
    decoder.position_encodings.encodings = weights(PLACES, width)
    decoder.embeddings.weight = decoder.projection.weight = weights(vocabulary, width)
    norm(encoder.layer_norm)
    norm(decoder.layer_norm)
    for layer in (*encoder.layer, *decoder.layer):
        attention(layer.self_attention, [3 * width, width])
        norm(layer.ffn.layer_norm)
        linear(layer.ffn.linear_0, 4 * width, width)
        linear(layer.ffn.linear_1, width, 4 * width)
    for layer in decoder.layer:
        attention(layer.attention, [width, 2 * width, width])


def _write_tokenizer(path: Path, vocabulary: _Words) -> None:
    plain = {token: number for number, token in enumerate(vocabulary.bytes_and_words)}
    tokenizer = Tokenizer(models.BPE(vocab=plain, merges=vocabulary.merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in vocabulary.special])
    tokenizer.save(str(path))
