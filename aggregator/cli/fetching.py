"""`fetch`: one round of the whole job, for configured sources or for any address."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.config import Settings
    from aggregator.model import Completed, Page, Polled
    from aggregator.runners.work import Round
    from aggregator.wiring import House


GIVEN_UP = "given up, until `aggregator translate --again` asks for them"


class Format(StrEnum):
    """What `fetch` can print."""

    MD = "md"
    RSS = "rss"
    ATOM = "atom"
    JSON = "json"
    JSONL = "jsonl"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(fetch)


def fetch(
    context: typer.Context,
    what: Annotated[list[str] | None, typer.Argument(metavar="[NAME|URL]...", help="Sources by name, or addresses.")] = None,
    *,
    all: Annotated[bool, typer.Option("--all", help="Every source, due or not.")] = False,
    to: Annotated[str, typer.Option("--to", metavar="LANGS", help="Languages wanted, such as zh-TW,en.")] = "",
    format: Annotated[Format | None, typer.Option("--format", help="Print what came in this form.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Poll and compare, but store, translate and write nothing.")] = False,
    allow_network: Annotated[
        list[str] | None, typer.Option("--allow-network", metavar="CIDR", help="Fetch from this private network too, such as 127.0.0.0/8.")
    ] = None,
) -> None:
    """Poll sources once, translate and publish what is new: the named ones, with --all every one, else those that are due.

    With an address instead of a name no configuration is needed: the documents are printed, and nothing is left behind. Where there is
    one, its budget holds, and its store remembers the translations.
    """
    from aggregator.core.discovery import typed_address

    options: Context = context.obj
    targets = languages_of(to)
    addresses = [typed_address(word) for word in what or [] if "://" in word or word.startswith("feed:")]
    if addresses and len(addresses) < len(what or []):
        raise UsageError("Give names of sources or addresses, not both at once.")
    if addresses:
        settings = opened(options.settings_or_defaults(), allow_network or [])
        raise typer.Exit(fetch_addresses(options, settings, addresses, targets=targets, format=format or Format.MD))
    settings = opened(options.settings(), allow_network or [])
    raise typer.Exit(fetch_sources(options, settings, what or [], targets=targets, all=all, format=format, dry_run=dry_run))


def opened(settings: Settings, networks: Sequence[str]) -> Settings:
    """The settings with more networks that may be fetched from; raises UsageError for what is none."""
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise UsageError(f"--allow-network: {error}. Write a network such as 127.0.0.0/8 or fd00::/8.") from None
    fetch = settings.fetch.model_copy(update={"allow_networks": (*settings.fetch.allow_networks, *networks)})
    return replace(settings, fetch=fetch)


def languages_of(text: str) -> tuple[str, ...]:
    """The tags of `--to`, in BCP 47's own writing; raises UsageError for what is none."""
    from aggregator.core import language

    tags = [word.strip() for word in text.split(",") if word.strip()]
    for tag in tags:
        if not language.canonical(tag):
            raise UsageError(f"--to: {tag!r} is no language tag. Write BCP 47 tags such as en, de, zh-TW, with commas between them.")
    return tuple(language.canonical(tag) for tag in tags)


def fetch_sources(
    options: Context,
    settings: Settings,
    words: Sequence[str],
    *,
    targets: Sequence[str],
    all: bool,
    format: Format | None,
    dry_run: bool,
) -> int:
    """Fetch configured sources. Returns the exit status."""
    from aggregator.cli.context import known_names

    if targets:
        settings = replace(settings, sources=tuple(replace(source, translate_to=tuple(targets)) for source in settings.sources))
    configured = {source.name: source for source in settings.sources}
    names = known_names(words, configured) or (list(configured) if all else None)
    if dry_run:
        return dry(options, settings, names)
    with options.house(settings) as house:
        override = bool(words)
        if override:
            warn_of_blocks(house, names)
        round = one_round(options, house, names, label="polling", override=override)
        if format:
            print_round(house, round, targets, format)
        else:
            show_round(options, round)
    return 3 if troubled(round) else 0


def warn_of_blocks(house: House, names: Sequence[str] | None) -> None:
    """Say which hosts are asked although they want to be left alone, because a person named their sources."""
    from aggregator.cli import complain
    from aggregator.runners import once

    for name, block in once.resting(house.pipeline, names).items():
        complain(
            f"{name}: {block.host} asked for no requests until {block.until:%Y-%m-%d %H:%M} UTC; asking all the same, as you named it."
        )


def one_round(options: Context, house: House, names: Sequence[str] | None, *, label: str, places: int = 0, override: bool = False) -> Round:
    """Poll, translate, publish, with a bar on a terminal."""
    from aggregator.cli.output import Bar
    from aggregator.runners import chores, once

    bar = Bar(label, quiet=options.quiet or options.verbose)
    places = places or house.settings.fetch.concurrency
    with house.at_work():
        with bar.shown():
            round = house.run(lambda pipeline: once.fetch(pipeline, bar.step, places=places, names=names, override=override))
        chores.finish(house, round)
    return round


def dry(options: Context, settings: Settings, names: Sequence[str] | None) -> int:
    """Poll and compare only. Returns the exit status."""
    from aggregator import wiring
    from aggregator.cli.output import show
    from aggregator.runners import once

    with options.house(wiring.for_looking(settings)) as house:
        rows = house.run(lambda pipeline: once.look(pipeline, names=names))
    show([poll_row(row) for row in rows], as_json=options.json, empty="Nothing is due.")
    return 3 if any(row.error for row in rows) else 0


def fetch_addresses(options: Context, settings: Settings, addresses: Sequence[str], *, targets: Sequence[str], format: Format) -> int:
    """Fetch addresses without any configuration of theirs, print what came. Returns the exit status."""
    from aggregator import wiring
    from aggregator.cli import complain
    from aggregator.runners.work import trouble

    if len(targets) > 1 and format in (Format.RSS, Format.ATOM, Format.JSON):
        raise UsageError(f"A feed has one language: give --to one tag with --format {format.value}.")
    settings = wiring.for_addresses(settings, addresses, translate_to=targets)
    with options.house(settings, write=wiring.no_writer) as house:
        round = one_round(options, house, None, label="fetching")
        print_round(house, round, targets, format)
        for row in round.polled:
            if row.error:
                complain(f"{row.source}: {trouble(row)}")
        for error in dict.fromkeys(f"not translated into {row.language}: {row.error}" for row in round.translated if row.error):
            complain(error)
    if all(row.error for row in round.polled):
        return 1
    return 3 if troubled(round) else 0


def print_round(house: House, round: Round, targets: Sequence[str], format: Format) -> None:
    """Print what a round brought, in the languages asked for or in all it was made in."""
    from aggregator.cli.output import lines

    keys = dict.fromkeys((row.mark.key, row.mark.language) for row in round.published if row.mark.kind == "page")
    wanted = [(id, language) for id, language in keys if not targets or language in targets]
    pages = [page for id, language in wanted for page in house.pipeline.pages([id], language)]
    pages.sort(key=lambda page: (page.item.published, page.item.id), reverse=True)
    if format in (Format.MD, Format.JSONL):
        lines(house.rendered(pages) if format is Format.MD else map(json_line, pages))
        return
    for name, language in dict.fromkeys((page.item.source, page.language) for page in pages):
        chosen = tuple(page for page in pages if (page.item.source, page.language) == (name, language))
        lines([house.feed_text(replace(house.pipeline.empty_feed(name, language), pages=chosen), format.value).rstrip("\n") + "\n"])


def troubled(round: Round) -> bool:
    """Whether anything of the round did not come to its end."""
    errors = [row.error for row in round.polled] + [row.error for row in round.completed]
    errors += [row.error for row in round.translated if not (row.waits or row.held)]
    return bool(round.busy or round.unfinished) or any(errors) or any(row.error for row in round.published)


def show_round(options: Context, round: Round) -> None:
    """Print a row for each source, and a summary of the rest on standard error."""
    from aggregator.cli import complain
    from aggregator.cli.output import show
    from aggregator.runners.work import trouble

    show([poll_row(row) for row in round.polled], as_json=options.json, empty="Nothing is due. Name a source or use --all to poll now.")
    for row in round.polled:
        if row.error and not options.json:
            complain(f"{row.source}: {trouble(row)}")
    for name in round.busy:
        complain(f"{name}: another process is polling it right now.")
    for name, block in round.resting.items():
        complain(
            f"{name}: left alone until {block.until:%Y-%m-%d %H:%M} UTC, because {block.reason}. Fetch it by name to ask all the same."
        )
    for text in summary(round):
        if not options.quiet:
            complain(text)


def summary(round: Round) -> list[str]:
    """What was translated and written, in words."""
    done = [row for row in round.translated if not row.error]
    failed = [row for row in round.translated if row.error]
    words = [*of_pages(round), f"{len(done)} translations made, {len(round.written)} documents and feeds written."]
    waiting = sum(row.waits for row in failed)
    words += [f"{waiting} translations wait for an engine that needs the network."] if waiting else []
    held = sum(row.held for row in round.translated)
    words += [f"{held} translations wait for the budget, in whole or in part."] if held else []
    for (error, given_up), count in Counter((row.error, row.given_up) for row in failed if not (row.waits or row.held)).items():
        words.append(f"{count} translations {GIVEN_UP if given_up else 'put off'}: {error}")
    words += [row.error for row in round.published if row.error]
    return [*words, round.unfinished] if round.unfinished else words


def of_pages(round: Round) -> list[str]:
    """What came of articles' pages, in words: one reason for each source and kind of failure."""
    from aggregator.runners.work import trouble

    read = [row for row in round.completed if not row.error]
    words = [f"{len(read)} pages of articles read, {sum(row.outcome == 'taken' for row in read)} texts taken from them."] if read else []
    left_out = Counter((row.source, row.why) for row in round.completed if row.why)
    words += [f"{name}: {count} items left out after their pages were read: {why}." for (name, why), count in left_out.items()]
    failed: dict[tuple[str, str, object], list[Completed]] = {}
    for row in round.completed:
        if row.error:
            failed.setdefault((row.source, row.outcome, row.error_kind), []).append(row)
    return words + [f"{name}: {len(rows)} pages {outcome}, such as {trouble(rows[0])}" for (name, outcome, _), rows in failed.items()]


def poll_row(row: Polled) -> dict[str, Any]:
    """A poll as a row of the table."""
    facts = asdict(row)
    order = (
        "source",
        "outcome",
        "status",
        "entries",
        "new",
        "updated",
        "skipped",
        "broken",
        "jobs",
        "size",
        "took",
        "pages",
        "lost",
        "next_due",
        "error_kind",
    )
    return {name: facts[name] for name in order} | {"error": row.error, "advice": row.advice}


def json_line(page: Page) -> str:
    """A page as a line of JSON."""
    from aggregator.core.elsewhere import links

    item = page.item
    facts = {
        "id": item.id,
        "source": item.source,
        "language": page.language,
        "original_language": item.language,
        "url": item.url,
        "also_in": links(item),
        "published": item.published.isoformat(),
        "title": page.title,
        "summary": page.summary,
        "markdown": page.body,
        "engine": page.translation.engine if page.translation else "",
        "authors": item.authors,
        "tags": item.tags,
        "image": item.image,
        "media": [{name: value for name, value in asdict(media).items() if value} for media in item.media],
    }
    return json.dumps(facts, ensure_ascii=False) + "\n"
