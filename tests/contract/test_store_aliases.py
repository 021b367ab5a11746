"""Every store: the names under which sources have brought items."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aggregator.model import Alias, Change
from aggregator.store import SqlStore


def test_names_are_stored_with_the_poll_that_learned_them_and_never_change(store: SqlStore, make: Any) -> None:
    names = [Alias("n", "b", "id-0002"), Alias("n", "a", "id-0001"), Alias("m", "a", "id-0001")]
    store.save_poll(make.state(), [Change(item=make.item(), kind="new")], [], make.polled(), aliases=names)
    store.save_poll(make.state(), [], [], make.polled(), aliases=[Alias("n", "a", "other"), *names])
    assert list(store.aliases(["n", "m", "unknown"])) == sorted(names)
    assert list(store.aliases(["m"])) == names[2:]
    assert list(store.aliases([])) == []


def test_an_item_stands_in_the_feeds_of_all_sources_that_brought_it(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item)
    make.translate(store, item)
    make.marks(store)
    for source in ("b", "c"):  # each has read the item before the other one stored its link
        linked = Change(item=replace(item, also_in=(source,), also_at=(f"https://{source}.example/",)), kind="linked")
        store.save_poll(make.state(source), [linked], [], make.polled(source))
    stored = store.items([item.id])[item.id]
    assert (stored.also_in, stored.also_at) == (("b", "c"), ("https://b.example/", "https://c.example/"))
    for language in ("en", "zh-CN"):
        for feed in ("a", "b", "c", "all"):
            assert list(store.newest(feed=feed, language=language, limit=9)) == [item.id]
    assert {("feed", feed, language) for feed in "bc" for language in ("en", "zh-CN")} <= make.marks(store)
