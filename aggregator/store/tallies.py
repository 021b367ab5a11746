"""How many items and translations there are. SQLite keeps count itself: triggers, in the transaction that adds a row or takes one away.

PostgreSQL counts. There a tally would be a row that transactions wait for each other at, and its counting is as fast as an index is read.
"""

from __future__ import annotations

from sqlalchemy import DDL, Connection, event, func, select, text

from aggregator.store import schema
from aggregator.store.columns import storable

_MADE = "CREATE TABLE tallies (kind TEXT NOT NULL, source TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (kind, source)) WITHOUT ROWID"
_ONE_MORE = """
CREATE TRIGGER {kind}_more AFTER INSERT ON {kind} BEGIN
INSERT INTO tallies (kind, source, rows) VALUES ('{kind}', {source}, 1) ON CONFLICT (kind, source) DO UPDATE SET rows = rows + 1; END"""
_ONE_LESS = """
CREATE TRIGGER {kind}_less AFTER DELETE ON {kind} BEGIN
UPDATE tallies SET rows = rows - 1 WHERE kind = '{kind}' AND source = {source}; END"""
KEPT = (
    _MADE,
    _ONE_MORE.format(kind="items", source="NEW.source"),
    _ONE_LESS.format(kind="items", source="OLD.source"),
    _ONE_MORE.format(kind="translations", source="''"),
    _ONE_LESS.format(kind="translations", source="''"),
)
for _statement in KEPT:
    event.listen(schema.translations, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]

_KEPT_OF = text("SELECT source, rows FROM tallies WHERE kind = :kind AND rows > 0 ORDER BY source")
_KEPT_OF_ONE = text("SELECT rows FROM tallies WHERE kind = :kind AND source = :source")


def items_by_source(connection: Connection) -> dict[str, int]:
    """How many items of each source there are, in the order of names; sources without any are left out."""
    if connection.dialect.name == "sqlite":
        return {row.source: row.rows for row in connection.execute(_KEPT_OF, {"kind": "items"})}
    query = select(schema.items.c.source, func.count()).group_by(schema.items.c.source).order_by(schema.items.c.source)
    return {source: count for source, count in connection.execute(query)}


def items_of(connection: Connection, source: str) -> int:
    """How many items of a source there are."""
    if connection.dialect.name == "sqlite":
        return _kept(connection, "items", source)
    return connection.scalars(select(func.count()).where(schema.items.c.source == source)).one()


def translations(connection: Connection) -> int:
    """How many translations there are."""
    if connection.dialect.name == "sqlite":
        return _kept(connection, "translations", "")
    return connection.scalars(select(func.count()).select_from(schema.translations)).one()


def _kept(connection: Connection, kind: str, source: str) -> int:
    return connection.scalars(_KEPT_OF_ONE, {"kind": kind, "source": storable(source)}).one_or_none() or 0
