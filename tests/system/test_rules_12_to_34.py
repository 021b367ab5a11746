"""How often, what is sent, and how trouble is met: each rule is read from nothing but the log of an origin that was polled for thirty days.

What stands above a test with `feed` is what the origin does at a path.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.system.days import DAY, HOUR, LIMITS, MONDAY, Days, rss
from tests.system.month import (
    BODY,
    DAILY,
    OK,
    PLAN,
    TARGETS,
    conditions,
    feed,
    hours,
    http_date,
    judged,
    pauses,
    target,
    timed,
)  # fmt: skip
from tests.system.origin import Scenario, in_turn, packed, plain, redirect, steady

# -- how often

EIGHTEEN = 18 * 3600
MAX_AGE = feed("/max-age", plain(200, BODY, cache_control=f"public, max-age={EIGHTEEN}"), every=12 * HOUR)
MAX_AGE_304 = feed(
    "/max-age/304",
    judged(whole=plain(200, BODY, etag='"1"'), same=plain(304, b"", etag='"1"', cache_control=f"max-age={EIGHTEEN}")),
    every=12 * HOUR,
)
MAX_AGE_KEPT = feed(
    "/max-age/kept",
    judged(whole=plain(200, BODY, etag='"1"', cache_control=f"max-age={EIGHTEEN}"), same=plain(304, b"", etag='"1"')),
    every=12 * HOUR,
)
EXPIRES = [
    feed("/expires", timed(lambda now: plain(200, BODY, date=http_date(now), expires=http_date(now + 18 * HOUR))), every=12 * HOUR),
    feed("/expires/undated", timed(lambda now: plain(200, BODY, expires=http_date(now + 18 * HOUR))), every=12 * HOUR),
    feed(
        "/expires/elsewhen",
        timed(lambda now: plain(200, BODY, date=http_date(now + 900 * DAY), expires=http_date(now + 900 * DAY + 18 * HOUR))),
        every=12 * HOUR,
    ),
]
YEARS = feed("/max-age/years", plain(200, BODY, cache_control="max-age=99999999"), every=12 * HOUR)


def test_rule_12_max_age_on_a_200(month: Days) -> None:
    assert set(pauses(month, MAX_AGE)) == {18}


def test_rule_13_max_age_on_a_304(month: Days) -> None:
    asked = month.origin.asked(MAX_AGE_304)
    waits = {(sooner.header("if-none-match"), (later.when - sooner.when) / HOUR) for sooner, later in pairwise(asked)}
    assert waits == {(None, 12), ('"1"', 18)}
    assert set(pauses(month, MAX_AGE_KEPT)) == {18}  # RFC 9111 section 4.3.4: what a 304 does not say again goes on holding


@pytest.mark.parametrize("path", EXPIRES)
def test_rule_14_expires_by_the_servers_own_clock(month: Days, path: str) -> None:
    assert set(pauses(month, path)) == {18}


def test_rule_14_no_wish_holds_for_more_than_a_day(month: Days) -> None:
    assert set(pauses(month, YEARS)) == {24}


TTL = [
    feed("/ttl", steady(rss("1", head="<ttl>1080</ttl>"), etag='"1"'), every=12 * HOUR),
    feed("/ttl/equal", plain(200, rss("1", head="<ttl>1080</ttl>")), every=12 * HOUR),
]


@pytest.mark.parametrize("path", TTL)
def test_rule_15_ttl_though_the_document_is_not_read_again(month: Days, path: str) -> None:
    assert set(pauses(month, path)) == {18}


DATE = "Mon, 29 Apr 2024 00:00:00 GMT"
SY = '<updatePeriod xmlns="http://purl.org/rss/1.0/modules/syndication/">{}</updatePeriod>'
TWICE = '<updateFrequency xmlns="http://purl.org/rss/1.0/modules/syndication/">2</updateFrequency>'
MORNINGS = "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(12)) + "</skipHours>"
WEEKENDS = "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"
SYNDICATED = feed("/sy", steady(rss("1", head=SY.format("daily") + TWICE), etag='"1"'), every=8 * HOUR)
AFTERNOONS = feed("/skip/hours", steady(rss("1", head=MORNINGS), etag='"1"'), every=5 * HOUR)
WORKDAYS = feed("/skip/days", steady(rss("1", head=WEEKENDS), etag='"1"'), every=12 * HOUR)
BROKEN = feed("/skip/broken", in_turn(plain(200, rss("1", head=WEEKENDS)), plain(500, b"")))


def test_rule_16_the_syndication_modules_period(month: Days) -> None:
    assert set(pauses(month, SYNDICATED)) == {12}


def test_rule_16_skipped_hours_and_days_in_utc(month: Days) -> None:
    assert {when.hour for when in month.times(AFTERNOONS)[1:]} <= set(range(12, 24))
    assert len(month.times(AFTERNOONS)) > 60
    for path in (WORKDAYS, BROKEN):
        assert {when.weekday() for when in month.times(path)[1:]} == {0, 1, 2, 3, 4}


# -- what is sent

TEMPTING = '<image><url>{0}/favicon.ico</url></image><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="{0}/self"/>'
COOKIE = feed("/cookie", plain(302, b"", location=target("/jar", plain(200, BODY, set_cookie="id=2; Path=/")), set_cookie="id=1; Path=/"))
feed("/query?b=2&a=%7e1&empty=", plain(200, rss("1", head=TEMPTING.format("http://127.0.0.1"))))


def hops(name: str, number: int) -> str:
    """So many redirects and a document."""
    for hop in range(1, number):
        target(f"/{name}/{hop}", redirect(f"/{name}/{hop + 1}"))
    target(f"/{name}/{number}")
    return feed(f"/{name}", redirect(f"/{name}/1"))


FIVE, SIX = hops("five", 5), hops("six", 6)
PACKED = feed("/packed", packed(BODY, "gzip", etag='"1"'))


def test_rule_17_no_cookies_are_sent_back(month: Days) -> None:
    assert {asked.header("cookie") for asked in month.origin.log} == {None}
    assert hours(month, COOKIE) == hours(month, "/jar") == DAILY


def test_rule_18_no_referer_and_nothing_but_what_was_subscribed_to(month: Days) -> None:
    assert {asked.header("referer") for asked in month.origin.log} == {None}
    assert {asked.path for asked in month.origin.log} == {path for path, *_ in PLAN} | set(TARGETS) - {"/six/6"}


def test_rule_19_who_asks_says_so(month: Days) -> None:
    assert {asked.header("user-agent") for asked in month.origin.log} == {LIMITS.user_agent}


def test_rule_20_five_hops_are_followed_and_no_more(month: Days) -> None:
    assert hours(month, FIVE) == hours(month, "/five/5") == DAILY
    assert hours(month, SIX) == hours(month, "/six/5") == DAILY
    assert hours(month, "/six/6") == []


def test_rule_21_compression_is_asked_for_and_understood(month: Days) -> None:
    assert {asked.header("accept-encoding") for asked in month.origin.log} == {"gzip, br, zstd"}
    assert [asked.header("if-none-match") for asked in month.origin.asked(PACKED)[:3]] == [None, '"1"', '"1"']


def test_rule_33_no_head(month: Days) -> None:
    assert {asked.method for asked in month.origin.log} == {"GET"}


BY_NAME = feed("/by-name", steady(BODY, etag='"1"', last_modified=DATE), by_hand=(5,))


def test_rule_34_a_manual_refresh_is_conditional_too(month: Days) -> None:
    assert hours(month, BY_NAME)[4:8] == [96, 120, 120, 144]
    assert [conditions(asked) for asked in month.origin.asked(BY_NAME)[5:7]] == [('"1"', DATE)] * 2


# -- for ever

NEVER_NEW = feed("/304/always", in_turn(plain(200, BODY, etag='"1"'), plain(304, b"", etag='"1"')), every=12 * HOUR)
STUCK = feed("/304/to-conditions", judged(whole=plain(200, BODY, etag='"1"'), same=plain(304, b"")), every=12 * HOUR)
DEAR = feed(
    "/304/or-503",
    judged(whole=in_turn(plain(200, BODY, etag='"1"'), plain(503, b"")), same=plain(304, b"", etag='"1"')),
    every=12 * HOUR,
)


@pytest.mark.parametrize(("path", "times"), [(NEVER_NEW, 13), (STUCK, 4), (DEAR, 13)])
def test_rule_25_a_full_answer_is_asked_for_after_eight_days_and_never_twice_in_a_day(month: Days, path: str, times: int) -> None:
    whole = [(asked.when - MONDAY) / HOUR for asked in month.origin.asked(path) if conditions(asked) == (None, None)]
    assert whole[0] == 0
    assert 8 * 24 <= whole[1] <= 9 * 24
    assert min(later - sooner for sooner, later in pairwise(whole)) >= 24
    assert len(whole) == times


FAILING = feed("/failing", timed(lambda now: plain(503, b"") if DAY <= now - MONDAY < 28 * DAY else OK), every=2 * HOUR)


def test_rule_26_errors_back_off_to_a_day_and_never_for_good(month: Days) -> None:
    before, during, after = [], [], []
    for when, pause in zip(hours(month, FAILING), pauses(month, FAILING), strict=False):
        (before if when < 24 else during if when < 28 * 24 else after).append(pause)
    assert set(before) == set(after) == {2}
    assert during[:5] == [2, 4, 8, 16, 24]
    assert set(during[5:]) == {24}
    assert len(during) > 25


BUSY = feed("/busy", in_turn(OK, plain(429, b"", retry_after=str(40 * 3600)), OK), host="127.0.2.1")
NEXT_DOOR = feed("/busy/next-door", OK, host="127.0.2.1", every=7 * HOUR, by_hand=(2,))


def test_rule_27_a_429_holds_for_the_whole_host_but_not_for_a_person(month: Days) -> None:
    assert hours(month, BUSY)[:4] == [0, 24, 24 + 40, 24 + 40 + 24]
    assert hours(month, NEXT_DOOR)[:6] == [0, 7, 14, 21, 48, 64]


DELTA = feed("/delta", in_turn(plain(200, rss("1", "2"), etag='"1"'), plain(226, rss("3"), etag='"2"', im="feed"), plain(304, b"")))
UNTAGGED = feed("/delta/untagged", plain(200, BODY, last_modified=DATE))


def test_rule_28_a_delta_is_asked_for_with_the_entity_tag_that_it_is_to_start_from(month: Days) -> None:
    asked = [(asked.header("a-im"), asked.header("if-none-match")) for asked in month.origin.asked(DELTA)[:4]]
    assert asked == [(None, None), ("feed", '"1"'), ("feed", '"2"'), ("feed", '"2"')]
    assert {asked.header("a-im") for asked in month.origin.asked(UNTAGGED)} == {None}


# -- secrets

SECRETS = {"Authorization": "Bearer x", "X-Api-Key": "k"}


def elsewhere(path: str, status: int) -> Scenario:
    """A redirect to another origin."""
    target(path, steady(BODY, etag='"1"'))
    return lambda asked, wire: redirect(f"http://127.0.2.9:{str(asked.header('host')).rpartition(':')[2]}{path}", status)(asked, wire)


SECRET = feed("/secret", redirect(target("/secret/here", elsewhere("/found", 302)), 302), headers=SECRETS)
SECRET_MOVED = feed("/secret/moved", elsewhere("/learned", 301), headers=SECRETS)


def sent(month: Days, path: str) -> set[tuple[str | None, ...]]:
    return {tuple(asked.header(name) for name in SECRETS) for asked in month.origin.asked(path)}


def test_rule_31_authorization_never_crosses_an_origin_not_even_when_the_new_one_is_learned(month: Days) -> None:
    for path in (SECRET, "/secret/here", SECRET_MOVED):
        assert sent(month, path) == {tuple(SECRETS.values())}
    assert len(month.times(SECRET_MOVED)) == 3
    for path in ("/found", "/learned"):
        assert len(month.times(path)) == 31
        assert sent(month, path) == {(None, None)}
