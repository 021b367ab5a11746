"""`add`, `import`, `export`: subscriptions in and out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.errors import AggregatorError, UsageError

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.config import Settings
    from aggregator.core.subscriptions import Decided
    from aggregator.discovering import Found
    from aggregator.sources.pagelinks import FeedLink

LONGEST_LIST = 20_000_000  # bytes
DRY = typer.Option("--dry-run", help="Show what would be done, and write nothing.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(add)
    app.command(name="import")(import_list)
    app.command()(export)


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed, any page of a site, or @user@host.")],
    *,
    name: Annotated[str, typer.Option("--name", help="The source's name; default: made of the feed's title.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take the first of several feeds without asking.")] = False,
    dry_run: Annotated[bool, DRY] = False,
) -> None:
    """Subscribe to the feed behind an address: find it, show it, and write a file for it into sources/ beside the configuration.

    Feeds are looked for on the page, by the rules of YouTube, Reddit, GitHub and Mastodon, and in the usual places.
    """
    from aggregator import adding, wiring

    options: Context = context.obj
    settings, url = options.settings(), adding.whole_address(url)
    adding.new_source(settings, url, name=name)  # what is known to be in the way needs no request
    asking = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    found = wiring.discover(url, asked if asking else wiring.likeliest, settings=settings)
    decided = adding.new_source(settings, found.chosen.url, title=found.chosen.title, name=name)
    path = None if dry_run else adding.written(options.config, [decided], stem=decided.name, origin="Written by `aggregator add`.")
    show_found(options, found, decided, path)


def asked(candidates: Sequence[FeedLink]) -> int:
    """The place of the feed that the person at the terminal wants."""
    from aggregator.cli import complain

    complain("There are several feeds:", *(f"  {number}  {feed.url}  {feed.title}" for number, feed in enumerate(candidates, 1)))
    number = 0
    while not 1 <= number <= len(candidates):
        number = typer.prompt(f"Which one, 1 to {len(candidates)}", type=int, default=1, err=True)
    return number - 1


def show_found(options: Context, found: Found, decided: Decided, path: Path | None) -> None:
    """Print what was found, with the newest entries, and say where it was written."""
    from aggregator import adding
    from aggregator.cli import complain
    from aggregator.cli.output import show

    entries = adding.preview(found)
    if options.json:
        facts = {"source": decided.name, "url": found.chosen.url, "title": found.chosen.title, "file": str(path or "")}
        show([facts | {"others": adding.others(found), "entries": entries}], as_json=True)
    else:
        show(
            entries, as_json=False, title=f"{found.chosen.title or decided.name}: {found.chosen.url}", empty="The feed has no entries yet."
        )
    said = [
        *found.troubles,
        *(f"Also there: {feed.url} {feed.title}".rstrip() for feed in found.candidates if feed.url != found.chosen.url),
    ]
    done = (
        f"wrote {path}. Next: aggregator fetch {decided.name}" if path else f"Nothing was written. It would be the source {decided.name}."
    )
    if not options.quiet:
        complain(*said, done)


def import_list(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="A list of subscriptions, as other readers export it.")],
    *,
    dry_run: Annotated[bool, DRY] = False,
) -> None:
    """Subscribe to every feed in a list; folders become tags. What is subscribed already or can't be used is told, with the reason."""
    from aggregator import adding
    from aggregator.cli import complain
    from aggregator.cli.output import show

    options: Context = context.obj
    settings = options.settings()
    decided, complaints = decided_list(settings, contents(file))
    new = [each for each in decided if each.outcome == "new"]
    stem = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in file.stem).strip("-") or "imported"
    path = adding.written(options.config, new, stem=stem, origin="Written by `aggregator import`.") if new and not dry_run else None
    show([import_row(each) for each in decided], as_json=options.json, empty="The list holds no feed.")
    refused = sum(each.outcome == "refused" for each in decided)
    done = f"{len(new)} of {len(decided)} feeds are new" + (f", written to {path}." if path else "; nothing was written.")
    complain(*complaints, *([] if options.quiet else [done]))
    if refused or complaints:
        raise typer.Exit(3 if len(decided) > refused else 1)


def contents(file: Path) -> bytes:
    """A list's bytes. Raises UsageError where it can't be read."""
    try:
        with file.open("rb") as opened:
            body = opened.read(LONGEST_LIST + 1)
    except OSError as error:
        raise UsageError(f"Can't read {file}: {error.strerror}.") from error
    if len(body) > LONGEST_LIST:
        raise UsageError(f"{file} is longer than {LONGEST_LIST // 1_000_000} MB: that is no list of subscriptions. Cut it into parts.")
    return body


def decided_list(settings: Settings, body: bytes) -> tuple[list[Decided], Sequence[str]]:
    """What becomes of each feed in a list, and what of the list could not be read. Raises AggregatorError where it is no list."""
    from aggregator import wiring
    from aggregator.core import subscriptions
    from aggregator.errors import ParseError
    from aggregator.sources.opml import read_list

    try:
        found = read_list(body)
    except ParseError as error:
        raise AggregatorError(f"{str(error)[:1].upper()}{str(error)[1:]}. {error.advice}") from error
    configured = [(source.name, source.url) for source in settings.sources]
    refused = partial(wiring.address_problem, settings=settings)
    return list(subscriptions.decide(found.feeds, configured, refused=refused)), found.complaints


def import_row(decided: Decided) -> dict[str, Any]:
    """A feed of a list as a row of the table."""
    from aggregator.core.subscriptions import table_of

    return {
        "source": decided.name,
        "outcome": decided.outcome,
        "url": decided.subscription.url,
        "title": decided.subscription.title,
        "tags": table_of(decided.subscription).get("tags", []),
        "why": decided.why,
    }


def export(context: typer.Context) -> None:
    """Print the subscriptions as an OPML list, for other readers. Sources that are no feeds are left out, which is told."""
    from aggregator import wiring
    from aggregator.cli import complain

    options: Context = context.obj
    settings = options.settings()
    sys.stdout.write(wiring.exported(settings))
    left = [source.name for source in settings.sources if source.kind != "feed"]
    if left and not options.quiet:
        complain(f"Left out, for no reader can read them without these settings: {', '.join(left)}")
