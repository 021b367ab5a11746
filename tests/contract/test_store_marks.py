"""Every store: what is out of date after what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.store import SqlStore


def feeds(language: str, *names: str) -> set[tuple[str, str, str]]:
    return {("feed", name, language) for name in ("a", "all", *names)}


def test_a_new_item_puts_its_page_and_its_feeds_out_of_date(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(tags=("x",)))
    assert make.marks(store) == {("page", "id-0001", "en")} | feeds("en", "tag/x")
    assert make.marks(store) == set()


def test_of_feeds_only_so_many_are_claimed_with_the_pages(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(tags=("x", "y")))
    claimed = [store.claim_marks(now=make.now, limit=4, lease=make.minute, feeds=2) for _ in range(3)]
    assert [[mark.key for mark in marks] for marks in claimed] == [["id-0001", "a", "all"], ["tag/x", "tag/y"], []]


def test_an_unchanged_poll_puts_nothing_out_of_date(store: SqlStore, make: Any) -> None:
    make.save(store)
    assert make.marks(store) == set()


def test_the_first_translation_into_a_language_touches_all_pages_of_its_item(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, make.item(2))
    for each in (make.item(2), item):
        make.translate(store, each, "fr")
    make.translate(store, make.item(2), "zh-CN")
    make.marks(store)
    make.translate(store, item, "zh-CN")
    assert make.marks(store) == {("page", item.id, language) for language in ("en", "fr", "zh-CN")} | feeds("zh-CN")


def test_the_first_page_of_a_feed_in_a_language_touches_the_feed_in_all_languages(store: SqlStore, make: Any) -> None:
    item = make.item(tags=("x",))
    make.save(store, item, make.item(2, source="b"))
    make.translate(store, item, "fr")
    make.marks(store)
    make.translate(store, item, "zh-CN")
    touched = {mark for mark in make.marks(store) if mark[0] == "feed"}
    assert touched == feeds("en", "tag/x") | feeds("fr", "tag/x") | feeds("zh-CN", "tag/x")


def test_a_later_translation_touches_only_its_own_page(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item)
    make.translate(store, item, "zh-CN")
    make.translate(store, item, "fr")
    make.marks(store)
    edited = replace(item, digest="d2")
    make.save(store, edited)
    assert make.marks(store) == {("page", item.id, "en")} | feeds("en")
    make.translate(store, edited, "zh-CN")
    assert make.marks(store) == {("page", item.id, "zh-CN")} | feeds("zh-CN")


def test_pages_come_before_feeds_and_each_goes_to_one_worker(store: SqlStore, other: SqlStore, make: Any) -> None:
    make.save(store, make.item(1), make.item(2))
    first = store.claim_marks(now=make.now, limit=1, lease=make.minute)
    rest = other.claim_marks(now=make.now, limit=10, lease=make.minute)
    assert [(mark.kind, mark.key) for mark in [*first, *rest]] == [
        ("page", "id-0001"), ("page", "id-0002"), ("feed", "a"), ("feed", "all"),
    ]  # fmt: skip
    assert list(store.claim_marks(now=make.now, limit=10, lease=make.minute)) == []
    assert len(store.claim_marks(now=make.now + make.minute, limit=10, lease=make.minute)) == 4


def test_what_is_marked_again_while_it_is_published_stays_and_is_free_at_once(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item)
    claimed = store.claim_marks(now=make.now, limit=10, lease=make.minute)
    make.save(store, replace(item, digest="d2"))
    assert list(store.claim_marks(now=make.now, limit=10, lease=make.minute)) == []
    store.clear_marks(claimed)
    again = store.claim_marks(now=make.now, limit=10, lease=make.minute)
    assert [(mark.kind, mark.key) for mark in again] == [(mark.kind, mark.key) for mark in claimed]
    store.clear_marks(again)
    assert make.marks(store) == set()


def test_a_late_worker_does_not_clear_what_was_marked_after_its_mark_was_cleared(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item)
    late = store.claim_marks(now=make.now, limit=10, lease=timedelta(0))
    assert len(make.marks(store)) == 3
    make.save(store, replace(item, digest="d2"))
    store.clear_marks(late)
    assert len(make.marks(store)) == 3


def test_everything_can_be_marked(store: SqlStore, make: Any) -> None:
    assert store.mark_all() == 0
    item = make.item()
    make.save(store, item)
    make.translate(store, item, "fr")
    expected = {("page", item.id, "en"), ("page", item.id, "fr")} | feeds("en") | feeds("fr")
    assert make.marks(store) == expected
    assert store.mark_all() == 6
    assert make.marks(store) == expected


def test_a_new_name_puts_the_feeds_that_there_are_out_of_date_and_makes_none(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item)
    make.translate(store, item, "fr")
    make.marks(store)
    store.save_poll(make.state(), [], [], make.polled(), renamed=["a", "all", "tag/none"])
    assert make.marks(store) == feeds("en") | feeds("fr")
    store.save_poll(make.state(), [], [], make.polled(), renamed=[])
    assert make.marks(store) == set()
