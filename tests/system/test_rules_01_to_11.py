"""Validators, waiting, redirects: each rule is read from nothing but the log of an origin that was polled for thirty days.

What stands above a test with `feed` is what the origin does at a path.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.system.days import HOUR, Days, rss
from tests.system.month import BODY, DAILY, OK, TARGETS, conditions, counted, feed, hours, http_date, pauses, target, timed
from tests.system.origin import Scenario, in_turn, plain, redirect, steady

# -- validators

DATE = "Wed, 1 may 2024 08:00:00 GMT"  # not as it should be written
UTF_8 = "\xe6\x96\xb0"  # as Latin-1 has its bytes
ETAGS = [
    '"1"', 'W/"weak"', '"a,b"', '"with space"', "unquoted", '""', 'W/"x--gzip"', '"caf\xe9"', f'"{UTF_8}"', '"o"dd"', "'single'",
]  # fmt: skip
HELD = {feed(f"/held/{number}", steady(BODY, etag=etag, last_modified=DATE)): (etag, DATE) for number, etag in enumerate(ETAGS)}
HELD |= {feed("/held/etag", steady(BODY, etag='"1"')): ('"1"', None), feed("/held/date", steady(BODY, last_modified=DATE)): (None, DATE)}


@pytest.mark.parametrize("path", HELD)
def test_rule_01_validators_go_back_byte_for_byte_both_when_both_are_known(month: Days, path: str) -> None:
    assert [conditions(asked) for asked in month.origin.asked(path)[:8]] == [(None, None), *[HELD[path]] * 7]


ROTATING = feed("/rotating", counted(lambda number: plain(200, BODY, etag=f'"{number}"', last_modified=f"{number}")))


def test_rule_02_new_validators_of_an_equal_body_replace_the_old(month: Days) -> None:
    expected = [(None, None), *((f'"{number}"', f"{number}") for number in range(30))]
    assert [conditions(asked) for asked in month.origin.asked(ROTATING)] == expected


REFRESHED = feed("/refreshed", counted(lambda number: plain(304 if number else 200, b"" if number else BODY, etag=f'"{number}"')))
SILENT = feed("/silent", in_turn(plain(200, BODY, etag='"1"', last_modified=DATE), plain(304, b"")))


def test_rule_03_a_304s_new_validators_are_stored(month: Days) -> None:
    assert [asked.header("if-none-match") for asked in month.origin.asked(REFRESHED)[:6]] == [None, '"0"', '"1"', '"2"', '"3"', '"4"']
    assert [conditions(asked) for asked in month.origin.asked(SILENT)[1:6]] == [('"1"', DATE)] * 5  # it brought none


FORGOTTEN = feed(
    "/forgotten", in_turn(plain(200, BODY, etag='"1"', last_modified=DATE), plain(200, rss("2"), last_modified=DATE), plain(200, rss("3")))
)


def test_rule_04_a_validator_that_the_200_no_longer_has_is_forgotten(month: Days) -> None:
    expected = [(None, None), ('"1"', DATE), (None, DATE), *[(None, None)] * 28]
    assert [conditions(asked) for asked in month.origin.asked(FORGOTTEN)] == expected


PUBLISHED = rss("1", head="<pubDate>Mon, 29 Apr 2024 00:00:00 GMT</pubDate><lastBuildDate>Mon, 29 Apr 2024 00:00:00 GMT</lastBuildDate>")
UNDATED = [
    feed("/undated", timed(lambda now: plain(200, PUBLISHED, date=http_date(now)))),
    feed("/undated/tagged", timed(lambda now: plain(200, PUBLISHED, date=http_date(now), etag='"1"'))),
]


def test_rule_05_no_date_is_made_up(month: Days) -> None:
    for path in UNDATED:
        assert len(month.origin.asked(path)) == 31
        assert {asked.header("if-modified-since") for asked in month.origin.asked(path)} == {None}


# -- asked to wait


def asking(status: int, retry_after: Callable[[datetime], str], *, dated: bool = True) -> Scenario:
    """Two good answers, then one that asks to be left alone, then good ones again."""
    no = timed(lambda now: plain(status, b"", retry_after=retry_after(now), date=http_date(now) if dated else ""))
    return in_turn(OK, OK, no, OK)


THIRTY_HOURS = 30 * 3600
SECONDS_429 = feed("/429/seconds", asking(429, lambda now: str(THIRTY_HOURS)))
DATE_429 = [
    feed("/429/date", asking(429, lambda now: http_date(now + 30 * HOUR))),
    feed("/429/date/without", asking(429, lambda now: http_date(now + 30 * HOUR), dated=False)),
]
WAIT_503 = [
    feed("/503/seconds", asking(503, lambda now: str(THIRTY_HOURS))),
    feed("/503/date", asking(503, lambda now: http_date(now + 30 * HOUR))),
]
MONTHS = [feed(f"/{status}/months", asking(status, lambda now: "7776000")) for status in (429, 503)]


def test_rule_06_retry_after_in_seconds_on_a_429(month: Days) -> None:
    assert pauses(month, SECONDS_429)[:4] == [24, 24, 30, 24]


@pytest.mark.parametrize("path", DATE_429)
def test_rule_07_retry_after_as_a_date_on_a_429(month: Days, path: str) -> None:
    assert pauses(month, path)[:4] == [24, 24, 30, 24]


@pytest.mark.parametrize("path", WAIT_503)
def test_rule_08_retry_after_on_a_503(month: Days, path: str) -> None:
    assert pauses(month, path)[:4] == [24, 24, 30, 24]


@pytest.mark.parametrize("path", MONTHS)
def test_rule_08_retry_after_holds_for_two_days_at_most(month: Days, path: str) -> None:
    assert pauses(month, path)[:4] == [24, 24, 48, 24]


# -- redirects


MOVED = feed("/moved", redirect(target("/moved/again", redirect(target("/moved/here"), 308)), 301))
PAGE = plain(200, b"<html><title>Our news</title></html>", content_type="text/html")
NEVER_LEARNED = [
    feed("/mixed", redirect(target("/mixed/again", redirect(target("/mixed/here"), 302)), 301)),
    feed("/to-a-page", redirect(target("/page", PAGE), 301)),
    feed("/to-a-page/at-times", redirect(target("/page/at-times", counted(lambda number: PAGE if number % 3 == 2 else OK)), 301)),
    feed("/now-and-then", counted(lambda number: OK if number % 3 == 2 else redirect("/then", 301))),
    feed("/here-and-there", counted(lambda number: redirect("/here" if number % 2 else "/there", 301))),
]
TARGETS |= {"/then": OK, "/here": OK, "/there": OK}
FOUND = [feed(f"/found/{status}", redirect(target(f"/found/at/{status}"), status)) for status in (302, 303, 307)]


def test_rule_09_a_permanent_redirect_is_learned_after_several_in_a_row(month: Days) -> None:
    assert hours(month, MOVED) == [0, 24, 48]
    assert hours(month, "/moved/here") == DAILY


@pytest.mark.parametrize("path", NEVER_LEARNED)
def test_rule_09_and_not_where_a_hop_or_the_content_or_the_row_says_otherwise(month: Days, path: str) -> None:
    assert hours(month, path) == DAILY


@pytest.mark.parametrize("path", FOUND)
def test_rule_10_a_temporary_redirect_is_not_learned(month: Days, path: str) -> None:
    assert hours(month, path) == DAILY


GONE = feed("/gone", in_turn(OK, OK, plain(410, b""), plain(410, b""), OK), by_hand=(10, 20))


def test_rule_11_410_stops_polling_at_once_until_a_person_asks(month: Days) -> None:
    assert hours(month, GONE) == [24 * day for day in (0, 1, 2, 10, *range(20, 31))]
