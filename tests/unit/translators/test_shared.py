"""What processes that share a store keep from each other while they translate."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.core.codes import whole
from aggregator.core.memory import Pair
from aggregator.errors import Blocked, Retryable
from aggregator.model import NO_HINTS, Hints
from aggregator.store import SqlStore, open_store
from aggregator.translators.breaker import FAILURES
from aggregator.translators.limits import Rate
from aggregator.translators.neighbours import PATIENCE, SharedLimits, SharedSegments
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.standing import Standings
from tests.unit.translators.clocks import run
from tests.unit.translators.engines import Engine

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)
TEXTS = [f"This is sentence number {number}." for number in range(5)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(f"sqlite:///{tmp_path / 'store.db'}")) as store:
        yield store


class Slow(Engine):
    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        await asyncio.sleep(0.3)
        return await super().translate(texts, source=source, target=target, hints=hints)


def router(store: SqlStore, engine: Engine, *, clock: Callable[[], datetime] = lambda: NOW) -> Router:
    """That of one process of several."""
    memory = SegmentMemory(store, clock=clock, among_all=SharedSegments(store, clock=clock, lease=LEASE))
    standings = Standings(store, clock=clock, versions={}, circuits=store)
    return Router({engine.name: engine}, [Route(engines=(engine.name,))], memory, standings=standings)


def test_two_processes_pay_for_a_segment_once(store: SqlStore) -> None:
    engine = Slow()
    routers = [router(store, engine) for _ in range(2)]

    async def ask(each: Router, texts: Sequence[str]) -> list[str | None]:
        return list((await each.translate([whole(text) for text in texts], source="en", target="de")).texts)

    async def both() -> list[list[str | None]]:
        return await asyncio.gather(*map(ask, routers, [TEXTS[:4], TEXTS[1:]]))

    one, two = asyncio.run(both())
    assert one[1:] == two[:3]
    assert Counter(text for texts in engine.asked for text in texts) == Counter(TEXTS)


def test_what_another_process_does_not_let_go_of_comes_back_later(store: SqlStore) -> None:
    moments = iter(NOW + PATIENCE / 3 * step for step in range(100))
    held = SharedSegments(store, clock=lambda: NOW, lease=LEASE)
    waiting = SharedSegments(store, clock=lambda: next(moments), lease=LEASE)

    async def whole() -> None:
        async with held(["one"]):
            with pytest.raises(Retryable, match="another process translates the same text"):
                async with waiting(["one", "two"]):
                    raise AssertionError("it is held")
        async with waiting(["one", "two"]):
            pass  # let go of

    asyncio.run(whole())


def test_what_takes_longer_than_a_lease_is_held_all_the_same(store: SqlStore) -> None:
    shared = SharedSegments(store, clock=lambda: datetime.now(UTC), lease=timedelta(seconds=2))

    async def whole() -> datetime | None:
        async with shared(["one", "two"]):
            await asyncio.sleep(2.6)
            now = datetime.now(UTC)
            return store.hold("segment", ["two"], holder="another", now=now, until=now + LEASE)

    assert asyncio.run(whole()) is not None


def test_an_engines_rate_is_that_of_all_processes_together(store: SqlStore) -> None:
    async def waits() -> list[float]:
        loop, taken = asyncio.get_running_loop(), []
        limits = [SharedLimits(store, "house", Rate(requests=60, characters=9000), clock=lambda: NOW) for _ in range(2)]
        for number in range(90):  # all of them at the same moment
            began = loop.time()
            await limits[number % 2].turn(100)
            taken.append(loop.time() - began)
        return taken

    assert run(waits())[0] == [0.0] * 60 + [pytest.approx(second) for second in range(1, 31)]


def test_a_turn_that_is_too_far_off_is_not_waited_for(store: SqlStore) -> None:
    limits = SharedLimits(store, "house", Rate(characters=1000), clock=lambda: NOW)

    async def turns() -> None:
        for _ in range(3):
            await limits.turn(1000)

    with pytest.raises(TimeoutError):
        run(turns())
    assert store.take("house characters", cost=LEASE, full=LEASE, now=NOW, longest=2 * LEASE) == timedelta(minutes=2)  # it took nothing


def test_an_engine_that_fails_for_a_pair_of_languages_is_left_alone_by_all(store: SqlStore) -> None:
    failing, other = Engine(errors=[Retryable("no") for _ in range(FAILURES)]), Engine()

    async def ask(each: Router, source: str = "en") -> None:
        await each.translate([whole(TEXTS[0])], source=source, target="de")

    one, two = router(store, failing), router(store, other)
    for _ in range(FAILURES):
        with pytest.raises(Retryable, match="no"):
            asyncio.run(ask(one))
    with pytest.raises(Retryable, match="left alone after failures, for another 30 s"):
        asyncio.run(ask(two))
    assert other.asked == []
    asyncio.run(ask(two, source="fr"))  # another pair
    later = router(store, other, clock=lambda: NOW + timedelta(seconds=31))
    asyncio.run(ask(later))
    assert len(other.asked) == 2


def test_a_long_pause_for_a_pair_is_no_longer_than_a_breakers(store: SqlStore) -> None:
    blocked = router(store, Engine(errors=[Blocked("no")]))
    with pytest.raises(Blocked):
        asyncio.run(blocked.translate([whole(TEXTS[0])], source="en", target="de"))
    standings = Standings(store, clock=lambda: NOW, versions={}, circuits=store)
    assert asyncio.run(standings.pause("one", Pair("en", "de"))) == timedelta(seconds=30)
