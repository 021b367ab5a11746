from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from aggregator.core import schedule
from aggregator.model import PollState, Source, Wait

WEDNESDAY = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADAPTIVE = Source(name="s", url="https://example.org/feed", min_every=5 * MINUTE, max_every=4 * HOUR)
FIXED = Source(name="s", url="https://example.org/feed", every=10 * MINUTE)


@pytest.mark.parametrize(
    ("source", "last", "changed", "expected"),
    [
        (ADAPTIVE, 30 * MINUTE, True, 15 * MINUTE),
        (ADAPTIVE, 40 * MINUTE, False, 50 * MINUTE),
        (ADAPTIVE, 6 * MINUTE, True, 5 * MINUTE),
        (ADAPTIVE, 4 * HOUR, False, 4 * HOUR),
        (FIXED, HOUR, True, 10 * MINUTE),
        (FIXED, HOUR, False, 10 * MINUTE),
    ],
)
def test_the_interval_follows_the_source(source: Source, last: timedelta, changed: bool, expected: timedelta) -> None:
    assert schedule.next_interval(source, PollState(source="s", interval=last), changed=changed) == expected


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([1, 2, 3, 4, 5], HOUR),
        ([46, 47, 48, 49, 50], 10 * HOUR),  # the silence counts
        ([1, 2, 3, 4, 5, 600, 700], HOUR),
        ([-7, -8, 5, 4, 3, 2, 1], HOUR),  # announced for later
        ([1, 2, 3, 4], None),
        ([], None),
    ],
)
def test_the_rhythm_is_that_of_the_newest_items(ages: list[int], expected: timedelta | None) -> None:
    assert schedule.rhythm([WEDNESDAY - age * HOUR for age in ages], now=WEDNESDAY) == expected


@pytest.mark.parametrize(
    ("source", "rhythm", "changed", "expected"),
    [
        (ADAPTIVE, 2 * HOUR, True, 30 * MINUTE),
        (ADAPTIVE, MINUTE, True, 5 * MINUTE),
        (ADAPTIVE, 30 * DAY, True, 4 * HOUR),
        (ADAPTIVE, 2 * HOUR, False, 50 * MINUTE),
        (FIXED, 2 * HOUR, True, 10 * MINUTE),
    ],
)
def test_news_are_asked_for_four_times_an_item(source: Source, rhythm: timedelta, changed: bool, expected: timedelta) -> None:
    state = PollState(source="s", interval=40 * MINUTE)
    assert schedule.next_interval(source, state, changed=changed, rhythm=rhythm) == expected


@pytest.mark.parametrize(
    ("source", "ttl", "fresh", "expected"),
    [
        (FIXED, None, 0 * HOUR, (10 * MINUTE, "every")),
        (ADAPTIVE, None, 0 * HOUR, (10 * MINUTE, "adaptive")),
        (FIXED, 10 * MINUTE, 10 * MINUTE, (10 * MINUTE, "every")),
        (FIXED, HOUR, 0 * HOUR, (HOUR, "ttl")),
        (FIXED, HOUR, 2 * HOUR, (2 * HOUR, "fresh")),
        (FIXED, 400 * DAY, 300 * DAY, (DAY, "ttl")),
    ],
)
def test_the_longest_wish_decides(source: Source, ttl: timedelta | None, fresh: timedelta, expected: tuple[timedelta, str]) -> None:
    assert schedule.longest(schedule.waits_after(source, interval=10 * MINUTE, ttl=ttl, fresh=fresh)) == expected


@pytest.mark.parametrize(
    ("failures", "expected"), [(1, 30 * MINUTE), (2, HOUR), (3, 2 * HOUR), (6, 16 * HOUR), (7, DAY), (1000, DAY), (10**9, DAY)]
)
def test_failures_double_the_wait_up_to_a_day(failures: int, expected: timedelta) -> None:
    assert schedule.back_off(30 * MINUTE, failures) == expected


def test_a_longer_interval_than_a_day_is_not_shortened_by_failures() -> None:
    assert schedule.back_off(7 * DAY, 3) == 7 * DAY


@pytest.mark.parametrize(("jitter", "expected"), [(0, HOUR), (1, 66 * MINUTE), (0.5, 63 * MINUTE), (-3, HOUR), (99, 66 * MINUTE)])
def test_due_times_are_spread_by_a_tenth(jitter: float, expected: timedelta) -> None:
    assert schedule.due(WEDNESDAY, [Wait(HOUR, "every")], jitter=jitter) == (WEDNESDAY + expected, "every")


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
    due = schedule.due(WEDNESDAY, [Wait(30 * MINUTE, "every")], jitter=0, skip_hours=hours, skip_days=days)
    at = datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert due == (at, "every" if at == WEDNESDAY + 30 * MINUTE else "skip")


def test_the_end_of_skipped_hours_is_spread_too() -> None:
    due = schedule.due(WEDNESDAY, [Wait(45 * MINUTE, "every")], jitter=1, skip_hours=(13,))
    assert due.at == WEDNESDAY.replace(hour=14, minute=6)


def test_five_hundred_sources_do_not_align_over_a_day() -> None:
    dice = Random(7)
    crowd = [PollState(source=f"s{number}", due_at=WEDNESDAY, interval=HOUR) for number in range(500)]
    start = schedule.spread(crowd, now=WEDNESDAY)
    polls = []
    for at in start.values():
        while at < WEDNESDAY + DAY:
            polls.append(at)
            at = schedule.due(at, [Wait(HOUR, "every")], jitter=dice.random()).at
    by_minute = Counter(at.replace(second=0, microsecond=0) for at in polls if at > WEDNESDAY + 6 * HOUR)
    assert max(by_minute.values()) < 75  # 500 in an hour are 8 in a minute; aligned they would be 500 in one
    assert max(Counter(at.minute for at in polls).values()) < len(polls) / 10
    assert max(Counter(start.values()).values()) == 1


def test_only_many_that_are_due_together_are_spread() -> None:
    few = [PollState(source=f"s{number}", due_at=WEDNESDAY) for number in range(20)]
    later = [PollState(source=f"l{number}", due_at=WEDNESDAY + HOUR) for number in range(20)]
    gone = [PollState(source=f"g{number}", due_at=WEDNESDAY, gone=True) for number in range(20)]
    paused = [PollState(source=f"p{number}", due_at=WEDNESDAY, paused=True) for number in range(20)]
    assert schedule.spread([*few, *later, *gone, *paused], now=WEDNESDAY) == {}
    one_more = PollState(source="s20", due_at=WEDNESDAY)
    assert len(schedule.spread([*few, *later, *gone, *paused, one_more], now=WEDNESDAY)) == 21
    crowd = [PollState(source=f"s{number}", due_at=WEDNESDAY) for number in range(5000)]
    assert max(schedule.spread(crowd, now=WEDNESDAY).values()) < WEDNESDAY + 10 * MINUTE
