"""`glossary`: the words that are always translated in one way, and proposals for more of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.cli.context import Context
    from aggregator.core.mining import Found
    from aggregator.ports import Store

glossary = typer.Typer(
    help="Look after the glossary: glossary/*.csv beside the configuration.", no_args_is_help=True, rich_markup_mode=None
)
FORMULA = ("=", "+", "-", "@")  # what a spreadsheet would take for one


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(glossary, name="glossary")


@glossary.command("list")
def entries(context: typer.Context) -> None:
    """List the terms as they take effect."""
    from aggregator.cli.output import show

    options: Context = context.obj
    rows = [
        {"source": term.source, "target": term.target, "pair": f"{term.of}>{term.into}", "translated": term.source != term.target}
        for term in options.settings().glossary
    ]
    show(rows, as_json=options.json, empty="There are no terms: write them into glossary/*.csv beside the configuration.")


@glossary.command()
def mine(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources; default: all.")] = None,
    *,
    least: Annotated[int, typer.Option("--least", min=1, help="Only what was found so many times.")] = 1,
) -> None:
    """Propose terms from the stored articles, such as 蔡崇信(Joe Tsai), as CSV that a person goes through before it becomes a glossary."""
    from aggregator.cli.context import known_names
    from aggregator.core.mining import mine as found_in

    options: Context = context.obj
    settings = options.settings()
    configured = {source.name: source for source in settings.sources}
    wanted = known_names(names or [], configured) or list(configured)
    with options.store(settings) as store:
        found = found_in(list(texts(store, wanted)))
    known = {term.source for term in settings.glossary}
    write([each for each in found if each.count >= least and each.han not in known])


def texts(store: Store, names: Sequence[str]) -> Iterator[str]:
    """The titles and bodies of what is stored of these sources, as readers see them."""
    from aggregator.core import markup
    from aggregator.pipeline import ALL_ITEMS

    for name in names:
        for item in store.search(source=name, limit=ALL_ITEMS):
            yield item.title
            yield from markup.visible_text(item.html).splitlines()


def write(found: Sequence[Found]) -> None:
    """Print proposals in the form of a glossary's file."""
    import csv

    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["source", "target", "pair", "do-not-translate", "note"])
    for each in found:
        other = f"'{each.other}" if each.other.startswith(FORMULA) else each.other
        rows.writerow([each.han, other, "zh>*", "", f"{each.kind}, found {each.count} times"])
