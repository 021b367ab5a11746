"""`store`: what to do with the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from aggregator.cli.context import Context

store = typer.Typer(help="Look after the store.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(store, name="store")


@store.command()
def migrate(context: typer.Context) -> None:
    """Bring the store's tables to this version of the program."""
    from aggregator.cli import complain
    from aggregator.store import migrate as bring_up_to_date
    from aggregator.store import schema_version

    options: Context = context.obj
    url = options.settings().store.url
    before, after = schema_version(url), bring_up_to_date(url)
    _renew_queue(url)
    complain(f"The store is at version {after}." if before == after else f"The store went from version {before or 'none'} to {after}.")


@store.command()
def backup(context: typer.Context, target: Annotated[Path, typer.Argument(help="The file to write; must not exist yet.")]) -> None:
    """Write a consistent copy of the store, also while a daemon is running."""
    from aggregator.cli import complain

    options: Context = context.obj
    with options.store(options.settings()) as store:
        store.backup(target)
    complain(f"The store was copied to {target}.")


@store.command()
def copy(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help="The store to copy: its URL, or the file of a SQLite store.")],
    target: Annotated[str, typer.Argument(metavar="[TO]", help="The empty store to fill; default: the configured one.")] = "",
) -> None:
    """Copy a whole store, from SQLite to PostgreSQL for example, and compare every row. What is not copied whole is not copied."""
    from aggregator.cli.output import show
    from aggregator.store import copy as copy_store

    options: Context = context.obj
    copied = copy_store(_url_of(source), _url_of(target) if target else options.settings().store.url)
    show([each._asdict() for each in copied], as_json=options.json)


def _url_of(store: str) -> str:
    """A URL as it is, a file as one."""
    return store if ":" in store.partition("/")[0] else f"sqlite:///{Path(store).resolve()}"


@store.command()
def rebuild(context: typer.Context) -> None:
    """Make a new store of the published documents, where the old one is damaged and there is no copy."""
    from aggregator import rebuilding
    from aggregator.cli import complain

    options: Context = context.obj
    rebuilt = rebuilding.rebuild(options.settings())
    complain(*(f"left out: {line}" for line in rebuilt.left))
    complain(f"The new store has {rebuilt.items} items and {rebuilt.translations} translations.")
    if rebuilt.left:
        raise typer.Exit(3)


@store.command()
def prune(context: typer.Context) -> None:
    """Remove the items and documents that `retention` does not keep, and bring the feeds up to date; `run` does so once a day."""
    from aggregator.cli.fetching import summary, troubled
    from aggregator.cli.output import show
    from aggregator.cli.working import say
    from aggregator.runners import chores, once

    options: Context = context.obj
    with options.house() as house, house.at_work():
        rows = house.prune()
        round = house.run(lambda pipeline: once.publish(pipeline, lambda event: None))
        chores.finish(house, round)
    shown = [{"source": row.source, "items": row.items, "documents": row.documents, "left": row.left} for row in rows]
    show(shown, as_json=options.json, empty="No source has a limit: set `retention`.")
    say(options, [f"{row.left} documents of {row.source} were changed by somebody else and stay." for row in rows if row.left])
    if troubled(round):
        say(options, summary(round))
        raise typer.Exit(3)


def _renew_queue(url: str) -> None:
    """Bring the tables of the workers' queue up to date, too, where there can be workers."""
    from contextlib import suppress

    if url.startswith("postgres"):
        with suppress(ModuleNotFoundError):  # of the extra: nobody here can be a worker
            from aggregator.runners import distributed

            distributed.prepare(url, renew=True)
