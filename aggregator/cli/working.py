"""`translate` and `publish`: the second and third cut on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from aggregator.cli.context import Context


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(translate)
    app.command()(publish)


def translate(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources; default: all.")] = None,
    *,
    plan: Annotated[bool, typer.Option("--plan", help="Say what would be translated, and send nothing.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="What is translated already too: only what is not remembered as it should be is sent.")
    ] = False,
    edit: Annotated[
        str, typer.Option("--edit", metavar="ID:NUMBER|KEY", help="Put a segment right for good, as `items --segments` names it.")
    ] = "",
    to: Annotated[str, typer.Option("--to", metavar="LANG", help="With --edit: the language, where the item has several.")] = "",
    text: Annotated[str, typer.Option("--text", help="With --edit: the translation; default: ask in $EDITOR.")] = "",
) -> None:
    """Translate what waits, now: new items, items whose languages were added since, and what was put off after an error.

    Articles' pages that are still to be read for their full text are read first.
    """
    from aggregator.cli.context import known_names
    from aggregator.cli.correcting import put_right
    from aggregator.cli.fetching import summary, troubled
    from aggregator.cli.output import Bar, show
    from aggregator.cli.planning import show_plan
    from aggregator.runners import chores, once

    options: Context = context.obj
    settings = options.settings()
    if edit:
        raise typer.Exit(put_right(options, settings, edit, to=to, text=text))
    configured = {source.name: source for source in settings.sources}
    wanted = known_names(names or [], configured) or list(configured)
    with options.house(settings) as house:
        if plan:
            show_plan(options, house, wanted, again=again)
            return
        bar = Bar("translating", quiet=options.quiet or options.verbose)
        with house.at_work():
            with bar.shown():
                round = house.run(lambda pipeline: once.translate(pipeline, bar.step, names=wanted, again=again))
            chores.finish(house, round)
    show([translated_row(row) for row in round.translated], as_json=options.json, empty="Nothing waited to be translated.")
    say(options, summary(round))
    raise typer.Exit(3 if troubled(round) else 0)


def translated_row(row: object) -> dict[str, object]:
    """A finished translation job as a row of the table."""
    names = ("source", "item_id", "language", "engine", "untranslated", "error")
    return {name: getattr(row, name) for name in names}


def publish(
    context: typer.Context,
    *,
    all: Annotated[bool, typer.Option("--all", help="Render every page and feed again, not only what is out of date.")] = False,
) -> None:
    """Write the documents and feeds that are out of date; files that would not differ stay untouched."""
    from aggregator.cli.fetching import summary, troubled
    from aggregator.cli.output import Bar, show
    from aggregator.runners import chores, once

    options: Context = context.obj
    with options.house() as house:
        if all:
            house.store.mark_all()
        bar = Bar("publishing", quiet=options.quiet or options.verbose)
        with house.at_work():
            with bar.shown():
                round = house.run(lambda pipeline: once.publish(pipeline, bar.step))
            chores.finish(house, round)
    show([{"written": path} for path in round.written], as_json=options.json)
    say(options, summary(round)[-1:] if troubled(round) else [f"{len(round.written)} files written, the rest stands as it should."])
    raise typer.Exit(3 if troubled(round) else 0)


def say(options: Context, texts: list[str]) -> None:
    """Tell on standard error, unless asked to be quiet."""
    from aggregator.cli import complain

    if not options.quiet:
        complain(*texts)
