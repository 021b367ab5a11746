"""`plan` and `translate --plan`: what the waiting translations will cost, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.cli.context import Context
    from aggregator.core.budget import Forecast, Rules
    from aggregator.wiring import House


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(plan)


def plan(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources; default: all.")] = None,
    *,
    again: Annotated[bool, typer.Option("--again", help="As `translate --again` would: what is translated already too.")] = False,
) -> None:
    """Forecast what waiting translations will cost: what is remembered, characters by tier, requests, money. Sends nothing."""
    from aggregator.cli.context import known_names

    options: Context = context.obj
    settings = options.settings()
    configured = {source.name: source for source in settings.sources}
    wanted = known_names(names or [], configured) or list(configured)
    with options.house(settings) as house:
        show_plan(options, house, wanted, again=again)


def show_plan(options: Context, house: House, names: Sequence[str], *, again: bool) -> None:
    """Print the forecast, and how long it takes under the bounds of the budget."""
    from aggregator import planning
    from aggregator.cli import complain
    from aggregator.cli.output import show

    forecasts = planning.plan(house.pipeline, planning.waiting(house.pipeline, names, again=again), house.settings.spending_rules.prices)
    show([row(each) for each in forecasts], as_json=options.json, empty="Nothing waits to be translated.")
    if not options.quiet:
        complain(*(outlook(house.settings.spending_rules, forecasts, house.settings.budget.currency) if forecasts else ()))
        complain(*left_out(planning.unread(house.pipeline, names)))


def row(forecast: Forecast) -> dict[str, object]:
    """A forecast as a row of the table."""
    from aggregator.core.budget import MILLION

    return {
        "source": forecast.source,
        "language": forecast.language,
        "engine": forecast.engine,
        "documents": forecast.documents,
        "segments": forecast.segments,
        "remembered": forecast.remembered,
        "characters": forecast.characters,
        "title": forecast.title,
        "summary": forecast.summary,
        "body": forecast.body,
        "requests": forecast.requests,
        "money": round(forecast.money / MILLION, 4),
    }


def left_out(unread: int) -> Iterator[str]:
    """In words: what the forecast can't know."""
    if unread:
        which = "1 article is left out: its own page is" if unread == 1 else f"{unread} articles are left out: their own pages are"
        yield f"{which} still to be read. `aggregator fetch` reads what is due."


def outlook(rules: Rules, forecasts: Sequence[Forecast], currency: str) -> Iterator[str]:
    """In words: the whole, and how long it takes under each bound."""
    from aggregator.core.budget import MILLION, periods

    money = sum(each.money for each in forecasts) / MILLION
    characters, requests = sum(each.characters for each in forecasts), sum(each.requests for each in forecasts)
    yield f"{characters} characters to send in at least {requests} request{'s'[: requests != 1]}, {money:.2f} {currency}."
    for limit, needed, count in periods(rules, forecasts):
        least = f"at least {count} {limit.period}{'s'[: count != 1]}" if count else "for ever"
        size, of = (limit.limit / MILLION, needed / MILLION) if limit.unit == "money" else (limit.limit, needed)
        if needed > limit.limit:
            yield f"{limit.name} = {size:g} holds this up: {of:g} are needed, which takes {least}."
