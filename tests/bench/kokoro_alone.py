"""The floor under Kokoro's adapter: the library alone, in the voice pack's Python. Arguments: model, voice, rounds.

It writes a line when it is loaded. Then for each line of its input, a text, it speaks it and writes the seconds.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "backend"))

from parley.engines.kokoro_speaker import load
from parley.engines.kokoro_words import phonemes_of


def main() -> None:
    speaker = load(sys.argv[1], sys.argv[2], 1.0)
    print(flush=True)
    for line in sys.stdin:
        [chunk] = speaker.prepare(line.strip())
        phonemes = phonemes_of(chunk)
        began = time.monotonic()
        speaker._model(phonemes, speaker._voice[len(phonemes) - 1], 1.0, return_output=True)
        print(time.monotonic() - began, flush=True)


if __name__ == "__main__":
    main()
