"""Keeps the books of what engines do: asked before, told after."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from aggregator.core import budget
from aggregator.core.budget import FREE, Rules
from aggregator.model import STEPS, Refusal, Reservation, Segment, Tier, Usage
from aggregator.ports.spending import Budget, Ledger
from aggregator.translators.answers import MEMORY, Found


class Spending:
    """`ports.spending.Budget` on the store's books. `clock` gives aware times; days are those of `zone`."""

    def __init__(self, ledger: Ledger, rules: Rules, *, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._ledger = ledger
        self._rules = rules
        self._clock = clock
        self._zone = zone

    async def reserve(
        self, engine: str, *, source: str, language: str, characters: int, tiers: Collection[Tier], requests: int = 1
    ) -> Reservation | Refusal:
        """Put what a call will cost at most into the books, or say what is in the way."""
        now = self._clock()
        caps = list(budget.caps(self._rules, engine=engine, source=source, tiers=tiers, now=now, zone=self._zone))
        day, money = now.astimezone(self._zone).date(), self._cost(engine, characters, requests)
        usage = Usage(day=day, engine=engine, source=source, language=language, characters=characters, requests=requests, money=money)
        cap = await asyncio.to_thread(self._ledger.spend, usage, caps)
        return Reservation(usage=usage) if cap is None else Refusal(cap=cap.name, until=cap.until)

    async def settle(self, reservation: Reservation, *, characters: int, requests: int = 1) -> None:
        """Put the difference into the books, where there is one."""
        held = reservation.usage
        difference = replace(
            held,
            characters=characters - held.characters,
            requests=requests - held.requests,
            money=self._cost(held.engine, characters, requests) - held.money,
        )
        if difference.characters or difference.requests:
            await asyncio.to_thread(self._ledger.spend, difference)

    def _cost(self, engine: str, characters: int, requests: int) -> int:
        return budget.cost(self._rules.prices.get(engine, FREE), characters=characters, requests=requests)

    def today(self) -> date:
        """The day that is running in the zone."""
        return self._clock().astimezone(self._zone).date()

    def time_to(self, moment: datetime) -> timedelta:
        """How long it is to a moment, from now on."""
        return max(moment - self._clock(), timedelta(0))


def by_tier(batch: Sequence[Segment], tiers: Mapping[Segment, Tier]) -> list[list[Segment]]:
    """A batch in parts of one tier each, in the order in which they first appear."""
    found = dict.fromkeys(tiers[segment] for segment in batch)
    return [[segment for segment in batch if tiers[segment] == tier] for tier in found]


def done(
    found: Mapping[Segment, Found], *, first: str, on: Budget | None, source: str, language: str, missing: int = 0
) -> tuple[Usage, ...]:
    """What each engine did, for the books. `first` is the one to ask first: what came from another, or in other forms, is a fallback.

    `missing` segments have no translation.
    """
    if on is None:
        return ()
    day, by_engine = on.today(), defaultdict[str, list[tuple[Segment, Found]]](list)
    for segment, each in found.items():
        by_engine[each.engine].append((segment, each))
    if missing:
        by_engine.setdefault(first, [])
    return tuple(
        Usage(
            day=day,
            engine=engine,
            source=source,
            language=language,
            segments=sum(each.step != MEMORY for _, each in made),
            hits=sum(each.step == MEMORY for _, each in made),
            saved=sum(len(segment.text) for segment, each in made if each.step == MEMORY),
            fallbacks=sum(each.is_new and (engine, each.step) != (first, "whole") for _, each in made),
            flags=sum(bool(each.flags) for _, each in made),
            **_steps([each for _, each in made], missing=missing if engine == first else 0),
        )
        for engine, made in by_engine.items()
    )


def _steps(made: Sequence[Found], *, missing: int) -> dict[str, Any]:
    """How many segments came by each step of the ladder."""
    return {step: sum(each.step == step for each in made) for step in STEPS} | {"untranslated": missing}


def made_new(usage: Sequence[Usage]) -> tuple[Usage, ...]:
    """What engines did for a translation that is put off. What it took from memory counts when it is made, and its doubts do."""
    return tuple(replace(each, hits=0, saved=0, flags=0, untranslated=0) for each in usage if each.segments)
