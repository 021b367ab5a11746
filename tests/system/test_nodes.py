"""Several nodes on one PostgreSQL: each row is worked on once, whoever comes, goes, or dies."""

from __future__ import annotations

import re
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import psycopg
import pytest

from tests.loopback.server import serving
from tests.loopback.services import Libre
from tests.system.cluster import LEASE, WORKING, Books, are_whole, press
from tests.system.conftest import Running, Site, temporary_files
from tests.system.origin import Origin, plain
from tests.system.papers import rss

ITEMS = 3


@pytest.fixture
def books(url: str) -> Iterator[Books]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield Books(connection)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin(address="") as origin:
        yield origin


def test_two_nodes_share_the_work_politely_and_end_in_order(site: Site, origin: Origin, url: str, books: Books) -> None:
    names = press(site, origin, url, sources=15, items=ITEMS, hosts=5, spacing="1s")
    assert site.run("store", "migrate").returncode == 0
    with Running(site.start("-v", "worker")) as one, Running(site.start("-v", "worker")) as two:
        for node in (one, two):
            node.hear(WORKING)
        books.wait_until_idle(15 * ITEMS)
        (told,) = site.lines("status")
        assert [(node["state"], node["queues"]) for node in told["nodes"]] == [("at work", ["poll", "translate", "publish"])] * 2  # type: ignore[attr-defined]
        queues = [(each["queue"], each["nodes"], each["waiting"]) for each in told["queues"]]  # type: ignore[attr-defined]
        assert queues == [("poll", 2, 0), ("translate", 2, 0), ("publish", 2, 0)]
        assert [node.end(signal.SIGTERM) for node in (one, two)] == [0, 0]
    assert "Traceback" not in "\n".join(one.said + two.said)
    assert books.polls() == {1: 15}
    assert are_whole(site, names, items=ITEMS)
    assert temporary_files(site.folder) == []
    assert least_pause(origin) > 0.95  # seconds between the answer to one request and the next one to a host, with some for the wire
    assert "nodes" not in site.lines("status")[0]  # they have left


def least_pause(origin: Origin) -> float:
    """The shortest time between two requests to a host."""
    asked = defaultdict(list)
    for each in origin.log:
        asked[each.header("host")].append(each.at)
    assert len(asked) == 5
    return min(later - earlier for times in asked.values() for earlier, later in pairwise(times))


def test_when_a_node_is_killed_under_load_every_source_is_polled_once_all_the_same(
    site: Site, origin: Origin, url: str, books: Books
) -> None:
    names = press(site, origin, url, sources=30, items=1, hosts=30, slow=0.7, at_once=5, languages=("zh-CN",))
    assert site.run("store", "migrate").returncode == 0
    with Running(site.start("-v", "worker")) as one, Running(site.start("-v", "worker")) as two:
        for node in (one, two):
            node.hear("polled paper")
        one.process.kill()
        killed = time.monotonic()
        assert len(origin.log) > sum(books.polls().values())  # some are asked and not stored yet
        assert books.wait_until_polled(30) - killed < LEASE + 5
        books.wait_until_idle(30)
        assert two.end() == 0
    assert books.polls() == {1: 30}
    assert are_whole(site, names, items=1, languages=("zh-CN",))
    assert temporary_files(site.folder) == []


@dataclass
class Slow(Libre):
    """A service that takes its time, and counts what it is sent."""

    sent: Counter[str] = field(default_factory=Counter)

    def texts(self, texts: list[str]) -> list[str]:  # type: ignore[override]
        self.sent.update(texts)
        self.released.wait(0.1)
        return [f"The news about software, number {re.sub(r'[^0-9]', '', text)}" for text in texts]


PAID = """
[translators.house]
engine = "libretranslate"
base_url = "{url}"

[[routes]]
from = "*"
to = "en"
engines = ["house"]

[budget]
characters_per_day = {cap}
"""
CAP = 150  # of 80 documents with some 240 characters in all


def test_two_nodes_pay_for_no_segment_twice_and_exceed_no_bound(site: Site, origin: Origin, url: str, books: Books) -> None:
    service = Slow()
    with serving(service):
        more = PAID.format(url=service.url, cap=CAP)
        names = press(site, origin, url, sources=8, hosts=8, more=more, languages=("zh-CN", "en"))
        for name in names:  # the same texts from all of them, so that both nodes want them at the same time
            origin.route(f"/{name}", plain(200, rss(range(10), host=f"{name}.example", title="服务器软件的新闻")))
        with Running(site.start("-v", "worker")) as one, Running(site.start("-v", "worker")) as two:
            for node in (one, two):
                node.hear("translation of|translated")
            is_due = "due_at <= 1e6 * extract(epoch FROM now())"
            books.wait(f"(SELECT count(*) FROM items) = 80 AND NOT EXISTS (SELECT FROM jobs WHERE {is_due})")
            assert [node.end() for node in (one, two)] == [0, 0]
    spent = sum(len(text) * times for text, times in service.sent.items())
    assert CAP * 0.5 < spent <= CAP
    assert books.one("SELECT sum(characters) FROM usage WHERE engine = 'house'") == spent
    assert set(service.sent.values()) == {1}
