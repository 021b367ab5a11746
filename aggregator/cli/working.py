"""`translate` and `publish`: the second and third cut on their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.model import Item, Job, Translation
    from aggregator.wiring import House


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(translate)
    app.command()(publish)


def translate(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources; default: all.")] = None,
    *,
    plan: Annotated[bool, typer.Option("--plan", help="Say what would be translated, and send nothing.")] = False,
) -> None:
    """Translate what waits, now: new items, items whose languages were added since, and what was put off after an error.

    Articles' pages that are still to be read for their full text are read first.
    """
    from aggregator.cli.context import known_names
    from aggregator.cli.fetching import summary, troubled
    from aggregator.cli.output import Bar, show
    from aggregator.runners import chores, once

    options: Context = context.obj
    settings = options.settings()
    configured = {source.name: source for source in settings.sources}
    wanted = known_names(names or [], configured) or list(configured)
    with options.house(settings) as house:
        if plan:
            show(forecast(house, wanted), as_json=options.json, empty="Nothing waits to be translated.")
            return
        bar = Bar("translating", quiet=options.quiet or options.verbose)
        with house.at_work():
            with bar.shown():
                round = house.run(lambda pipeline: once.translate(pipeline, bar.step, names=wanted))
            chores.finish(house, round)
    show([translated_row(row) for row in round.translated], as_json=options.json, empty="Nothing waited to be translated.")
    say(options, summary(round))
    raise typer.Exit(3 if troubled(round) else 0)


def translated_row(row: object) -> dict[str, object]:
    """A finished translation job as a row of the table."""
    names = ("source", "item_id", "language", "engine", "untranslated", "error")
    return {name: getattr(row, name) for name in names}


def forecast(house: House, names: list[str]) -> list[dict[str, object]]:
    """Documents and characters that wait, by source, language and the engines that would be asked."""
    waiting = {(job.item_id, job.language): job for job in house.store.pending_jobs(names) if job.language}
    wanted = {(job.item_id, job.language): job for job in house.pipeline.wanted_jobs(names)}
    items = house.store.items({id for id, _ in waiting.keys() | wanted.keys()})
    made = house.store.translations(items)
    missing = {key: job for key, job in wanted.items() if not is_made(job, made.get(job.item_id, {}))}
    jobs = list((missing | waiting).values())
    groups: dict[tuple[str, str, str], list[Job]] = {}
    for job in jobs:
        item = items[job.item_id]
        engines = ", ".join(house.pipeline.router.engines_for(item.language, job.language))
        groups.setdefault((job.source, job.language, engines), []).append(job)
    return [
        {
            "source": source,
            "language": language,
            "engines": engines or "none",
            "documents": len(rows),
            "characters": sum(size(items[job.item_id]) for job in rows),
        }
        for (source, language, engines), rows in sorted(groups.items())
    ]


def is_made(job: Job, translations: Mapping[str, Translation]) -> bool:
    """Whether the translation that a job asks for exists, of the item's present text."""
    made = translations.get(job.language)
    return made is not None and made.of_digest == job.digest


def size(item: Item) -> int:
    """Characters of an item's text, as an upper bound of what an engine is sent."""
    from aggregator.core import markup

    return len(item.title) + len(item.summary) + len(markup.visible_text(item.html))


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
