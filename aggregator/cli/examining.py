"""`doctor`: what is wrong with the sources, and what cures it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.core.checkup import Finding
    from aggregator.model import PollState, Source
    from aggregator.ports import Store

NEWEST = 1000  # items of a source


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources; default: all.")] = None,
) -> None:
    """Say what is wrong with the sources, by their newest 1,000 stored items: counts, examples, and the setting that cures it.

    Nothing is asked of any site.
    """
    from aggregator.cli.context import known_names
    from aggregator.cli.output import show

    options: Context = context.obj
    settings = options.settings()
    configured = {source.name: source for source in settings.sources}
    wanted = known_names(names or [], configured) or list(configured)
    now = datetime.now(UTC)
    with options.store(settings) as store:
        store.sync_sources(settings.sources, now=now)
        states = store.states(wanted)
        findings = [finding for name in wanted for finding in examined(store, configured[name], states[name], now=now)]
    show([row(finding) for finding in findings], as_json=options.json, empty="Nothing was found in what is stored.")


def examined(store: Store, source: Source, state: PollState, *, now: datetime) -> list[Finding]:
    """All that is wrong with one source."""
    from aggregator.core.checkup import Records, examine

    items = store.search(source=source.name, limit=NEWEST)
    seen = store.first_seen(source.name)
    return examine(Records(source=source, state=state, items=items, first_seen=seen, now=now))


def row(finding: Finding) -> dict[str, Any]:
    """A finding as a row of the table, or as an object."""
    return {
        "source": finding.source,
        "defect": finding.defect,
        "count": "unknown" if finding.count is None else finding.count,
        "of": finding.of,
        "says": finding.says,
        "cure": finding.cure,
        "examples": list(finding.examples),
    }
