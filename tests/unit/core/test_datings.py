from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core.datings import cure, verdict
from aggregator.model import Source

BEGUN = datetime(2025, 6, 1, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
SHANGHAI = Source(name="s", url="https://e.org/", timezone="Asia/Shanghai")


def dated(*minutes, polls=True):
    """(published, first seen) of items dated so many minutes before; one a poll, after a first one that brought an old one."""
    later = [BEGUN + (number + 1) * HALF_AN_HOUR if polls else BEGUN for number in range(len(minutes))]
    return [(BEGUN - timedelta(days=9), BEGUN), *((seen - timedelta(minutes=ago), seen) for ago, seen in zip(minutes, later, strict=True))]


@pytest.mark.parametrize(
    ("minutes", "dates", "hours"),
    [
        ((3, 20, 28, 9, 14), "right", 0),
        ((45, 50, 58, 49, 44), "right", 0),  # a little late
        ((481, 500, 505, 490, 509), "behind", -8),
        ((-470, -455, -479, -460, -462), "ahead", 8),
        ((-325, -301, -310), "ahead", 5.5),
        ((3, 20, 28, 9, -300), "odd", 0),
        ((-300, -310, -290, 3, 20, 28, 9, 11), "odd", 0),
        ((-30,), "odd", 0),
        ((481, 500, 505), "unknown", 0),
        ((-4, 3, 20, 28, 9), "right", 0),  # a clock that is a little ahead
        ((9000, 9001, 9002, 9003, 9004), "unknown", 0),  # an archive
        ((), "unknown", 0),
    ],
)
def test_dates_are_compared_with_when_items_were_seen(minutes, dates, hours):
    found = verdict(dated(*minutes), interval=HALF_AN_HOUR)
    assert (found.dates, found.offset) == (dates, timedelta(hours=hours))


def test_what_the_first_poll_brought_may_be_of_any_age_but_not_of_the_future():
    assert verdict(dated(500, 600, 700, 800, 900, polls=False), interval=HALF_AN_HOUR).dates == "unknown"
    assert verdict(dated(-400, -300, -200, 60, 90, polls=False), interval=HALF_AN_HOUR).offset == timedelta(hours=7)


def test_a_source_that_is_polled_rarely_may_be_seen_late():
    assert verdict(dated(481, 500, 505, 490, 509), interval=timedelta(hours=6)).dates == "right"


def test_the_cure_is_a_zone_only_where_dates_carry_none():
    behind = verdict(dated(481, 500, 505, 490, 509), interval=HALF_AN_HOUR)
    assert cure(SHANGHAI, behind, zoneless=True, now=BEGUN) == 'timezone = "..." of a place at UTC+0'
    assert cure(SHANGHAI, behind, zoneless=False, now=BEGUN).startswith("None: the dates name their zone")
    ahead = verdict(dated(-325, -301, -310), interval=HALF_AN_HOUR)
    assert cure(Source(name="s", url=""), ahead, zoneless=True, now=BEGUN) == 'timezone = "..." of a place at UTC+5.5'
    odd = verdict(dated(-300), interval=HALF_AN_HOUR)
    assert cure(SHANGHAI, odd, zoneless=True, now=BEGUN).startswith("None: single dates")
