"""Turns as traces for a collector that the user names: OpenTelemetry's own library, over HTTP, imported only then.

The library's background threads and its global provider are left alone: spans are made when a turn is over, with the
times that it had, and sent in a thread of ours (export.py). `OTEL_EXPORTER_OTLP_HEADERS` is read, as everywhere.
"""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

import requests
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import Tracer, set_span_in_context

from .. import __version__
from .export import HERE
from .spans import TurnTimes

logger = logging.getLogger(__name__)

PATH = "/v1/traces"
ANSWER_S = 5.0
"""With all its attempts: what does not arrive is lost."""


class _Kept(SpanProcessor):
    """Those that have ended, until they are taken."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)


class Collector:
    """One address. Its methods block."""

    def __init__(self, endpoint: str) -> None:
        session = requests.Session()
        # A proxy is for what lies beyond this computer.
        session.trust_env = urlsplit(endpoint).hostname not in HERE
        address = endpoint.rstrip("/").removesuffix(PATH) + PATH
        self._exporter = OTLPSpanExporter(address, timeout=ANSWER_S, session=session)
        self._kept = _Kept()
        resource = Resource.create({"service.name": "parley", "service.version": __version__})
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(self._kept)
        self._tracer = provider.get_tracer("parley")

    def send(self, turns: Sequence[TurnTimes]) -> bool:
        """Whether they arrived. The library's log says why not."""
        for turn in turns:
            _record(self._tracer, turn)
        spans, self._kept.spans = self._kept.spans, []
        try:
            return self._exporter.export(spans) is SpanExportResult.SUCCESS
        except Exception:
            # The library's own, or that of one beneath it: there is no list of them.
            logger.exception("OpenTelemetry's exporter broke")
            return False

    def close(self) -> None:
        """From any thread: an attempt that waits to be made again is given up."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]


def _record(tracer: Tracer, turn: TurnTimes) -> None:
    def at(seconds: float) -> int:
        """Nanoseconds of the epoch."""
        return round(1e9 * (turn.at + seconds))

    began = min((span.start_s for span in (*turn.spans, *turn.works)), default=0.0)
    whole = tracer.start_span(
        "turn",
        start_time=at(began),
        attributes={
            "parley.turn": turn.number,
            "parley.source": turn.source,
            "parley.outcome": turn.outcome,
            "parley.was_begun_in_pause": turn.was_begun_in_pause,
            "parley.whole_ms": round(1000 * turn.whole_s, 1),
        },
    )
    context = set_span_in_context(whole)
    for kind, spans in (("waited", turn.spans), ("worked", turn.works)):
        for span in spans:
            name = span.stage if kind == "waited" else f"{span.stage} (worked)"
            child = tracer.start_span(name, context, start_time=at(span.start_s), attributes={"parley.kind": kind})
            child.end(at(span.end_s))
    whole.end(at(turn.whole_s))
