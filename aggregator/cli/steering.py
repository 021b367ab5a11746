"""`pause`, `resume`: a person's word on whether sources are polled. `feeds`: where what is published is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.cli.context import Context
    from aggregator.wiring import House, Place

Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="Sources.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(pause)
    app.command()(resume)
    app.command()(feeds)


def pause(context: typer.Context, names: Names) -> None:
    """Poll these sources no more, until `resume`. Their feeds stay; `fetch NAME` still polls one."""
    set_paused(context.obj, names, paused=True)


def resume(context: typer.Context, names: Names) -> None:
    """Go on with sources that were paused."""
    set_paused(context.obj, names, paused=False)


def set_paused(options: Context, names: Sequence[str], *, paused: bool) -> None:
    """Do either, and show how the sources are then."""
    from aggregator import acting
    from aggregator.cli.context import known_names
    from aggregator.cli.output import show

    settings = options.settings()
    wanted = known_names(names, {source.name for source in settings.sources})
    with options.house(settings) as house:
        house.store.sync_sources(settings.sources, now=house.pipeline.clock())
        (acting.pause if paused else acting.resume)(house.pipeline, wanted)
        states = house.store.states(wanted)
    show([{"source": name, "paused": states[name].paused, "due": states[name].due_at} for name in wanted], as_json=options.json)


def feeds(context: typer.Context) -> None:
    """List the feeds and their addresses. With `feed_tokens` in [web] whoever has the address of a feed can read it."""
    from aggregator.cli.output import show

    options: Context = context.obj
    with options.house() as house:
        rows = [feed_row(house, place) for place in house.places()]
    show(rows, as_json=options.json, empty="Nothing has been published yet.")


def feed_row(house: House, place: Place) -> dict[str, Any]:
    """A feed as a row of the table."""
    facts = {"language": place.language, "feed": place.name, "bilingual": place.bilingual, "title": place.title}
    return facts | {form: house.address(f"{place.path}.{form}") for form in house.settings.feeds.formats}
