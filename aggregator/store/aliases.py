"""Statements about the names under which sources have brought items."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, func, select

from aggregator.model import Alias
from aggregator.store.prepared import find
from aggregator.store.schema import aliases
from aggregator.store.statements import put_new

_FIND = (
    select(aliases.c.name, aliases.c.source, func.coalesce(aliases.c.item_id, aliases.c.name))
    .where(aliases.c.name.in_(bindparam("names", expanding=True)))
    .order_by(aliases.c.name, aliases.c.source)
)


def find_aliases(connection: Connection, names: Collection[str]) -> list[Alias]:
    """What these names stand for, in order."""
    return [Alias(*row) for row in find(connection, _FIND, names)]


def add_aliases(connection: Connection, learned: Collection[Alias]) -> None:
    """Remember names; one that stands for an item already goes on doing so."""
    own = {"item_id": None}  # most names of 16 bytes are those of the items themselves
    put_new(connection, aliases, [alias._asdict() | (own if alias.name == alias.item_id else {}) for alias in sorted(learned)])
