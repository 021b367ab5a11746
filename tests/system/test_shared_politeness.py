"""What an origin sees of several processes that share a store: one polite client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.neighbours import SharedTurns
from aggregator.fetch.pages import PageFetcher
from aggregator.model import Block, Failed, Fetched, Outcome, Polled, PollState, Request
from aggregator.store import SqlStore, open_store
from tests.system.origin import Asked, Origin, Wire, answer, plain

PAUSE = timedelta(seconds=0.3)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[SqlStore, SqlStore]]:
    """One store, as two processes have it."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with closing(open_store(url)) as one, closing(open_store(url)) as two:
        yield one, two


class Crowd:
    """A scenario that counts how many are asked at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self.most = 0

    def __call__(self, asked: Asked, wire: Wire) -> None:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        wire.wait(0.1)
        with self._lock:
            self._inside -= 1
        wire.send(answer(200, b"<rss/>"))


def fetch(stores: tuple[SqlStore, ...], urls: list[str], *, per_host: int = 1, spacing: timedelta = timedelta(0)) -> list[Outcome]:
    """Every process asks for all of them at once."""

    async def whole() -> list[Outcome]:
        fetchers = [HttpFetcher(per_host=per_host, spacing=spacing, beside=SharedTurns(store, clock=now)) for store in stores]
        outcomes = await asyncio.gather(*(fetcher.fetch(request(url)) for url in urls for fetcher in fetchers))
        for fetcher in fetchers:
            await fetcher.aclose()
        return list(outcomes)

    return asyncio.run(whole())


def request(url: str) -> Request:
    return Request(url=url, timeout=timedelta(seconds=10), allow_networks=("127.0.0.0/8",))


def test_a_host_is_asked_by_one_process_at_a_time_with_a_pause_between_two(stores: tuple[SqlStore, SqlStore], origin: Origin) -> None:
    crowd = Crowd()
    urls = [origin.route(f"/{number}", crowd) for number in range(3)]
    assert all(isinstance(outcome, Fetched) for outcome in fetch(stores, urls, spacing=PAUSE))
    times = [asked.at for asked in origin.log]
    assert (len(times), crowd.most) == (6, 1)
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.1 + PAUSE.total_seconds() - 0.05


def test_all_processes_together_have_as_many_places_at_a_host_as_one(stores: tuple[SqlStore, SqlStore], origin: Origin) -> None:
    crowd = Crowd()
    urls = [origin.route(f"/{number}", crowd) for number in range(4)]
    assert len(fetch(stores, urls, per_host=2)) == 8
    assert crowd.most == 2


def test_who_waits_for_a_host_that_wants_to_be_left_alone_asks_it_no_more(stores: tuple[SqlStore, SqlStore], origin: Origin) -> None:
    one, _ = stores

    def refuse(asked: Asked, wire: Wire) -> None:
        wire.wait(0.5)  # the other process is waiting by now
        block = Block(host="127.0.0.1", until=now() + timedelta(minutes=2), reason="status 429")
        one.save_poll(PollState(source="a"), [], [], Polled(source="a", at=now(), outcome="failed"), block=block)
        wire.send(answer(429, retry_after="120"))

    first, second = fetch(stores, [origin.route("/", refuse)])
    assert len(origin.log) == 1
    assert isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert (first.status, second.status) == (429, 429)
    assert "was not made" in f"{first.message}{second.message}"


def test_the_pause_that_a_site_wants_between_its_pages_is_kept_by_all(stores: tuple[SqlStore, SqlStore], origin: Origin) -> None:
    origin.route("/robots.txt", plain(200, b"User-agent: *\nCrawl-delay: 1\n", content_type="text/plain"))
    pages = [origin.route(f"/page{number}", plain(200, b"<html>", content_type="text/html")) for number in range(2)]

    async def whole() -> None:
        turns = [SharedTurns(store, clock=now) for store in stores]
        fetchers = [PageFetcher(HttpFetcher(spacing=timedelta(0), beside=each), clock=now, beside=each) for each in turns]
        await asyncio.gather(*(fetcher.fetch(request(page)) for page, fetcher in zip(pages, fetchers, strict=True)))

    asyncio.run(whole())
    first, second = sorted(asked.at for asked in origin.log if asked.path != "/robots.txt")
    assert second - first > 0.9
