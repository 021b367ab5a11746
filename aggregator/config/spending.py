"""`[budget]`: what translation may cost, and what engines take."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from aggregator.config.table import Table
from aggregator.config.values import LAX, Name, SourceName
from aggregator.config.words import quoted
from aggregator.core.budget import MILLION, TIERS, Limit, Period, Price, Rules
from aggregator.model import Tier, Unit

MOST_MONEY = 10**9
MOST = 10**15


def money(value: object) -> float:
    """An amount of the configured currency."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= MOST_MONEY:
        return float(value)
    raise ValueError(f"{quoted(value)} is no amount; write a number such as 20 or 0.5")


def all_tiers(values: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """Every tier once."""
    if sorted(values) != sorted(TIERS):
        raise ValueError(f"must name each of {', '.join(TIERS)} once, what comes first first")
    return values


def allowance(value: Any) -> Any:
    """A bare number is characters a day."""
    return {"characters_per_day": value} if isinstance(value, int) and not isinstance(value, bool) else value


Money = Annotated[float, PlainValidator(money), WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_MONEY})]
Count = Annotated[int, Field(ge=0, le=MOST)]
Tiers = Annotated[tuple[Tier, ...], LAX, AfterValidator(all_tiers)]


class Allowance(Table):
    """Bounds on what is spent."""

    characters_per_day: Count | None = Field(default=None, description="Most characters sent in a day; default: no bound.")
    characters_per_month: Count | None = Field(default=None, description="Most characters sent in a month; default: no bound.")
    requests_per_day: Count | None = Field(default=None, description="Most requests in a day; default: no bound.")
    requests_per_month: Count | None = Field(default=None, description="Most requests in a month; default: no bound.")
    money_per_day: Money | None = Field(default=None, description="Most money in a day, by the prices here; default: no bound.")
    money_per_month: Money | None = Field(default=None, description="Most money in a month, by the prices here; default: no bound.")

    def limits(self, name: str, *, engine: str = "", source: str = "") -> Iterator[Limit]:
        """The bounds that are set; `name` is the table's dotted key."""
        for unit in get_args(Unit):
            for period in get_args(Period):
                value = getattr(self, key := f"{unit}_per_{period}")
                if value is not None:
                    limit = int(Fraction(str(value)) * MILLION) if unit == "money" else value
                    yield Limit(name=f"{name}.{key}", unit=unit, period=period, limit=limit, engine=engine, source=source)


class EngineBudget(Allowance):
    """What one engine may cost, and what it takes. A bare number instead of the table is its characters_per_day."""

    price: Money = Field(default=0.0, description="What a million characters cost.")
    price_per_request: Money = Field(default=0.0, description="What a request costs, whatever is in it.")
    counted: bool | None = Field(default=None, description="Whether it counts towards the bounds of all; default: all but opencc do.")


class SourceBudget(Allowance):
    """What one source's translations may cost. A bare number instead of the table is its characters_per_day."""


class Budget(Allowance):
    """What translation may cost, in all, by engine and by source. Days and months are those of site.timezone."""

    currency: str = Field(default="USD", description="The currency of all amounts, for reports.")
    tiers: Tiers = Field(default=TIERS, description="What is translated first when not all can be.")
    reserve: int = Field(default=10, ge=0, le=49, description="Percent of every bound kept for each tier before another.")
    per_engine: dict[Name, Annotated[EngineBudget, BeforeValidator(allowance)]] = Field(
        default={}, description="Bounds and prices of engines, by the name that routes use."
    )
    per_source: dict[SourceName, Annotated[SourceBudget, BeforeValidator(allowance)]] = Field(
        default={}, description="Bounds of sources, by name."
    )

    def rules(self, *, free: Collection[str]) -> Rules:
        """The same for the core; `free` are the engines that don't count unless the table says so."""
        said = {name: engine.counted for name, engine in self.per_engine.items() if engine.counted is not None}
        limits = [*self.limits("budget")]
        for name, engine in self.per_engine.items():
            limits += engine.limits(f"budget.per_engine.{name}", engine=name)
        for name, source in self.per_source.items():
            limits += source.limits(f"budget.per_source.{name}", source=name)
        return Rules(
            limits=tuple(limits),
            prices={
                name: Price(character=Fraction(str(engine.price)), request=Fraction(str(engine.price_per_request)) * MILLION)
                for name, engine in self.per_engine.items()
            },
            tiers=self.tiers,
            share=Fraction(self.reserve, 100),
            free=frozenset(name for name in {*free, *said} if not said.get(name, name not in free)),
        )
