"""Makes a new store of the published documents, where the old one is damaged and there is no copy of it.

documents -> reread -> items -> SAVE -> translations -> SAVE, where each stands -> NOTE
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import wiring
from aggregator.config import Settings
from aggregator.core import decide, slugs
from aggregator.core.rereading import Reread, matched, reread
from aggregator.errors import ParseError, StoreDamaged, UsageError
from aggregator.model import Change, Item, Job, Polled, Source
from aggregator.ports import Store
from aggregator.store import open_store

log = logging.getLogger(__name__)

AT_ONCE = 500
LEASE = timedelta(hours=1)


@dataclass
class Rebuilt:
    """What was found: items, translations, and documents that say too little."""

    items: int = 0
    translations: int = 0
    left: list[str] = field(default_factory=list)


def rebuild(settings: Settings) -> Rebuilt:
    """Put the damaged store aside and make a new one of the documents. Raises UsageError where there is a store that is sound."""
    _set_aside(Path(settings.store.url.removeprefix("sqlite:///")), settings)
    rebuilt, now = Rebuilt(), datetime.now(UTC)
    with wiring.open_house(settings) as house, house.at_work():
        house.sync_sources()
        found = _by_item(settings, rebuilt)
        _save_items(house.store, found, {source.name: source for source in settings.sources}, now=now)
        _save_translations(house.store, found, now=now)
        for path, document in ((path, document) for documents in found.values() for path, document in documents.items()):
            house.store.record_path(document.id, document.language, path)
    rebuilt.items, rebuilt.translations = len(found), sum(len(each) for each in found.values()) - len(found)
    return rebuilt


def _set_aside(file: Path, settings: Settings) -> None:
    if not settings.store.url.startswith("sqlite:///"):
        raise UsageError("PostgreSQL makes its own copies: put one back with `pg_restore`.")
    if not file.exists():
        return
    try:
        with closing(open_store(settings.store.url, check=True)):
            raise UsageError(f"{file} is sound: there is nothing to rebuild. Move it away first if you want a new one all the same.")
    except StoreDamaged as error:
        log.warning("%s", error)
    for path in sorted(file.parent.glob(f"{file.name}*")):
        if path.name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            path.replace(path.with_name(f"{path.name}.damaged"))


def _by_item(settings: Settings, rebuilt: Rebuilt) -> dict[str, dict[str, Reread]]:
    """The documents of each item of which the original is there, by path."""
    found: defaultdict[str, dict[str, Reread]] = defaultdict(dict)
    for path, source in _documents(settings):
        relative = str(path.relative_to(settings.paths.content))
        name = path.name.removesuffix(".md").rpartition(".")[0]
        try:
            document = reread(path.read_text(encoding="utf-8"), name=name, source=source)
        except (ParseError, ValueError) as error:
            rebuilt.left.append(f"{relative}: {error}")
        else:
            found[document.id][relative] = document
    for id in [id for id, documents in found.items() if not any(document.item for document in documents.values())]:
        rebuilt.left += [f"{relative}: the original is not there" for relative in found.pop(id)]
    return dict(found)


def _documents(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Every document below the folder of a source, and that source's name; of several in one folder the first."""
    owners: dict[str, str] = {}
    for source in settings.sources:
        owners.setdefault(slugs.folder_name(source.folder or source.name, default=source.name), source.name)
    for path in sorted(settings.paths.content.glob("*/news/**/*.md")):
        folder = str(path.parent.relative_to(settings.paths.content)).partition("/news/")[2]
        if folder in owners:
            yield path, owners[folder]


def _save_items(store: Store, found: Mapping[str, Mapping[str, Reread]], sources: Mapping[str, Source], *, now: datetime) -> None:
    """The items of each source as those of one poll that never was: the source is due at once."""
    by_source = defaultdict[str, list[Item]](list)
    for documents in found.values():
        item = next(document.item for document in documents.values() if document.item)
        by_source[item.source].append(item)
    for name, items in by_source.items():
        state = decide.first_state(sources[name], now=now)
        for start in range(0, len(items), AT_ONCE):
            changes = [Change(item=item, kind="new") for item in items[start : start + AT_ONCE]]
            store.save_poll(state, changes, [], Polled(source=name, at=now, outcome="fetched", new=len(changes)))


def _save_translations(store: Store, found: Mapping[str, Mapping[str, Reread]], *, now: datetime) -> None:
    made = {
        (document.id, document.language): document.translation
        for documents in found.values()
        for document in documents.values()
        if document.translation
    }
    items = store.items([id for id, _ in made])
    store.add_jobs(
        [Job(item_id=id, language=language, source=items[id].source, digest=items[id].digest, due_at=now) for id, language in made]
    )
    while jobs := store.claim_jobs(now=now, limit=AT_ONCE, lease=LEASE):
        for job in jobs:
            translation = matched(made[job.item_id, job.language], items[job.item_id])
            store.save_translation(job, translation)
