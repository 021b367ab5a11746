"""`sources`, `items`, `status`: what there is and how it is doing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.cli.context import Context
    from aggregator.config import Settings
    from aggregator.model import Item, Job, PollState, Source, Translation


TOO_LATE = "It published more between two polls than its feed holds: give it a shorter `every`, or a shorter `max_every`."


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
    now = datetime.now(UTC)
    with options.store(settings) as store:
        store.sync_sources(settings.sources, now=now)
        states, codes, counts = store.states(wanted), store.codes(wanted), store.counts()["items_by_source"]
    rows = [source_row(configured[name], states[name], items=counts.get(name, 0), codes=codes.get(name, []), now=now) for name in wanted]
    show(rows, as_json=options.json, empty="No source is configured yet.")


def source_row(source: Source, state: PollState, *, items: int, codes: Sequence[int], now: datetime) -> dict[str, Any]:
    """A source as a row of the table; `codes` are the HTTP codes of its last polls."""
    from aggregator.core import health

    return {
        "source": source.name,
        "kind": source.kind,
        "language": source.language,
        "items": items,
        "health": health.health_of(state, now=now),
        "status": state.status or "",
        "last_codes": health.last_codes(codes),
        "unchanged": health.share_unchanged(codes),
        "polled": state.polled_at or "",
        "due": "" if state.gone or state.paused else state.due_at,
        "failures": state.failures,
        "may_be_lost": may_be_lost(state),
        "lost_at": state.gap_at or "",
        "error": state.error,
        "advice": state.advice or health.silence_in_words(state, now=now),
        "complaints": list(state.complaints) or "",
        "url": address(state.url or source.url),
    }


def address(url: str) -> str:
    """An address without userinfo and query, which may hold secrets."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{'?...' if parts.query else ''}"


def may_be_lost(state: PollState) -> int | str:
    """How many items a source may have published unseen, at most, when it was last polled too late."""
    if state.gap_at is None:
        return ""
    return "unknown" if state.lost is None else state.lost


def items(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(help='Words of any of its texts, "in quotation marks" in this order, word* for a beginning; or an id.')
    ] = "",
    *,
    source: Annotated[str, typer.Option("--source", help="Only this source's.")] = "",
    language: Annotated[str, typer.Option("--language", help="Only items written in this language.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    segments: Annotated[
        str, typer.Option("--segments", metavar="LANG", help="Show the items' segments and their translations into this language.")
    ] = "",
) -> None:
    """List stored items, newest first, with the languages each exists in and what translated them, or their segments.

    An id instead of words names one item.
    """
    from aggregator.cli import complain
    from aggregator.cli.output import show
    from aggregator.model import Query

    options: Context = context.obj
    settings = options.settings()
    with options.store(settings) as store:
        asked = Query(text=query, source=source, language=language, written=bool(language))
        ids = [query] if store.known([query]) else store.find(asked, limit=limit).ids
        known = store.items(ids)
        found = [known[id] for id in ids if id in known]
        if left := store.unindexed():
            complain(f"{left} items from before the last update can't be found yet: `aggregator run` and `fetch` see to it.")
        rows = [] if segments else item_rows(found, store.translations([item.id for item in found]))
    if segments:
        rows = segments_of(options, settings, found, segments)
    show(rows, as_json=options.json, empty="No item matches.")


def item_rows(items: Sequence[Item], translations: Mapping[str, Mapping[str, Translation]]) -> list[dict[str, Any]]:
    """Items as rows of the table; `translations` are theirs, by id and language."""
    return [
        {
            "published": item.published,
            "source": item.source,
            "language": item.language,
            "translations": sorted(translations.get(item.id, {})),
            "title": item.title,
            "url": item.url,
            "id": item.id,
            "provenance": [f"{tag} {part}" for tag, made in sorted(translations.get(item.id, {}).items()) for part in made.provenance],
        }
        for item in items
    ]


def segments_of(options: Context, settings: Settings, items: Sequence[Item], language: str) -> list[dict[str, Any]]:
    """The segments of items as rows of the table, with their translations into one language."""
    from aggregator.cli.correcting import segment_rows

    with options.house(settings) as house:
        return [row for item in items for row in segment_rows(house, item, language)]


def status(
    context: typer.Context,
    *,
    cost: Annotated[bool, typer.Option("--costs", help="Only what translation cost, by day, engine, source and language.")] = False,
    days: Annotated[int, typer.Option("--days", min=1, max=3660, help="With --costs: so many days, today included.")] = 31,
) -> None:
    """Say how the whole is doing: items, translations, what waits, which sources fail, what translation cost today."""
    from aggregator.cli.clustering import node_rows, queue_rows
    from aggregator.cli.costing import costs
    from aggregator.cli.output import show
    from aggregator.core import health

    options: Context = context.obj
    settings = options.settings()
    now = datetime.now(UTC)
    today = settings.today(now)
    with options.store(settings) as store:
        if cost:
            show(costs(store, today=today, days=days, whole=True), as_json=options.json, empty="Nothing was translated in these days.")
            return
        store.sync_sources(settings.sources, now=now)
        counts, states = dict(store.counts()), [*store.states().values()]
        codes = [code for of_source in store.codes().values() for code in of_source]
        spent = costs(store, today=today, days=1, whole=False)
        given_up = given_up_rows(store.pending_jobs())
        nodes = store.nodes()
        queues = queue_rows(store.backlog(now=now), nodes, now=now) if nodes else []
    counts.pop("items_by_source", None)
    late = [state for state in states if state.gap_at]
    counts["sources"] = dict(Counter(health.health_of(state, now=now) for state in states))
    counts["unchanged"] = health.share_unchanged(codes)
    counts["next_due"] = min((state.due_at for state in states if not (state.gone or state.paused)), default="")
    counts["items_that_may_be_lost"] = sum(state.lost or 0 for state in late)
    counts["sources_that_lost_an_unknown_number"] = sum(state.lost is None for state in late)
    if options.json:
        shared = {"nodes": node_rows(nodes, now=now), "queues": queues} if nodes else {}
        show([counts | {"costs_today": spent, "given_up": given_up} | shared], as_json=True)
        return
    healths = counts.pop("sources")
    rows = [*counts.items(), *((f"sources {health}", count) for health, count in healths.items())]
    show([{"what": name.replace("_", " "), "count": count} for name, count in rows], as_json=False)
    show(node_rows(nodes, now=now), as_json=False)
    show(queues, as_json=False)
    show(spent, as_json=False)
    show(given_up, as_json=False)
    show([row for state in states if (row := trouble(state, now=now))], as_json=False)
    show(
        [{"source": state.source, "may_be_lost": may_be_lost(state), "at": state.gap_at, "advice": TOO_LATE} for state in late],
        as_json=False,
    )


def given_up_rows(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """The translations that are not tried any more, as rows of the table: how many for which reason, and what a person can do."""
    found = Counter((job.source, job.language, job.error) for job in jobs if job.given_up)
    advice = "Engines answered it badly too often. `aggregator translate --again` asks for it once more."
    return [
        {"source": source, "language": language, "translations_given_up": count, "error": error, "advice": advice}
        for (source, language, error), count in sorted(found.items())
    ]


def trouble(state: PollState, *, now: datetime) -> dict[str, Any]:
    """What is wrong with a source, as a row of the table; empty where nothing is."""
    from aggregator.core import health

    word = health.health_of(state, now=now)
    if word in ("ok", "new", "paused"):
        return {}
    return {"source": state.source, "health": word, "error": state.error, "advice": state.advice or health.silence_in_words(state, now=now)}
