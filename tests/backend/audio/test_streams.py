"""Sound that arrives in pieces: any boundaries, any header, any rate."""

import io
import struct
import wave

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from parley.audio.pcm import Samples
from parley.audio.pcm_stream import PcmFormat, PcmReader
from parley.audio.wav_stream import MAX_HEADER_BYTES, WavReader, wav_file
from parley.errors import BadAudio

SOUND = np.random.default_rng(1).normal(0, 3000, 4001).astype(np.int16)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """In pieces of these sizes, over and over."""
    pieces: list[bytes] = []
    while data:
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(data[:size])
        data = data[size:]
    return pieces


def read(reader: PcmReader, pieces: list[bytes]) -> Samples:
    return np.concatenate([*(reader.feed(piece) for piece in pieces), reader.flush()])


SIZES = st.lists(st.integers(1, 3000), min_size=1, max_size=5)


@given(SIZES)
def test_a_sample_that_was_cut_in_two_is_put_together(sizes: list[int]) -> None:
    assert np.array_equal(read(PcmReader(PcmFormat(24_000), 24_000), cut(SOUND.tobytes(), sizes)), SOUND)


def test_half_a_sample_at_the_end_is_dropped() -> None:
    assert np.array_equal(read(PcmReader(PcmFormat(24_000), 24_000), [SOUND.tobytes(), b"\x01"]), SOUND)


@given(SIZES, st.sampled_from([8_000, 16_000, 22_050, 44_100, 48_000]))
def test_another_rate_has_the_same_length_in_seconds(sizes: list[int], rate_hz: int) -> None:
    resampled = read(PcmReader(PcmFormat(rate_hz), 24_000), cut(SOUND.tobytes(), sizes))
    assert abs(resampled.size - SOUND.size * 24_000 / rate_hz) <= 1


def test_resampling_piece_by_piece_is_resampling_at_once() -> None:
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(22_050) / 22_050)).astype(np.int16)
    pieces = read(PcmReader(PcmFormat(22_050), 24_000), cut(tone.tobytes(), [999]))
    at_once = read(PcmReader(PcmFormat(22_050), 24_000), [tone.tobytes()])
    assert np.abs(pieces - at_once).max() <= 3  # It dithers.
    expected = 8000 * np.sin(2 * np.pi * 440 * np.arange(pieces.size) / 24_000)
    assert np.abs(pieces - expected)[500:-500].max() < 50


@pytest.mark.parametrize(
    ("form", "dtype", "scale"),
    [
        (PcmFormat(24_000, 2), "<i2", 1),
        (PcmFormat(24_000, 1, 4), "<i4", 1 << 16),
        (PcmFormat(24_000, 1, 4, True), "<f4", 1 / 32_768),
        (PcmFormat(24_000, 6, 4, True), "<f4", 1 / 32_768),
    ],
)
def test_what_synthesizers_write_becomes_mono_and_16_bit(form: PcmFormat, dtype: str, scale: float) -> None:
    written = np.repeat(SOUND.astype(np.float64) * scale, form.channels).astype(dtype).tobytes()
    assert np.abs(read(PcmReader(form, 24_000), cut(written, [1001])) - SOUND).max() <= 1


def test_numbers_that_are_none_are_silence() -> None:
    sound = np.array([0.5, np.nan, np.inf, -np.inf], dtype="<f4")
    samples = read(PcmReader(PcmFormat(24_000, 1, 4, True), 24_000), [sound.tobytes()])
    assert list(samples) == [16_384, 0, 32_767, -32_767]


@pytest.mark.parametrize(
    "form", [PcmFormat(24_000, 1, 1), PcmFormat(24_000, 1, 3), PcmFormat(3), PcmFormat(10**9), PcmFormat(24_000, 0)]
)
def test_what_cannot_be_read_is_refused(form: PcmFormat) -> None:
    with pytest.raises(BadAudio):
        PcmReader(form, 24_000)


def sound_of(wav: bytes, sizes: list[int]) -> tuple[Samples, PcmFormat | None]:
    reader = WavReader()
    pcm = b"".join(reader.feed(piece) for piece in cut(wav, sizes))
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2"), reader.format


@given(SIZES, st.sampled_from([0, 0xFFFFFFFF, 0x7FFFFFFF, 2_000_000_000, SOUND.size * 2]))
def test_a_wav_is_read_whatever_it_says_of_its_length(sizes: list[int], claimed: int) -> None:
    wav = bytearray(wav_file(SOUND, 22_050))
    struct.pack_into("<I", wav, 40, claimed)
    samples, form = sound_of(bytes(wav), sizes)
    assert np.array_equal(samples, SOUND)
    assert form == PcmFormat(22_050, 1, 2)


@given(SIZES)
def test_what_stands_around_the_sound_is_passed_over(sizes: list[int]) -> None:
    wav = wav_file(SOUND, 24_000)
    note = struct.pack("<4sI", b"LIST", 3) + b"abc\0"
    samples, _ = sound_of(wav[:12] + note + wav[12:] + note + b"\0" * 50, sizes)
    assert np.array_equal(samples, SOUND)


def test_a_wav_that_comes_all_at_once_may_be_long() -> None:
    long = np.tile(SOUND, 50)
    samples, _ = sound_of(wav_file(long, 24_000), [1_000_000])
    assert np.array_equal(samples, long)


@given(SIZES)
def test_several_wavs_one_behind_the_other_are_one_sound(sizes: list[int]) -> None:
    """As from servers that send one for each part of a sentence."""
    samples, _ = sound_of(b"".join(wav_file(part, 24_000) for part in np.array_split(SOUND, 3)), sizes)
    assert np.array_equal(samples, SOUND)


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT", "PCM_32"])
@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
def test_files_of_another_program_are_read(subtype: str, form: str) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.stack([SOUND, SOUND], axis=1) / 32_768, 44_100, format=form, subtype=subtype)
    reader = WavReader()
    pcm = b"".join(reader.feed(piece) for piece in cut(file.getvalue(), [777]))
    assert reader.format is not None
    assert np.abs(read(PcmReader(reader.format, 44_100), [pcm]) - SOUND).max() <= 1


def test_what_is_written_is_read_by_another_program() -> None:
    with wave.open(io.BytesIO(wav_file(SOUND, 16_000))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.readframes(file.getnframes()) == SOUND.tobytes()


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>log in</body></html>",
        b"ID3\x04" + bytes(100),
        wav_file(SOUND, 24_000)[:12] + b"data" + bytes(40),  # no format
        wav_file(SOUND, 24_000)[:12] + struct.pack("<4sI", b"fmt ", 4) + bytes(40),
        wav_file(SOUND, 24_000)[:20] + b"\x55\x00" + wav_file(SOUND, 24_000)[22:],  # MP3 in a WAV
        b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * (MAX_HEADER_BYTES // 8 + 1),
    ],
)
def test_what_is_no_wav_is_refused(data: bytes) -> None:
    with pytest.raises(BadAudio):
        sound_of(data, [len(data)])


@given(st.binary(max_size=300), SIZES)
def test_no_bytes_do_anything_else(data: bytes, sizes: list[int]) -> None:
    for start in (b"", b"RIFF\0\0\0\0WAVE"):
        try:
            sound_of(start + data, sizes)
        except BadAudio:
            pass
