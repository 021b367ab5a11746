"""Sets what a body came to against what the store knows: which items are new, which were edited, what is to be done for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from aggregator.core import aliases, decide, familiar, retention
from aggregator.core.reading import Reading
from aggregator.model import Source
from aggregator.ports import Store


def compared(reading: Reading, source: Source, store: Store, *, sources: Mapping[str, Source], now: datetime) -> Reading:
    """The reading with its items under the ids they are stored with, and with what follows. Raises StoreError."""
    names, old = aliases.names_of(reading.items, source, now=now), {entry.item_id for entry in reading.unchanged if entry.item_id}
    rows = aliases.nearest(store.aliases({name for each in names.values() for name in each.all}), source)
    rows = [row for row in rows if row.source == source.name or row.name in names or sources.get(row.source, source).profile == "clean"]
    wanted = {*names, *(alias.item_id for alias in rows)}
    there = store.stored(wanted | old)
    stored = store.known(wanted.intersection(there))
    found = aliases.recognize(reading.items, names, rows, stored, source, beside=old)
    found = retention.within(found, stored, source, now=now)
    changes = decide.changes(found.items, stored, now=now)
    return replace(
        reading,
        items=found.items,
        changes=tuple(changes),
        jobs=tuple(job for change in changes for job in decide.work_for(change.item, sources, now=now)),
        known=frozenset(item.id for item in found.items if item.id in stored and stored[item.id].source == source.name),
        aliases=found.learned,
        skipped=reading.skipped + len(reading.items) - len(found.items),
        entries=familiar.renamed(reading.entries, found.ids),
        is_in_doubt=familiar.is_in_doubt(set(names), old, there),
    )
