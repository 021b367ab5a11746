"""What is counted, as Prometheus reads it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families

from aggregator.model import Backlog, Cap, Completed, Mark, Polled, Published, Resting, Translated
from aggregator.runners.metrics import Metrics, Snapshot
from aggregator.runners.work import Event

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TEXT = "https://user:key@a.example/feed?token=secret"
EVENTS: list[Event] = [
    Polled(source="a", at=NOW, outcome="fetched", new=3, updated=1, skipped=2, size=1000, took=SECOND, lost=4),
    Polled(source="b", at=NOW, outcome="fetched", new=1, lost=None),
    Polled(source=TEXT, at=NOW, outcome="failed", error_kind="timeout", error=TEXT),
    Completed(item_id="i", source="a", outcome="taken"),
    Translated(item_id="i", source="a", language="en", engine="google", characters=500, untranslated=2),
    Translated(item_id="i", source="a", language="de", engine="google", characters=100, held=True),
    Translated(item_id="i", source="a", language="fr", error=TEXT),
    Translated(item_id="i", source="a", language="it", error=TEXT, waits=True),
    Translated(item_id="i", source="a", language="es", error=TEXT, given_up=True),
    Published(mark=Mark(kind="page", key=TEXT, language="en"), written=("x.md", "y.md")),
    Published(mark=Mark(kind="feed", key="all", language="en"), error=TEXT),
]
CAP = Cap(name="budget.money_per_day", unit="money", limit=5_000_000, since=NOW.date(), until=NOW)
STANDING = Snapshot(
    backlog=Backlog(due=3, late=90 * SECOND, translations=5, pages=1, marks=2, given_up=6),
    resting={"deepl": Resting(circuits=2, times=1, pause=SECOND)},
    engines=("google", "deepl"),
    caps=(CAP,),
    spent=(1_250_000,),
    beats={"poll": SECOND},
    threads=4,
)


def samples(metrics: Metrics) -> dict[str, float]:
    """Every sample, by name and labels."""
    families = text_string_to_metric_families(metrics.text().decode())
    rows = [sample for family in families for sample in family.samples]
    return {f"{row.name}{{{','.join(f'{name}={value}' for name, value in sorted(row.labels.items()))}}}": row.value for row in rows}


def counted() -> Metrics:
    metrics = Metrics(lambda: STANDING)
    for event in EVENTS:
        metrics.hear(event)
    return metrics


def test_what_ended_is_counted() -> None:
    found = samples(counted())
    assert {
        "aggregator_polls_total{error=,outcome=fetched}": 2,
        "aggregator_polls_total{error=timeout,outcome=failed}": 1,
        "aggregator_poll_duration_seconds_count{}": 3,
        "aggregator_poll_duration_seconds_sum{}": 1,
        "aggregator_fetched_bytes_total{}": 1000,
        "aggregator_items_total{change=new}": 4,
        "aggregator_items_total{change=updated}": 1,
        "aggregator_items_total{change=skipped}": 2,
        "aggregator_lost_items_total{}": 4,
        "aggregator_article_pages_total{outcome=taken}": 1,
        "aggregator_translations_total{engine=google,outcome=translated}": 1,
        "aggregator_translations_total{engine=google,outcome=held}": 1,
        "aggregator_translations_total{engine=,outcome=failed}": 1,
        "aggregator_translations_total{engine=,outcome=waiting}": 1,
        "aggregator_translations_total{engine=,outcome=given_up}": 1,
        "aggregator_translated_characters_total{}": 600,
        "aggregator_untranslated_segments_total{}": 2,
        "aggregator_published_documents_total{kind=page}": 2,
        "aggregator_publish_failures_total{}": 1,
    }.items() <= found.items()


def test_how_things_stand_is_looked_at() -> None:
    assert {
        "aggregator_store_up{}": 1,
        "aggregator_sources_due{}": 3,
        "aggregator_scheduler_lag_seconds{}": 90,
        "aggregator_backlog{work=translation}": 5,
        "aggregator_backlog{work=page}": 1,
        "aggregator_backlog{work=publish}": 2,
        "aggregator_jobs_given_up{}": 6,
        "aggregator_engine_open_circuits{engine=google}": 0,
        "aggregator_engine_open_circuits{engine=deepl}": 2,
        "aggregator_budget_limit{bound=budget.money_per_day,unit=money}": 5,
        "aggregator_budget_spent{bound=budget.money_per_day,unit=money}": 1.25,
        "aggregator_beat_age_seconds{beat=poll}": 1,
        "process_threads{}": 4,
    }.items() <= samples(counted()).items()


def test_without_a_store_the_rest_is_still_told() -> None:
    found = samples(Metrics(lambda: Snapshot(error="locked", threads=1)))
    assert found["aggregator_store_up{}"] == 0
    assert found["process_threads{}"] == 1
    assert not [name for name in found if name.startswith(("aggregator_backlog", "aggregator_budget", "aggregator_scheduler"))]
    assert found["process_resident_memory_bytes{}"] > 0


def test_names_are_good_and_no_label_holds_a_source_an_address_or_an_item() -> None:
    text = counted().text().decode()
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert re.fullmatch(r"(aggregator|process)(_[a-z]+)+", family.name)
        assert family.type != "counter" or f"{family.name}_total" in text
    assert "secret" not in text
    assert "a.example" not in text
