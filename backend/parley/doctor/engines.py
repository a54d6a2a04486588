"""The embedded engines, each loaded and used once: a package can be there, and its weights not whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from .finding import FAILURE, Finding, World

LOAD_S = 60.0

USE = """
import anyio, json, numpy
from contextlib import aclosing
from parley.engines.espeak import EspeakSynthesizer
from parley.engines.pocketsphinx import PocketsphinxTranscriber
from parley.engines.silero import SileroVad

async def ear():
    (await SileroVad.load()).probability(numpy.zeros(512, numpy.int16))

async def voice():
    engine = await EspeakSynthesizer.load("en-us", 165)
    async with aclosing(engine.speak("One.")) as pieces:
        await anext(pieces)

async def recognizer():
    engine = await PocketsphinxTranscriber.load()
    await engine.start()
    await engine.feed(numpy.zeros(16000, numpy.int16))
    await engine.finish()
    await engine.aclose()

for use in (ear, voice, recognizer):
    try:
        anyio.run(use)
        print(json.dumps([use.__name__, ""]), flush=True)
    except Exception as error:
        print(json.dumps([use.__name__, f"{type(error).__name__}: {error}"]), flush=True)
"""

ENGINES = {
    "ear": ("silero-vad", "Parley does not notice that somebody speaks."),
    "voice": ("espeakng-loader", "Parley answers without a voice."),
    "recognizer": ("pocketsphinx", "Parley does not understand speech where no better model is."),
}


def embedded(world: World) -> Iterator[Finding]:
    """In a process of its own: a damaged file may end it."""
    from ..leashed import leashed

    try:
        done = subprocess.run(
            leashed([world.python, *(["-I"] if sys.flags.isolated else []), "-c", USE]),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LOAD_S,
        )
        output, ended = done.stdout, f"Python ended with code {done.returncode}"
    except subprocess.TimeoutExpired as error:
        output, ended = error.stdout or b"", f"it was not there after {LOAD_S:.0f} s"
    told = dict(json.loads(line) for line in output.decode().splitlines())
    for name, (package, why) in ENGINES.items():
        reason = told.get(name, ended)
        if reason:
            yield Finding(
                FAILURE,
                f"The engine in {package} cannot be used: {reason}.",
                why,
                "Its files are damaged: delete .venv and run npm run setup, or install Parley again.",
            )
            if name not in told:
                return
