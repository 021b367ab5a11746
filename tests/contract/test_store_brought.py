"""Every store: polls that brought something, many at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from aggregator.errors import Overtaken
from aggregator.model import Alias, Block, Brought, Change, Item
from aggregator.store import SqlStore

HOUR = timedelta(hours=1)


def brought(make: Any, source: str, *items: Item, kind: str = "new", **fields: Any) -> Brought:
    """One poll with items and a job for each."""
    changes = tuple(Change(item=item, kind=kind) for item in items)
    blank = Brought(state=make.state(source, body_digest=source), polled=make.polled(source), changes=changes)
    return replace(blank, jobs=tuple(make.job(item) for item in items), **fields)


def some(make: Any) -> list[Brought]:
    """Polls of three sources, in no order, the second of which brought nothing."""
    late = make.polled("c", at=make.now + make.minute)
    block = Block(host="c.example", until=make.now + HOUR, reason="busy")
    return [
        brought(make, "c", make.item(3, source="c"), make.item(1, source="c", tags=("t",)), polled=late, block=block),
        brought(make, "b", renamed=("b",)),
        brought(make, "a", make.item(2, source="a"), aliases=(Alias("n", "a", "id-0002"), Alias("m", "a", "id-0002"))),
    ]


def test_what_many_polls_brought_is_stored_as_one_by_one(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b", "c"), now=make.now)
    store.claim_sources(now=make.now, limit=9, lease=HOUR)
    polls = some(make)
    store.save_polls(polls)
    assert store.states() == {poll.state.source: poll.state for poll in polls}
    assert [store.history(poll.state.source) for poll in polls] == [[poll.polled] for poll in polls]
    assert set(store.items([f"id-{number:04}" for number in (1, 2, 3)]).values()) == {
        change.item for poll in polls for change in poll.changes
    }
    assert {*store.first_seen("a").values(), *store.first_seen("c").values()} == {make.now, make.now + make.minute}
    assert store.aliases(["n", "m"]) == [Alias("m", "a", "id-0002"), Alias("n", "a", "id-0002")]
    assert {job.item_id for job in store.pending_jobs()} == {"id-0001", "id-0002", "id-0003"}
    assert set(store.blocks(now=make.now)) == {"c.example"}
    assert {mark for mark in make.marks(store) if mark[0] == "feed"} == {("feed", name, "en") for name in ("a", "c", "all", "tag/t")}
    assert len(store.claim_sources(now=make.now, limit=9, lease=HOUR, names=["a", "b"])) == 2


def test_where_one_of_many_was_overtaken_nothing_is_stored(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b", "c"), now=make.now)
    make.save(store, make.item(1, source="b"), source="b")
    before = store.states()
    with pytest.raises(Overtaken):
        store.save_polls(some(make))
    assert store.states() == before
    assert not store.known(["id-0002", "id-0003"])


def test_two_polls_with_one_item_are_not_stored_together(store: SqlStore, make: Any) -> None:
    store.sync_sources(make.sources("a", "b"), now=make.now)
    item = make.item()
    with pytest.raises(Overtaken):
        store.save_polls([brought(make, "a", item), brought(make, "b", item)])
    assert not store.known([item.id])
    store.save_polls([brought(make, "a", item, item)])  # a document may have one twice
    assert store.known([item.id])


def test_no_polls_are_nothing(store: SqlStore) -> None:
    store.save_polls([])
    assert store.states() == {}


def test_many_polls_take_hardly_more_statements_than_one(store: SqlStore, make: Any) -> None:
    names = [f"s{number}" for number in range(12)]
    store.sync_sources(make.sources(*names), now=make.now)
    polls = [brought(make, name, make.item(number, source=name)) for number, name in enumerate(names, 1)]
    counts = []
    for batch in (polls[:1], polls[1:2], polls[2:]):
        statements: list[str] = []
        listener = lambda *told, to=statements: to.append(told[2])  # noqa: E731
        event.listen(store._database._engine, "before_cursor_execute", listener)
        store.save_polls(batch)
        event.remove(store._database._engine, "before_cursor_execute", listener)
        counts.append(len(statements))
    assert counts[2] <= counts[1] + 2
