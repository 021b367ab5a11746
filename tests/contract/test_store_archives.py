"""Every store: the archives of feeds, and what a hub is to be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aggregator.model import Topic
from aggregator.store import SqlStore

ALL = {"feed": "all", "language": "en"}


def ids(*numbers: int) -> list[str]:
    return [f"id-{number:04}" for number in numbers]


def fill(store: SqlStore, size: int = 2, limit: int = 10) -> list[int]:
    return list(store.fill_archives(**ALL, size=size, limit=limit))


def test_archives_take_the_oldest_and_only_as_many_as_fill_one(store: SqlStore, make: Any) -> None:
    assert fill(store) == []
    make.save(store, *(make.item(number) for number in range(1, 6)))  # 5 is the oldest
    assert fill(store) == [1, 2]
    assert [list(store.archived(**ALL, archive=number)) for number in (1, 2, 3)] == [ids(4, 5), ids(2, 3), []]
    assert store.archives(**ALL) == 0
    assert list(store.fill_archives(feed="a", language="fr", size=2, limit=10)) == []


def test_what_an_archive_holds_does_not_change_by_what_comes_later(store: SqlStore, make: Any) -> None:
    make.save(store, *map(make.item, (2, 4, 6, 8)))
    fill(store)
    make.save(store, *map(make.item, (1, 5, 7, 9)))  # among and before them
    assert fill(store) == [1, 2, 3, 4]
    assert [list(store.archived(**ALL, archive=number)) for number in (1, 2, 3, 4)] == [ids(6, 8), ids(2, 4), ids(7, 9), ids(1, 5)]


def test_an_archive_is_to_be_written_until_it_is_and_again_when_everything_is(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number) for number in range(1, 8)))
    assert fill(store, limit=2) == [1, 2]
    store.record_archive(**ALL, archive=1)
    assert fill(store, limit=2) == [2, 3]
    store.record_archive(**ALL, archive=3)
    assert (fill(store), store.archives(**ALL)) == ([], 3)
    make.save(store, make.item(8))
    assert fill(store) == [4]
    store.mark_all()
    assert fill(store, limit=2) == [1, 2]
    assert list(store.archived(**ALL, archive=4)) == ids(1, 8)


def test_an_edit_leaves_an_item_in_its_archive(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(1), make.item(2))
    fill(store)
    make.save(store, make.item(1, digest="other"))
    assert list(store.archived(**ALL, archive=1)) == ids(1, 2)


def test_languages_of_a_feed(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(tags=("x",)))
    make.save(store, make.item(2, source="b"), source="b")
    make.translate(store, make.item(tags=("x",)), "zh-CN")
    assert [list(store.languages_of_feed(name)) for name in ("all", "a", "b", "tag/x", "no")] == [
        ["en", "zh-CN"], ["en", "zh-CN"], ["en"], ["en", "zh-CN"], [],
    ]  # fmt: skip


def claimed(store: SqlStore, make: Any, *, after: timedelta = timedelta(0)) -> list[Topic]:
    return list(store.claim_topics(now=make.now + after, limit=10, lease=make.minute))


def test_a_hub_is_told_once_of_each_change(store: SqlStore, make: Any) -> None:
    store.note_topics({"u": "1", "v": "1"}, now=make.now)
    topics = claimed(store, make)
    assert topics == [Topic(url="u", digest="1"), Topic(url="v", digest="1")]
    assert claimed(store, make) == []
    store.told_topics(topics)
    store.note_topics({"u": "1", "v": "2"}, now=make.now)
    assert claimed(store, make, after=make.minute) == [Topic(url="v", digest="2")]


def test_what_changes_while_the_hub_is_told_is_told_again(store: SqlStore, make: Any) -> None:
    store.note_topics({"u": "1"}, now=make.now)
    topics = claimed(store, make)
    store.note_topics({"u": "2"}, now=make.now)
    store.told_topics(topics)
    assert claimed(store, make) == [Topic(url="u", digest="2")]


def test_a_hub_that_fails_is_tried_later_also_after_a_further_change(store: SqlStore, make: Any) -> None:
    store.note_topics({"u": "1"}, now=make.now)
    (topic,) = claimed(store, make)
    store.put_off_topic(topic, due_at=make.now + make.minute, error="no")
    store.note_topics({"u": "2"}, now=make.now)
    assert claimed(store, make) == []
    assert claimed(store, make, after=make.minute) == [Topic(url="u", digest="2", attempts=1)]


def test_a_claim_that_is_given_up_ends_with_its_lease_or_with_all(store: SqlStore, make: Any) -> None:
    store.note_topics({"u": "1"}, now=make.now)
    claimed(store, make)
    store.free_claims()
    assert len(claimed(store, make)) == 1
    assert len(claimed(store, make, after=make.minute)) == 1
