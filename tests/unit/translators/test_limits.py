"""How fast engines are asked."""

from __future__ import annotations

import asyncio

import pytest

from aggregator.core.codes import whole
from aggregator.errors import Retryable
from aggregator.model import Capacity
from aggregator.translators.limits import Limits, Rate
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from tests.unit.translators.clocks import run
from tests.unit.translators.engines import Engine, Shelf, memory_on


@pytest.mark.parametrize(
    ("rate", "sizes", "seconds"),
    [
        (Rate(), [10**9] * 100, 0),
        (Rate(requests=60), [1] * 60, 0),
        (Rate(requests=60), [1] * 90, 30),
        (Rate(characters=6000), [1000] * 6, 0),
        (Rate(characters=6000), [1000] * 9, 30),
        (Rate(characters=6000), [50_000] * 2, 60),
        (Rate(requests=60, characters=6000), [1000] * 9, 30),
    ],
)
def test_a_minute_holds_no_more_than_its_rate(rate: Rate, sizes: list[int], seconds: float) -> None:
    async def all_of_them() -> None:
        limits = Limits(rate)
        await asyncio.gather(*(limits.turn(size) for size in sizes))

    assert run(all_of_them())[1] == pytest.approx(seconds, abs=0.5)


def test_the_router_keeps_to_an_engines_rate_and_to_no_other_ones() -> None:
    slow, fast = Engine("slow", capacity=Capacity(texts=1)), Engine("fast", capacity=Capacity(texts=1))
    routes = [Route(target="de", engines=("slow",)), Route(target="fr", engines=("fast",))]
    router = Router({"slow": slow, "fast": fast}, routes, memory_on(Shelf()), rates={"slow": Rate(requests=10)})

    async def translate(target: str, number: int) -> None:
        await router.translate(
            [whole(f"Text {'abcdefghijklmnopqrst'[place]} here.") for place in range(number)], source="en", target=target
        )

    assert run(translate("fr", 20))[1] == 0
    assert run(translate("de", 15))[1] == pytest.approx(30, abs=0.5)


def test_a_turn_that_is_too_far_away_is_not_waited_for() -> None:
    engine = Engine(capacity=Capacity(texts=1))
    router = Router({"one": engine}, [Route(engines=("one",))], memory_on(Shelf()), rates={"one": Rate(characters=30)})

    async def translate() -> None:
        first = [whole("Text that takes all of a minute.")]
        await asyncio.gather(*(router.translate(first, source="en", target=target) for target in ("de", "fr", "es", "it")))

    with pytest.raises(Retryable, match="its limit a minute is used up"):
        run(translate())
