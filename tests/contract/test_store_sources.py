"""Every store: sources, their states, claims and history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.model import LONG_AGO, Block, Masthead, PollState, Source, Validators, Wait
from aggregator.store import SqlStore


def names(states: Any) -> list[str]:
    return [state.source for state in states]


def claim(store: SqlStore, make: Any, *, after: timedelta = timedelta(0), limit: int = 10, **more: Any) -> list[str]:
    return names(store.claim_sources(now=make.now + after, limit=limit, lease=make.minute, **more))


def test_a_new_source_is_due_at_once_and_remembers_nothing(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    url = "https://a.example/feed"
    assert store.states() == {"a": PollState(source="a", url=url, configured_url=url, due_at=make.now)}


def test_a_state_comes_back_as_it_was_stored(store: SqlStore, make: Any) -> None:
    state = PollState(
        source="a",
        url="https://b.example/",
        configured_url="https://a.example/feed",
        validators=Validators(etag='W/"é,"', last_modified="Thu, 01 Jan 1970", received=make.now),
        body_digest="d",
        due_at=datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        polled_at=make.now,
        changed_at=datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        interval=timedelta(hours=1, microseconds=1),
        failures=3,
        status=503,
        error_kind="status",
        error="no",
        advice="wait",
        moves=2,
        moved_to="https://c.example/",
        gone=True,
        spared=7,
        rule="skip",
        ttl=timedelta(hours=2, microseconds=1),
        skip_hours=(0, 23),
        skip_days=(5, 6),
        waits=(Wait(timedelta(hours=2, microseconds=1), "ttl"), Wait(timedelta(minutes=5), "adaptive")),
        silence=timedelta(days=3, microseconds=7),
        max_age=timedelta(hours=9),
        seen=("one - -", "two é x"),
        known=("settings", "context", "around", "digest id -"),
        repeated=("id", "other"),
        complaints=("no é list",),
        gap_at=make.now,
        lost=None,
        title="Naïve & Co",
        home="https://a.example/",
        picture="https://a.example/a.png",
        renames=2,
        renamed_to="d",
    )
    store.save_poll(state, [], [], make.polled())
    assert store.states(["a"]) == {"a": state}


def test_sources_that_left_the_configuration_sleep_and_wake_as_they_were(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b"), now=make.now)
    learned = replace(store.states()["a"], validators=Validators(etag="e"), due_at=make.now - make.minute)
    store.save_poll(learned, [], [], make.polled())
    store.sync_sources(make.sources("b"), now=make.now)
    assert set(store.states()) == {"b"}
    assert claim(store, make) == ["b"]
    assert claim(store, make, names=["a"]) == []
    store.sync_sources(make.sources("a", "b"), now=make.now + make.minute)
    assert store.states(["a"]) == {"a": learned}


def test_a_poll_that_ends_after_its_source_left_does_not_wake_it(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    store.sync_sources([], now=make.now)
    store.save_poll(make.state(), [], [], make.polled())
    assert store.states() == {}


def test_another_url_in_the_configuration_forgets_what_was_learned(store: SqlStore, make: Any) -> None:
    (source,) = make.sources("a")
    store.sync_sources([source], now=make.now)
    store.save_poll(make.state(configured_url=source.url, validators=Validators(etag="e"), failures=3), [], [], make.polled())
    store.sync_sources([source], now=make.now)
    assert store.states()["a"].validators.etag == "e"
    store.sync_sources([replace(source, url="https://new.example/")], now=make.now)
    fresh = PollState(source="a", url="https://new.example/", configured_url="https://new.example/", due_at=make.now)
    assert store.states()["a"] == fresh


def test_due_sources_are_given_out_once_earliest_first(store: SqlStore, other: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("b"), now=make.now - make.minute)
    store.sync_sources(make.sources("a", "b", "c", "later"), now=make.now)
    store.save_poll(make.state("later", due_at=make.now + timedelta(microseconds=1)), [], [], make.polled("later"))
    assert claim(store, make, limit=2) == ["b", "a"]
    assert claim(other, make) == ["c"]
    assert claim(store, make) == []


def test_a_claim_ends_with_its_lease_with_release_and_with_the_poll(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b"), now=make.now)
    assert claim(store, make) == ["a", "b"]
    assert claim(store, make, after=make.minute - timedelta(microseconds=1)) == []
    store.release_sources(["b"])
    assert claim(store, make) == ["b"]
    store.save_poll(make.state("b", due_at=make.now), [], [], make.polled("b"))
    assert claim(store, make) == ["b"]
    assert claim(store, make, after=make.minute) == ["a", "b"]


def test_a_process_that_is_alone_frees_what_others_left_claimed(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))

    def claim_all() -> list[int]:
        claims = {"now": make.now + make.minute, "limit": 9, "lease": make.minute}
        return [len(claimed(**claims)) for claimed in (store.claim_sources, store.claim_jobs, store.claim_marks)]

    assert claim_all() == [1, 1, 3]
    assert claim_all() == [0, 0, 0]
    store.free_claims()
    assert claim_all() == [1, 1, 3]


def test_only_the_first_of_a_host_are_claimed_and_the_others_leave_places(store: SqlStore, other: SqlStore, make: Any) -> None:
    busy = [Source(name=f"b{number}", url=f"https://busy.example/{number}") for number in range(4)]
    store.sync_sources([*busy, Source(name="c", url="https://calm.example/"), Source(name="d", url="https://dear.example/")], now=make.now)

    def taken(of: SqlStore, per_host: int | None) -> list[str]:
        return [state.source for state in of.claim_sources(now=make.now, limit=9, lease=make.minute, per_host=per_host)]

    assert taken(store, 1) == ["b0", "c", "d"]
    assert taken(other, 1) == []
    assert taken(other, 2) == ["b1"]
    store.save_poll(replace(store.states()["b0"], due_at=make.now + make.minute), [], [], make.polled("b0"))
    assert taken(store, 1) == []  # b1 is under way
    assert taken(store, 2) == ["b2"]
    assert taken(store, None) == ["b3"]


def test_sources_that_nobody_polls_hold_up_none_of_their_host(store: SqlStore, make: Any) -> None:
    sources = [Source(name=name, url=f"https://busy.example/{name}") for name in ("asleep", "gone", "paused", "well")]
    store.sync_sources(sources, now=make.now)
    store.save_poll(replace(store.states()["gone"], gone=True), [], [], make.polled("gone"))
    store.pause_sources(["paused"], paused=True)
    store.sync_sources(sources[1:], now=make.now)
    claimed = store.claim_sources(now=make.now, limit=9, lease=make.minute, per_host=1)
    assert [state.source for state in claimed] == ["well"]


def test_named_sources_are_claimed_due_or_not_unless_somebody_has_them(store: SqlStore, other: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b", "c"), now=make.now + make.minute)
    assert claim(store, make) == []
    assert claim(store, make, names=["a", "nobody"]) == ["a"]
    assert claim(other, make, names=["a", "b"]) == ["b"]


def test_a_gone_source_is_polled_only_when_it_is_named(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    store.save_poll(make.state("a", gone=True, due_at=make.now), [], [], make.polled("a"))
    assert claim(store, make) == []
    assert claim(store, make, names=["a"]) == ["a"]


def test_two_workers_share_a_thousand_sources_without_meeting(store: SqlStore, other: SqlStore, make: Any) -> None:
    wanted = [f"s{number}" for number in range(1000)]
    store.sync_sources(make.sources(*wanted), now=make.now)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(drain, (store, other), (make, make))
    assert sorted(first + second) == sorted(wanted)


def drain(store: SqlStore, make: Any) -> list[str]:
    got: list[str] = []
    while some := claim(store, make, limit=20):
        got += some
    return got


def test_history_keeps_the_last_polls_newest_first(store: SqlStore, make: Any) -> None:
    polls = [make.polled(at=make.now + number * make.minute, new=number, took=make.minute) for number in range(60)]
    for polled in polls:
        store.save_poll(make.state(), [], [], polled)
    store.save_poll(make.state("b"), [], [], make.polled("b", error_kind="dns", error="e", size=2**40))
    assert list(store.history("a", limit=3)) == polls[:-4:-1]
    assert list(store.history("a", limit=100)) == polls[:9:-1]
    assert list(store.history("b")) == [make.polled("b", error_kind="dns", error="e", size=2**40)]
    assert list(store.history("unknown")) == []


def test_a_blocked_hosts_sources_are_left_alone_until_its_time_unless_overridden(store: SqlStore, other: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b"), now=make.now)
    block = Block(host="a.example", until=make.now + make.minute, reason="429")
    store.save_poll(make.state("c", due_at=make.now + 9 * make.minute), [], [], make.polled("c"), block=block)
    assert other.blocks(now=make.now) == {"a.example": block}
    assert claim(other, make) == ["b"]
    assert claim(other, make, names=["a"]) == []
    assert claim(other, make, names=["a"], override=True) == ["a"]
    other.release_sources(["a"])
    assert store.blocks(now=make.now + make.minute) == {}
    assert claim(store, make, after=make.minute - timedelta(microseconds=1)) == []
    assert "a" in claim(store, make, after=make.minute)


def test_free_sources_can_be_put_off(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b"), now=make.now)
    assert claim(store, make, limit=1) == ["a"]
    store.postpone_sources({"a": make.now + make.minute, "b": make.now + make.minute})
    assert {name: state.due_at - make.now for name, state in store.states().items()} == {"a": timedelta(0), "b": make.minute}
    assert store.states()["b"].rule == "spread"


def test_codes_of_the_last_polls_come_newest_first(store: SqlStore, make: Any) -> None:
    for minute, status in enumerate([200, 304, 0, 304]):
        polled = replace(make.polled(), at=make.now + minute * make.minute, status=status)
        store.save_poll(PollState(source="a"), [], [], polled)
    store.save_poll(PollState(source="b"), [], [], replace(make.polled(), source="b", status=410))
    assert store.codes() == {"a": [304, 0, 304, 200], "b": [410]}
    assert store.codes(["a", "nobody"]) == {"a": [304, 0, 304, 200]}
    assert store.codes([]) == {}


def test_hosts_that_could_not_be_reached_since_the_last_answer_are_known(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b", "c"), now=make.now)
    assert store.unreachable() == (LONG_AGO, [])
    history = [("a", "dns"), ("b", "status"), ("a", "timeout"), ("c", "connect"), ("b", "blocked_address"), ("a", "dns")]
    for minutes, (name, kind) in enumerate(history):
        polled = make.polled(name, at=make.now + minutes * make.minute, error_kind=kind)
        store.save_poll(store.states()[name], [], [], polled)
    assert store.unreachable() == (make.now + make.minute, ["a.example", "c.example"])
    store.save_poll(store.states()["c"], [], [], make.polled("c", at=make.now + 9 * make.minute))
    assert store.unreachable() == (make.now + 9 * make.minute, [])


def test_what_sources_call_themselves_is_kept_at_another_address(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b", "c"), now=make.now)
    store.save_poll(make.state("a", title="A", home="https://a.example/"), [], [], make.polled("a"))
    store.save_poll(make.state("b", title="B"), [], [], make.polled("b"))
    store.sync_sources([Source(name="a", url="https://new.example/")], now=make.now)
    assert store.states(["a"])["a"].url == "https://new.example/"
    assert store.mastheads(["a", "b", "c", "d"]) == {"a": Masthead("A", "https://a.example/"), "b": Masthead("B")}
    assert store.mastheads([]) == {}
