"""Every store: what it keeps count of is what can be counted, whatever happened."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from aggregator.model import Change, Item
from aggregator.store import SqlStore, open_store
from aggregator.store.schema import feed_pages, items, translations
from tests.contract.conftest import NOW

LATER = NOW + timedelta(days=1)


def counted(store: SqlStore) -> tuple[dict[str, int], int, dict[tuple[str, str], int]]:
    """Items by source, translations, and pages of feeds, row by row."""
    with store._database.read() as connection:
        of_feeds = select(feed_pages.c.feed, feed_pages.c.language, func.count()).group_by(feed_pages.c.feed, feed_pages.c.language)
        return (
            dict(Counter(connection.scalars(select(items.c.source)))),
            len(connection.execute(select(translations.c.item_id)).all()),
            {(feed, language): number for feed, language, number in connection.execute(of_feeds)},
        )


def kept(store: SqlStore) -> tuple[dict[str, int], int, dict[tuple[str, str], int]]:
    """The same as it is told."""
    counts = store.counts()
    assert counts["items"] == sum(counts["items_by_source"].values())
    sizes = store.feed_sizes([name for name, _ in store.feed_names()])
    return counts["items_by_source"], counts["translations"], {key: size for key, (size, _) in sizes.items()}


class Acts:
    """What happens to items, by dice."""

    def __init__(self, store: SqlStore, make: Any, seed: int) -> None:
        self.store, self.make, self.dice = store, make, Random(seed)
        self.there: dict[str, Item] = {}
        self.number = 0

    def come(self) -> None:
        """Some new items, some of which are known already."""
        for _ in range(self.dice.randint(1, 4)):
            self.number += 1
            age = timedelta(minutes=self.dice.randint(0, 600))
            tags = tuple(self.dice.sample("xyz", self.dice.randint(0, 2)))
            item = self.make.item(self.number, source=self.dice.choice("ab"), published=NOW - age, tags=tags)
            self.there[item.id] = item
            self.make.save(self.store, item, *self.some(1), source=item.source)

    def change(self) -> None:
        """Another text, other tags, another language, another date."""
        for item in self.some(2):
            tags, language = tuple(self.dice.sample("xyz", self.dice.randint(0, 2))), self.dice.choice(["en", "fr"])
            new = replace(item, tags=tags, language=language, digest=f"{self.dice.random()}")
            changes = [Change(item=new, kind="updated")]
            if self.dice.random() < 0.4:
                new = replace(new, published=NOW - timedelta(minutes=self.dice.randint(0, 600)), digest=item.digest)
                changes = [Change(item=new, kind="amended", redated=True)]
            self.store.save_poll(self.make.state(item.source), changes, [], self.make.polled(item.source))
            self.there[item.id] = self.store.items([item.id])[item.id]

    def translate(self) -> None:
        self.store.add_jobs([self.make.job(item, "zh-CN") for item in self.some(2)], again=True)
        for job in self.store.claim_jobs(now=NOW, limit=9, lease=self.make.minute):
            self.store.save_translation(job, self.make.translation(job))

    def archive(self) -> None:
        for feed, language in self.store.feed_names():
            self.store.fill_archives(feed=feed, language=language, size=3, limit=5)

    def prune(self) -> None:
        source, keep = self.dice.choice("ab"), self.dice.randint(2, 12)
        mine = sorted((item.published, item.id) for item in self.there.values() if item.source == source)
        beyond = [id for _, id in mine[: max(0, len(mine) - keep)]]
        found = list(self.store.expired(source, before=None, keep=keep, now=LATER, limit=3))
        assert found == beyond[:3]
        for id in self.store.remove_items(found, [], now=LATER):
            del self.there[id]

    def some(self, most: int) -> list[Item]:
        ids = sorted(self.there)
        return [self.there[id] for id in self.dice.sample(ids, min(len(ids), self.dice.randint(0, most)))]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_is_counted(store: SqlStore, make: Any, seed: int) -> None:
    acts = Acts(store, make, seed)
    for _ in range(60):
        acts.dice.choice([acts.come, acts.come, acts.change, acts.translate, acts.archive, acts.prune])()
        assert kept(store) == counted(store)
    ids = sorted(acts.there)
    assert store.remove_items(ids, [], now=LATER) == set(ids)
    assert kept(store) == counted(store) == ({}, 0, {})


def test_a_transaction_that_fails_counts_for_nothing(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(1))
    with pytest.raises(RuntimeError), store._database.write() as connection:
        connection.execute(items.delete())
        raise RuntimeError
    assert kept(store) == counted(store) == ({"a": 1}, 0, {("a", "en"): 1, ("all", "en"): 1})


def test_what_is_in_a_file_is_counted_when_it_is_opened_again(store_url: str, make: Any) -> None:
    if store_url == "sqlite://":
        return
    with closing(open_store(store_url)) as store:
        make.save(store, make.item(1), make.item(2, source="b"), source="b")
    with closing(open_store(store_url)) as store:
        assert kept(store)[0] == {"a": 1, "b": 1}
