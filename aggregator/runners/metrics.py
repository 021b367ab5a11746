"""Counts what the log tells, and says it in the text format of Prometheus. No label holds an address, an item or a source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from aggregator.core.budget import MILLION
from aggregator.model import Backlog, Cap, Completed, Polled, Published, Resting, Translated
from aggregator.runners.work import Event

POLL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
LAG_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)

NOTHING_WAITS = Backlog()

Key = TypeVar("Key", bound=tuple[str, ...])  # the values of a sample's labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How things stand at the moment. `error` is what the store said instead of an answer, `beats` how long ago each beat ended."""

    error: str = ""
    backlog: Backlog = NOTHING_WAITS
    resting: Mapping[str, Resting] = field(default_factory=dict)  # by engine, of those in `engines`
    engines: Sequence[str] = ()
    caps: Sequence[Cap] = ()
    spent: Sequence[int] = ()
    beats: Mapping[str, timedelta] = field(default_factory=dict)
    threads: int = 0


class Metrics:
    """Everything that is counted since the start of the process. `look` tells the rest when somebody asks."""

    def __init__(self, look: Callable[[], Snapshot]) -> None:
        self._registry = registry = CollectorRegistry()
        self._polls = Counter("aggregator_polls", "Polls by what came of them.", ["outcome", "error"], registry=registry)
        self._took = Histogram("aggregator_poll_duration_seconds", "Time of a poll.", buckets=POLL_BUCKETS, registry=registry)
        self._bytes = Counter("aggregator_fetched_bytes", "Decoded bytes of fetched bodies.", registry=registry)
        self._items = Counter("aggregator_items", "Items by what a poll made of them.", ["change"], registry=registry)
        self._lost = Counter("aggregator_lost_items", "Items that may be lost between two polls, at most.", registry=registry)
        self._pages = Counter("aggregator_article_pages", "Articles' pages by what came of them.", ["outcome"], registry=registry)
        self._translations = Counter(
            "aggregator_translations", "Translation jobs by engine and what came of them.", ["engine", "outcome"], registry=registry
        )
        self._sent = Counter("aggregator_translated_characters", "Characters sent to engines for finished jobs.", registry=registry)
        self._untranslated = Counter("aggregator_untranslated_segments", "Segments left in their own language.", registry=registry)
        self._documents = Counter("aggregator_published_documents", "Documents written or moved.", ["kind"], registry=registry)
        self._failures = Counter("aggregator_publish_failures", "Pages and feeds that could not be written.", registry=registry)
        self.lag = Histogram("aggregator_loop_lag_seconds", "Lateness of the event loop.", buckets=LAG_BUCKETS, registry=registry)
        registry.register(_Standing(look))
        ProcessCollector(registry=registry)

    def hear(self, event: Event) -> None:
        """Count one thing that ended."""
        match event:
            case Polled():
                self._hear_poll(event)
            case Completed():
                self._pages.labels(outcome=event.outcome).inc()
            case Translated():
                self._translations.labels(engine=event.engine, outcome=outcome_of(event)).inc()
                self._sent.inc(event.characters)
                self._untranslated.inc(event.untranslated)
            case Published(error=""):
                self._documents.labels(kind=event.mark.kind).inc(len(event.written))
            case Published():
                self._failures.inc()

    def _hear_poll(self, event: Polled) -> None:
        self._polls.labels(outcome=event.outcome, error=event.error_kind or "").inc()
        self._took.observe(event.took.total_seconds())
        self._bytes.inc(event.size)
        for change in ("new", "updated", "skipped", "broken"):
            self._items.labels(change=change).inc(getattr(event, change))
        self._lost.inc(event.lost or 0)

    def text(self) -> bytes:
        """All of it, for a scrape."""
        return generate_latest(self._registry)


def outcome_of(event: Translated) -> str:
    """One word for a finished translation job."""
    if event.held:
        return "held"
    if event.waits:
        return "waiting"
    if event.given_up:
        return "given_up"
    return "failed" if event.error else "translated"


class _Standing(Collector):
    """What is not counted but looked at, each time that somebody asks."""

    def __init__(self, look: Callable[[], Snapshot]) -> None:
        self._look = look

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering is not to look."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        now = self._look()
        yield gauge("aggregator_store_up", "Whether the store answers.", {(): not now.error})
        if not now.error:
            yield from waiting(now.backlog)
            yield from budget(now.caps, now.spent)
            circuits = {(name,): now.resting[name].circuits if name in now.resting else 0 for name in now.engines}
            yield gauge("aggregator_engine_open_circuits", "Pairs of languages an engine is left alone for.", circuits, "engine")
        ages = {(name,): age.total_seconds() for name, age in now.beats.items()}
        yield gauge("aggregator_beat_age_seconds", "Time since each beat of the daemon last ended.", ages, "beat")
        yield gauge("process_threads", "Threads of the process.", {(): now.threads})


def waiting(backlog: Backlog) -> Iterator[Metric]:
    """What waits to be done."""
    yield gauge("aggregator_sources_due", "Sources that could be polled now.", {(): backlog.due})
    yield gauge("aggregator_scheduler_lag_seconds", "How late the first source due is.", {(): backlog.late.total_seconds()})
    jobs = {("translation",): backlog.translations, ("page",): backlog.pages, ("publish",): backlog.marks}
    yield gauge("aggregator_backlog", "Work that waits, by kind.", jobs, "work")
    yield gauge("aggregator_jobs_given_up", "Translations that engines answered badly too often.", {(): backlog.given_up})


def budget(caps: Sequence[Cap], spent: Sequence[int]) -> Iterator[Metric]:
    """The bounds of the configuration and what of each is spent, by the dotted key; money in the configured currency."""
    keys = [(cap.name, cap.unit) for cap in caps]
    sizes = [MILLION if cap.unit == "money" else 1 for cap in caps]
    limits = {key: cap.limit / size for key, cap, size in zip(keys, caps, sizes, strict=True)}
    used = {key: count / size for key, count, size in zip(keys, spent, sizes, strict=True)}
    yield gauge("aggregator_budget_limit", "Bounds of the budget that run now.", limits, "bound", "unit")
    yield gauge("aggregator_budget_spent", "What is spent of each bound so far.", used, "bound", "unit")


def gauge(name: str, help: str, values: Mapping[Key, float], *labels: str) -> GaugeMetricFamily:
    """A gauge with a value for each combination of labels."""
    family = GaugeMetricFamily(name, help, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
