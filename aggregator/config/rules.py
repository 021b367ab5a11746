"""What must hold between tables and between files; reads raw tables, so that a problem elsewhere hides none here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aggregator.config.secrets import REFERENCE, is_reference, is_sensitive
from aggregator.config.settings import BUILT_IN_TRANSLATORS
from aggregator.config.words import dotted, meant, quoted
from aggregator.errors import Problem

KEYS_OF_KINDS = ("items", "fields", "date_format", "next", "options")
MONEY = ("money_per_day", "money_per_month")
PRICES = ("price", "price_per_request")
KEYS_OF_KIND = {"json": ("items", "fields", "date_format"), "html": ("items", "fields", "date_format", "next"), "feed": ("date_format",)}


def problems(tables: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """What the files, by name and the main one first, have wrong between them."""
    main, table = next(iter(tables.items()))
    of_main = (*_unknown_engines(main, table), *_written_out_keys(main, table), *_locked_out_hub(main, table))
    return [*_of_sources(tables), *_budget_of_nothing(tables), *_bounds_without_prices(main, table), *of_main]


def _of_sources(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """What is wrong with sources besides their single values."""
    homes: dict[str, str] = {}
    for file, table in tables.items():
        for name, source in tables_at(table, "sources").items():
            if name in homes:
                yield Problem(file, dotted("sources", name), f"{homes[name]} has a source of this name already; rename one of them")
            homes.setdefault(name, file)
            for key in _misplaced_keys(source):
                message = f"means nothing to kind {quoted(source.get('kind', 'feed'))}; remove it or change the kind"
                yield Problem(file, dotted("sources", name, key), message)


def _misplaced_keys(source: Any) -> list[str]:
    """Keys that a source's kind does not know; a plug-in's kind has `options` for its own."""
    kind = source.get("kind", "feed") if isinstance(source, dict) else None
    own = KEYS_OF_KIND.get(kind, ("options",)) if isinstance(kind, str) else KEYS_OF_KINDS
    return [key for key in KEYS_OF_KINDS if key not in own and key in source]


def _unknown_engines(file: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Engines that routes name and nothing defines."""
    known = [*tables_at(table, "translators"), *BUILT_IN_TRANSLATORS]
    for number, route in enumerate(_list(table, "routes")):
        for place, engine in enumerate(_list(route, "engines")):
            if isinstance(engine, str) and engine not in known:
                advice = (
                    meant(engine, known) or f"; define it as [{dotted('translators', engine)}], or use {' or '.join(map(dotted, known))}"
                )
                yield Problem(file, dotted("routes", number, "engines", place), f"there is no translator {quoted(engine)}{advice}")


def _budget_of_nothing(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Budgets of engines and sources that there are none of."""
    main, table = next(iter(tables.items()))
    budget = tables_at(table, "budget")
    known = {
        "per_engine": ("translator", [*tables_at(table, "translators"), *BUILT_IN_TRANSLATORS]),
        "per_source": ("source", [name for each in tables.values() for name in tables_at(each, "sources")]),
    }
    for key, (what, names) in known.items():
        for name in tables_at(budget, key):
            if name not in names:
                yield Problem(main, dotted("budget", key, name), f"there is no {what} {quoted(name)}{meant(name, names)}")


def _bounds_without_prices(file: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Bounds on money that hold nothing back, as no engine that they are for has a price."""
    budget = tables_at(table, "budget")
    engines, sources = tables_at(budget, "per_engine"), tables_at(budget, "per_source")
    priced = {name for name, each in engines.items() if isinstance(each, dict) and any(each.get(key) for key in PRICES)}
    of_all: dict[tuple[str, ...], Any] = {(): budget} | {("per_source", name): each for name, each in sources.items()}
    unpriced: dict[tuple[str, ...], Any] = {("per_engine", name): each for name, each in engines.items() if name not in priced}
    for place, bounds in (unpriced if priced else of_all | unpriced).items():
        engine = place[1] if place[:1] == ("per_engine",) else "NAME"
        advice = f"set {dotted('budget', 'per_engine', engine)}.price, what a million characters cost, or price_per_request"
        for key in MONEY:
            if isinstance(bounds, dict) and isinstance(bounds.get(key), int | float) and bounds[key] >= 0:
                yield Problem(
                    file, dotted("budget", *place, key), f"holds nothing back, as no engine has a price that counts here; {advice}"
                )


def _written_out_keys(file: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys that stand in the file itself."""
    for name, translator in tables_at(table, "translators").items():
        for option, value in translator.items() if isinstance(translator, dict) else ():
            if is_sensitive(option) and isinstance(value, str | dict) and not is_reference(value):
                yield Problem(file, dotted("translators", name, option), f"a key does not belong into this file; {REFERENCE}")


def _locked_out_hub(file: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    """A hub that is told of what it can't fetch."""
    if tables_at(table, "web").get("private") is True and tables_at(table, "feeds").get("websub"):
        yield Problem(file, "feeds.websub", "a hub can't fetch feeds that are private; remove this, or private in [web]")


def tables_at(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The table at a key, or an empty one where something else stands."""
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _list(table: object, key: str) -> list[Any]:
    """The list at a key, or an empty one where something else stands."""
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, list) else []
