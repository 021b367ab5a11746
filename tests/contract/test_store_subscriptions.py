"""Every store: what was agreed with hubs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.model import Subscription
from aggregator.store import SqlStore

HUB, TOPIC = "https://hub.example/", "https://a.example/feed"
DAY = timedelta(days=1)


def held(make: Any, **fields: object) -> Subscription:
    known = {"source": "a", "hub": HUB, "topic": TOPIC, "token": "tokén", "secret": "s", "state": "active"}
    return Subscription(**(known | {"lease_end": make.now + DAY, "due_at": make.now + DAY} | fields))


def advertised(store: SqlStore, make: Any, *names: str, **fields: object) -> None:
    store.sync_sources(make.sources(*names), now=make.now)
    for name in names:
        state = store.states()[name]
        state = replace(state, **({"websub_hub": HUB, "websub_topic": TOPIC, "due_at": make.now + DAY, "polled_at": make.now} | fields))
        store.save_poll(state, [], [], make.polled(name))


def waiting(store: SqlStore, make: Any, *, after: timedelta = timedelta(0)) -> list[str]:
    return sorted(state.source for state in store.to_subscribe(now=make.now + after))


def test_a_subscription_comes_back_as_it_was_stored_by_source_and_by_token(store: SqlStore, make: Any) -> None:
    one = held(make, failures=3, error="no", trusted=True, pushed_at=make.now)
    store.save_subscription(one)
    store.save_subscription(held(make, source="b", token="other"))
    assert store.subscription(source="a") == store.subscription(token="tokén") == one
    assert store.subscription(source="c") is store.subscription(token="") is None
    store.save_subscription(replace(one, token="new"))
    assert store.subscription(token="tokén") is None


def test_hubs_are_asked_that_are_advertised_and_not_agreed_with(store: SqlStore, make: Any) -> None:
    advertised(store, make, "a", "b", "c")
    advertised(store, make, "d", websub_hub="")
    advertised(store, make, "e", gone=True)
    store.sync_sources(make.sources("a", "b", "d", "e"), now=make.now)  # c sleeps
    assert waiting(store, make) == ["a", "b"]
    store.save_subscription(held(make))
    assert waiting(store, make) == ["b"]
    assert waiting(store, make, after=DAY) == ["a", "b"]
    store.save_subscription(held(make, topic="https://a.example/other"))
    assert waiting(store, make) == ["a", "b"]
    store.save_subscription(held(make, hub="https://b.example/", state="denied"))
    assert waiting(store, make) == ["a", "b"]
    store.save_subscription(held(make, state="denied"))
    assert waiting(store, make, after=9 * DAY) == ["b"]


def test_a_lease_that_has_ended_is_noticed_while_somebody_relies_on_it(store: SqlStore, make: Any) -> None:
    advertised(store, make, "a")
    store.save_subscription(held(make, due_at=make.now + 9 * DAY, trusted=True))
    assert waiting(store, make) == []
    assert waiting(store, make, after=DAY) == ["a"]
    store.save_subscription(held(make, due_at=make.now + 9 * DAY))
    assert waiting(store, make, after=DAY) == []


def test_who_relied_on_a_hub_is_due_when_nobody_may_have_listened(store: SqlStore, make: Any) -> None:
    advertised(store, make, "a", rule="push")
    advertised(store, make, "b")
    store.sync_sources(make.sources("a", "b"), now=make.now)
    store.save_subscription(held(make, trusted=True))
    store.distrust_hubs(now=make.now)
    found = store.subscription(source="a")
    assert found is not None
    assert not found.trusted
    assert {name: state.due_at for name, state in store.states().items()} == {"a": make.now, "b": make.now + DAY}
