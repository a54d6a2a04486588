"""`parley talk` as people run it: real processes, real engines, real speech, no network."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from parley.audio.pcm import MIC_RATE_HZ, WINDOW
from parley.audio.wav import read_as_microphone, write_wav
from parley.engines.pocketsphinx import PocketsphinxTranscriber
from parley.engines.silero import SileroVad
from tests.fakes.speech import needs_flite, quiet, say, words

pytestmark = [pytest.mark.timeout(60)]

TIME = r"\d+ past \d+|\d+ to \d+|half past|\d+:\d\d|noon|midnight|o'clock|quarter"

UNUSABLE = ("silence", "empty", "truncated", "text", "absent", "no-samples")


def talk(tmp_path: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run it with a home of its own and no key."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC", "XDG"))}
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "PARLEY_RUNTIME_DIR"):
        environment[name] = str(tmp_path / name)
    command = [sys.executable, "-m", "parley", "talk", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50)


def sound(tmp_path: Path, *parts: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> Path:
    path = tmp_path / "said.wav"
    write_wav(path, np.concatenate(parts), MIC_RATE_HZ)
    return path


@needs_flite
def test_a_spoken_question_is_understood_and_answered_aloud(tmp_path: Path) -> None:
    reply, subtitles = tmp_path / "reply.wav", tmp_path / "reply.vtt"
    said = sound(tmp_path, say("what time is it"), quiet(1.0))
    done = talk(tmp_path, said, "--reply", reply, "--subtitles", subtitles)
    assert done.returncode == 0, done.stderr
    assert {"what", "time", "is", "it"} <= set(words(done.stdout.splitlines()[0]))
    assert re.search(TIME, done.stdout)
    seconds = len(soundfile.read(reply)[0]) / soundfile.info(reply).samplerate
    vtt = subtitles.read_text(encoding="utf-8")
    starts = [float(m) * 60 + float(s) for m, s in re.findall(r"^00:(\d\d):([\d.]+) -->", vtt, re.M)]
    ends = [float(m) * 60 + float(s) for m, s in re.findall(r"--> 00:(\d\d):([\d.]+)", vtt)]
    assert starts == sorted(starts) and starts and max(ends) <= seconds + 0.002


def test_the_words_of_each_sentence_have_their_times_within_it(tmp_path: Path) -> None:
    subtitles = tmp_path / "reply.vtt"
    done = talk(tmp_path, "--text", "sing me a song", "--subtitles", subtitles)
    assert done.returncode == 0, done.stderr
    cues = subtitles.read_text(encoding="utf-8").split("\n\n")[1:]
    assert len(cues) > 1
    for cue in cues:
        times, text = cue.split("\n", 1)
        start, end = (float(each.strip()[6:]) for each in times.split("-->"))
        told = [float(each) for each in re.findall(r"<00:00:([\d.]+)>", text)]
        assert len(told) >= len(text.split()) - 1, "each but the first, which may begin with the cue"
        assert told[0] - start < (end - start) / 2, "the second one is not heard at the end"


@pytest.mark.anyio
async def test_the_reply_is_speech_and_says_what_the_subtitles_say(tmp_path: Path) -> None:
    reply, subtitles = tmp_path / "reply.wav", tmp_path / "reply.vtt"
    done = talk(tmp_path, "--text", "hello", "--reply", reply, "--subtitles", subtitles)
    assert done.returncode == 0, done.stderr
    heard = read_as_microphone(reply)
    vad = await SileroVad.load()
    windows = [heard[at : at + WINDOW] for at in range(0, len(heard) - WINDOW, WINDOW)]
    speech = [vad.probability(window) > 0.5 for window in windows]
    assert sum(speech) > 0.4 * len(speech)
    transcriber = await PocketsphinxTranscriber.load()
    try:
        await transcriber.start()
        await transcriber.feed(np.concatenate([quiet(0.3), heard, quiet(0.3)]))
        understood = set(words(await transcriber.finish()))
    finally:
        await transcriber.aclose()
    shown = set(words(re.sub(r"<[\d:.]+>", "", subtitles.read_text(encoding="utf-8").replace("WEBVTT", ""))))
    assert len(understood & shown) >= len(shown) / 3, (understood, shown)


@needs_flite
def test_several_utterances_in_one_file_are_several_turns(tmp_path: Path) -> None:
    said = sound(tmp_path, say("hello", "kal16"), quiet(1.2), say("what time is it"), quiet(1.2))
    done = talk(tmp_path, said, "--json")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["turn_id"] for event in events if event["type"] == "transcript"] == [1, 2]
    assert [event["outcome"] for event in events if event["type"] == "turn_end"] == ["completed", "completed"]


@needs_flite
@pytest.mark.parametrize(
    ("rate_hz", "channels", "suffix"), [(48_000, 2, "flac"), (8_000, 1, "wav"), (44_100, 2, "ogg")]
)
def test_any_format_rate_and_number_of_channels_is_read(
    tmp_path: Path, rate_hz: int, channels: int, suffix: str
) -> None:
    import soxr

    mono = soxr.resample(say("what time is it"), MIC_RATE_HZ, rate_hz)
    path = tmp_path / f"said.{suffix}"
    soundfile.write(path, np.stack([mono] * channels, axis=1), rate_hz)
    read = read_as_microphone(path)
    assert abs(len(read) / MIC_RATE_HZ - len(mono) / rate_hz) < 0.05
    assert np.abs(read.astype(np.int32)).max() > 1000


def unusable(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    """Files that hold nothing to talk about, and what is to be said of each."""
    paths = {
        name: tmp_path / f"{name}.wav" for name in ("silence", "empty", "truncated", "text", "absent", "no-samples")
    }
    write_wav(paths["silence"], quiet(2.0), MIC_RATE_HZ)
    paths["empty"].touch()
    write_wav(paths["truncated"], quiet(2.0), MIC_RATE_HZ)
    paths["truncated"].write_bytes(paths["truncated"].read_bytes()[:30_000])
    paths["text"].write_text("This is no sound at all.")
    write_wav(paths["no-samples"], quiet(0.0), MIC_RATE_HZ)
    says = {
        "silence": "no speech was found",
        "empty": "is empty",
        "truncated": "is truncated",
        "text": "is not a sound file",
        "absent": "does not exist",
        "no-samples": "holds no sound",
    }
    return {name: (paths[name], says[name]) for name in paths}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_gets_a_sentence_and_exit_code_2(tmp_path: Path, name: str) -> None:
    path, sentence = unusable(tmp_path)[name]
    done = talk(tmp_path, path)
    assert done.returncode == 2
    assert done.stdout == "" and sentence in done.stderr and str(path) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_empty_text_gets_a_sentence_and_exit_code_2(tmp_path: Path) -> None:
    done = talk(tmp_path, "--text", "  ")
    assert done.returncode == 2 and "nothing to say" in done.stderr
