"""What may be spent on what first: caps by day and month, prices, and the share that is kept for titles.

A cap holds for all of a day or month in the site's time zone. Of each cap a share is kept for every tier before the last: with tiers title,
summary, body and a share of a tenth, bodies may use four fifths of a cap, summaries nine tenths, titles all of it. So titles go on when
the part of bodies is used up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from math import ceil
from typing import Literal, get_args

from aggregator.model import Cap, Tier, Unit, Usage

MILLION = 1_000_000  # money is counted in millionths
TIERS: tuple[Tier, ...] = get_args(Tier)
Period = Literal["day", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What an engine takes, in millionths of the currency: for a character, and for a request."""

    character: Fraction = Fraction(0)
    request: Fraction = Fraction(0)


FREE = Price()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One number of the configuration: `name` is its dotted key."""

    name: str
    unit: Unit
    period: Period
    limit: int
    engine: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the configuration says of spending. `share` of every cap is kept for each tier before another; `free` engines don't count."""

    limits: tuple[Limit, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)
    tiers: tuple[Tier, ...] = TIERS
    share: Fraction = Fraction(1, 10)
    free: frozenset[str] = frozenset()


def cost(price: Price, *, characters: int, requests: int) -> int:
    """Money in millionths, rounded up."""
    return ceil(price.character * characters + price.request * requests)


def caps(rules: Rules, *, engine: str, source: str, tiers: Collection[Tier], now: datetime, zone: tzinfo) -> Iterator[Cap]:
    """The caps that a call for texts of these tiers falls under, the narrowest first. The last of the tiers says how much of each."""
    part = 1 - rules.share * max(rules.tiers.index(tier) for tier in tiers)
    for limit in sorted(rules.limits, key=lambda limit: (not limit.engine, not limit.source)):
        if limit.engine in ("", engine) and limit.source in ("", source) and (limit.engine or engine not in rules.free):
            since, until = period(limit.period, now=now, zone=zone)
            yield Cap(
                name=limit.name, unit=limit.unit, limit=int(limit.limit * part), since=since, until=until, engine=limit.engine,
                source=limit.source, uncounted=() if limit.engine else tuple(sorted(rules.free)),
            )  # fmt: skip


def whole(rules: Rules, *, now: datetime, zone: tzinfo) -> list[Cap]:
    """Every limit as the cap that it is now, in full."""
    return [
        Cap(
            name=limit.name, unit=limit.unit, limit=limit.limit, since=since, until=until, engine=limit.engine, source=limit.source,
            uncounted=() if limit.engine else tuple(sorted(rules.free)),
        )
        for limit in rules.limits for since, until in [period(limit.period, now=now, zone=zone)]
    ]  # fmt: skip


def for_the_last_tier(rules: Rules, cap: Cap) -> int:
    """What of a whole cap bodies may use, or whatever tier comes last."""
    return int(cap.limit * (1 - rules.share * (len(rules.tiers) - 1)))


def period(length: Period, *, now: datetime, zone: tzinfo) -> tuple[date, datetime]:
    """The first day of the running day or month, and the moment when the next one begins."""
    today = now.astimezone(zone).date()
    since = today if length == "day" else today.replace(day=1)
    following = since + timedelta(days=1) if length == "day" else (since + timedelta(days=31)).replace(day=1)
    return since, datetime.combine(following, time(), tzinfo=zone)


def first_exceeded(caps: Sequence[Cap], spent: Sequence[int], usage: Usage) -> Cap | None:
    """The first cap that would be exceeded if the usage were added to what is `spent` under each; what adds nothing exceeds nothing."""
    for cap, so_far in zip(caps, spent, strict=True):
        more: int = getattr(usage, cap.unit)
        if more > 0 and so_far + more > cap.limit:
            return cap
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a group of waiting translations will cost: segments in all and those that are remembered, characters to send by tier."""

    source: str
    language: str
    engine: str
    documents: int = 0
    segments: int = 0
    remembered: int = 0
    title: int = 0
    summary: int = 0
    body: int = 0
    requests: int = 0
    money: int = 0

    @property
    def characters(self) -> int:
        """Characters to send."""
        return self.title + self.summary + self.body


def with_document(before: Forecast, new: Sequence[tuple[Tier, int]], *, segments: int, requests: int, price: Price) -> Forecast:
    """The forecast with one document more, of whose segments those that are `new` have to be sent, in so many requests.

    Of each it takes (tier, characters).
    """
    by_tier = {tier: sum(count for of, count in new if of == tier) for tier in TIERS}
    characters = sum(by_tier.values())
    return replace(
        before,
        documents=before.documents + 1,
        segments=before.segments + segments,
        remembered=before.remembered + segments - len(new),
        title=before.title + by_tier["title"],
        summary=before.summary + by_tier["summary"],
        body=before.body + by_tier["body"],
        requests=before.requests + requests,
        money=before.money + cost(price, characters=characters, requests=requests),
    )


def periods(rules: Rules, forecasts: Sequence[Forecast]) -> Iterator[tuple[Limit, int, int]]:
    """(limit, what is needed of it, how many of its days or months that takes at least) for each limit; 0 periods for never."""
    for limit in rules.limits:
        concerned = [
            each for each in forecasts
            if limit.engine in ("", each.engine) and limit.source in ("", each.source) and (limit.engine or each.engine not in rules.free)
        ]  # fmt: skip
        needed = sum(getattr(each, limit.unit) for each in concerned)
        yield limit, needed, ceil(needed / limit.limit) if limit.limit else 0
