"""What the origin sees of us over days: each rule is read from its log and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from aggregator.model import Source
from tests.system.days import MONDAY, Days
from tests.system.origin import Origin, plain, steady

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with Origin() as origin:
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
