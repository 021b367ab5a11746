"""Every store: items that go, and what stays of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.model import Alias
from aggregator.store import SqlStore
from tests.contract.conftest import MINUTE, NOW


def test_the_oldest_and_those_beyond_the_newest_are_found(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number) for number in range(1, 6)), make.item(9, source="b"))
    ask = {"now": NOW, "limit": 9}
    assert store.expired("a", before=None, keep=None, **ask) == []
    assert store.expired("a", before=NOW - timedelta(hours=3), keep=None, **ask) == ["id-0005", "id-0004"]
    assert store.expired("a", before=None, keep=3, **ask) == ["id-0005", "id-0004"]
    assert store.expired("a", before=NOW - timedelta(hours=4), keep=2, **ask) == ["id-0005"]
    assert store.expired("a", before=NOW - timedelta(hours=9), keep=2, now=NOW, limit=1) == ["id-0005"]


def test_an_item_goes_with_all_of_its_own_but_its_names(store: SqlStore, make: Any) -> None:
    gone, kept = replace(make.item(1), tags=("x",)), make.item(2)
    make.save(store, gone, kept, jobs=(make.job(gone, "fr"),))
    make.translate(store, gone)
    make.marks(store)
    names = [Alias(gone.id, "a", gone.id), Alias(kept.id, "a", kept.id)]
    assert store.remove_items([gone.id, "unknown"], names, now=NOW + timedelta(days=1)) == {gone.id}
    assert set(store.items([gone.id, kept.id])) == {kept.id}
    assert store.translations([gone.id]) == {}
    assert store.pending_jobs() == []
    assert store.feed_names() == [("a", "en"), ("all", "en")]
    feeds = {("feed", feed, language) for feed in ("a", "all", "tag/x") for language in ("en", "zh-CN")}
    assert make.marks(store) == feeds
    assert store.aliases([gone.id, kept.id]) == names[:1]


def test_the_last_item_of_a_feed_marks_the_same_feed_in_other_languages(store: SqlStore, make: Any) -> None:
    german, first, second = make.item(1, language="de"), make.item(2), make.item(3)
    make.save(store, german, first, second)
    make.marks(store)
    store.remove_items([first.id], [], now=NOW + timedelta(days=1))
    english = {("feed", feed, "en") for feed in ("a", "all")}
    assert make.marks(store) == english  # there is another one
    store.remove_items([second.id], [], now=NOW + timedelta(days=2))
    assert make.marks(store) == english | {("feed", feed, "de") for feed in ("a", "all")}
    make.save(store, second)  # a feed that comes back is as good as a new one
    assert make.marks(store) == {("page", second.id, "en"), *english, *(("feed", feed, "de") for feed in ("a", "all"))}


def test_what_somebody_is_at_work_on_stays(store: SqlStore, make: Any) -> None:
    first, second = make.item(1), make.item(2)
    make.save(store, first, second, jobs=(make.job(second),))
    store.claim_marks(now=NOW, limit=1, lease=MINUTE)
    make.claim_job(store)
    assert store.expired("a", before=NOW, keep=None, now=NOW, limit=9) == []
    assert store.remove_items([first.id, second.id], [], now=NOW) == set()
    assert store.remove_items([first.id, second.id], [], now=NOW + MINUTE) == {first.id, second.id}
