"""Every store: what waits, what was spent, and what went wrong for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.model import Backlog, Block, Cap, Incident, Usage
from aggregator.store import SqlStore

HOUR = timedelta(hours=1)


def test_what_waits_is_counted_and_the_first_of_it_timed(store: SqlStore, make: Any) -> None:
    assert store.backlog(now=make.now) == Backlog()
    store.sync_sources(make.sources("a", "b", "c", "d", "e"), now=make.now)
    store.pause_sources(["e"], paused=True)
    assert store.backlog(now=make.now + HOUR) == Backlog(due=4, late=HOUR)
    assert store.backlog(now=make.now - HOUR) == Backlog()
    store.claim_sources(now=make.now, limit=1, lease=HOUR, names=["a"])  # is being polled
    store.sync_sources(make.sources("a", "b", "c", "e"), now=make.now)  # d sleeps
    store.save_poll(make.state("b", gone=True, due_at=make.now), [], [], make.polled("b"))
    blocked = Block(host="c.example", until=make.now + HOUR, reason="it said so")
    state = make.state("c", url="https://c.example/feed", due_at=make.now)
    store.save_poll(state, [], [], make.polled("c"), block=blocked)
    assert store.backlog(now=make.now + make.minute) == Backlog()
    assert store.backlog(now=make.now + HOUR) == Backlog(due=2, late=HOUR)  # the lease and the block are over


def test_jobs_and_marks_wait_too(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item), make.job(item, "de"), make.job(item, "")))
    backlog = store.backlog(now=make.now)
    assert (backlog.translations, backlog.pages) == (2, 1)
    assert backlog.marks == store.counts()["marks"] > 0
    store.postpone_job(make.claim_job(store), due_at=None, error="echo", is_failure=True)
    backlog = store.backlog(now=make.now)
    assert (backlog.translations, backlog.pages, backlog.given_up) == (1, 1, 1)


def test_what_counts_towards_a_bound_is_added_up(store: SqlStore, make: Any) -> None:
    day = make.now.date()
    for engine, source, characters in (("x", "a", 5), ("x", "b", 7), ("opencc", "a", 100)):
        store.spend(Usage(day=day, engine=engine, source=source, language="en", characters=characters))
    store.spend(Usage(day=day - timedelta(days=1), engine="x", source="a", language="en", characters=1000))
    whole = Cap(name="n", unit="characters", limit=10, since=day, until=make.now + timedelta(days=1), uncounted=("opencc",))
    assert store.spent([whole, replace(whole, source="a"), replace(whole, engine="opencc", uncounted=())]) == [12, 5, 100]
    assert store.spent([]) == []


def test_sources_in_trouble_are_found(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b", "c", "d", "e", "f"), now=make.now)
    fields = {"a": {"failures": 5}, "b": {"failures": 4}, "c": {"gone": True}, "d": {"gap_at": make.now}, "e": {"gap_at": make.now - HOUR}}
    for name, values in fields.items():
        url = f"https://{name}.example/feed"
        store.save_poll(make.state(name, url=url, configured_url=url, **values), [], [], make.polled(name))
    assert [state.source for state in store.troubled(failures=5, since=make.now)] == ["a", "c", "d"]
    store.pause_sources(["c"], paused=True)
    assert [state.source for state in store.troubled(failures=5, since=make.now)] == ["a", "d"]
    store.sync_sources(make.sources("a", "b"), now=make.now)
    assert [state.source for state in store.troubled(failures=5, since=make.now)] == ["a"]


def incident(make: Any, number: int, **fields: object) -> Incident:
    at = make.now + number * HOUR
    known = {"kind": "failing", "subject": "a", "key": f"k{number}", "began": at, "updated": at, "title": "T", "text": "x"}
    return Incident(**(known | fields))


def test_incidents_are_kept_until_they_are_over_and_some_after_that(store: SqlStore, make: Any) -> None:
    lasting = incident(make, 0)
    over = [incident(make, number, ended=make.now + number * HOUR) for number in range(1, 6)]
    store.save_incidents([lasting, *over], keep=10)
    assert store.incidents(limit=3) == [lasting, over[4], over[3], over[2]]
    ended = replace(lasting, ended=make.now + 9 * HOUR, updated=make.now + 9 * HOUR, title="Other")
    store.save_incidents([ended], keep=2)
    assert store.incidents(limit=10) == [ended, over[4]]
