"""What it costs to publish one new item, by how many are stored: only what changed is rendered, and nothing is scanned."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import insert

from aggregator.model import Item
from aggregator.store.engine import Database
from aggregator.store.items import _feed_rows
from aggregator.store.rows import item_values, mark_values, page_values
from aggregator.store.schema import feed_pages, feeds, items, pages
from tests.system.press import BEGAN, Press, item, press

FEW, MANY, LIMIT, ROUNDS, TAGS = 1_000, 100_000, 50, 15, 2_000
MOST = 1.5  # times what it costs in a small store

pytestmark = pytest.mark.bench


def stored(number: int) -> Item:
    """One of the stored items: it has a tag of its own beside that of all."""
    return item(number, tags=("markets", f"tag-{number % TAGS}"))


def fill(url: str, many: int) -> None:
    """Store many items that are published and archived already."""
    database = Database(url)
    for start in range(0, many, 10_000):
        batch = [stored(number) for number in range(start, min(many, start + 10_000))]
        with database.write() as connection:
            connection.execute(insert(items), [item_values(one, first_seen=BEGAN) for one in batch])
            connection.execute(insert(pages), [page_values(one, one.language) | {"stale": False} for one in batch])
            connection.execute(insert(feed_pages), list(rows(batch, start)))
    names = {"all": many, "paper": many, "tag/markets": many} | {f"tag/tag-{number}": 0 for number in range(min(many, TAGS))}
    with database.write() as connection:
        put = [
            {"name": name, "language": "zh-CN", "archives": size // LIMIT} | mark_values() | {"stale": False}
            for name, size in names.items()
        ]
        connection.execute(insert(feeds), put)
    database.close()


def rows(batch: list[Item], start: int) -> Iterator[dict[str, object]]:
    for number, one in enumerate(batch, start):
        for row in _feed_rows(one, one.language):
            yield row | {"archive": number // LIMIT + 1}


def cost(here: Press, number: int) -> float:
    """CPU seconds for one new item, from the store to the files."""
    here.bring(item(number))
    started = time.process_time()
    done = here.publish()
    seconds = time.process_time() - started
    assert [one.mark.key for one in done if one.mark.kind == "feed" and one.paths[0].count("/") < 3] == ["all", "paper", "tag/markets"]
    return seconds


def test_one_new_item_costs_the_same_whatever_is_stored(tmp_path: Path) -> None:
    for many in (FEW, MANY):
        (tmp_path / str(many)).mkdir()
        with press(tmp_path / str(many)):
            fill(f"sqlite:///{tmp_path / str(many) / 'store.db'}", many)
    with press(tmp_path / str(FEW), limit=LIMIT) as small, press(tmp_path / str(MANY), limit=LIMIT) as large:
        rounds = [(cost(small, FEW + number), cost(large, MANY + number)) for number in range(ROUNDS)][2:]
    few, more = (median(seconds) for seconds in zip(*rounds, strict=True))
    print(f"one new item: {few:.3f} s of CPU with {FEW} stored, {more:.3f} s with {MANY}: {more / few:.2f} times (at most {MOST})")  # noqa: T201 - what this is for
    assert more / few <= MOST
