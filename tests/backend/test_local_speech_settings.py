"""Settings of the speech engines: what may stand there, and what is said of what may not."""

import json
from pathlib import Path

import pytest

from parley.errors import BadConfig
from parley.settings import Settings, load_settings

SPEECH = {
    "transcriber": "whisper",
    "whisper_model": "base",
    "language": "de",
    "hint_words": "Parley, Kokoro",
    "synthesizer": "kokoro",
    "kokoro_voice": "bf_emma",
    "kokoro_speed": 1.2,
    "kokoro_idle_s": 0,
}


def test_speech_can_be_set_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps(SPEECH))
    settings = load_settings(tmp_path, {})
    assert {name: getattr(settings, name) for name in SPEECH} == SPEECH


def test_variables_go_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps(SPEECH))
    settings = load_settings(tmp_path, {"PARLEY_TRANSCRIBER": "pocketsphinx", "PARLEY_LANGUAGE": "auto"})
    assert settings.transcriber == "pocketsphinx" and settings.language == "auto"
    assert settings.synthesizer == "kokoro"


def test_nothing_is_chosen_by_default() -> None:
    assert Settings().transcriber == Settings().synthesizer == Settings().language == "auto"
    assert not Settings().whisper_short_window


@pytest.mark.parametrize(
    ("field", "value"),
    [("transcriber", "alexa"), ("language", "English"), ("kokoro_speed", 5), ("hint_words", "x" * 501)],
)
def test_what_cannot_be_set_is_named(tmp_path: Path, field: str, value: object) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({field: value}))
    with pytest.raises(BadConfig, match=field):
        load_settings(tmp_path, {})
