"""`/status`: what waits, what fails, what is spent and will be, and how many items came by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from aggregator import planning
from aggregator.core import budget, health
from aggregator.core.budget import MILLION, Limit
from aggregator.core.health import Health
from aggregator.model import Job, PollState, Unit, Usage
from aggregator.web.pages.source import advice
from aggregator.web.pages.view import Ask, View
from aggregator.wiring import House

DAYS = 30
FORECAST = 50  # waiting translations that are looked at: cutting them takes milliseconds each
TROUBLED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source that needs a person."""

    source: str
    health: Health
    error: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Translations that are not tried any more until a person asks for them: how many of a source into a language, and what was wrong."""

    source: str
    language: str
    translations: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """An engine that is left alone after failures, for so many seconds still; None for good."""

    engine: str
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """One bound of the budget: what is spent of it since `since`, and what is left. Money is in the configured currency."""

    name: str
    unit: Unit
    period: Literal["day", "month"]
    since: date
    limit: float
    spent: float
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an engine did today."""

    engine: str
    characters: int
    requests: int
    money: float
    saved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What some of the waiting translations of a source into a language will cost, by the first engine that would be asked."""

    source: str
    language: str
    engine: str
    documents: int
    characters: int
    money: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How many items a day has, by their dates of publication."""

    day: date
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole. `forecast` is of the first `forecast_of` of the waiting translations."""

    items: int
    translations: int
    waiting: int
    jobs_given_up: int
    unread_pages: int
    out_of_date: int
    due: int
    next_due: datetime | None
    unchanged: float | None
    sources: dict[Health, int]
    trouble: tuple[Trouble, ...]
    given_up: tuple[GivenUp, ...]
    resting: tuple[Rest, ...]
    currency: str
    budget: tuple[Spending, ...]
    today: tuple[Cost, ...]
    forecast: tuple[Expected, ...]
    forecast_of: int
    days: tuple[Day, ...]


def gather(house: House, ask: Ask) -> Status:
    """The state of everything now."""
    store, now = house.store, house.pipeline.clock()
    counts, states = store.counts(), list(store.states().values())
    codes = [code for of_source in store.codes().values() for code in of_source]
    pending = store.pending_jobs()
    jobs = [job for job in pending if not job.given_up]
    translations = [job for job in jobs if job.language]
    awake = [state for state in states if not (state.gone or state.paused)]
    return Status(
        items=counts["items"],
        translations=counts["translations"],
        waiting=len(translations),
        jobs_given_up=len(pending) - len(jobs),
        unread_pages=len(jobs) - len(translations),
        out_of_date=counts["marks"],
        due=sum(state.due_at <= now for state in awake),
        next_due=min((state.due_at for state in awake), default=None),
        unchanged=codes.count(304) / len(codes) if codes else None,
        sources=dict(Counter(health.health_of(state, now=now) for state in states)),
        trouble=tuple(_troubles(states, now=now))[:TROUBLED],
        given_up=_given_up(pending),
        resting=tuple(Rest(engine=name, seconds=_seconds(rest.pause)) for name, rest in sorted(house.router.resting().items())),
        currency=house.settings.budget.currency,
        budget=_budget(house, now=now),
        today=_costs(store.usage(since=house.today())),
        forecast=_forecast(house, translations[:FORECAST]),
        forecast_of=min(len(translations), FORECAST),
        days=_days(house),
    )


def _troubles(states: Iterable[PollState], *, now: datetime) -> Iterable[Trouble]:
    for state in states:
        word = health.health_of(state, now=now)
        if word not in ("ok", "new", "paused"):
            yield Trouble(source=state.source, health=word, error=state.error, advice=advice(state, now=now))


def _given_up(jobs: Iterable[Job]) -> tuple[GivenUp, ...]:
    found = Counter((job.source, job.language, job.error) for job in jobs if job.given_up)
    return tuple(
        GivenUp(source=source, language=language, translations=count, error=error)
        for (source, language, error), count in sorted(found.items())[:TROUBLED]
    )


def _seconds(pause: timedelta) -> float | None:
    return None if pause == timedelta.max else round(pause.total_seconds(), 1)


def _budget(house: House, *, now: datetime) -> tuple[Spending, ...]:
    rules, zone = house.settings.spending_rules, ZoneInfo(house.settings.site.timezone)
    starts = {limit: budget.period(limit.period, now=now, zone=zone)[0] for limit in rules.limits}
    usages = house.store.usage(since=min(starts.values())) if starts else ()
    return tuple(_spending(limit, since, usages, free=rules.free) for limit, since in starts.items())


def _spending(limit: Limit, since: date, usages: Iterable[Usage], *, free: frozenset[str]) -> Spending:
    counted = [
        usage for usage in usages
        if usage.day >= since and limit.source in ("", usage.source)
        and (usage.engine == limit.engine if limit.engine else usage.engine not in free)
    ]  # fmt: skip
    spent: int = sum(getattr(usage, limit.unit) for usage in counted)
    scale = MILLION if limit.unit == "money" else 1
    left = max(limit.limit - spent, 0)
    return Spending(
        name=limit.name, unit=limit.unit, period=limit.period, since=since,
        limit=limit.limit / scale, spent=spent / scale, left=left / scale,
    )  # fmt: skip


def _costs(usages: Sequence[Usage]) -> tuple[Cost, ...]:
    engines = sorted({usage.engine for usage in usages})
    return tuple(_cost(name, [usage for usage in usages if usage.engine == name]) for name in engines)


def _cost(engine: str, usages: Sequence[Usage]) -> Cost:
    return Cost(
        engine=engine,
        characters=sum(usage.characters for usage in usages),
        requests=sum(usage.requests for usage in usages),
        money=sum(usage.money for usage in usages) / MILLION,
        saved=sum(usage.saved for usage in usages),
    )


def _forecast(house: House, jobs: Sequence[Job]) -> tuple[Expected, ...]:
    found = planning.plan(house.pipeline, jobs, house.settings.spending_rules.prices)
    return tuple(
        Expected(
            source=each.source, language=each.language, engine=each.engine,
            documents=each.documents, characters=each.characters, money=each.money / MILLION,
        )
        for each in found
    )  # fmt: skip


def _days(house: House) -> tuple[Day, ...]:
    today, zone = house.today(), ZoneInfo(house.settings.site.timezone)
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -2, -1)]
    counts = house.store.dated_between([datetime.combine(day, time(), zone) for day in days])
    return tuple(Day(day=day, items=count) for day, count in zip(days, counts, strict=False))


VIEW = View(
    path="/status",
    twin="/status.json",
    template="status.html",
    about="What waits, what fails, what is spent and will be.",
    data=Status,
    gather=gather,
)
