"""What publishing costs against doing it without what saves it: batches of pages against one by one, known entries against all anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from aggregator import archiving
from aggregator.model import Document, Feed
from aggregator.pipeline import LEASE
from aggregator.publishers.feeds import FeedPublisher
from tests.bench.figures import Record
from tests.system.press import Press, item, press

PAGES, ROUNDS, LIMIT = 64, 8, 50
PARAGRAPH = "<p>软件的第 {0} 段，<b>重要</b>，<a href='https://e.example/{0}'>链接</a>，还有更多文字。</p>"
TEXT = "".join(map(PARAGRAPH.format, range(12)))

pytestmark = pytest.mark.bench


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds that it takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def gain(rounds: list[tuple[float, float]]) -> float:
    """How many times as much it costs without as with."""
    without, saved = (median(each) for each in zip(*rounds, strict=True))
    return without / saved


def of_pages(here: Press, start: int, *, at_once: int) -> float:
    """For so many new pages, claimed and published so many at once."""
    here.bring(*(item(start + number) for number in range(PAGES)))

    def publish() -> None:
        for _ in range(0, PAGES, at_once):
            archiving.publish(here.pipeline, list(here.store.claim_marks(now=here.now, limit=at_once, lease=LEASE, feeds=0)))

    spent = seconds(publish)
    assert not here.store.claim_marks(now=here.now, limit=1, lease=LEASE, feeds=0)
    return spent


def test_pages_in_batches(tmp_path: Path, record: Record) -> None:
    with press(tmp_path) as here:
        rounds = [(of_pages(here, 2 * n * PAGES, at_once=1), of_pages(here, (2 * n + 1) * PAGES, at_once=PAGES)) for n in range(ROUNDS)][1:]
    record("pages in a batch, times one by one", gain(rounds), "x")


def test_feeds_of_known_entries(tmp_path: Path, record: Record) -> None:
    def write(publisher: FeedPublisher, feeds: list[Feed]) -> list[Document]:
        return [document for feed in feeds for document in publisher.feed(feed)]

    def bring(*numbers: int) -> None:
        items = [item(number, html=TEXT) for number in numbers]
        here.bring(*items)
        for one in items:
            here.translate(one)

    def found() -> list[Feed]:
        """With pages of which nothing was worked out yet: each keeps what is."""
        return here.pipeline.feeds([("all", "en"), ("all", "zh-CN")])

    with press(tmp_path, limit=LIMIT) as here:
        publisher, rounds = FeedPublisher(base_url="https://me.example"), []
        bring(*range(LIMIT))
        write(publisher, found())
        for number in range(LIMIT, LIMIT + ROUNDS):
            bring(number)
            known = seconds(partial(write, publisher, found()))
            rounds.append((seconds(partial(write, FeedPublisher(base_url="https://me.example"), found())), known))
    record("a feed with one new entry, times all anew", gain(rounds), "x")
