from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import schedule
from aggregator.model import ParsedFeed, PollState, Source

WEDNESDAY = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADAPTIVE = Source(name="s", url="https://example.org/feed", min_every=5 * MINUTE, max_every=4 * HOUR)
FIXED = Source(name="s", url="https://example.org/feed", every=10 * MINUTE)


@pytest.mark.parametrize(
    ("source", "last", "ttl", "changed", "expected"),
    [
        (ADAPTIVE, 30 * MINUTE, None, True, 15 * MINUTE),
        (ADAPTIVE, 40 * MINUTE, None, False, 50 * MINUTE),
        (ADAPTIVE, 6 * MINUTE, None, True, 5 * MINUTE),
        (ADAPTIVE, 4 * HOUR, None, False, 4 * HOUR),
        (ADAPTIVE, 30 * MINUTE, HOUR, True, HOUR),
        (ADAPTIVE, 4 * HOUR, 12 * HOUR, False, 12 * HOUR),
        (ADAPTIVE, 30 * MINUTE, 400 * DAY, True, DAY),
        (FIXED, HOUR, None, True, 10 * MINUTE),
        (FIXED, HOUR, None, False, 10 * MINUTE),
        (FIXED, HOUR, HOUR, True, HOUR),
    ],
)
def test_the_interval_follows_the_source(
    source: Source, last: timedelta, ttl: timedelta | None, changed: bool, expected: timedelta
) -> None:
    state = PollState(source="s", interval=last)
    assert schedule.next_interval(source, state, feed=ParsedFeed(entries=(), ttl=ttl), changed=changed) == expected


@pytest.mark.parametrize(("source", "expected"), [(ADAPTIVE, 12 * HOUR), (FIXED, 12 * HOUR)])
def test_what_a_document_asked_for_holds_while_it_stays_the_same(source: Source, expected: timedelta) -> None:
    assert schedule.next_interval(source, PollState(source="s", interval=12 * HOUR), feed=None, changed=False) == expected


@pytest.mark.parametrize(
    ("failures", "expected"), [(1, 30 * MINUTE), (2, HOUR), (3, 2 * HOUR), (6, 16 * HOUR), (7, DAY), (1000, DAY), (10**9, DAY)]
)
def test_failures_double_the_wait_up_to_a_day(failures: int, expected: timedelta) -> None:
    assert schedule.back_off(30 * MINUTE, failures) == expected


def test_a_longer_interval_than_a_day_is_not_shortened_by_failures() -> None:
    assert schedule.back_off(7 * DAY, 3) == 7 * DAY


@pytest.mark.parametrize(("jitter", "expected"), [(0, HOUR), (1, 66 * MINUTE), (0.5, 63 * MINUTE), (-3, HOUR), (99, 66 * MINUTE)])
def test_due_times_are_spread_by_a_tenth(jitter: float, expected: timedelta) -> None:
    assert schedule.due(WEDNESDAY, HOUR, jitter=jitter) == WEDNESDAY + expected


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ((), (), "2024-05-01T13:00"),
        ((12,), (), "2024-05-01T13:00"),  # it is 12:30 now, and due at 13:00
        ((13, 14), (), "2024-05-01T15:00"),
        ((13, 14, 24), (), "2024-05-01T15:00"),  # 24 is no hour
        (tuple(range(13, 24)), (), "2024-05-02T00:00"),
        ((), (2,), "2024-05-02T00:00"),
        ((), (2, 3, 4), "2024-05-04T00:00"),
        ((0, 1), (2,), "2024-05-02T02:00"),
        (tuple(range(24)), (), "2024-05-01T13:00"),  # who skips everything skips nothing
        ((), tuple(range(7)), "2024-05-01T13:00"),
    ],
)
def test_skipped_hours_and_days_are_left_out(hours: tuple[int, ...], days: tuple[int, ...], expected: str) -> None:
    feed = ParsedFeed(entries=(), skip_hours=hours, skip_days=days)
    assert schedule.due(WEDNESDAY, 30 * MINUTE, jitter=0, feed=feed) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_the_end_of_skipped_hours_is_spread_too() -> None:
    feed = ParsedFeed(entries=(), skip_hours=(13,))
    assert schedule.due(WEDNESDAY, 45 * MINUTE, jitter=1, feed=feed) == WEDNESDAY.replace(hour=14, minute=6)
