"""All figures in Prometheus' text format, by its own library, from a registry that is made for each answer."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from .. import __version__
from ..wire.messages import EngineState
from .counters import BUCKETS_S, Counters
from .gauges import Gauges, Queues

CONTENT_TYPE = CONTENT_TYPE_LATEST

COUNTS = {
    "interruptions": "Answers that were cut while they were made or heard",
    "holds": "Answers that fell silent because somebody may have begun to speak",
    "false_starts": "Holds after which the answer went on",
    "answers_begun": "Answers begun in a pause, before it was certain that the question was over",
    "answers_used": "Answers begun in a pause that answered",
    "connections": "Windows that connected",
    "reconnects": "Windows that came back to a session",
    "drops": "Connections that broke instead of being closed",
    "missing_samples": "Samples of microphones that were lost on the way",
}


def exposition(counters: Counters, gauges: Gauges, queues: Queues, engines: Iterable[EngineState]) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures([*_counters(counters), *_gauges(gauges, queues), *_engines(engines)]))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def _counters(counters: Counters) -> Iterator[Metric]:
    turns = CounterMetricFamily("parley_turns", "Turns that are over", labels=["outcome"])
    for outcome, count in counters.turns.items():
        turns.add_metric([outcome], count)
    yield turns
    for name, meaning in COUNTS.items():
        yield CounterMetricFamily(f"parley_{name}", meaning, value=getattr(counters, name))
    waits = HistogramMetricFamily(
        "parley_turn_wait_seconds",
        "How long each stage of a turn was waited for, beyond those before it; they add up to the whole",
        labels=["stage"],
    )
    bounds = [*map(str, BUCKETS_S), "+Inf"]
    for stage, wait in counters.waits.items():
        waits.add_metric([stage], list(zip(bounds, accumulate(wait.counts), strict=True)), wait.sum_s)
    yield waits


def _gauges(gauges: Gauges, queues: Queues) -> Iterator[Metric]:
    memory = GaugeMetricFamily("parley_resident_memory_bytes", "Memory in use", labels=["of"])
    memory.add_metric(["sidecar"], gauges.rss_bytes)
    memory.add_metric(["workers"], gauges.workers_rss_bytes)
    yield memory
    yield GaugeMetricFamily("parley_workers", "Processes with an engine or a tool", value=gauges.workers)
    yield GaugeMetricFamily(
        "parley_cpu_cores", "Processors in use, workers included, since the look before", value=gauges.cpu_percent / 100
    )
    lag = GaugeMetricFamily(
        "parley_loop_lag_seconds", "Lateness of the event loop in the last two minutes", labels=["quantile"]
    )
    lag.add_metric(["0.99"], gauges.lag_p99_s)
    lag.add_metric(["1"], gauges.lag_max_s)
    yield lag
    yield GaugeMetricFamily("parley_sessions", "Conversations that are kept", value=queues.sessions)
    yield GaugeMetricFamily("parley_windows", "Windows that are connected", value=queues.windows)
    yield GaugeMetricFamily("parley_unacknowledged_bytes", "Sent and not acknowledged", value=queues.unacked_bytes)
    waiting = GaugeMetricFamily("parley_queue_length", "What waits", labels=["queue"])
    waiting.add_metric(["mic_frames"], queues.mic_frames)
    waiting.add_metric(["turns"], queues.turns)
    yield waiting


def _engines(engines: Iterable[EngineState]) -> Iterator[Metric]:
    serving = GaugeMetricFamily("parley_engine", "What serves each port", labels=["port", "engine", "state"])
    for one in engines:
        serving.add_metric([one.port, one.engine, one.state], 1)
    yield serving
    yield InfoMetricFamily("parley_build", "Parley itself", value={"version": __version__})
