"""What it costs to publish one new item, by how many are stored: only what changed is rendered, and nothing is scanned."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import pytest

from tests.bench.figures import Record
from tests.bench.stores import NUMBERS, copy
from tests.system.press import Press, item, press

FEW, MANY = 1_000, int(os.environ.get("BENCH_STORED", "1_000_000"))
LIMIT, ROUNDS, TAGS = 50, 15, 2_000
MOST = 1.5  # times what it costs in a small store
FEEDS = ("all", "paper", "tag/markets")

pytestmark = pytest.mark.bench


def fill(file: Path, many: int) -> None:
    """Make the one item of a store many, all of them published and archived: in the database itself, or it would take an hour."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144")
        database.execute(f"CREATE TEMP TABLE n AS {NUMBERS}", (many - 1,))
        later = {"published": "t.published + i * 60000000"}
        copy(database, "items", {"id": ID, "guid": "i", "url": "t.url || i", "tags": f"replace(t.tags, 'tag-0', {TAG})"} | later)
        copy(database, "pages", {"item_id": ID} | later)
        number = {"item_id": ID, "age": "t.age - i * 60000000", "archive": f"i / {LIMIT} + 1"}
        copy(database, "feed_pages", number, where=f"feed IN {FEEDS}", order="feed, i DESC")
        copy(database, "feed_pages", number | {"feed": f"'tag/' || {TAG}"}, where="feed = 'tag/tag-0'", order=f"{TAG}, i DESC")
        for feed in FEEDS:
            rows = ((feed, archive, LIMIT, archive * LIMIT) for archive in range(1, many // LIMIT + 1))
            columns = "feed, number, size, total, language, generation, stale"
            database.executemany(f"INSERT INTO archives ({columns}) VALUES (?, ?, ?, ?, 'zh-CN', 1, 0)", rows)
        database.executescript(
            "UPDATE feed_pages SET archive = 1 WHERE archive = 0; UPDATE pages SET stale = 0; UPDATE feeds SET stale = 0"
        )
        database.execute("PRAGMA journal_mode = WAL")


ID = "printf('00000000-0000-5000-8000-%012d', i)"
TAG = f"'tag-' || i % {TAGS}"


def cost(here: Press, number: int) -> float:
    """CPU seconds for one new item, from the store to the files."""
    here.bring(item(number))
    started = time.process_time()
    done = here.publish()
    seconds = time.process_time() - started
    assert [one.mark.key for one in done if one.mark.kind == "feed"] == list(FEEDS)
    return seconds


def test_one_new_item_costs_the_same_whatever_is_stored(tmp_path: Path, record: Record) -> None:
    for many in (FEW, MANY):
        (tmp_path / str(many)).mkdir()
        with press(tmp_path / str(many)) as here:
            here.bring(item(0, tags=("markets", "tag-0")))
        fill(tmp_path / str(many) / "store.db", many)
    with press(tmp_path / str(FEW), limit=LIMIT) as small, press(tmp_path / str(MANY), limit=LIMIT) as large:
        assert [len(here.store.newest(feed="all", language="zh-CN", limit=MANY)) for here in (small, large)] == [FEW, MANY]
        rounds = [(cost(small, FEW + number), cost(large, MANY + number)) for number in range(ROUNDS)][2:]
    for file in tmp_path.glob("*/store.db*"):
        file.unlink()  # more than a gigabyte
    few, more = (median(seconds) for seconds in zip(*rounds, strict=True))
    record(f"publishing one new item with {MANY:,} stored, times with {FEW:,}", more / few, "x", most=MOST)
