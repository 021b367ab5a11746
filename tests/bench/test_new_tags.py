"""What it costs to publish one new item with a new tag on a site laid out in files, by how many tags there are."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import pytest

from tests.bench.figures import Record
from tests.system.press import add_tags, item
from tests.system.test_index_pages import Work, working

SIZES = (100, 5_000)
ROUNDS = 15

pytestmark = pytest.mark.bench


def fill(work: Work, folder: Path, many: int) -> None:
    """So many tags, laid out; the item of the first one is that of all of them."""
    work.bring(item(0, tags=("0",)))
    work.publish()
    with closing(sqlite3.connect(folder / "data" / "store.db", isolation_level=None)) as database:
        database.execute("BEGIN")
        add_tags(database, [str(number) for number in range(1, many)], like="0")
        database.execute("COMMIT")
    work.house.lay_out()


def cost(work: Work, number: int) -> float:
    """CPU seconds for one new item of a new tag, from the store to its feeds and to the page that leads there."""
    tag = f"{number}-new"
    work.bring(item(number, tags=(tag,)))
    started = time.process_time()
    work.publish()
    asyncio.run(work.chore.tick())
    seconds = time.process_time() - started
    site = work.house.settings.paths.site or Path()
    assert any(f"tag/{tag}.rss".encode() in page.read_bytes() for page in [site / "index.html", *site.glob("index/tag/*.html")])
    return seconds


def test_a_new_tag_costs_the_same_however_many_there_are(tmp_path: Path, record: Record) -> None:
    few, many = (tmp_path / str(size) for size in SIZES)
    with working(few) as small, working(many) as large:
        for work, folder, size in ((small, few, SIZES[0]), (large, many, SIZES[1])):
            fill(work, folder, size)
        rounds = [(cost(small, number), cost(large, number)) for number in range(1, ROUNDS + 3)][2:]
        started = time.process_time()
        large.house.lay_out()
        whole = time.process_time() - started
    less, more = (median(seconds) for seconds in zip(*rounds, strict=True))
    record(f"all pages and lists of {SIZES[1]:,} tags, at most once a minute", whole, "CPU s")
    record("a new tag, 100 tags against 5,000", less / more, "x")
