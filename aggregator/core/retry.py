"""When what failed is tried again: a translation, a word to a hub."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=24)


def due_again(attempts: int, *, after: timedelta | None, now: datetime, jitter: float) -> datetime:
    """When to try for the next time, after `attempts` failures: doubling from a minute to a day, later if that was asked for.

    `jitter` in 0..1 adds up to a tenth, so that what failed together does not come back together.
    """
    doubled = FIRST_WAIT * (1 << min(max(attempts - 1, 0), 11))
    wait = max(min(doubled, LONGEST_WAIT), after or timedelta(0))
    return now + wait * (1 + jitter / 10)
