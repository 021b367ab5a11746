"""What may be spent on what first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import budget
from aggregator.core.budget import TIERS, Limit, Price, Rules
from aggregator.model import Cap, Tier, Usage

NOW = datetime(2026, 5, 31, 20, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = Rules(
    limits=(
        Limit(name="all", unit="characters", period="day", limit=1000),
        Limit(name="month", unit="money", period="month", limit=500),
        Limit(name="engine", unit="requests", period="day", limit=10, engine="one"),
        Limit(name="source", unit="characters", period="day", limit=100, source="paper"),
    ),
    free=frozenset({"local"}),
)


def caps(engine: str, source: str, *tiers: Tier, rules: Rules = RULES) -> dict[str, Cap]:
    return {cap.name: cap for cap in budget.caps(rules, engine=engine, source=source, tiers=tiers or ("title",), now=NOW, zone=UTC)}


def usage(**amounts: int) -> Usage:
    return Usage(day=date(2026, 5, 31), engine="one", source="paper", language="de", **amounts)


@pytest.mark.parametrize(
    ("engine", "source", "names"),
    [
        ("one", "paper", ["engine", "source", "all", "month"]),
        ("two", "paper", ["source", "all", "month"]),
        ("one", "other", ["engine", "all", "month"]),
        ("local", "paper", []),
    ],
)
def test_a_call_falls_under_the_caps_that_concern_it_the_narrowest_first(engine: str, source: str, names: list[str]) -> None:
    assert list(caps(engine, source)) == names


def test_free_engines_count_only_where_they_are_meant() -> None:
    found = caps("one", "paper")
    assert [found[name].uncounted for name in ("engine", "source", "all")] == [(), ("local",), ("local",)]


@pytest.mark.parametrize(("tiers", "limit"), [(["title"], 1000), (["summary"], 900), (["body"], 800), (["title", "body"], 800)])
def test_a_share_is_kept_for_each_tier_before_another(tiers: list[Tier], limit: int) -> None:
    assert caps("one", "paper", *tiers)["all"].limit == limit


def test_the_configured_order_says_what_comes_first() -> None:
    rules = Rules(limits=RULES.limits, tiers=("body", "title", "summary"), share=Fraction(1, 4))
    assert [caps("two", "", tier, rules=rules)["all"].limit for tier in TIERS] == [750, 500, 1000]


@pytest.mark.parametrize(
    ("length", "zone", "since", "until"),
    [
        ("day", UTC, date(2026, 5, 31), datetime(2026, 6, 1, tzinfo=UTC)),
        ("day", SHANGHAI, date(2026, 6, 1), datetime(2026, 6, 2, tzinfo=SHANGHAI)),
        ("month", UTC, date(2026, 5, 1), datetime(2026, 6, 1, tzinfo=UTC)),
        ("month", SHANGHAI, date(2026, 6, 1), datetime(2026, 7, 1, tzinfo=SHANGHAI)),
    ],
)
def test_days_and_months_are_the_site_s(length: budget.Period, zone: ZoneInfo, since: date, until: datetime) -> None:
    assert budget.period(length, now=NOW, zone=zone) == (since, until)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  bounds have no zone
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai", "America/St_Johns"]),
)
def test_a_period_holds_the_moment_and_is_as_long_as_it_is_called(now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    for length, days in (("day", 1), ("month", 31)):
        since, until = budget.period(length, now=now, zone=zone)  # type: ignore[arg-type]
        assert timedelta(0) < until.date() - since <= timedelta(days)
        assert until.date().day == 1 or length == "day"


def test_money_is_rounded_up_to_a_millionth() -> None:
    price = Price(character=Fraction("12.5"), request=Fraction(3))
    assert [budget.cost(price, characters=count, requests=1) for count in (0, 1, 2)] == [3, 16, 28]


def test_a_cap_may_be_reached_but_not_exceeded() -> None:
    found = list(caps("one", "paper").values())
    spent = [0, 40, 0, 0]
    assert budget.first_exceeded(found, spent, usage(characters=60, requests=1)) is None
    exceeded = budget.first_exceeded(found, spent, usage(characters=61, requests=1))
    assert exceeded is not None
    assert exceeded.name == "source"


def test_what_costs_nothing_needs_no_room() -> None:
    assert budget.first_exceeded(list(caps("one", "paper").values()), [99, 999, 9999, 9999], usage()) is None


@given(st.lists(st.tuples(st.sampled_from(TIERS), st.integers(1, 300)), max_size=40))
def test_whatever_is_asked_for_nothing_is_exceeded_and_titles_find_their_share(asked: list[tuple[Tier, int]]) -> None:
    spent = {tier: 0 for tier in TIERS}
    for tier, characters in asked:
        (cap,) = caps("two", "", tier, rules=Rules(limits=RULES.limits[:1])).values()
        if budget.first_exceeded([cap], [sum(spent.values())], usage(characters=characters)) is None:
            spent[tier] += characters
    assert sum(spent.values()) <= 1000
    assert all(sum(spent[later] for later in TIERS[place:]) <= 1000 - 100 * place for place, _ in enumerate(TIERS))
