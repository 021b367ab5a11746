"""Every store: what a clock that was ahead left behind is put right, and nothing else is touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aggregator.core import jumps
from aggregator.model import Block, Standing, Subscription
from aggregator.store import SqlStore

HOUR, YEARS = timedelta(hours=1), timedelta(days=12 * 365)


def right(store: SqlStore, make: Any, **due: Any) -> None:
    store.pull_in(due, now=make.now, lease=make.minute)


def test_a_source_gets_its_due_time_and_keeps_its_rule_if_that_is_sooner(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b"), now=make.now)
    for name in ("a", "b"):
        store.save_poll(make.state(name, due_at=make.now + HOUR, rule="every"), [], [], make.polled(name))
    right(store, make, a=make.now + make.minute, b=make.now + YEARS)
    states = store.states()
    assert (states["a"].due_at, states["a"].rule) == (make.now + make.minute, "every")
    assert states["b"].due_at == make.now + HOUR


def test_a_claim_of_that_clock_ends_with_a_lease_of_this_one(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    assert store.claim_sources(now=make.now + YEARS, limit=1, lease=make.minute)
    right(store, make)
    assert store.claim_sources(now=make.now, limit=1, lease=make.minute) == []
    assert store.claim_sources(now=make.now + make.minute, limit=1, lease=make.minute)


def test_a_claim_of_the_right_clock_stays(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    assert store.claim_sources(now=make.now, limit=1, lease=make.minute)
    right(store, make)
    assert store.claim_sources(now=make.now + make.minute * 0.9, limit=1, lease=make.minute) == []


def test_what_was_put_off_further_than_anything_is_due(store: SqlStore, make: Any) -> None:
    items = [make.item(1), make.item(2)]
    make.save(store, *items)
    far, near = make.now + YEARS, make.now + jumps.LONGEST
    store.add_jobs([make.job(items[0], due_at=far), make.job(items[1], due_at=near)])
    store.note_topics({"far": "1"}, now=far)
    for host, until in (("far", far), ("near", near)):
        state = make.state("a")
        store.save_poll(state, [], [], make.polled("a"), block=Block(host=host, until=until, reason="busy"))
        store.note_standing(Standing(engine=host, verdict="key", until=until))
        store.save_subscription(Subscription(source=host, hub="h", topic="t", token=host, secret="s", lease_end=until, due_at=until))
    right(store, make)
    assert {job.item_id: job.due_at for job in store.pending_jobs()} == {items[0].id: make.now, items[1].id: near}
    assert [topic.url for topic in store.claim_topics(now=make.now, limit=9, lease=make.minute)] == ["far"]
    assert set(store.blocks(now=make.now)) == {"near"}
    assert (store.standing("far", source="", target=""), bool(store.standing("near", source="", target=""))) == (None, True)
    ended, kept = (store.subscription(source=name) for name in ("far", "near"))
    assert ended and kept
    assert (ended.lease_end, ended.due_at, kept.lease_end) == (make.now, make.now, near)


def test_the_store_finds_the_sources_that_may_wait_too_long_and_no_others(store: SqlStore, make: Any) -> None:
    names = [f"{rule}{polled}{due}" for rule in ("every", "spread") for polled in "+-0" for due in "+-"]
    store.sync_sources(make.sources(*names), now=make.now)
    moments = {"+": make.now + HOUR, "-": make.now - HOUR, "0": None}
    for name in names:
        state = make.state(name, rule=name[:-2], polled_at=moments[name[-2]], due_at=moments[name[-1]])
        store.save_poll(state, [], [], make.polled(name))
    ahead = {state.source: state for state in store.ahead(now=make.now)}
    assert ahead == {name: state for name, state in store.states().items() if jumps.may_be_ahead(state, now=make.now)}
    assert set(ahead) == {"every++", "every0+", "spread++", "spread-+", "spread0+"}
