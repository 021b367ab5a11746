"""robots.txt holds for pages and not for feeds: read from an origin's log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.pages import PageFetcher
from aggregator.model import Failed, Fetched, Outcome, Request, Source
from tests.system.days import LIMITS, MONDAY, Days
from tests.system.origin import ATOM, Origin, in_turn, plain

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORBIDDEN = b"User-agent: *\nDisallow: /\n"
SOME = b"User-agent: aggregator-test\nDisallow: /secret\n\nUser-agent: *\nDisallow: /\n"


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin(address="") as origin:
        origin.routes({"/page": plain(200, b"<p>page</p>"), "/other": plain(200, b"<p>other</p>"), "/secret": plain(200, b"<p>secret</p>")})
        yield origin


@dataclass
class Reader:
    """Reads pages of an origin one after the other, at the time of a clock."""

    origin: Origin
    now: timedelta = timedelta(0)
    outcomes: list[Outcome] = field(default_factory=list)

    def read(self, *steps: str | timedelta, at_once: bool = False) -> list[str]:
        """Read these pages, or let time pass between them. Returns the paths that the origin was asked for meanwhile."""
        known = len(self.origin.log)
        asyncio.run(self._read(steps, at_once=at_once))
        return [asked.path for asked in self.origin.log[known:]]

    async def _read(self, steps: tuple[str | timedelta, ...], *, at_once: bool) -> None:
        fetcher = HttpFetcher(spacing=timedelta(0))
        pages = PageFetcher(fetcher, clock=lambda: MONDAY + self.now)
        if at_once:
            self.outcomes += await asyncio.gather(*(pages.fetch(self._request(str(step))) for step in steps))
            return
        for step in steps:
            if isinstance(step, timedelta):
                self.now += step
            else:
                self.outcomes.append(await pages.fetch(self._request(step)))

    def _request(self, path: str) -> Request:
        url = path if "://" in path else self.origin.url(path)
        headers = {"User-Agent": LIMITS.user_agent, "Authorization": "Bearer 1"}
        return Request(url=url, headers=headers, timeout=LIMITS.timeout, allow_networks=LIMITS.allow_networks)


def test_feeds_are_polled_whatever_robots_txt_says_and_it_is_never_asked_for(origin: Origin, tmp_path: Path) -> None:
    origin.routes({"/robots.txt": plain(200, FORBIDDEN), "/feed": plain(200, ATOM)})
    days = Days(origin=origin, folder=tmp_path, sources=[Source(name="s", url=origin.url("/feed"), every=6 * HOUR)])
    days.until(MONDAY + DAY)
    assert [asked.path for asked in origin.log] == ["/feed"] * 5


def test_a_page_that_is_forbidden_is_not_asked_for_and_the_reason_told(origin: Origin) -> None:
    origin.route("/robots.txt", plain(200, SOME))
    reader = Reader(origin)
    assert reader.read("/page", "/secret", "/other") == ["/robots.txt", "/page", "/other"]
    page, secret, other = reader.outcomes
    assert isinstance(page, Fetched)
    assert isinstance(other, Fetched)
    assert isinstance(secret, Failed)
    assert (secret.kind, "its robots.txt forbids it" in secret.message, bool(secret.advice)) == ("robots", True, True)
    assert [asked.header("authorization") for asked in origin.log] == [None, "Bearer 1", "Bearer 1"]


def test_the_rules_are_kept_for_a_day_and_asked_for_once_by_many(origin: Origin) -> None:
    origin.route("/robots.txt", in_turn(plain(200, SOME), plain(200, FORBIDDEN)))
    reader = Reader(origin)
    assert reader.read("/page", 23 * HOUR, "/page", HOUR, "/page") == ["/robots.txt", "/page", "/page", "/robots.txt"]
    origin.route("/robots.txt", plain(200, SOME))
    assert sorted(reader.read("/page", "/other", "/page", at_once=True)) == ["/other", "/page", "/page", "/robots.txt"]


def test_each_site_has_its_own_rules(origin: Origin) -> None:
    origin.route("/robots.txt", in_turn(plain(200, SOME), plain(200, FORBIDDEN)))
    assert Reader(origin).read("/page", origin.url("/page", host="127.0.0.2")) == ["/robots.txt", "/page", "/robots.txt"]


def test_without_rules_all_is_allowed_and_without_an_answer_nothing_for_an_hour(origin: Origin) -> None:
    origin.route("/robots.txt", in_turn(plain(404, b""), plain(500, b""), plain(200, SOME)))
    reader = Reader(origin)
    assert reader.read("/page") == ["/robots.txt", "/page"]
    assert reader.read("/page", HOUR / 2, "/page", HOUR / 2, "/page") == ["/robots.txt", "/robots.txt", "/page"]
    assert "500" in getattr(reader.outcomes[1], "message", "")


def test_the_pause_that_a_site_asks_for_is_kept_between_its_pages(origin: Origin) -> None:
    origin.route("/robots.txt", plain(200, b"User-agent: *\nCrawl-delay: 1\n"))
    reader = Reader(origin)
    reader.read("/page", "/other", "/page", at_once=True)
    _, first, second, third = [asked.at for asked in origin.log]
    assert second - first > 0.5  # as they arrive: one may have been on its way for longer than the next
    assert third - second > 0.5


def test_pages_are_guarded_like_everything_else(origin: Origin) -> None:
    reader = Reader(origin)
    assert reader.read("http://10.0.0.1/page", "file:///etc/passwd", "http://u:p@127.0.0.1/page") == []
    assert [getattr(outcome, "kind", "") for outcome in reader.outcomes] == ["no_robots", "blocked_address", "bad_source"]
    assert "10.0.0.1 is private" in getattr(reader.outcomes[0], "message", "")
