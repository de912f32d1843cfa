"""What Prometheus reads at `/metrics`: numbers only, no text, no address, no key.

The labels are routes, statuses, stages, kinds: words of ours, so that nobody can make up new ones.
The stages are OpenTelemetry spans as well, which cost nothing where no exporter is set up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version

from opentelemetry import trace
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from service.article import Article, FlagKind, How, Severity
from service.engines.scheduler import Scheduler
from service.observer import Observer

# Seconds: a sentence takes tens of milliseconds, a long document minutes.
STEPS = (0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 25.0, 100.0, 300.0)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NO_ROUTE = "none"

# The attributes of `scheduler.Stats`.
SCHEDULER_GAUGES = {
    "queued_tokens": "Source tokens that wait for an engine.",
    "lanes": "Requests in flight.",
    "tokens_per_second": "Source tokens that all engines translate in a second, running mean.",
    "batch_fill": "Share of the batch budget that was text, running mean.",
}


class Metrics(Observer):
    """Every number of one service.

    Attributes:
        scheduler: whose queue is told; None while there is none.
    """

    def __init__(self) -> None:
        self.scheduler: Scheduler | None = None
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "interligne_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._request_seconds = Histogram(
            "interligne_request_seconds",
            "From the head of a request to the end of its answer.",
            ["route"],
            buckets=STEPS,
            registry=registry,
        )
        self._stage_seconds = Histogram(
            "interligne_stage_seconds",
            "What the stages of an article took.",
            ["stage"],
            buckets=STEPS,
            registry=registry,
        )
        self._articles = counter("articles", "Articles translated.", registry)
        self._characters = counter("characters", "Characters of French translated.", registry)
        self._sentences = counter("sentences", "Sentences translated.", registry)
        self._flags = counter("flags", "Warnings.", registry, "kind", "severity")
        self._mentions = counter("mentions", "Mentions of names, by outcome.", registry, "how")
        self._show_from_the_start()
        ProcessCollector(registry=registry)
        registry.register(_Queue(self))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Take note of a request; `route` is a template, not a path."""
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, status).inc()
        self._request_seconds.labels(route).observe(seconds)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        with (
            self._stage_seconds.labels(name).time(),
            trace.get_tracer("interligne").start_as_current_span(name, record_exception=False),
        ):
            yield

    def done(self, article: Article) -> None:
        """Count what there is in an article."""
        self._articles.inc()
        self._characters.inc(len(article.text))
        for _, _, sentence in article.sentences():
            self._sentences.inc()
            for flag in sentence.flags:
                self._flags.labels(flag.kind, flag.severity).inc()
        for name in article.names:
            for mention in name.mentions:
                self._mentions.labels(mention.how).inc()

    def text(self) -> bytes:
        """Write all of it in the format of Prometheus."""
        return generate_latest(self._registry)

    def _show_from_the_start(self) -> None:
        """Begin at 0, for a rate cannot be told from a first value."""
        for how in How:
            self._mentions.labels(how)
        for kind in FlagKind:
            for severity in Severity:
                self._flags.labels(kind, severity)
        info = Gauge("interligne_info", "The version.", ["version"], registry=self._registry)
        info.labels(version("interligne")).set(1)


class _Queue(Collector):
    """Asks the scheduler how it is doing whenever the numbers are read."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Yield the scheduler's numbers."""
        if self._metrics.scheduler is None:
            return
        stats = asdict(self._metrics.scheduler.stats())
        for name, what in SCHEDULER_GAUGES.items():
            yield GaugeMetricFamily(f"interligne_{name}", what, value=stats[name])
        yield CounterMetricFamily("interligne_batches", "Batches done.", value=stats["batches"])


def counter(name: str, what: str, registry: CollectorRegistry, *labels: str) -> Counter:
    """Make a counter."""
    return Counter(f"interligne_{name}", what, labels, registry=registry)
