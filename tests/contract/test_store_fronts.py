"""Every store: what publishing asks of several feeds at once says what it says of each alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aggregator.ports.publications import Front
from aggregator.store import SqlStore

KEYS = [("all", "en"), ("all", "zh-CN"), ("a", "en"), ("b", "en"), ("tag/x", "en"), ("tag/y", "en"), ("no", "en")]


def bring(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number, tags=("x",)) for number in range(1, 6)))
    make.save(store, make.item(7, source="b"), source="b")
    make.translate(store, make.item(2, tags=("x",)), "zh-CN")


def write(store: SqlStore, make: Any) -> None:
    bring(store, make)
    for feed, language in KEYS:
        for archive in store.fill_archives(feed=feed, language=language, size=2, limit=9):
            store.record_archive(archive, feed=feed, language=language)


def empty(store: SqlStore, make: Any) -> None:
    write(store, make)
    store.remove_items([f"id-{number:04}" for number in range(1, 6)], [], now=make.now)


def again(store: SqlStore, make: Any) -> None:
    write(store, make)
    store.mark_all()


STATES = pytest.mark.parametrize(
    "state", [lambda *_: None, bring, write, empty, again], ids=["new", "items", "archives", "emptied", "all marked"]
)


@STATES
def test_fronts_say_what_is_said_of_each_feed(store: SqlStore, make: Any, state: Callable[[SqlStore, Any], None]) -> None:
    state(store, make)
    found = store.fronts(KEYS, limit=3)
    assert {key: (list(front.ids), *front[1:]) for key, front in found.items()} == {
        (name, language): (
            list(store.newest(feed=name, language=language, limit=3)),
            tuple(store.languages_of_feed(name)),
            store.newest_archive(feed=name, language=language),
        )
        for name, language in KEYS
    }


def test_a_feed_that_nobody_knows_shows_nothing(store: SqlStore) -> None:
    assert store.fronts([("no", "en")], limit=3) == {("no", "en"): Front(ids=[], languages=(), archives=0)}
    assert store.fronts([], limit=3) == {}


@STATES
@pytest.mark.parametrize("size", [1, 2, 5, 6, 50])
def test_feeds_overflow_where_there_are_archives_to_write(
    store: SqlStore, make: Any, state: Callable[[SqlStore, Any], None], size: int
) -> None:
    state(store, make)
    told = store.overflowing(KEYS, size=size)
    assert set(told) == {key for key in KEYS if store.fill_archives(feed=key[0], language=key[1], size=size, limit=9)}
