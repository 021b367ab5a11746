"""Every store: the archives of feeds, and what a hub is to be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aggregator.model import Block, Topic
from aggregator.store import SqlStore

ALL = {"feed": "all", "language": "en"}


def ids(*numbers: int) -> list[str]:
    return [f"id-{number:04}" for number in numbers]


def fill(store: SqlStore, size: int = 2, limit: int = 10) -> list[int]:
    return [archive.number for archive in store.fill_archives(**ALL, size=size, limit=limit)]


def write(store: SqlStore, limit: int = 10) -> None:
    for archive in store.fill_archives(**ALL, size=2, limit=limit):
        store.record_archive(archive, **ALL)


def held(store: SqlStore, *numbers: int) -> list[list[str]]:
    return [list(store.archived(**ALL, archive=number)) for number in numbers]


def test_archives_take_the_oldest_and_only_as_many_as_fill_one(store: SqlStore, make: Any) -> None:
    assert fill(store) == []
    make.save(store, *(make.item(number) for number in range(1, 6)))  # 5 is the oldest
    assert fill(store) == [1, 2]
    assert held(store, 1, 2, 3) == [ids(4, 5), ids(2, 3), []]
    assert list(store.fill_archives(feed="a", language="fr", size=2, limit=10)) == []


def test_what_an_archive_holds_does_not_change_by_what_comes_later(store: SqlStore, make: Any) -> None:
    make.save(store, *map(make.item, (2, 4, 6, 8)))
    fill(store)
    make.save(store, *map(make.item, (1, 5, 7, 9)))  # among and before them
    assert fill(store) == [1, 2, 3, 4]
    assert held(store, 1, 2, 3, 4) == [ids(6, 8), ids(2, 4), ids(7, 9), ids(1, 5)]


def test_an_archive_is_to_be_written_until_it_is_and_again_when_everything_is(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number) for number in range(1, 8)))
    assert fill(store, limit=2) == [1, 2]
    store.record_archive(store.fill_archives(**ALL, size=2, limit=2)[0], **ALL)
    assert fill(store, limit=2) == [2, 3]
    write(store)
    assert fill(store) == []
    make.save(store, make.item(8))
    assert fill(store) == [4]
    store.mark_all()
    assert fill(store, limit=2) == [1, 2]
    assert held(store, 4) == [ids(1, 8)]


def test_an_archive_leads_to_the_newest_before_it(store: SqlStore, make: Any) -> None:
    assert store.newest_archive(**ALL) == 0
    make.save(store, *(make.item(number) for number in range(1, 7)))
    fill(store)
    assert [store.newest_archive(**ALL, before=number) for number in (None, 3, 2, 1)] == [3, 2, 1, 0]


def test_feeds_are_counted_with_what_stands_in_archives(store: SqlStore, make: Any) -> None:
    items = [make.item(number) for number in range(1, 8)]
    make.save(store, *items)
    write(store)
    assert store.feed_sizes(["all"]) == {("all", "en"): (7, items[0].published)}
    store.remove_items(ids(6, 2), [], now=make.now)  # of two archives
    make.save(store, make.item(8))
    assert store.feed_sizes(["all"])["all", "en"][0] == len(store.newest(**ALL, limit=100)) == 6
    store.remove_items(ids(1, 3, 4, 5, 7, 8), [], now=make.now)
    assert store.feed_sizes(["all"]) == {}


def test_an_archive_that_a_page_has_left_is_to_be_written_again(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number) for number in range(1, 7)))
    write(store)
    store.remove_items(ids(4), [], now=make.now + make.minute)
    assert fill(store) == [2]
    assert held(store, 1, 2, 3) == [ids(5, 6), ids(3), ids(1, 2)]
    write(store)
    assert fill(store) == []


def test_one_that_is_left_with_nothing_is_passed_over_and_told_last(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number) for number in range(1, 9)))
    write(store)
    store.remove_items(ids(3, 4, 5, 6), [], now=make.now + make.minute)
    assert fill(store) == [4, 2, 3]  # 4 leads to 3 now, and then to 1
    assert store.newest_archive(**ALL, before=4) == 1
    write(store)
    store.remove_items(ids(1, 2), [], now=make.now + make.minute)
    assert fill(store) == [4]
    assert store.newest_archive(**ALL) == 1


def test_a_number_never_comes_back(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number) for number in range(5, 9)))
    write(store)
    store.remove_items(ids(5, 6, 7, 8), [], now=make.now + make.minute)
    write(store)
    make.save(store, make.item(1), make.item(2))
    assert fill(store) == [3]
    assert store.newest_archive(**ALL, before=3) == 0


def test_what_leaves_an_archive_while_it_is_written_is_not_forgotten(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(1), make.item(2))
    (archive,) = store.fill_archives(**ALL, size=2, limit=1)
    store.remove_items(ids(1), [], now=make.now + make.minute)
    store.record_archive(archive, **ALL)
    assert fill(store) == [1]


def test_an_item_that_changes_its_tags_stays_in_the_archives_of_all(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(1, tags=("x",)), make.item(2, tags=("x",)))
    write(store)
    of_tag = {"feed": "tag/x", "language": "en"}
    (archive,) = store.fill_archives(**of_tag, size=2, limit=9)
    store.record_archive(archive, **of_tag)
    make.save(store, make.item(1, tags=("y",)))
    assert (fill(store), held(store, 1)) == ([], [ids(1, 2)])
    assert [archive.number for archive in store.fill_archives(**of_tag, size=2, limit=9)] == [1]
    assert list(store.archived(**of_tag, archive=1)) == ids(2)


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


def test_a_hub_that_is_given_up_is_told_of_the_next_change(store: SqlStore, make: Any) -> None:
    store.note_topics({"u": "1"}, now=make.now)
    (topic,) = claimed(store, make)
    block = Block(host="hub.example", until=make.now + make.minute, reason="busy")
    store.put_off_topic(topic, due_at=None, error="no", block=block)
    assert store.blocks(now=make.now) == {"hub.example": block}
    assert claimed(store, make, after=make.minute) == []
    store.note_topics({"u": "2"}, now=make.now)
    assert claimed(store, make, after=make.minute) == [Topic(url="u", digest="2")]


def test_a_claim_that_is_given_up_ends_with_its_lease_or_with_all(store: SqlStore, make: Any) -> None:
    store.note_topics({"u": "1"}, now=make.now)
    claimed(store, make)
    store.free_claims()
    assert len(claimed(store, make)) == 1
    assert len(claimed(store, make, after=make.minute)) == 1
