"""Every store: what a person steers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aggregator.model import LONG_AGO
from aggregator.store import SqlStore


def claim(store: SqlStore, make: Any, **more: Any) -> list[str]:
    states = store.claim_sources(now=make.now, limit=10, lease=make.minute, **more)
    store.release_sources([state.source for state in states])
    return [state.source for state in states]


def test_a_paused_source_is_polled_only_where_a_person_overrides_that(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b"), now=make.now)
    store.pause_sources(["a"], paused=True)
    assert {name: state.paused for name, state in store.states().items()} == {"a": True, "b": False}
    assert (claim(store, make), claim(store, make, names=["a", "b"])) == (["b"], ["b"])
    assert claim(store, make, names=["a"], override=True) == ["a"]
    store.pause_sources(["a"], paused=False)
    assert claim(store, make) == ["a", "b"]


def test_a_source_stays_paused_through_polls_and_other_addresses(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    store.pause_sources(["a"], paused=True)
    store.save_poll(make.state("a"), [], [], make.polled("a"))  # of a poll that was under way
    assert store.states()["a"].paused
    store.sync_sources([], now=make.now)
    store.sync_sources(make.sources("a"), now=make.now)  # its address is another one than that of the state
    assert store.states()["a"].url == "https://a.example/feed"
    assert store.states()["a"].paused


def test_a_source_is_hurried_unless_it_is_being_polled(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b"), now=make.now)
    for name in ("a", "b"):
        store.save_poll(make.state(name, gone=name == "a"), [], [], make.polled(name))
    assert claim(store, make) == []
    store.claim_sources(now=make.now, limit=1, lease=make.minute, names=["b"])
    store.hurry_sources(["a", "b"], now=make.now)
    states = store.states()
    assert (states["a"].due_at, states["a"].rule, states["a"].gone) == (make.now, "asked", False)
    assert states["b"].due_at == make.now + make.minute
    assert claim(store, make) == ["a"]


def test_a_translation_that_was_put_off_is_hurried_alone(store: SqlStore, make: Any) -> None:
    items = [make.item(1), make.item(2)]
    make.save(store, *items)
    later = make.now + timedelta(hours=1)
    store.add_jobs([make.job(item, due_at=later) for item in items])
    assert store.hurry_job(items[1].id, "zh-CN")
    assert not store.hurry_job(items[1].id, "de")
    assert {job.item_id: job.due_at for job in store.pending_jobs()} == {items[0].id: later, items[1].id: LONG_AGO}
