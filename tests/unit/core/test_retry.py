"""When a translation is tried again, and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import retry
from aggregator.errors import (
    AuthFailed,
    BadOutput,
    Blocked,
    NoEngine,
    OutOfBudget,
    RateLimited,
    Retryable,
    TooLong,
    TranslationError,
    Unsupported,
)
from aggregator.model import Job

NOW = datetime(2026, 5, 1, tzinfo=UTC)
FAILURES = [BadOutput("echo"), TooLong("long"), Unsupported("no such pair")]
OTHERS = [
    Retryable("down"), RateLimited("slowly", after=timedelta(days=3)), OutOfBudget("no room"), Blocked("wall"), AuthFailed("key"),
    NoEngine("no route"),
]  # fmt: skip


def job(attempts: int = 0, failures: int = 0) -> Job:
    return Job(item_id="id", language="de", source="a", digest="d", attempts=attempts, failures=failures)


@pytest.mark.parametrize("error", FAILURES)
def test_what_engines_answer_badly_is_tried_an_hour_apart_and_then_given_up(error: TranslationError) -> None:
    tries = [retry.next_try(job(number, number), error, now=NOW, jitter=0.0) for number in range(retry.TRIES)]
    assert tries == [NOW + retry.BETWEEN] * (retry.TRIES - 1) + [None]


@pytest.mark.parametrize("error", OTHERS)
@given(attempts=st.integers(0, 1000), failures=st.integers(0, retry.TRIES), jitter=st.floats(0, 1))
def test_what_time_may_mend_is_always_tried_again(error: TranslationError, attempts: int, failures: int, jitter: float) -> None:
    due_at = retry.next_try(job(attempts, failures), error, now=NOW, jitter=jitter)
    assert due_at is not None
    assert due_at >= NOW + (getattr(error, "after", None) or retry.FIRST_WAIT)


def test_outages_between_bad_answers_are_not_counted_with_them() -> None:
    assert retry.next_try(job(50, 1), BadOutput("echo"), now=NOW, jitter=0.0) == NOW + retry.LONGEST_WAIT
