"""How long items are kept: what is not taken in any more, and what is left of an item that went, so that it does not come back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from aggregator.core import aliases
from aggregator.core.aliases import Recognized
from aggregator.model import Alias, Item, Source


def within(found: Recognized, stored: Collection[str], source: Source, *, now: datetime) -> Recognized:
    """What was recognized in a document, without new items that retention would take away again: nobody is to translate these."""
    limits = source.retention
    newest = sorted(found.items, key=lambda item: item.published, reverse=True)[: limits.items]
    since = now - limits.age if limits.age else None
    kept = {item.id for item in newest if since is None or item.published >= since}.union(stored)
    return replace(
        found,
        items=tuple(item for item in found.items if item.id in kept),
        learned=tuple(alias for alias in found.learned if alias.item_id in kept),
        ids={id: made if made in kept else "" for id, made in found.ids.items()},
    )


def tombstones(items: Iterable[Item], sources: Mapping[str, Source], *, now: datetime) -> list[Alias]:
    """The names that have to outlive items, in each source that brought them: one that meets its own there is of a removed item."""
    brought = ((item, sources[name]) for item in items for name in (item.source, *item.also_in) if name in sources)
    known = ((item, source, aliases.names_of([item], source, now=now)[item.id]) for item, source in brought)
    return [Alias(name, source.name, item.id) for item, source, names in known for name in names.all]
