"""A real sidecar, started as a shell starts it, in which only the engines behind the VAD have a script.

What they are said to take is what turn_overhead.py takes off; the rest is ours.
"""

import os
from unittest.mock import patch

from parley.__main__ import dispatch
from parley.engines import loading
from parley.engines.silero import SileroVad
from parley.engines.slots import Engines

from ..fakes.engines import FakeLanguageModel, FakeSynthesizer, FakeTranscriber

TRANSCRIBER_S = 0.15
"""From the end of an utterance to its text."""
LANGUAGE_MODEL_S = 0.3
"""To the first piece, which is a whole sentence and the first character of the next."""
SYNTHESIZER_S = 0.1
"""To the first speech of each sentence."""

TEXT = "lights off please"
"""Whether it is finished cannot be told from these words, so the pause is the one that is set."""


async def load_scripted(engines: Engines, *_: object) -> None:
    engines.vad.ready(await SileroVad.load())
    engines.transcriber.ready(FakeTranscriber([TEXT], delay_s=TRANSCRIBER_S))
    engines.synthesizer.ready(FakeSynthesizer(first_audio_s=SYNTHESIZER_S))
    engines.language_model.ready(FakeLanguageModel(["It is noon. S", "hall we eat?"], first_token_s=LANGUAGE_MODEL_S))


def main() -> None:
    # Before the host is imported, which takes it by name.
    with patch.object(loading, "load_embedded", load_scripted):
        code = dispatch(["serve", "--managed"])
    os._exit(code)


if __name__ == "__main__":
    main()
