"""A Kokoro of true size with random weights, for its real loading and speaking code: `python kokoro_model.py FOLDER`.

It is run by the voice pack's Python, because torch writes the files. They are small: what a file leaves out, the
library fills at random. The bias of the durations is in it, or each phoneme would last ten times too long.
"""

import json
import sys
from pathlib import Path

import torch

VOICES = ("af_heart", "bf_emma", "ef_dora")
DURATION_BIAS = -2.86
"""sigmoid(-2.86) of 50 frames: three, 75 ms."""

SYMBOLS = (
    ';:,.!?—…"()“” ʣʥʦʨᵝAIOQSTWYabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻᵊ'
)

CONFIG = {
    "istftnet": {
        "upsample_kernel_sizes": [20, 12],
        "upsample_rates": [10, 6],
        "gen_istft_hop_size": 5,
        "gen_istft_n_fft": 20,
        "resblock_dilation_sizes": [[1, 3, 5]] * 3,
        "resblock_kernel_sizes": [3, 7, 11],
        "upsample_initial_channel": 512,
    },
    "dim_in": 64,
    "dropout": 0.2,
    "hidden_dim": 512,
    "max_conv_dim": 512,
    "max_dur": 50,
    "multispeaker": True,
    "n_layer": 3,
    "n_mels": 80,
    "n_token": 178,
    "style_dim": 128,
    "text_encoder_kernel_size": 5,
    "plbert": {
        "hidden_size": 768,
        "num_attention_heads": 12,
        "intermediate_size": 2048,
        "max_position_embeddings": 512,
        "num_hidden_layers": 12,
        "dropout": 0.1,
    },
    "vocab": {symbol: number for number, symbol in enumerate(SYMBOLS, 1)},
}
"""As in the real config.json, but for the numbers of the symbols."""


def write(folder: Path) -> None:
    torch.manual_seed(0)
    (folder / "voices").mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    # The library takes a part of the weights when their names begin with "module.", as they do after training.
    durations = "module.duration_proj.linear_layer."
    predictor = {f"{durations}bias": torch.full((50,), DURATION_BIAS), f"{durations}weight": torch.randn(50, 512) / 50}
    torch.save({"predictor": predictor}, folder / "kokoro-v1_0.pth")
    for voice in VOICES:
        torch.save(torch.randn(510, 1, 256) / 10, folder / "voices" / f"{voice}.pt")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
