"""`config`, `init`, `plugins`: the configuration and what it can name."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from aggregator.cli.context import Context

config = typer.Typer(help="Check and show the configuration.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(config, name="config")
    app.command()(init)
    app.command()(plugins)


@config.command()
def check(context: typer.Context) -> None:
    """Check the whole configuration and name every problem at once, and what around it does not fit: a Hugo site, a git repository."""
    from aggregator.cli import complain
    from aggregator.runners.surroundings import misfits

    options: Context = context.obj
    settings = options.settings()
    if found := list(misfits(settings)):
        complain(*found)
        raise typer.Exit(2)
    languages = ", ".join(settings.site.languages) or "no language"
    complain(f"{options.config} is right: {len(settings.sources)} sources, translated into {languages}.")


@config.command()
def show(context: typer.Context) -> None:
    """Show the configuration as it takes effect, defaults filled in and secrets hidden."""
    from aggregator import config as configuration

    options: Context = context.obj
    sys.stdout.write(configuration.show(options.settings()).rstrip("\n") + "\n")


@config.command()
def schema() -> None:
    """Print the JSON Schema of the configuration file, for editors."""
    from aggregator import config as configuration

    sys.stdout.write(json.dumps(configuration.schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n")


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to begin; default: here.")] = Path(),
    *,
    hugo: Annotated[bool, typer.Option("--hugo", help="Make a Hugo site there, for the configuration if there is one.")] = False,
) -> None:
    """Make a folder to begin with: a commented configuration with two sources, ready for `aggregator fetch`.

    With --hugo it is a Hugo site with layouts of its own: Hugo builds it as soon as something is published. Where there is a
    configuration already (-c), the site is made for that, and none is written.
    """
    from aggregator.cli import complain
    from aggregator.cli.sites import begin_site
    from aggregator.cli.starting import begin

    options: Context = context.obj
    begun = hugo and options.config.exists()
    written = [] if begun else begin(folder, hugo=hugo)
    if hugo:
        written += begin_site(folder, (options if begun else replace(options, config=written[0])).settings())
    for path in written:
        complain(f"wrote {path}")
    there = "" if begun or folder == Path() else f"cd {folder} && "
    build = f", then hugo --cleanDestinationDir --source {folder if begun else '.'}" if hugo else ""
    complain(f"Next: {there}aggregator fetch --all{build}")


def plugins(context: typer.Context) -> None:
    """List the source kinds, translators and publishers that are installed."""
    from aggregator import plugins as found
    from aggregator.cli.output import show as show_rows

    options: Context = context.obj
    rows = [
        {"group": plugin.group, "name": plugin.name, "from": plugin.distribution, "object": plugin.target} for plugin in found.available()
    ]
    show_rows(rows, as_json=options.json)
