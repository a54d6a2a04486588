"""Addresses of speech servers: what is one, and what is said of what is none."""

import pytest

from parley.engines.speech_address import http_address, is_loopback, tcp_address


@pytest.mark.parametrize(
    ("text", "host", "port", "shown"),
    [
        ("tcp://192.168.1.20:10300", "192.168.1.20", 10300, "tcp://192.168.1.20:10300"),
        (" tcp://piper.local:10200/ ", "piper.local", 10200, "tcp://piper.local:10200"),
        ("tcp://[fe80::1]:10300", "fe80::1", 10300, "tcp://[fe80::1]:10300"),
    ],
)
def test_addresses_of_wyoming_servers(text: str, host: str, port: int, shown: str) -> None:
    address = tcp_address(text)
    assert tuple(address) == (host, port)
    assert str(address) == shown


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("http://192.168.1.20:8000", "http://192.168.1.20:8000/v1"),
        ("http://192.168.1.20:8000/", "http://192.168.1.20:8000/v1"),
        ("https://speech.example/v1/", "https://speech.example/v1"),
        ("http://[::1]:8000/serve/audio/v1", "http://[::1]:8000/serve/audio/v1"),
    ],
)
def test_bases_of_routes(text: str, base: str) -> None:
    assert http_address(text) == base


@pytest.mark.parametrize(
    "text",
    ["", "piper", "192.168.1.20:10300", "http://host:1", "tcp://host", "tcp://host:0", "tcp://:1", "tcp://host:x",
     "tcp://host:99999", "tcp://[::1", "unix:///run/wyoming", "tcp://host:1/path"],
)  # fmt: skip
def test_what_is_no_address_of_a_wyoming_server(text: str) -> None:
    with pytest.raises(ValueError, match="tcp://192"):
        tcp_address(text)


@pytest.mark.parametrize(
    "text", ["", "speech", "tcp://host:1", "ftp://host/v1", "http://", "http://host:x/v1", "http://host/v1?key=1",
             "http://host/v1#a", "http://[::1"],
)  # fmt: skip
def test_what_is_no_base_of_routes(text: str) -> None:
    with pytest.raises(ValueError, match="http://192"):
        http_address(text)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    for parse, text in ((tcp_address, "tcp://me:hunter2@host:1"), (http_address, "http://me:hunter2@host/v1")):
        with pytest.raises(ValueError) as raised:
            parse(text)
        assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "here"),
    [("tcp://127.0.0.1:1", True), ("http://localhost:8000/v1", True), ("http://[::1]:8000", True),
     ("http://192.168.1.20/v1", False), ("http://127.0.0.1.attacker.example/v1", False)],
)  # fmt: skip
def test_what_is_on_this_computer(address: str, here: bool) -> None:
    assert is_loopback(address) is here
