"""Statements that take items away for good; their names stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, select

from aggregator.model import Alias
from aggregator.store import tallies
from aggregator.store.aliases import add_aliases
from aggregator.store.indexing import let_go
from aggregator.store.items import find_items, leave_feeds
from aggregator.store.marks import mark_feeds, with_pages
from aggregator.store.prepared import chunks
from aggregator.store.schema import items, jobs, pages


def expired(connection: Connection, source: str, *, before: datetime | None, keep: int | None, now: datetime, limit: int) -> Sequence[str]:
    """Ids of a source's items published before an instant, or beyond the newest that are kept; none that anybody is at work on.

    The oldest come first.
    """
    oldest = select(items.c.id).where(items.c.source == source).order_by(items.c.published, items.c.id)
    found: list[str] = []
    if before is not None:
        found += connection.scalars(oldest.where(items.c.published < before, _is_idle(now)).limit(limit))
    if keep is not None and not found and (surplus := tallies.items_of(connection, source) - keep) > 0:
        beyond = connection.scalars(oldest.limit(min(surplus, limit))).all()
        idle = _idle(connection, beyond, now)
        found += [id for id in beyond if id in idle]
    return found


def remove_items(connection: Connection, ids: Collection[str], names: Collection[Alias], *, now: datetime) -> set[str]:
    """Delete items with their translations, jobs and pages, mark the feeds they stood in, and keep their names. Returns whose went."""
    found = find_items(connection, ids, lock=True)
    idle = _idle(connection, found, now)
    left = {feed for id in sorted(idle) for feed in leave_feeds(connection, found[id])}
    let_go(connection, [found[id] for id in sorted(idle)])
    for chunk in chunks(idle):
        connection.execute(delete(items).where(items.c.id.in_(chunk)))
    add_aliases(connection, [name for name in names if name.item_id in idle])
    mark_feeds(connection, left=left, joined=(), rest=with_pages(connection, {name for name, _ in left}))
    return idle


def _idle(connection: Connection, ids: Collection[str], now: datetime) -> set[str]:
    return {id for chunk in chunks(ids) for id in connection.scalars(select(items.c.id).where(items.c.id.in_(chunk), _is_idle(now)))}


def _is_idle(now: datetime) -> ColumnElement[bool]:
    """That nobody is publishing, translating or reading an item."""
    published, worked_on = (exists().where(table.c.item_id == items.c.id, table.c.lease_until > now) for table in (pages, jobs))
    return ~published & ~worked_on
