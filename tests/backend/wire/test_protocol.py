"""shared/protocol.json and the Python side say the same: every example, every frame, every failure code."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from parley import errors
from parley.errors import BadMessage, ParleyError
from parley.wire import messages
from parley.wire.codec import (
    FRAME_VERSION,
    HEADER,
    MAX_PAYLOAD_BYTES,
    PROTOCOL_VERSION,
    Frame,
    decode_client,
    decode_frame,
    decode_server,
    decode_shell_line,
    decode_sidecar_line,
    encode_frame,
    encode_sidecar_line,
)

PROTOCOL = json.loads((Path(__file__).parents[3] / "shared" / "protocol.json").read_text(encoding="utf-8"))
FRAMES = PROTOCOL["x-binary-frame"]
UNIONS = ("ClientMessage", "ServerMessage", "SidecarLine", "ShellLine")

EXAMPLES = [
    pytest.param(union, name, example, id=f"{name}-{number}")
    for union in UNIONS
    for name in (member["$ref"].rsplit("/", 1)[1] for member in PROTOCOL["$defs"][union]["oneOf"])
    for number, example in enumerate(PROTOCOL["$defs"][name]["examples"])
]


def closed(schema: Any) -> Any:
    """The schema with unknown fields forbidden: readers ignore them, but writers send none."""
    if isinstance(schema, dict):
        extra = {"additionalProperties": False} if "properties" in schema else {}
        return {key: closed(value) for key, value in schema.items()} | extra
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


def decode(union: str, raw: bytes) -> Any:
    match union:
        case "ClientMessage":
            return decode_client(raw)
        case "ServerMessage":
            return decode_server(raw)
        case "SidecarLine":
            return decode_sidecar_line(b"@parley " + raw)
        case _:
            return decode_shell_line(raw)


def test_the_schema_is_sound_and_every_message_has_a_description_and_an_example() -> None:
    Draft202012Validator.check_schema(PROTOCOL)
    for union in UNIONS:
        for member in PROTOCOL["$defs"][union]["oneOf"]:
            definition = PROTOCOL["$defs"][member["$ref"].rsplit("/", 1)[1]]
            assert definition["examples"] and len(definition["description"]) >= 20, definition["title"]
            for field in definition["properties"].values():
                assert field.get("type") != "integer" or {"minimum", "maximum"} <= field.keys(), definition["title"]


@pytest.mark.parametrize(("union", "name", "example"), EXAMPLES)
def test_an_example_is_valid_and_survives_decoding_and_encoding(union: str, name: str, example: dict[str, Any]) -> None:
    Draft202012Validator(closed({**PROTOCOL, "$ref": f"#/$defs/{name}"})).validate(example)
    message = decode(union, json.dumps(example).encode())
    assert type(message) is getattr(messages, name)
    assert json.loads(msgspec.json.encode(message)) == example


@pytest.mark.parametrize(("union", "name", "example"), EXAMPLES)
def test_a_message_without_a_required_field_is_refused_and_unknown_fields_are_ignored(
    union: str, name: str, example: dict[str, Any]
) -> None:
    assert decode(union, json.dumps({**example, "from_the_future": 1}).encode()) is not None
    for field in PROTOCOL["$defs"][name]["required"]:
        short = {key: value for key, value in example.items() if key != field}
        with pytest.raises(BadMessage):
            decode(union, json.dumps(short).encode())


@pytest.mark.parametrize("bad", [b"", b"[]", b"nope", b'{"type":"say"', b'{"type":"no_such"}', b"\xff\xfe", b"NaN"])
def test_s25_what_is_no_message_is_refused_without_repeating_it(bad: bytes) -> None:
    with pytest.raises(BadMessage) as caught:
        decode_client(bad)
    assert "no_such" not in str(caught.value) and "nope" not in str(caught.value)


def test_s25_a_message_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(BadMessage):
        decode_client(b'{"type":"say","id":"1","text":' + b"[" * 100_000)


def test_a_message_of_the_other_direction_is_refused() -> None:
    for name in ("TurnEnd", "Activity"):
        with pytest.raises(BadMessage):
            decode_client(json.dumps(PROTOCOL["$defs"][name]["examples"][0]).encode())


@pytest.mark.parametrize("golden", FRAMES["examples"], ids=lambda golden: golden["kind"])
def test_golden_frames_both_ways(golden: dict[str, Any]) -> None:
    raw = bytes.fromhex(golden["hex"])
    pcm = b"".join(sample.to_bytes(2, "little", signed=True) for sample in golden["samples"])
    frame = Frame(golden["kind"], golden["stream"], golden["first_sample"], pcm)
    assert decode_frame(raw) == frame and encode_frame(frame) == raw
    assert frame.sample_count == len(golden["samples"])


@pytest.mark.parametrize("bad", FRAMES["bad_examples"], ids=lambda bad: bad["why"])
def test_bad_frames_are_refused(bad: dict[str, str]) -> None:
    with pytest.raises(BadMessage):
        decode_frame(bytes.fromhex(bad["hex"]))


def test_the_layout_is_the_one_that_protocol_json_lists() -> None:
    sizes = {"u8": 1, "u16": 2, "u32": 4}
    assert HEADER.size == sum(sizes[field["type"]] for field in FRAMES["header"])
    assert (FRAME_VERSION, MAX_PAYLOAD_BYTES) == (FRAMES["version"], FRAMES["max_payload_bytes"])
    assert PROTOCOL_VERSION == PROTOCOL["x-protocol-version"]


def test_lines_are_one_line_each_with_the_prefix() -> None:
    line = encode_sidecar_line(messages.Stopping(reason="signal"))
    assert line.startswith(b"@parley {") and line.endswith(b"}\n") and line.count(b"\n") == 1
    assert decode_sidecar_line(line.rstrip()) == messages.Stopping(reason="signal")
    with pytest.raises(BadMessage):
        decode_sidecar_line(b'{"type":"stopping","reason":"signal"}')


def all_errors(base: type[ParleyError] = ParleyError) -> set[type[ParleyError]]:
    return {base}.union(*(all_errors(child) for child in base.__subclasses__()))


def test_every_failure_code_has_an_error_or_is_the_sockets_own_and_agrees_on_retrying() -> None:
    listed = PROTOCOL["x-failure-codes"]
    assert list(listed) == PROTOCOL["$defs"]["FailureCode"]["enum"]
    ours = {error for error in all_errors() if error.__module__ == errors.__name__}
    for error in ours:
        assert error.retryable == listed[error.code]["retryable"], error.__name__
    assert {error.code for error in ours} == set(listed) - {"message_too_large"}, "aiohttp closes with 1009 by itself"
