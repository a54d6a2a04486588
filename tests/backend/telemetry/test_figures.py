"""What other programs are told: Prometheus by a route, a collector by OpenTelemetry, Perfetto by a file."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from parley.settings import Settings
from parley.telemetry.export import collector_of
from parley.telemetry.hub import Telemetry
from parley.telemetry.spans import STAGES, Span, TurnTimes
from parley.telemetry.trace import chrome_trace
from parley.wire.messages import Playback, SpeechStart
from tests.fakes.client import connected
from tests.fakes.conversation import engines
from tests.fakes.relay import ask, relay
from tests.fakes.sidecar import Running, service

pytestmark = pytest.mark.anyio

WORDS = "a secret errand at the harbour"

TURN = TurnTimes(
    number=7,
    at=1_800_000_000.0,
    source="speech",
    outcome="completed",
    was_begun_in_pause=True,
    spans=(Span("pause", 0.0, 0.5), Span("recognition", 0.5, 0.5), Span("heard", 0.5, 0.7)),
    works=(Span("recognition", -0.1, 0.15), Span("first_token", 0.15, 0.45)),
)


async def get(it: Running, path: str) -> tuple[int, str, str]:
    answer = await ask(it.port, path, [("Authorization", f"Bearer {it.token}")])
    return answer.status, answer.body.decode(), answer.headers.get("content-type", "")


@asynccontextmanager
async def after_a_turn(settings: Settings | None = None) -> AsyncIterator[Running]:
    """A sidecar in which something was asked, and its answer heard."""
    async with service(engines(), settings=settings) as it, connected(it) as client:
        await client.say(WORDS)
        start = await client.until(SpeechStart)
        await client.send(Playback(turn_id=start.turn_id, heard_samples=2400, state="playing"))
        await client.say("and another", "2")
        yield it


async def test_prometheus_reads_every_figure() -> None:
    async with after_a_turn() as it:
        status, text, kind = await get(it, "/metrics")
    assert status == 200 and kind.startswith("text/plain")
    families = {family.name: family for family in text_string_to_metric_families(text)}
    turns = {one.labels["outcome"]: one.value for one in families["parley_turns"].samples if "outcome" in one.labels}
    assert turns["completed"] >= 1
    assert families["parley_connections"].samples[0].value == 1
    assert families["parley_resident_memory_bytes"].samples[0].value > 1e6
    waits = [one for one in families["parley_turn_wait_seconds"].samples if one.name.endswith("_count")]
    assert {one.labels["stage"] for one in waits} == set(STAGES)
    assert next(one.value for one in waits if one.labels["stage"] == "heard") == 2
    ports = {one.labels["port"] for one in families["parley_engine"].samples}
    assert ports == {"vad", "transcriber", "language_model", "synthesizer"}
    assert "harbour" not in text


async def test_the_trace_of_a_turn_opens_in_perfetto() -> None:
    async with after_a_turn() as it:
        status, text, kind = await get(it, "/trace?turn=1")
        assert (status, kind.split(";")[0]) == (200, "application/json")
        assert json.loads(text)["otherData"]["turn"] == 1
        assert "harbour" not in text
        assert (await get(it, "/trace?turn=999"))[0] == 404
        assert (await get(it, "/trace?turn=x"))[0] == 400
        assert (await get(it, "/trace"))[0] == 200


@pytest.mark.parametrize("path", ["/metrics", "/trace"])
async def test_a14_nobody_reads_without_the_token(path: str) -> None:
    async with service(engines()) as it:
        assert (await ask(it.port, path)).status == 401
        assert (await get(it, path))[0] == (200 if path == "/metrics" else 404)


def test_the_trace_has_a_row_for_the_waiting_and_one_for_each_that_worked() -> None:
    trace = chrome_trace(TURN)
    events = [event for event in trace["traceEvents"] if event["ph"] == "X"]
    assert [(event["name"], event["cat"], event["ts"], event["dur"]) for event in events] == [
        ("pause", "waited", 100_000, 500_000),
        ("recognition", "waited", 600_000, 0),
        ("heard", "waited", 600_000, 200_000),
        ("recognition", "worked", 0, 250_000),
        ("first_token", "worked", 250_000, 300_000),
    ]
    assert len({event["tid"] for event in events if event["cat"] == "worked"}) == 2
    rows = {event["tid"]: event["args"]["name"] for event in trace["traceEvents"] if event["name"] == "thread_name"}
    assert {event["tid"] for event in events} <= set(rows)
    json.dumps(trace)


@dataclass
class Receiver:
    """A collector, on a real socket, that understands OTLP over HTTP."""

    status: int = 200
    got: list[ExportTraceServiceRequest] = field(default_factory=list)
    address: str = ""

    def spans(self) -> Iterator[Any]:
        for request in self.got:
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    yield from scope.spans


@asynccontextmanager
async def receiver(status: int = 200) -> AsyncIterator[Receiver]:
    it = Receiver(status)

    async def take(request: web.Request) -> web.Response:
        it.got.append(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response(status=it.status)

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    it.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield it
    await runner.cleanup()


async def until(holds: Any) -> None:
    with anyio.fail_after(10):
        while not holds():  # noqa: ASYNC110
            await anyio.sleep(0.02)


async def test_a_library_that_breaks_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many")
    settings = Settings(language_model="offline", otlp_endpoint="http://127.0.0.1:9")
    async with after_a_turn(settings) as it:
        await anyio.sleep(0.5)
        status, text, _ = await get(it, "/metrics")
        assert status == 200 and "parley_turns_total" in text
        telemetry = it.service._host.telemetry if it.service._host else None
        assert telemetry is not None and telemetry._database is not None, "its file is still written"


async def test_a_viewer_that_comes_in_is_no_reconnect() -> None:
    async with after_a_turn() as it:
        async with connected(it, role="viewer"):
            pass
        _, text, _ = await get(it, "/metrics")
    assert "parley_reconnects_total 0" in text


async def test_a_collector_is_told_of_each_turn_and_of_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # A proxy is not for this computer.
    async with receiver() as collector:
        async with after_a_turn(Settings(language_model="offline", otlp_endpoint=collector.address)):
            await until(lambda: collector.got)
    spans = list(collector.spans())
    turn = next(span for span in spans if span.name == "turn")
    parts = [span for span in spans if span.parent_span_id == turn.span_id]
    waited = [span for span in parts if "worked" not in span.name]
    assert [span.name for span in waited] == ["first_token", "first_sentence", "first_audio", "playback", "heard"]
    assert waited[-1].end_time_unix_nano == turn.end_time_unix_nano
    assert all(one.end_time_unix_nano == two.start_time_unix_nano for one, two in zip(waited, waited[1:], strict=False))
    assert {span.trace_id for span in parts} == {turn.trace_id}
    resource = {one.key: one.value.string_value for one in collector.got[0].resource_spans[0].resource.attributes}
    assert resource["service.name"] == "parley"
    assert b"harbour" not in collector.got[0].SerializeToString()


async def test_a_collector_that_is_not_there_costs_nothing_either(caplog: pytest.LogCaptureFixture) -> None:
    telemetry = Telemetry(None, lambda: "http://127.0.0.1:9")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(telemetry.run)
        telemetry.add(TURN)
        await until(lambda: "did not take the times of 1 turns" in caplog.text)
        tasks.cancel_scope.cancel()


async def test_a_collector_that_refuses_costs_nothing_but_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with receiver(status=400) as collector:
        telemetry = Telemetry(None, lambda: collector.address)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(telemetry.run)
            telemetry.add(TURN)
            await until(lambda: "did not take the times of 1 turns" in caplog.text)
            tasks.cancel_scope.cancel()
    assert len(collector.got) == 1
    assert list(telemetry.turns)


@pytest.mark.parametrize(
    ("address", "offline", "told"),
    [
        ("", False, ""),
        ("https://otel.example.org", False, "https://otel.example.org"),
        ("https://otel.example.org", True, ""),
        ("http://127.0.0.1:4318", True, "http://127.0.0.1:4318"),
    ],
)
def test_offline_tells_nobody_outside_this_computer(address: str, offline: bool, told: str) -> None:
    assert collector_of(Settings(otlp_endpoint=address, offline=offline)) == told


@pytest.mark.parametrize("address", ["127.0.0.1:4318", "http://", "http://[::1", "ftp://127.0.0.1"])
def test_a_collectors_address_is_one(address: str) -> None:
    with pytest.raises(ValueError):
        Settings(otlp_endpoint=address)


async def test_s23_a_connection_that_breaks_is_a_drop_and_its_return_a_reconnect() -> None:
    async with service(engines()) as it:
        counters = it.service._host.telemetry.counters  # type: ignore[union-attr]
        headers = {"Authorization": f"Bearer {it.token}", "Host": f"127.0.0.1:{it.port}"}
        async with relay(it.port) as between:
            place = Running(it.service, between.port, it.token, [])
            async with connected(place, headers=headers) as client:
                session_id = client.hello.session_id
                await between.cut()
                await client.closed()
        await until(lambda: counters.drops == 1)
        async with connected(it, session_id=session_id):
            pass
        await until(lambda: counters.connections == 2)
        assert (counters.reconnects, counters.drops) == (1, 1), "the second was closed, as a window does"
