"""The rules of politeness that take another clock than a month's: from the log of an origin, and from what the command line shows."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from aggregator.model import Source
from tests.system.conftest import Site
from tests.system.days import DAY, HOUR, MINUTE, MONDAY, Days, rss
from tests.system.origin import Asked, Origin, Wire, answer, in_turn, plain, steady
from tests.system.papers import entries

SECOND = timedelta(seconds=1)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with Origin(address="") as origin:  # 127.0.0.2 and so on are other hosts
        yield Days(origin=origin, folder=tmp_path)


def paper(url: str) -> str:
    """The configuration of one source."""
    return f'[sources.paper]\nurl = "{url}"\nevery = "5m"\ntranslate_to = []\n'


# -- 22: the interval


def test_rule_22_the_minimum_interval_survives_restarts(days: Days) -> None:
    news = (rss(*map(str, range(number))) for number in range(1, 99))
    days.origin.route("/busy", lambda asked, wire: wire.send(answer(200, next(news))))
    days.sources = [Source(name="s", url=days.origin.url("/busy"), min_every=HOUR)]
    for number in range(1, 31):  # a process that dies every ten minutes
        days.until(MONDAY + number * 10 * MINUTE, spread=True)
    assert [(at - MONDAY) / HOUR for at in days.times("/busy")] == [0, 1, 2, 3, 4, 5]


def test_a_shorter_interval_in_the_configuration_holds_from_the_next_poll_on(days: Days) -> None:
    days.sources = [Source(name="s", url=days.origin.route("/feed", steady(rss("1"), etag='"1"')), every=6 * HOUR)]
    days.until(MONDAY + DAY)
    days.sources = [replace(days.sources[0], every=HOUR)]
    days.until(MONDAY + 2 * DAY)
    assert [(at - MONDAY) / HOUR for at in days.times("/feed")] == [0, 6, 12, 18, 24, *range(30, 49)]


# -- 23, 24: many sources


def test_rule_23_one_connection_a_host_and_a_second_between_requests(days: Days) -> None:
    open_now, most, lock = Counter[str](), Counter[str](), threading.Lock()

    def slow(asked: Asked, wire: Wire) -> None:
        host = str(asked.header("host"))
        with lock:
            open_now[host] += 1
            most[host] = max(most[host], open_now[host])
        wire.wait(0.2)
        with lock:
            open_now[host] -= 1
        wire.send(answer(200, rss("1")))

    hosts = ["127.0.0.1", "127.0.0.2"]
    for host in hosts:
        for number in range(3):
            days.origin.route(f"/{number}", slow)
            days.sources.append(Source(name=f"{host}/{number}", url=days.origin.url(f"/{number}", host=host), every=HOUR))
    days.spacing = SECOND  # on the real clock, as it is by default
    days.until(MONDAY)
    assert len(days.origin.log) == 6
    assert set(most.values()) == {1}
    for host in hosts:
        times = [asked.at for asked in days.origin.log if str(asked.header("host")).startswith(f"{host}:")]
        assert min(later - sooner for sooner, later in pairwise(times)) >= 1


@pytest.mark.parametrize(("sources", "most_at_once"), [(20, 20), (60, 1)])
def test_rule_23_a_daemon_begins_with_many_sources_one_after_the_other(days: Days, sources: int, most_at_once: int) -> None:
    names = [f"s{number}" for number in range(sources)]
    days.sources = [Source(name=name, url=days.origin.route(f"/{name}", plain(200, rss(name))), every=6 * HOUR) for name in names]
    days.until(MONDAY + HOUR, spread=True)
    begun = [asked.when for asked in days.origin.log]
    assert len(begun) == sources
    assert max(Counter(begun).values()) == most_at_once
    assert max(begun) <= MONDAY + sources * SECOND
    days.poll(names)  # a person waits for none
    assert [asked.when for asked in days.origin.log[sources:]] == [MONDAY + HOUR] * sources


def test_rule_24_five_hundred_feeds_do_not_align(days: Days) -> None:
    days.jitter, days.step = Random(7).random, 20 * SECOND
    days.origin.route("/feed", steady(rss("1"), etag='"1"', cache_control="max-age=21600"))
    hosts = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(500)]
    days.sources = [Source(name=host, url=days.origin.url("/feed", host=host), every=HOUR) for host in hosts]
    days.until(MONDAY + 14 * HOUR, spread=True)
    later = [asked.when for asked in days.origin.log if asked.when > MONDAY + HOUR]
    assert len(later) >= 1000
    assert max(Counter(when.replace(second=0) for when in later).values()) < 50
    assert max(Counter(when.minute for when in later).values()) < len(later) / 15


# -- 26: whose fault it is


def test_rule_26_our_own_outage_counts_for_nothing(days: Days) -> None:
    def dead(asked: Asked, wire: Wire) -> None:
        if MONDAY + 2 * HOUR <= days.now < MONDAY + 8 * HOUR:
            wire.reset()
        else:
            wire.send(answer(200, rss("1")))

    days.origin.route("/feed", dead)
    hosts = [f"127.0.0.{number}" for number in range(1, 5)]
    days.sources = [Source(name=host, url=days.origin.url("/feed", host=host), every=HOUR) for host in hosts]
    days.until(MONDAY + 10 * HOUR)
    for host in hosts:
        asked = [asked.when for asked in days.origin.log if str(asked.header("host")).startswith(f"{host}:")]
        during = [at for at in asked if MONDAY + 3 * HOUR <= at < MONDAY + 8 * HOUR]
        assert min(later - sooner for sooner, later in pairwise(during)) >= 5 * MINUTE
        assert any(MONDAY + 8 * HOUR <= at <= MONDAY + 8 * HOUR + 6 * MINUTE for at in asked)  # not a back-off of hours


# -- 27: hosts that ask to wait


def test_rule_27_what_waits_for_its_turn_is_not_sent_after_a_429(days: Days) -> None:
    for number in range(5):
        days.origin.route(f"/{number}", plain(429, b"", retry_after="3600"))
    days.sources = [Source(name=f"s{number}", url=days.origin.url(f"/{number}"), every=10 * MINUTE) for number in range(5)]
    days.until(MONDAY + 50 * MINUTE)
    assert len(days.origin.log) == 1


def test_rule_27_the_host_that_answered_is_blocked_and_not_the_one_that_led_there(days: Days) -> None:
    busy = days.origin.url("/busy", host="127.0.0.2")
    refusal = plain(429, b"", retry_after="7200")
    days.origin.routes({"/moved": plain(302, b"", location=busy), "/busy": refusal, "/feed": plain(200, rss("1"))})
    moved = Source(name="moved", url=days.origin.url("/moved"), every=10 * MINUTE)
    days.sources = [moved]
    days.until(MONDAY)
    there, here = days.origin.url("/feed?there", host="127.0.0.2"), days.origin.url("/feed?here")
    days.sources = [moved, Source(name="there", url=there, every=HOUR), Source(name="here", url=here, every=HOUR)]
    days.until(MONDAY + 2 * HOUR)
    times = {path: [asked.when - MONDAY for asked in days.origin.log if asked.path == path] for path in ("/feed?here", "/feed?there")}
    assert times == {"/feed?here": [0 * HOUR, HOUR, 2 * HOUR], "/feed?there": [2 * HOUR]}


def test_rule_27_a_blocked_host_is_told_of_and_overridden_by_name(site: Site, origin: Origin) -> None:
    site.configure(paper(origin.route("/feed", in_turn(plain(429, b"", retry_after="3600"), plain(200, rss("1"))))))
    site.run("fetch")
    assert "paper: left alone until" in site.run("fetch", "--all").stderr
    assert len(origin.log) == 1
    named = site.run("fetch", "paper")
    assert "asking all the same, as you named it" in named.stderr
    assert (named.returncode, len(origin.log)) == (0, 2)


# -- through the command line


def test_rule_11_gone_is_shown_with_what_to_do_and_undone_by_name(site: Site, origin: Origin) -> None:
    site.configure(paper(origin.route("/feed", in_turn(plain(410, b""), plain(200, rss("1"))))))
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


def test_rules_19_28_34_a_delta_is_asked_for_by_name_and_added_to_what_is_published(site: Site, origin: Origin) -> None:
    delta = plain(226, rss("3"), etag='"2"', im="feed")
    site.configure(paper(origin.route("/feed", in_turn(plain(200, rss("1", "2"), etag='"1"'), delta, plain(304, b"")))))
    for _ in range(3):
        assert site.run("fetch", "paper").returncode == 0
    assert [(asked.header("a-im"), asked.header("if-none-match")) for asked in origin.log] == [
        (None, None), ("feed", '"1"'), ("feed", '"2"'),
    ]  # fmt: skip
    (published,) = site.feeds.rglob("paper.rss")
    assert {entry.title for entry in entries(published)} == {"Item 1", "Item 2", "Item 3"}
    for asked in origin.log:
        assert re.fullmatch(r"aggregator/[\w.]+ \(\+https?://[^ ]+\)", str(asked.header("user-agent")))


def test_rule_28_a_delta_that_nobody_asked_for_is_no_answer(days: Days) -> None:
    days.sources = [Source(name="s", url=days.origin.route("/feed", plain(226, rss("1"), etag='"1"', im="feed")), every=HOUR)]
    days.until(MONDAY + HOUR)
    assert [asked.header("if-none-match") for asked in days.origin.log] == [None, None]
