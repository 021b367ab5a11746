"""`sources`, `items`, `status`: what there is and how it is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.model import PollState, Source


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(sources)
    app.command()(items)
    app.command()(status)


def sources(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources; default: all.")] = None,
) -> None:
    """List the sources and how each is doing: last poll, what it answered, when it is due, what to do about an error."""
    from aggregator.cli.context import known_names
    from aggregator.cli.output import show

    options: Context = context.obj
    settings = options.settings()
    configured = {source.name: source for source in settings.sources}
    wanted = known_names(names or [], configured) or list(configured)
    with options.house(settings) as house:
        house.store.sync_sources(settings.sources, now=house.pipeline.clock())
        states, counts = house.store.states(wanted), house.store.counts()["items_by_source"]
        rows = [source_row(configured[name], states[name], counts.get(name, 0)) for name in wanted]
    show(rows, as_json=options.json, empty="No source is configured yet.")


def source_row(source: Source, state: PollState, items: int) -> dict[str, Any]:
    """A source as a row of the table."""
    return {
        "source": source.name,
        "kind": source.kind,
        "language": source.language,
        "items": items,
        "health": health(state),
        "status": state.status or "",
        "polled": state.polled_at or "",
        "due": "" if state.gone else state.due_at,
        "failures": state.failures,
        "error": state.error,
        "advice": state.advice,
        "url": address(state.url or source.url),
    }


def address(url: str) -> str:
    """An address without userinfo and query, which may hold secrets."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{'?...' if parts.query else ''}"


def health(state: PollState) -> str:
    """One word for a source."""
    if state.gone:
        return "gone"
    if state.failures:
        return "failing"
    return "ok" if state.polled_at else "new"


def items(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="Words of the title.")] = "",
    *,
    source: Annotated[str, typer.Option("--source", help="Only this source's.")] = "",
    language: Annotated[str, typer.Option("--language", help="Only items written in this language.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
) -> None:
    """List stored items, newest first, with the languages each exists in."""
    from aggregator.cli.output import show

    options: Context = context.obj
    with options.house() as house:
        found = house.store.search(query, source=source, language=language, limit=limit)
        translations = house.store.translations([item.id for item in found])
        rows = [
            {
                "published": item.published,
                "source": item.source,
                "language": item.language,
                "translations": sorted(translations.get(item.id, {})),
                "title": item.title,
                "url": item.url,
                "id": item.id,
            }
            for item in found
        ]
    show(rows, as_json=options.json, empty="No item matches.")


def status(context: typer.Context) -> None:
    """Say how the whole is doing: items, translations, what waits, which sources fail."""
    from aggregator.cli.output import show

    options: Context = context.obj
    settings = options.settings()
    with options.house(settings) as house:
        house.store.sync_sources(settings.sources, now=house.pipeline.clock())
        counts = dict(house.store.counts())
        states = house.store.states()
    counts.pop("items_by_source", None)
    if options.json:
        show([counts], as_json=True)
        return
    healths = counts.pop("sources", {})
    rows = [*counts.items(), *((f"sources {health}", count) for health, count in healths.items())]
    show([{"what": name.replace("_", " "), "count": count} for name, count in rows], as_json=False)
    failing = [state for state in states.values() if state.failures or state.gone]
    show(
        [{"source": state.source, "health": health(state), "error": state.error, "advice": state.advice} for state in failing],
        as_json=False,
    )
