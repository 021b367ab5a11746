"""When what failed is tried again: a translation, a word to a hub."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.errors import BadOutput, NoEngine, TooLong, TranslationError, Unsupported
from aggregator.model import Job

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=24)
TRIES = 4  # that engines may answer badly: each of them is paid for
BETWEEN = timedelta(hours=1)  # such tries, at least: what was bad a minute ago is bad now


def due_again(attempts: int, *, after: timedelta | None, now: datetime, jitter: float) -> datetime:
    """When to try for the next time, after `attempts` failures: doubling from a minute to a day, later if that was asked for.

    `jitter` in 0..1 adds up to a tenth, so that what failed together does not come back together.
    """
    doubled = FIRST_WAIT * (1 << min(max(attempts - 1, 0), 11))
    wait = max(min(doubled, LONGEST_WAIT), after or timedelta(0))
    return now + wait * (1 + jitter / 10)


def is_failure(error: TranslationError) -> bool:
    """Whether an error speaks of the text and what engines make of it, which time alone hardly mends."""
    return isinstance(error, BadOutput | TooLong | Unsupported) and not isinstance(error, NoEngine)


def next_try(job: Job, error: TranslationError, *, now: datetime, jitter: float) -> datetime | None:
    """When to try a translation for the next time; None where it is given up."""
    if not is_failure(error):
        return due_again(job.attempts + 1, after=getattr(error, "after", None), now=now, jitter=jitter)
    if job.failures + 1 >= TRIES:
        return None
    return due_again(job.attempts + 1, after=BETWEEN, now=now, jitter=jitter)
