"""Sets what bodies came to against what the store knows: which items are new, which were edited, what is to be done for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from aggregator.core import aliases, decide, familiar, feeding, fulltext, retention, withholding
from aggregator.core.reading import Reading
from aggregator.model import Alias, Change, Item, Job, Source
from aggregator.ports import Store


def compared(readings: Sequence[tuple[Reading, Source]], store: Store, *, sources: Mapping[str, Source], now: datetime) -> list[Reading]:
    """The readings with their items under the ids they are stored with, and with what follows. Raises StoreError.

    The store is asked for what concerns all of them at once. None knows of what the others bring.
    """
    asked = [_asked(reading, source, now=now) for reading, source in readings]
    held = defaultdict[str, list[Alias]](list)
    for alias in store.aliases({name for each in asked for names in each.names.values() for name in names.all}):
        held[alias.name].append(alias)
    rows = [_rows(each, held, sources) for each in asked]
    wanted = [{*each.names, *(alias.item_id for alias in there)} for each, there in zip(asked, rows, strict=True)]
    missing = store.missing(set[str]().union(*(each.old for each in asked)))
    stored = store.known(set[str]().union(*wanted))
    return [
        _found(each, there, {id: stored[id] for id in ids if id in stored}, sources, missing=missing, now=now)
        for each, there, ids in zip(asked, rows, wanted, strict=True)
    ]


class _Asked(NamedTuple):
    """A reading with the names that its items may be known under, and the ids of the entries that were not read again."""

    reading: Reading
    source: Source
    names: Mapping[str, aliases.Names]
    old: frozenset[str]


def _asked(reading: Reading, source: Source, *, now: datetime) -> _Asked:
    reading = replace(reading, items=tuple(feeding.shelved(item, source) for item in reading.items))
    old = frozenset(entry.item_id for entry in reading.unchanged if entry.item_id)
    return _Asked(reading, source, aliases.names_of(reading.items, source, now=now), old)


def _rows(asked: _Asked, held: Mapping[str, Sequence[Alias]], sources: Mapping[str, Source]) -> list[Alias]:
    """What a reading's names stand for, as far as it counts for its source."""
    source, names = asked.source, asked.names
    own = [alias for name in sorted({name for each in names.values() for name in each.all}) for alias in held.get(name, ())]
    return [
        row
        for row in aliases.nearest(own, source)
        if row.source == source.name or row.name in names or sources.get(row.source, source).profile == "clean"
    ]


def _found(
    asked: _Asked,
    rows: Sequence[Alias],
    stored: Mapping[str, Item],
    sources: Mapping[str, Source],
    *,
    missing: Collection[str],
    now: datetime,
) -> Reading:
    reading, source, names, old = asked
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
        is_in_doubt=familiar.is_in_doubt(set(names), old, missing),
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
