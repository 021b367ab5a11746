"""Every store: polls that brought nothing, many at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.model import LONG_AGO, Change, PollState, Validators, Wait
from aggregator.store import SqlStore

HOUR = timedelta(hours=1)


def later(state: PollState, make: Any) -> PollState:
    """The state with another value for everything that is rhythm."""
    return replace(
        state,
        validators=Validators(etag='W/"2"', last_modified="Thu, 01 Jan 1970", received=make.now),
        max_age=HOUR,
        due_at=make.now + HOUR,
        polled_at=make.now,
        interval=2 * HOUR,
        rule="ttl",
        waits=(Wait(HOUR, "ttl"),),
        silence=3 * HOUR,
        status=304,
        failures=1,
        spared=2,
        error_kind="dns",
        error="e",
        advice="a",
        moves=1,
        moved_to="https://m.example/",
    )


def test_the_rhythm_of_many_sources_and_their_history_are_stored_and_their_claims_end(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b", "c"), now=make.now)
    full = replace(store.states()["a"], body_digest="d", seen=("one",), known=("settings",), title="A", ttl=HOUR)
    store.save_poll(full, [Change(item=make.item(), kind="new")], [], make.polled())
    claimed = store.claim_sources(now=make.now, limit=9, lease=make.minute)
    after = {state.source: later(state, make) for state in claimed}
    rows = {name: make.polled(name, at=make.now + make.minute, outcome="not modified", status=304) for name in after}
    store.save_rhythms([(after[name], rows[name]) for name in ("c", "a", "b")])
    assert store.states() == after
    assert {name: store.history(name)[0] for name in after} == rows
    free = store.claim_sources(now=make.now, limit=9, lease=make.minute, names=["a", "b", "c"])
    assert [state.source for state in free] == ["a", "b", "c"]


def test_what_is_no_rhythm_stays_as_another_poll_has_stored_it_meanwhile(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    before = store.states()["a"]
    store.save_poll(replace(before, body_digest="new", known=("settings", "new"), gone=True), [], [], make.polled())
    store.save_rhythms([(later(before, make), make.polled(at=make.now + make.minute))])
    now = store.states()["a"]
    assert (now.body_digest, now.known, now.gone, now.validators.etag) == ("new", ("settings", "new"), True, 'W/"2"')


def test_of_a_source_with_another_address_by_now_nothing_but_the_history_is_stored(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    before = store.states()["a"]
    (source,) = make.sources("a")
    store.sync_sources([replace(source, url="https://new.example/")], now=make.now)
    store.save_rhythms([(later(before, make), make.polled())])
    assert store.states()["a"].validators == Validators(received=LONG_AGO)
    assert store.history("a") == [make.polled()]


def test_odd_names_and_values_are_stored_like_others(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("é'", "b"), now=make.now)
    store.pause_sources(["b"], paused=True)
    after = {name: replace(later(state, make), validators=Validators(etag='"ä\\x'), error='":\n') for name, state in store.states().items()}
    made = [(state, make.polled(name, at=make.now, lost=None, error="é")) for name, state in after.items()]
    store.save_rhythms(made)
    assert store.states() == after
    assert after["b"].paused
    assert [store.history(polled.source) for _, polled in made] == [[polled] for _, polled in made]


def test_histories_go_where_some_polls_of_many_see_to_it(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    state = store.states()["a"]
    for number in range(80):
        store.save_rhythms([(state, make.polled(at=make.now + timedelta(seconds=number, microseconds=number)))])
    assert 50 <= len(store.history("a", limit=100)) < 60


def test_no_polls_are_nothing(store: SqlStore) -> None:
    store.save_rhythms([])
    assert store.states() == {}


def test_a_history_forgets_as_it_grows(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a"), now=make.now)
    state = store.states()["a"]
    for number in range(60):
        store.save_rhythms([(state, make.polled(at=make.now + number * make.minute))])
    assert len(store.history("a", limit=99)) == 50
