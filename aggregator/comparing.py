"""Sets what a body came to against what the store knows: which items are new, which were edited, what is to be done for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from aggregator.core import aliases, decide, familiar, feeding, fulltext, retention, withholding
from aggregator.core.reading import Reading
from aggregator.model import Change, Item, Job, Source
from aggregator.ports import Store


def compared(reading: Reading, source: Source, store: Store, *, sources: Mapping[str, Source], now: datetime) -> Reading:
    """The reading with its items under the ids they are stored with, and with what follows. Raises StoreError."""
    reading = replace(reading, items=tuple(feeding.shelved(item, source) for item in reading.items))
    names, old = aliases.names_of(reading.items, source, now=now), {entry.item_id for entry in reading.unchanged if entry.item_id}
    rows = aliases.nearest(store.aliases({name for each in names.values() for name in each.all}), source)
    rows = [row for row in rows if row.source == source.name or row.name in names or sources.get(row.source, source).profile == "clean"]
    wanted = {*names, *(alias.item_id for alias in rows)}
    there = store.stored(wanted | old)
    stored = store.known(wanted.intersection(there))
    found = aliases.recognize(reading.items, names, rows, stored, source, beside=old)
    found = retention.within(found, stored, source, now=now)
    found = replace(found, items=_at_home(found.items, stored, source))
    redated = _redated(source, reading)
    changes = [
        withholding.noted(change, stored.get(change.item.id), sources)
        for change in decide.changes(found.items, stored, now=now, redated=redated)
    ]
    jobs = [job for change in changes for job in _work(change, stored, sources, now=now)]
    if reading.is_reset:
        same = {item.id for item in found.items}.intersection(stored).difference(change.item.id for change in changes)
        jobs += fulltext.late_jobs((stored[id] for id in sorted(same)), source, now=now)
    return replace(
        reading,
        items=found.items,
        changes=tuple(changes),
        jobs=tuple(jobs),
        known=frozenset(item.id for item in found.items if item.id in stored and stored[item.id].source == source.name),
        aliases=found.learned,
        skipped=reading.skipped + len(reading.items) - len(found.items),
        entries=familiar.renamed(reading.entries, found.ids),
        is_in_doubt=familiar.is_in_doubt(set(names), old, there),
    )


def _at_home(items: Iterable[Item], stored: Mapping[str, Item], source: Source) -> tuple[Item, ...]:
    """The items, at the addresses that are known where the source's own may be others in each document."""
    if source.identity != "content":
        return tuple(items)
    return tuple(replace(item, url=stored[item.id].url) if item.id in stored else item for item in items)


def _redated(source: Source, reading: Reading) -> tuple[str, ...]:
    """The flags that let an item's date move. Documents in profile `compat` may be named by their dates, and keep every byte."""
    if source.profile == "compat":
        return ()
    return ("undated", "zoneless") if reading.is_reset else ("undated",)


def _work(change: Change, stored: Mapping[str, Item], sources: Mapping[str, Source], *, now: datetime) -> list[Job]:
    """What is to be done for a change: an item that was amended is translated only if its language is another one."""
    jobs = decide.work_for(change.item, sources, now=now)
    is_same = change.kind == "amended" and change.item.language == stored[change.item.id].language
    return [job for job in jobs if not job.language] if is_same else jobs
