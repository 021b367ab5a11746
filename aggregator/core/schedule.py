"""When a source is polled next: as often as it publishes, no oftener than it asks for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from aggregator.model import ParsedFeed, PollState, Source

FIRST_INTERVAL = timedelta(minutes=30)
LEAST_WAIT = timedelta(seconds=1)
LONGEST_ASKED = timedelta(days=1)  # a document that asks for more is asked daily all the same
LONGEST_RETRY_AFTER = timedelta(days=2)
LONGEST_BACK_OFF = timedelta(days=1)
FASTER, SLOWER = 0.5, 1.25  # what a poll with news and one without do to the adaptive interval
JITTER = 0.1
HOUR = timedelta(hours=1)


def first_interval(source: Source) -> timedelta:
    """The interval of a source nothing is known of."""
    return source.every or _clamped(FIRST_INTERVAL, source)


def next_interval(source: Source, state: PollState, *, feed: ParsedFeed | None, changed: bool) -> timedelta:
    """The interval after an answer: the configured or the adaptive one, and at least what the document asks for.

    Without a document (304, an equal body) the last interval stands for what the last document asked: it never shrinks then.
    """
    wanted = source.every or _clamped(state.interval * (FASTER if changed else SLOWER), source)
    asked = state.interval if feed is None else feed.ttl or timedelta(0)
    return max(wanted, min(asked, LONGEST_ASKED))


def back_off(interval: timedelta, failures: int) -> timedelta:
    """The wait after so many failures in a row: the interval, doubled each time up to a day, and never for good."""
    if interval >= LONGEST_BACK_OFF:
        return interval
    return min(interval * (1 << min(max(failures - 1, 0), 17)), LONGEST_BACK_OFF)


def due(now: datetime, wait: timedelta, *, jitter: float, feed: ParsedFeed | None = None) -> datetime:
    """The time of the next poll: after `wait` and up to a tenth more, outside the hours and days that the document skips."""
    spread = min(max(jitter, 0.0), 1.0)
    at = now + max(wait, LEAST_WAIT) * (1 + JITTER * spread)
    if feed is None:
        return at
    return _after_skips(at, hours=feed.skip_hours, days=feed.skip_days, spread=spread)


def _after_skips(at: datetime, *, hours: Collection[int], days: Collection[int], spread: float) -> datetime:
    """The first moment from `at` on whose hour and weekday (UTC) are not skipped; a document that skips all of them skips none."""
    allowed = (start for start in _hours_from(at) if start.hour not in hours and start.weekday() not in days)
    first = next(allowed, at)
    return at if first == at else first + HOUR * JITTER * spread


def _hours_from(at: datetime) -> list[datetime]:
    """`at`, and the beginning of every hour of the week after it."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return [at, *(hour + HOUR * count for count in range(1, 7 * 24))]


def _clamped(interval: timedelta, source: Source) -> timedelta:
    return min(max(interval, source.min_every), max(source.max_every, source.min_every))
