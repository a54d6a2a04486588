"""Where the voice detector hears speech begin in a recording: the first sample of its first window of speech that two
more follow within a quarter of a second.

    python onset.py RECORDING.wav    prints the sample, counted at 16 kHz; -1 where nobody speaks
"""

import asyncio
import sys
from pathlib import Path

from parley.audio.pcm import MIC_RATE_HZ, WINDOW, WINDOW_S
from parley.audio.wav import read_as_microphone
from parley.conversation.endpointer import Endpointer, SpeechStarted
from parley.engines.silero import SileroVad


async def onset(path: str) -> int:
    samples = read_as_microphone(Path(path))
    vad, endpointer = await SileroVad.load(), Endpointer()
    for end in range(WINDOW, len(samples) + 1, WINDOW):
        event = endpointer.feed(vad.probability(samples[end - WINDOW : end]), WINDOW_S)
        if isinstance(event, SpeechStarted):
            return end - round(event.speech_s * MIC_RATE_HZ)
    return -1


sys.stdout.write(f"{asyncio.run(onset(sys.argv[1]))}\n")
