"""What a call is booked for: set aside at its beginning, more for every request that goes beyond that, settled for what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core.budget import Limit, Price, Rules
from aggregator.errors import AuthFailed, BadOutput, OutOfBudget, RateLimited, Retryable, TooLong, TranslationError
from aggregator.store import SqlStore, open_store
from aggregator.translators.metering import Account, Call
from aggregator.translators.spending import Spending

NOW = datetime(2026, 5, 1, 18, tzinfo=UTC)
ACCOUNT = Account(engine="one", source="paper", language="de", tiers=("title",))


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with closing(open_store("sqlite://")) as store:
        yield store


def call(store: SqlStore, work: Callable[[Call], Awaitable[None]], *, characters: int = 100, cap: int = 1000, requests: int = 9) -> Call:
    """Do the work in a call for which so many characters were set aside."""
    limits = (
        Limit(name="characters", unit="characters", period="day", limit=cap),
        Limit(name="requests", unit="requests", period="day", limit=requests),
    )
    budget = Spending(
        store,
        Rules(limits=limits, prices={"one": Price(character=2, request=7)}),
        clock=lambda: NOW,
        zone=UTC,  # type: ignore[arg-type]
    )

    async def run() -> Call:
        async with Call(budget, ACCOUNT, characters=characters) as made:
            await work(made)
        return made

    return asyncio.run(run())


def booked(store: SqlStore) -> tuple[int, int, int]:
    """Requests, characters, money."""
    (row,) = store.usage(since=NOW.date())
    return row.requests, row.characters, row.money


def sends(*characters: int) -> Callable[[Call], Awaitable[None]]:
    async def work(made: Call) -> None:
        for count in characters:
            await made.meter(count)

    return work


def test_a_call_that_tells_nothing_is_booked_as_one_request(store: SqlStore) -> None:
    call(store, sends())
    assert booked(store) == (1, 100, 207)


@pytest.mark.parametrize(
    ("sent", "requests", "characters"),
    [((100,), 1, 100), ((60, 40), 2, 100), ((100, 50, 50), 3, 200), ((101,), 1, 101), ((30,), 1, 30), ((0,), 0, 0), ((0, 20), 1, 20)],
)
def test_a_call_that_tells_what_it_sends_is_booked_for_that(store: SqlStore, sent: tuple[int, ...], requests: int, characters: int) -> None:
    call(store, sends(*sent))
    assert booked(store) == (requests, characters, requests * 7 + characters * 2)


def test_what_goes_beyond_the_bound_must_not_be_sent_and_is_not_booked(store: SqlStore) -> None:
    with pytest.raises(OutOfBudget, match=r"characters is used up until 2026-05-02") as caught:
        call(store, sends(100, 50, 51), cap=200)
    assert caught.value.after == timedelta(hours=6)
    assert booked(store)[:2] == (2, 150)
    with pytest.raises(OutOfBudget, match="requests is used up"):
        call(store, sends(100), requests=2)


def test_an_engine_may_come_back_with_what_it_has(store: SqlStore) -> None:
    async def work(made: Call) -> None:
        await made.meter(100)
        with pytest.raises(OutOfBudget):
            await made.meter(500)

    made = call(store, work, cap=200)
    assert isinstance(made.refused, OutOfBudget)
    assert booked(store)[:2] == (1, 100)


def test_requests_at_the_same_time_do_not_share_room(store: SqlStore) -> None:
    async def work(made: Call) -> None:
        await asyncio.gather(*(made.meter(40) for _ in range(8)))

    call(store, work)
    assert booked(store)[:2] == (8, 320)
    with pytest.raises(OutOfBudget):
        call(store, work, cap=500)
    assert booked(store)[1] <= 500


@pytest.mark.parametrize(
    ("error", "told", "untold"),
    [
        (AuthFailed("key"), (2, 60), (1, 0)),
        (RateLimited("slowly"), (2, 60), (1, 0)),
        (TooLong("long"), (2, 100), (1, 0)),
        (BadOutput("prose"), (2, 100), (1, 100)),
        (Retryable("down"), (2, 100), (1, 100)),
    ],
)
def test_of_a_call_that_fails_the_request_that_was_refused_is_not_billed(
    store: SqlStore, error: TranslationError, told: tuple[int, int], untold: tuple[int, int]
) -> None:
    async def fail(made: Call) -> None:
        raise error

    async def tell_and_fail(made: Call) -> None:
        await sends(60, 40)(made)
        raise error

    with pytest.raises(type(error)):
        call(store, fail)
    assert booked(store)[:2] == untold
    with pytest.raises(type(error)):
        call(store, tell_and_fail)
    assert booked(store)[:2] == (told[0] + untold[0], told[1] + untold[1])


def test_without_a_budget_nothing_is_counted() -> None:
    async def run() -> None:
        async with Call(None, ACCOUNT, characters=10) as made:
            await made.meter(5)
            await made.meter(500)

    asyncio.run(run())
