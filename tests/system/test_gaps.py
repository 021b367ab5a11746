"""A poll that comes too late: older pages are read, what may be lost is told, and the next poll comes sooner (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from aggregator.model import Source
from tests.system.conftest import Site
from tests.system.days import MONDAY, Days
from tests.system.origin import Asked, Origin, Scenario, Wire, answer, plain

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with Origin(address="") as origin:  # 127.0.0.2 and so on are other hosts
        yield Days(origin=origin, folder=tmp_path)


def atom(numbers: Iterable[int], **links: str) -> bytes:
    """A feed of items published at these minutes after the beginning; `prev_archive="..."` becomes a link."""
    related = "".join(f'<link rel="{name.replace("_", "-")}" href="{href}"/>' for name, href in links.items())
    entries = "".join(
        f"<entry><id>urn:{n}</id><title>Item {n}</title><link href='https://example.org/{n}'/><content>Text of {n}.</content>"
        f"<updated>{(MONDAY + n * MINUTE).isoformat()}</updated></entry>"
        for n in numbers
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:t</id>{related}{entries}</feed>'.encode()


def busy(days: Days, *, every: int, holds: int, **links: str) -> None:
    """At /feed, a source that publishes an item every so many minutes and shows the last few of them."""

    def scenario(asked: Asked, wire: Wire) -> None:
        last = (days.now - MONDAY) // (every * MINUTE) * every
        numbers = [last - every * place for place in range(holds)]
        wire.send(answer(200, atom(numbers, **links), content_type="application/atom+xml"))

    days.origin.route("/feed", scenario)


def archive(days: Days, path: str, numbers: Iterable[int], **links: str) -> None:
    days.origin.route(path, plain(200, atom(numbers, **links)))


def follow(days: Days, **options: object) -> None:
    days.sources = [Source(**({"name": "s", "url": days.origin.url("/feed"), "every": 10 * HOUR} | options))]


def paths(days: Days) -> list[str]:
    return [asked.path for asked in days.origin.log]


def test_archives_are_read_back_to_what_is_known_and_nothing_is_lost(days: Days) -> None:
    archive(days, "/3", range(480, 600, 10), prev_archive="/2")
    archive(days, "/2", range(240, 480, 10), prev_archive="/1")
    archive(days, "/1", range(0, 240, 10), prev_archive="/0")
    busy(days, every=10, holds=5, prev_archive="/3")
    follow(days)
    days.until(MONDAY + 11 * HOUR)
    assert paths(days) == ["/feed", "/feed", "/3", "/2", "/1"]  # and not /0: something of /1 was known
    assert [asked.header("if-none-match") for asked in days.origin.log] == [None] * 5
    late = days.polled[-1]
    assert (late.pages, late.lost, late.new) == (3, 0, 60)


def test_what_no_page_shows_is_told_as_an_upper_bound(days: Days) -> None:
    busy(days, every=10, holds=6)
    follow(days)
    days.until(MONDAY + 11 * HOUR)
    late = days.polled[-1]
    assert paths(days) == ["/feed", "/feed"]
    lost = 60 - 6  # what was published after the first poll and is not in the second
    assert late.lost is not None
    assert lost <= late.lost <= lost + 2
    assert (late.new, late.pages) == (6, 0)


def test_pages_of_a_paged_feed_are_read_too_and_loops_end(days: Days) -> None:
    archive(days, "/2", range(500, 550, 10), next="/3")
    archive(days, "/3", range(400, 500, 10), next="/2")
    busy(days, every=10, holds=5, next="/2")
    follow(days)
    days.until(MONDAY + 10 * HOUR)
    assert paths(days) == ["/feed", "/feed", "/2", "/3"]
    assert (days.polled[-1].new, days.polled[-1].pages) == (5 + 5 + 10, 2)
    assert days.polled[-1].lost is not None
    assert days.polled[-1].lost >= 39


def test_a_chain_of_pages_has_an_end(days: Days) -> None:
    for number in range(40):
        archive(days, f"/{number}", [-1000 - number], next=f"/{number + 1}")
    busy(days, every=10, holds=5, next="/0")
    follow(days)
    days.until(MONDAY + 10 * HOUR)
    assert len(paths(days)) == 2 + 8


def test_an_archive_read_to_its_very_beginning_leaves_nothing_out(days: Days) -> None:
    archive(days, "/1", range(300, 560, 10))
    busy(days, every=10, holds=5, prev_archive="/1")
    follow(days)
    days.until(MONDAY + 10 * HOUR)
    assert (days.polled[-1].pages, days.polled[-1].lost) == (1, 0)


def test_no_gap_no_pages(days: Days) -> None:
    archive(days, "/old", range(-100, -50, 10), prev_archive="/older")
    busy(days, every=10, holds=100, prev_archive="/old")
    follow(days)
    days.until(MONDAY + 40 * HOUR)
    assert set(paths(days)) == {"/feed"}  # neither at the first poll nor later


def test_an_older_state_in_an_archive_does_not_undo_an_edit(days: Days) -> None:
    edited = atom([0]).replace(b"Text of 0.", b"Edited text.")
    archive(days, "/1", [0, 500])
    feeds = iter([edited, atom([600], prev_archive="/1")])
    days.origin.route("/feed", lambda asked, wire: wire.send(answer(200, next(feeds))))
    follow(days)
    days.until(MONDAY + 10 * HOUR)
    assert (days.polled[-1].new, days.polled[-1].updated, days.polled[-1].lost) == (2, 0, 0)


def test_other_origins_get_no_configured_headers(days: Days) -> None:
    elsewhere = days.origin.url("/there", host="127.0.0.2")
    archive(days, "/here", range(500, 550, 10), prev_archive=elsewhere)
    archive(days, "/there", range(0, 500, 10))
    busy(days, every=10, holds=5, prev_archive="/here")
    follow(days, headers={"Authorization": "Bearer 1"})
    days.until(MONDAY + 10 * HOUR)
    assert [(asked.path, asked.header("authorization")) for asked in days.origin.log[2:]] == [("/here", "Bearer 1"), ("/there", None)]


def test_a_page_whose_host_asks_to_wait_blocks_it(days: Days) -> None:
    days.origin.route("/old", plain(429, b"", retry_after="86400"))
    busy(days, every=10, holds=5, prev_archive="/old")
    follow(days)
    days.until(MONDAY + 33 * HOUR)
    assert paths(days) == ["/feed", "/feed", "/old"]
    days.until(MONDAY + 35 * HOUR)
    assert len(paths(days)) > 3


def test_a_poll_that_came_too_late_shortens_the_adaptive_interval_more_than_news_does(days: Days) -> None:
    def bursting(before: bytes, after: bytes) -> Scenario:
        return lambda asked, wire: wire.send(answer(200, before if days.now < MONDAY + DAY else after))

    first = range(0, 50, 10)
    days.origin.route("/late", bursting(atom(first), atom(range(1000, 1050, 10))))
    days.origin.route("/news", bursting(atom(first), atom([*range(1000, 1050, 10), *first])))
    days.sources = [Source(name=path, url=days.origin.url(f"/{path}")) for path in ("late", "news")]
    days.until(MONDAY + 40 * HOUR)
    pauses = {path: [later - sooner for sooner, later in pairwise(days.times(path))] for path in ("/late", "/news")}
    place = max(number for number, at in enumerate(days.times("/news")) if at < MONDAY + DAY) + 1  # the first poll after the burst
    assert pauses["/late"][:place] == pauses["/news"][:place]
    assert pauses["/late"][place] == pauses["/news"][place] / 2


def test_people_see_what_may_be_lost(site: Site, origin: Origin) -> None:
    site.configure(f'[sources.paper]\nurl = "{origin.url("/feed")}"\ntranslate_to = []\n')
    origin.route("/feed", plain(200, atom(range(0, 60, 10))))
    site.run("fetch", "paper")
    soon = 60 * 24 * 365 * 10 * 10  # minutes: published after the first poll, whenever this runs
    origin.route("/feed", plain(200, atom([soon])))
    shown = site.run("-v", "fetch", "paper")
    assert "polled paper too late: 0 older pages read, how many items are lost is unknown" in shown.stderr
    (row,) = site.lines("sources")
    assert row["may_be_lost"] == "unknown"
    assert row["lost_at"]
    assert site.lines("status")[0]["sources_that_lost_an_unknown_number"] == 1
    assert "It published more between two polls than its feed holds" in site.run("status").stdout
