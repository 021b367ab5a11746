"""The commands and the options that all of them share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli import (
    checking,
    clustering,
    configuring,
    examining,
    explaining,
    fetching,
    glossing,
    planning,
    remembering,
    serving,
    showing,
    steering,
    storing,
    subscribing,
    trying,
    working,
)
from aggregator.cli.context import Context

DEFAULT_CONFIG = Path("config/aggregator.toml")

app = typer.Typer(
    name="aggregator",
    help="Polls news sources in any language, translates every item, and re-publishes everything as one set of feeds per language.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich's help formatting doubles the start-up time
    pretty_exceptions_enable=False,
)

Config = Annotated[Path, typer.Option("--config", "-c", envvar="AGGREGATOR_CONFIG", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON Lines instead of tables.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say what is being done.")]
Offline = Annotated[bool, typer.Option("--offline", help="Use no translation engine that needs the network.")]


def version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        from aggregator import __version__

        typer.echo(f"aggregator {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    *,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    offline: Offline = False,
    version: Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Remember the options for the command that follows."""
    context.obj = Context(config=config, json=json, quiet=quiet, verbose=verbose, offline=offline)
    context.obj.start_logging()


for module in (
    trying,
    fetching,
    serving,
    clustering,
    checking,
    working,
    planning,
    showing,
    explaining,
    examining,
    configuring,
    subscribing,
    steering,
    storing,
    remembering,
    glossing,
):
    module.register(app)
