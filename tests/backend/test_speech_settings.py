"""Settings of speech servers: what they may be, and what is said of what they may not."""

import json
from pathlib import Path

import pytest

from parley.errors import BadConfig
from parley.settings import Settings, load_settings


def write(folder: Path, **fields: object) -> Path:
    (folder / "settings.json").write_text(json.dumps(fields))
    return folder


def test_by_itself_nothing_is_sent_to_any_server() -> None:
    settings = Settings()
    assert (settings.transcriber, settings.synthesizer) == ("auto", "auto")
    assert settings.transcriber_server == settings.synthesizer_server == ""


def test_file_and_environment(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        transcriber="wyoming",
        transcriber_server="tcp://192.168.1.20:10300",
        synthesizer="openai",
        synthesizer_server="http://192.168.1.20:8000/v1",
        synthesizer_stream=True,
    )
    settings = load_settings(folder, {"PARLEY_TRANSCRIBER_MODEL": "base", "PARLEY_SYNTHESIZER_VOICE": "af_heart"})
    assert (settings.transcriber, settings.transcriber_model) == ("wyoming", "base")
    assert (settings.synthesizer, settings.synthesizer_voice) == ("openai", "af_heart")
    assert settings.synthesizer_stream
    over = load_settings(folder, {"PARLEY_TRANSCRIBER": "pocketsphinx", "PARLEY_OFFLINE": "true"})
    assert (over.transcriber, over.offline) == ("pocketsphinx", True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"transcriber": "google"}, "transcriber"),
        ({"transcriber_server": "192.168.1.20:10300"}, "`transcriber_server` is an address that begins with tcp://"),
        ({"synthesizer_server": "ftp://host"}, "`synthesizer_server` is an address that begins with tcp://"),
        ({"synthesizer_format": "mp3"}, "synthesizer_format"),
        ({"language": "English"}, "language"),
        ({"hint_words": "x" * 501}, "hint_words"),
    ],
)
def test_what_cannot_be_used_is_named(fields: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=said) as raised:
        load_settings(write(tmp_path, **fields), {})
    assert "settings.json" in str(raised.value)


def test_a_variable_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"PARLEY_TRANSCRIBER_SERVER .*`transcriber_server` is an address"):
        load_settings(tmp_path, {"PARLEY_TRANSCRIBER_SERVER": "piper"})
