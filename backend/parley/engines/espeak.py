"""The voice that is always there: espeak-ng, from the library and data inside espeakng-loader.

It makes a sentence in some 10 ms and calls back with every 60 ms of it, together with the words that begin
there. The library has one global state, so whoever speaks holds `_library_lock` until the sentence ends.
Constants and structures are those of speak_lib.h, version 1.52.
"""

import ctypes
import os
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..audio.pcm import Samples, from_bytes
from ..errors import EngineMissing, SynthesizerFailed
from .espeak_data import short_path
from .model_thread import Emit, ModelThread
from .ports import EngineInfo, SpeechPiece, VoiceInfo
from .voice_samples import sample_in
from .word_times import WordTimes

AUDIO_OUTPUT_SYNCHRONOUS = 2  # the asynchronous mode returns no audio before its own thread gets to it
INITIALIZE_DONT_EXIT = 0x8000  # without it a missing data file ends the whole process
POS_CHARACTER = 1
CHARS_UTF8 = 1
EVENT_LIST_TERMINATED, EVENT_WORD = 0, 1
PARAMETER_RATE = 1

PIECE_MS = 60

PAUSE_S = {",": 0.12, ";": 0.15, ":": 0.15, ".": 0.22, "?": 0.22, "!": 0.22, "…": 0.22}
"""Silence after a piece of text, by its last character. The library ends right behind the last sound (8 ms),
and its own pause (ENDPAUSE: 0.33 s at 165 words a minute) is longer than suits a conversation."""

_library_lock = threading.Lock()


class _Event(ctypes.Structure):
    """espeak_EVENT. `id` is a union of an int, a pointer and eight bytes: as large as a pointer here."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_void_p),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class EspeakSynthesizer:
    info = EngineInfo(
        name="espeak",
        basic=True,
        remedy="It sounds like a machine; the Kokoro voice sounds like a person.",
    )

    def __init__(self, thread: ModelThread, sample_rate_hz: int, voice: str, words_per_minute: int) -> None:
        self.sample_rate_hz = sample_rate_hz
        self._thread = thread
        self._voice = voice
        self._words_per_minute = words_per_minute

    @classmethod
    async def load(cls, voice: str = "en-us", words_per_minute: int = 165) -> "EspeakSynthesizer":
        """Open the library and find the voice. Raises `EngineMissing`.

        `words_per_minute`: the library takes 80 … 450; 175 is its own default, a little fast to listen to.
        """
        thread = ModelThread("espeak")
        try:
            rate, known = await thread.call(lambda: (_choose(voice, words_per_minute), _voices()))
        except BaseException:
            thread.close()
            raise
        it = cls(thread, rate, voice, words_per_minute)
        title = next((one.title for one in known if one.name == voice), voice)
        it.info = replace(cls.info, voices=known, voice_setting="voice", sample=sample_in(voice, title))
        return it

    def speak(self, sentence: str) -> AsyncGenerator[SpeechPiece, None]:
        return self._thread.stream(lambda emit: self._speak(sentence, emit))

    async def aclose(self) -> None:
        self._thread.close()

    def _speak(self, sentence: str, emit: Emit[SpeechPiece]) -> None:
        """In the model's thread."""
        # A NUL would end the text; punctuation alone would be read out ("exclamation mark").
        text = sentence.replace("\0", " ").rstrip()
        if not any(character.isalnum() for character in text):
            return
        words = WordTimes(text)
        first_sample = 0
        failure: BaseException | None = None

        def on_piece(wav: Any, count: int, events: Any) -> int:
            """1 stops the library. An exception must not leave: ctypes would print it and go on."""
            nonlocal first_sample, failure
            if not wav or count <= 0:
                return 0
            try:
                samples = from_bytes(ctypes.string_at(wav, 2 * count))
                begun = words.begun(_word_positions(events), first_sample, count)
                first_sample += count
                return 0 if emit(SpeechPiece(samples, begun)) else 1
            except BaseException as error:
                failure = error
                return 1

        with _library_lock:
            _choose_locked(self._voice, self._words_per_minute)
            _synthesize(text, _Callback(on_piece))
        if failure is not None:
            raise SynthesizerFailed("espeak-ng's speech could not be passed on") from failure
        emit(SpeechPiece(_pause_after(text, self.sample_rate_hz)))


def _word_positions(events: Any) -> list[tuple[int, int]]:
    """(first character, first sample) of each word event. The library counts characters from 1."""
    found = []
    index = 0
    while events[index].type != EVENT_LIST_TERMINATED:
        event = events[index]
        if event.type == EVENT_WORD:
            found.append((event.text_position - 1, event.sample))
        index += 1
    return found


def _pause_after(text: str, rate_hz: int) -> Samples:
    last = text.rstrip("\"'”’)]»")[-1:]
    return np.zeros(round(PAUSE_S.get(last, 0.06) * rate_hz), dtype=np.int16)


def _synthesize(text: str, callback: Callable[..., int]) -> None:
    library, _ = _library()
    library.espeak_SetSynthCallback(callback)
    utf8 = text.encode(errors="replace")
    status = library.espeak_Synth(utf8, len(utf8) + 1, 0, POS_CHARACTER, 0, CHARS_UTF8, None, None)
    if status != 0:
        raise SynthesizerFailed(f"espeak-ng refused a sentence (status {status})")


def _choose(voice: str, words_per_minute: int) -> int:
    """Set voice and pace; return the sample rate."""
    with _library_lock:
        return _choose_locked(voice, words_per_minute)


def _choose_locked(voice: str, words_per_minute: int) -> int:
    library, rate = _library()
    # By its name, or by a language that it serves: there is no voice `en-gb`, but one that speaks it first.
    if library.espeak_SetVoiceByName(voice.encode()) != 0 and not _choose_by_language(voice):
        raise EngineMissing(f"espeak-ng has no voice called {voice!r}")
    library.espeak_SetParameter(PARAMETER_RATE, words_per_minute, 0)
    return rate


class _Voice(ctypes.Structure):
    """espeak_VOICE."""

    _fields_ = (
        *(("name", ctypes.c_char_p), ("languages", ctypes.c_void_p), ("identifier", ctypes.c_char_p)),
        *((name, ctypes.c_ubyte) for name in ("gender", "age", "variant", "xx1")),
        *(("score", ctypes.c_int), ("spare", ctypes.c_void_p)),
    )


def _choose_by_language(code: str) -> bool:
    """False: no voice speaks it. The library itself would take any."""
    if code not in {one.name for one in _listed()}:
        return False
    wanted = _Voice(languages=ctypes.cast(ctypes.create_string_buffer(code.encode()), ctypes.c_void_p))
    library, _ = _library()
    return bool(library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) == 0)


def _voices() -> tuple[VoiceInfo, ...]:
    """One for each language, by its code, which is what the setting takes."""
    with _library_lock:
        return _listed()


@cache
def _listed() -> tuple[VoiceInfo, ...]:
    library, _ = _library()
    data = Path(_data_folder())
    found: dict[str, VoiceInfo] = {}
    listed = library.espeak_ListVoices(None)
    index = 0
    while listed[index]:
        voice = listed[index].contents
        code = ctypes.string_at(voice.languages + 1).decode()  # behind a byte of priority
        # Some have no words here, and capitals are not found again by the library itself.
        if (data / f"{code.partition('-')[0]}_dict").is_file() and code == code.lower():
            found.setdefault(code, VoiceInfo(code, voice.name.decode(), ""))
        index += 1
    return tuple(sorted(found.values(), key=lambda one: one.title))


@cache
def _data_folder() -> str:
    import espeakng_loader

    return short_path(espeakng_loader.get_data_path())


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    """The library, initialized once for the process, and its sample rate."""
    try:
        import espeakng_loader

        data = _data_folder()
        library = ctypes.CDLL(espeakng_loader.get_library_path())
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineMissing("The basic voice needs the Python package espeakng-loader") from error
    library.espeak_Synth.argtypes = (
        *(ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint),
        *(ctypes.c_void_p, ctypes.c_void_p),
    )
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
    library.espeak_ListVoices.argtypes = (ctypes.c_void_p,)
    rate = library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, PIECE_MS, os.fsencode(data), INITIALIZE_DONT_EXIT)
    if rate <= 0:
        raise EngineMissing(f"espeak-ng found no voice data in {data}")
    return library, rate
