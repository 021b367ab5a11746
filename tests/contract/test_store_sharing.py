"""Every store: what processes keep from each other, the rates that they keep to together, and who is there."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.model import Node, Source
from aggregator.store import SqlStore

SECOND = timedelta(seconds=1)


def test_things_are_held_together_or_not_at_all(store: SqlStore, other: SqlStore, make: Any) -> None:
    now, until = make.now, make.now + make.minute
    assert store.hold("segment", ["a", "b"], holder="one", now=now, until=until) is None
    assert other.hold("segment", ["b", "c"], holder="two", now=now, until=until + SECOND) == until
    assert other.hold("segment", ["c"], holder="three", now=now, until=until) is None  # two has not kept it
    assert other.hold("host", ["b"], holder="two", now=now, until=until) is None  # another kind of thing
    store.let_go("segment", ["a", "b"], holder="two")  # which it does not have
    assert other.held_until("segment", "a", now=now) == until
    store.let_go("segment", ["a", "b"], holder="one")
    assert other.held_until("segment", "a", now=now) is None
    assert other.hold("segment", ["a", "b"], holder="two", now=now, until=until) is None


def test_what_is_held_is_free_at_the_end_of_its_time_or_when_its_holder_says(store: SqlStore, other: SqlStore, make: Any) -> None:
    now, until = make.now, make.now + make.minute
    assert store.hold("host", ["a", "b"], holder="one", now=now, until=until) is None
    assert other.hold("host", ["a"], holder="two", now=until - timedelta(microseconds=1), until=until + SECOND) == until
    assert other.hold("host", ["a"], holder="two", now=until, until=until + SECOND) is None
    store.let_go("host", ["a", "b"], holder="one", free_at=now + SECOND)  # a is not its own any more
    assert other.held_until("host", "a", now=until) == until + SECOND
    assert other.held_until("host", "b", now=now) == now + SECOND
    assert other.hold("host", ["b"], holder="two", now=now + SECOND, until=until) is None


def test_many_who_want_the_same_get_it_one_after_the_other(store: SqlStore, make: Any) -> None:
    keys = [f"key {number:02}" for number in range(30)]

    def want(number: int) -> bool:
        mine = keys[number % 10 : number % 10 + 20]
        return store.hold("segment", mine[:: 1 if number % 2 else -1], holder=str(number), now=make.now, until=make.now + SECOND) is None

    with ThreadPoolExecutor(6) as threads:
        got = list(threads.map(want, range(60)))
    assert sum(got) == 1  # any two of them have a key in common


def test_a_bucket_gives_what_it_holds_at_once_and_then_what_flows_in(store: SqlStore, other: SqlStore, make: Any) -> None:
    def take(store: SqlStore, after: timedelta = timedelta(0), *, cost: timedelta = SECOND, longest: timedelta = make.minute) -> Any:
        return store.take("engine", cost=cost, full=3 * SECOND, now=make.now + after, longest=longest)

    nothing = timedelta(0)
    assert [take(store), take(other), take(store), take(other), take(store)] == [nothing, nothing, nothing, SECOND, 2 * SECOND]
    assert take(other, longest=2 * SECOND) is None  # and nothing is taken
    assert take(other, longest=3 * SECOND) == 3 * SECOND
    assert take(store, 9 * SECOND, cost=3 * SECOND) == nothing  # full again, and no fuller
    assert take(store, 9 * SECOND) == SECOND


def test_nodes_are_known_until_they_leave_or_are_forgotten(store: SqlStore, other: SqlStore, make: Any) -> None:
    one = Node(name="b-1", queues=("poll", "publish"), began=make.now, seen=make.now, version="1", configuration="c")
    two = replace(one, name="a-2", queues=("translate",))
    told = store.beat(one)
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)
    other.beat(two)
    assert store.nodes() == [two, one]
    later = replace(one, began=make.now + SECOND, seen=make.now + make.minute, configuration="d")
    store.beat(later)
    assert other.nodes()[1] == replace(later, began=make.now)  # it began when it began
    store.forget(before=make.now + SECOND)
    assert [node.name for node in store.nodes()] == ["b-1"]
    store.leave("b-1")
    store.leave("b-1")
    assert store.nodes() == []


def test_claims_that_still_hold_go_on_and_no_others(store: SqlStore, other: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b", "c"), now=make.now)
    item = make.item()
    make.save(store, item, jobs=(make.job(item), make.job(item, "fr")))
    first = {job.language: job for job in store.claim_jobs(now=make.now, limit=9, lease=make.minute)}
    late = make.now + make.minute
    again = {job.language: job for job in other.claim_jobs(now=late, limit=1, lease=make.minute)}  # the lease of both has ended
    (taken,) = again
    assert {state.source for state in store.claim_sources(now=late, limit=9, lease=make.minute)} == {"a", "b", "c"}
    store.release_sources(["b"])
    store.renew(["a", "b"], list(first.values()), now=late + make.minute / 2, lease=make.minute)
    soon = late + make.minute
    assert [state.source for state in other.claim_sources(now=soon, limit=9, lease=make.minute)] == ["b", "c"]
    assert [job.language for job in other.claim_jobs(now=soon, limit=9, lease=make.minute)] == [taken]  # whose claim was not ours to renew


def test_what_is_long_over_is_forgotten(store: SqlStore, make: Any) -> None:
    store.hold("host", ["a"], holder="one", now=make.now, until=make.now + SECOND)
    store.hold("host", ["b"], holder="one", now=make.now, until=make.now + make.minute)
    store.take("engine", cost=SECOND, full=SECOND, now=make.now, longest=SECOND)
    store.forget(before=make.now + 2 * SECOND)
    assert store.held_until("host", "a", now=make.now) is None
    assert store.held_until("host", "b", now=make.now) == make.now + make.minute


def test_who_has_a_host_has_it_alone(store: SqlStore, other: SqlStore, make: Any) -> None:
    addresses = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "c1": "c"}
    store.sync_sources([Source(name=name, url=f"https://{host}.example/{name}") for name, host in addresses.items()], now=make.now)

    def claim(store: SqlStore, *, limit: int = 10, after: timedelta = timedelta(0)) -> list[str]:
        states = store.claim_sources(now=make.now + after, limit=limit, lease=make.minute, per_host=2, alone=True)
        return [state.source for state in states]

    assert claim(store, limit=4) == ["a1", "a2", "b1"]  # a3 would only wait for these
    assert claim(other) == ["c1"]
    store.save_poll(make.state("a1", url="https://a.example/a1"), [], [], make.polled("a1"))
    assert claim(other) == []  # a2 is still being polled
    store.release_sources(["a2"])
    assert claim(other) == ["a2", "a3"]
    assert sorted(claim(store, after=make.minute)) == ["a2", "a3", "b1", "c1"]  # leases have ended, and a1 is due later


def test_of_racing_claims_no_source_is_given_out_twice(store: SqlStore, make: Any) -> None:
    store.sync_sources([Source(name=f"s{number:03}", url=f"https://h{number % 40}.example/") for number in range(200)], now=make.now)

    def claim(_: int) -> list[str]:
        return [state.source for state in store.claim_sources(now=make.now, limit=20, lease=make.minute, per_host=4, alone=True)]

    with ThreadPoolExecutor(6) as threads:
        given = Counter(name for names in threads.map(claim, range(30)) for name in names)
    assert set(given.values()) == {1}
    assert len(given) >= 40  # of each host at least one
