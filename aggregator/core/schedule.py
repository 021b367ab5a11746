"""When a source is polled next, and which rule decided: as often as it publishes, no oftener than it asks for.

| rule | the next poll is due after | from |
|---|---|---|
| `every` | the configured interval | |
| `adaptive` | a quarter of the time between the newest items, longer after each poll without news, from min_every to max_every | |
| `ttl` | what the document asks for, a day at most | RSS 2.0 `ttl`, RSS 1.0 syndication module |
| `fresh` | max-age or Expires of a 200 or 304, a day at most | RFC 9111 section 4.2 |
| `skip` | the hours and days that the document skips, in UTC | RSS 2.0 `skipHours` and `skipDays` |
| `retry-after` | Retry-After of a 429 or 503, two days at most | RFC 9110 section 10.2.3 |
| `back-off` | the interval, doubled with each failure up to a day, for ever | |
| `outage` | five minutes, as it is our own connection that fails | |
| `gone` | a person's word | RFC 9110 section 15.5.11 |
| `spread` | a second for each of many that are due when a daemon starts | |
| `push` | a day, while a hub brings what is new | W3C WebSub |
| `first` | nothing: it was never polled | |

Of several that hold the longest decides. Up to a tenth is added to all of them, so that feeds do not align.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import xxhash

from aggregator.model import PollState, Rule, Source, Wait

FIRST_INTERVAL = timedelta(minutes=30)
LEAST_WAIT = timedelta(seconds=1)
LONGEST_ASKED = timedelta(days=1)  # a document that asks for more is asked daily all the same
LONGEST_RETRY_AFTER = timedelta(days=2)
LONGEST_BACK_OFF = timedelta(days=1)
NEWEST = 5  # items that tell how often a source publishes
POLLS_AN_ITEM = 4
FASTER, SLOWER = 0.5, 1.25  # what a poll with undated news and one without news do to the adaptive interval
TOO_LATE = 0.5  # what a poll that missed something does to it besides
JITTER = 0.1
FEW = 20  # sources that may well begin at once
LONGEST_SPREAD = timedelta(minutes=10)
SPREAD_OF_EACH = timedelta(seconds=1)
WHILE_PUSHED = timedelta(days=1)  # between polls of a source whose news a hub brings
AFTER_OUTAGE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


class Due(NamedTuple):
    """When to poll, and why not sooner."""

    at: datetime
    rule: Rule


def first_interval(source: Source) -> timedelta:
    """The interval of a source nothing is known of."""
    return source.every or _clamped(FIRST_INTERVAL, source)


def rhythm(dates: Iterable[datetime], *, now: datetime) -> timedelta | None:
    """The mean time between a source's newest items, the silence since the last one included; None where few are dated."""
    newest = sorted((date for date in dates if date <= now), reverse=True)[:NEWEST]
    return (now - newest[-1]) / NEWEST if len(newest) == NEWEST else None


def next_interval(source: Source, state: PollState, *, changed: bool, rhythm: timedelta | None = None, gap: bool = False) -> timedelta:
    """The interval after an answer: the configured one, or the adaptive one; with news, by the source's rhythm where it is known.

    After a poll that missed something the next one comes in half of what news alone would make of it.
    """
    if source.every:
        return source.every
    paced = rhythm / POLLS_AN_ITEM if changed and rhythm is not None else state.interval * (FASTER if changed else SLOWER)
    return _clamped(min(paced, state.interval * FASTER) * TOO_LATE if gap else paced, source)


def waits_after(source: Source, *, interval: timedelta, ttl: timedelta | None, fresh: timedelta, pushed: bool = False) -> tuple[Wait, ...]:
    """The interval, what the document asks for, how long the answer stays fresh, a day if news is pushed; without what asks for nothing."""
    own = Wait(interval, "every" if source.every else "adaptive")
    asked = (
        Wait(min(ttl or timedelta(0), LONGEST_ASKED), "ttl"),
        Wait(min(fresh, LONGEST_ASKED), "fresh"),
        Wait(WHILE_PUSHED if pushed else timedelta(0), "push"),
    )
    return own, *(wait for wait in asked if wait.length)


def longest(waits: Collection[Wait]) -> Wait:
    """The longest wait; of equals the first."""
    return max(waits, key=lambda wait: wait.length)


def back_off(interval: timedelta, failures: int) -> timedelta:
    """The wait after so many failures in a row: the interval, doubled each time up to a day, and never for good."""
    if interval >= LONGEST_BACK_OFF:
        return interval
    return min(interval * (1 << min(max(failures - 1, 0), 17)), LONGEST_BACK_OFF)


def due(now: datetime, waits: Collection[Wait], *, jitter: float, skip_hours: Collection[int] = (), skip_days: Collection[int] = ()) -> Due:
    """The next poll: after the longest wait and up to a tenth more, outside the hours and days (UTC, Monday is 0) that are skipped."""
    wait, spread = longest(waits), min(max(jitter, 0.0), 1.0)
    at = now + max(wait.length, LEAST_WAIT) * (1 + JITTER * spread)
    allowed = _after_skips(at, hours=skip_hours, days=skip_days, spread=spread)
    return Due(at, wait.rule) if allowed == at else Due(allowed, "skip")


def spread(states: Collection[PollState], *, now: datetime) -> dict[str, datetime]:
    """New due times for many that are due all at once when a daemon starts, by source: a second for each, ten minutes at most.

    A few begin at once: sources of one host have to wait for their turns anyway. The same source always gets the same place, so that
    restarts do not push anybody to the end again and again.
    """
    crowd = [state for state in states if state.due_at <= now and not (state.gone or state.paused)]
    if len(crowd) <= FEW:
        return {}
    window = min(SPREAD_OF_EACH * len(crowd), LONGEST_SPREAD)
    return {state.source: now + min(window, state.interval) * _place(state.source) for state in crowd}


def _place(name: str) -> float:
    """A number in 0..1 that belongs to a name."""
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "replace")) / 2**64


def _after_skips(at: datetime, *, hours: Collection[int], days: Collection[int], spread: float) -> datetime:
    """The first moment from `at` on whose hour and weekday (UTC) are not skipped; a document that skips all of them skips none."""
    if not hours and not days:
        return at
    allowed = (start for start in _hours_from(at) if start.hour not in hours and start.weekday() not in days)
    first = next(allowed, at)
    return at if first == at else first + HOUR * JITTER * spread


def _hours_from(at: datetime) -> list[datetime]:
    """`at`, and the beginning of every hour of the week after it."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return [at, *(hour + HOUR * count for count in range(1, 7 * 24))]


def _clamped(interval: timedelta, source: Source) -> timedelta:
    return min(max(interval, source.min_every), max(source.max_every, source.min_every))
