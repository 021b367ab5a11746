"""What the origin sees of us over days: each rule is read from its log and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from aggregator.model import Source
from tests.system.conftest import Site
from tests.system.days import MONDAY, Days
from tests.system.origin import Asked, Origin, Wire, in_turn, plain, steady

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with Origin(address="") as origin:  # 127.0.0.2 and so on are other hosts
        yield Days(origin=origin, folder=tmp_path)


def rss(*names: str, head: str = "") -> bytes:
    """A feed of items with these names, the newest first, an hour apart."""
    items = "".join(
        f"<item><guid>{name}</guid><title>Item {name}</title><description>Text of {name}.</description></item>" for name in names
    )
    return f'<rss version="2.0"><channel><title>T</title><link>https://example.org/</link>{head}{items}</channel></rss>'.encode()


def pauses(days: Days, path: str) -> set[timedelta]:
    return {later - sooner for sooner, later in pairwise(days.times(path))}


def test_what_a_document_asks_for_holds_on_304s_and_after_restarts(days: Days) -> None:
    body = rss("1", head="<ttl>120</ttl>")
    days.sources = [
        Source(name="not-modified", url=days.origin.route("/304", steady(body, etag='"1"')), every=HOUR),
        Source(name="equal", url=days.origin.route("/equal", plain(200, body)), every=HOUR),
    ]
    for day in range(1, 4):
        days.until(MONDAY + day * DAY)
    for path in ("/304", "/equal"):
        assert pauses(days, path) == {2 * HOUR}
        assert len(days.times(path)) == 37


def test_skipped_hours_and_days_are_never_asked_in_though_the_document_does_not_change(days: Days) -> None:
    head = "<skipHours><hour>0</hour><hour>1</hour></skipHours><skipDays><day>Saturday</day><day>Sunday</day></skipDays>"
    days.sources = [Source(name="s", url=days.origin.route("/feed", steady(rss("1", head=head), etag='"1"')), every=30 * MINUTE)]
    days.until(MONDAY + 14 * DAY)
    first, *later = days.times("/feed")
    assert first == MONDAY  # before anything was known
    assert {at.hour for at in later} == set(range(2, 24))
    assert {at.weekday() for at in later} == {0, 1, 2, 3, 4}


def test_a_shorter_interval_in_the_configuration_holds_from_the_next_poll_on(days: Days) -> None:
    days.sources = [Source(name="s", url=days.origin.route("/feed", steady(rss("1"), etag='"1"')), every=6 * HOUR)]
    days.until(MONDAY + DAY)
    days.sources = [replace(days.sources[0], every=HOUR)]
    days.until(MONDAY + 2 * DAY)
    assert [(at - MONDAY) / HOUR for at in days.times("/feed")] == [0, 6, 12, 18, 24, *range(30, 49)]


# -- many sources


def test_a_daemon_begins_with_one_source_after_the_other_and_a_person_waits_for_none(days: Days) -> None:
    names = [f"s{number}" for number in range(30)]
    days.sources = [Source(name=name, url=days.origin.route(f"/{name}", plain(200, rss(name))), every=6 * HOUR) for name in names]
    days.until(MONDAY + HOUR, spread=True)
    begun = [seen.at for seen in days.seen]
    assert len(begun) == len(set(begun)) == 30
    assert max(begun) - min(begun) > 20 * timedelta(seconds=1)
    assert max(begun) < MONDAY + 30 * timedelta(seconds=1)
    days.poll(names)
    assert [seen.at for seen in days.seen[30:]] == [MONDAY + HOUR] * 30


def test_restarts_keep_the_interval(days: Days) -> None:
    days.sources = [Source(name="s", url=days.origin.route("/feed", plain(200, rss("1"))), every=HOUR)]
    for number in range(1, 13):  # a process that dies every ten minutes
        days.until(MONDAY + number * 10 * MINUTE, spread=True)
    assert [(at - MONDAY) / HOUR for at in days.times("/feed")] == [0, 1, 2]


def test_a_429_holds_for_the_whole_host_and_over_restarts_until_a_person_says_otherwise(days: Days) -> None:
    scenario = in_turn(plain(429, b"", retry_after="7200"), plain(200, rss("1")))
    first = Source(name="first", url=days.origin.route("/first", scenario), every=10 * MINUTE)
    second = Source(name="second", url=days.origin.route("/second", plain(200, rss("2"))), every=10 * MINUTE)
    elsewhere = days.origin.url("/elsewhere", host="127.0.0.2")
    days.sources = [first]
    days.until(MONDAY + MINUTE)
    days.sources = [first, second, Source(name="elsewhere", url=elsewhere, every=10 * MINUTE)]
    days.until(MONDAY + HOUR)
    assert days.times("/second") == []
    days.poll(["second"], override=False)
    assert days.times("/second") == []
    days.poll(["second"])
    assert days.times("/second") == [MONDAY + HOUR]
    days.until(MONDAY + 3 * HOUR)
    assert min(days.times("/first")[1:] + days.times("/second")[1:]) >= MONDAY + 2 * HOUR
    assert len(days.times("/second")) > 3


def test_what_waits_for_its_turn_is_not_sent_after_a_429(days: Days) -> None:
    for number in range(5):
        days.origin.route(f"/{number}", plain(429, b"", retry_after="3600"))
    days.sources = [Source(name=f"s{number}", url=days.origin.url(f"/{number}"), every=10 * MINUTE) for number in range(5)]
    days.until(MONDAY + 50 * MINUTE)
    assert len(days.seen) == 1


def test_our_own_outage_counts_for_nothing(days: Days) -> None:
    def dead(asked: Asked, wire: Wire) -> None:
        if MONDAY + 2 * HOUR <= days.now < MONDAY + 14 * HOUR:
            wire.reset()
        else:
            wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    body = rss("1")
    days.origin.route("/feed", dead)
    hosts = [f"127.0.0.{number}" for number in range(1, 6)]
    days.sources = [Source(name=host, url=days.origin.url("/feed", host=host), every=HOUR) for host in hosts]
    days.until(MONDAY + 16 * HOUR)
    for host in hosts:
        asked = [seen.at for seen in days.seen if (seen.asked.header("host") or "").startswith(f"{host}:")]
        during = [at for at in asked if MONDAY + 3 * HOUR <= at < MONDAY + 14 * HOUR]
        assert min(later - sooner for sooner, later in pairwise(during)) >= 5 * MINUTE
        assert any(MONDAY + 14 * HOUR <= at <= MONDAY + 14 * HOUR + 6 * MINUTE for at in asked)  # not a back-off of hours


def test_a_source_that_fails_alone_backs_off(days: Days) -> None:
    days.sources = [
        Source(name="dead", url="http://127.0.0.9:9999/feed", every=HOUR),
        *(Source(name=f"s{n}", url=days.origin.route(f"/{n}", plain(200, rss("1"))), every=HOUR) for n in range(2)),
    ]
    days.until(MONDAY + 20 * HOUR)
    assert len([row for row in days.polled if row.source == "dead"]) == 5  # at 0, 1, 3, 7 and 15 hours


# -- gone


def test_gone_is_shown_with_what_to_do_and_undone_by_name(site: Site, origin: Origin) -> None:
    url = origin.route("/feed", in_turn(plain(410, b""), plain(200, rss("1"))))
    site.configure(f'[sources.paper]\nurl = "{url}"\nevery = "5m"\ntranslate_to = []\n')
    site.run("fetch", "--all")
    (row,) = site.lines("sources")
    assert row["health"] == "gone"
    assert "fetch the source by name to try again" in str(row["advice"])
    assert "fetch the source by name" in site.run("status").stdout
    site.run("fetch")
    assert len(origin.log) == 1
    assert site.run("fetch", "paper").returncode == 0
    assert len(origin.log) == 2
    assert [row["health"] for row in site.lines("sources")] == ["ok"]


def test_a_blocked_host_is_told_of_and_overridden_by_name(site: Site, origin: Origin) -> None:
    url = origin.route("/feed", in_turn(plain(429, b"", retry_after="3600"), plain(200, rss("1"))))
    site.configure(f'[sources.paper]\nurl = "{url}"\nevery = "5m"\ntranslate_to = []\n')
    site.run("fetch")
    assert "paper: left alone until" in site.run("fetch", "--all").stderr
    assert len(origin.log) == 1
    named = site.run("fetch", "paper")
    assert "asking all the same, as you named it" in named.stderr
    assert (named.returncode, len(origin.log)) == (0, 2)


# -- deltas


def test_a_delta_is_asked_for_and_added_and_the_old_document_is_known_again(days: Days) -> None:
    whole, delta = rss("1", "2"), rss("3")
    scenario = in_turn(plain(200, whole, etag='"1"'), plain(226, delta, etag='"2"', im="feed"), plain(200, rss("3", "1", "2"), etag='"3"'))
    days.sources = [Source(name="s", url=days.origin.route("/feed", scenario), every=HOUR)]
    days.until(MONDAY + 2 * HOUR)
    assert [seen.asked.header("a-im") for seen in days.seen] == [None, "feed", "feed"]
    assert [seen.asked.header("if-none-match") for seen in days.seen] == [None, '"1"', '"2"']
    assert [(row.outcome, row.new, row.updated) for row in days.polled] == [("fetched", 2, 0), ("fetched", 1, 0), ("fetched", 0, 0)]


def test_a_delta_that_nobody_asked_for_is_no_answer(days: Days) -> None:
    days.sources = [Source(name="s", url=days.origin.route("/feed", plain(226, rss("1"), im="feed")), every=HOUR)]
    days.until(MONDAY)
    assert [row.outcome for row in days.polled] == ["failed"]
