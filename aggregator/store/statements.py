"""What several tables share: insert if new, insert or update, claim with a lease."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Executable, Table, bindparam, select, true, update
from sqlalchemy.dialects import sqlite

from aggregator.model import LONG_AGO
from aggregator.store.columns import Instant
from aggregator.store.prepared import execute, execute_many
from aggregator.store.rows import Values
from aggregator.store.schema import feeds, jobs, pages, sources, topics

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

NOW = bindparam("now", type_=Instant)
LEASED = (sources, jobs, pages, feeds, topics)  # the tables whose rows are claimed


def many(connection: Connection, statement: Executable, values: Sequence[Values]) -> None:
    """Execute once for each of the values. Without any, SQLAlchemy would execute it once all the same."""
    if values:
        connection.execute(statement, values)


def insert_into(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens on conflict; both dialects spell it the same."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # takes 0.1 s to import

        return postgresql.insert(table)
    return sqlite.insert(table)


def put_new(connection: Connection, table: Table, values: Sequence[Values]) -> None:
    """Insert what is not there yet."""
    execute_many(connection, _insert_new(connection.dialect.name, table), values)


def put(connection: Connection, table: Table, values: Sequence[Values], *, keep: tuple[str, ...] = ()) -> None:
    """Insert, or update all but the key and the columns in `keep`."""
    execute_many(connection, _upsert(connection.dialect.name, table, keep), values)


def claiming(table: Table, *, ready: Sequence[ColumnElement[bool]], order: Sequence[ColumnElement[Any]], **also: Any) -> Executable:
    """The statement that leases rows which are `ready` and not leased, first in `order` first.

    It has the parameters NOW, `most` and `until`, and is to be kept: to make it takes as long as to execute it.

    Rows that another transaction is just claiming are passed over. The choice stands in a CTE because PostgreSQL may run a locking
    subquery more than once, and then it would lock more than it should; SQLite ignores the locking, it has one writer.
    """
    keys = list(table.primary_key.columns)
    chosen = select(*keys).where(table.c.lease_until <= NOW, *ready).order_by(*order).limit(bindparam("most"))
    taken = chosen.with_for_update(skip_locked=True).cte("chosen")
    same = [key == taken.c[key.name] for key in keys]
    return update(table).where(*same).values(lease_until=bindparam("until", type_=Instant), **also).returning(*table.c)


def claimed(connection: Connection, statement: Executable, *, now: datetime, limit: int, lease: timedelta, **also: Any) -> list[Any]:
    """Lease up to `limit` rows by a statement of `claiming`, and return them, in any order."""
    return execute(connection, statement, {"now": now, "most": limit, "until": now + lease} | also)


def free_claims(connection: Connection) -> None:
    """End every claim, whoever has it. Of pages and feeds only what is out of date is ever claimed, and that is indexed."""
    for table in LEASED:
        only = [table.c.stale == true()] if "stale" in table.c else []
        connection.execute(update(table).where(table.c.lease_until > LONG_AGO, *only).values(lease_until=LONG_AGO))


@cache
def _insert_new(dialect: str, table: Table) -> Executable:
    return insert_into(dialect, table).on_conflict_do_nothing()


@cache
def _upsert(dialect: str, table: Table, keep: tuple[str, ...]) -> Executable:
    new = insert_into(dialect, table)
    keys = [key.name for key in table.primary_key.columns]
    return new.on_conflict_do_update(
        index_elements=keys,
        set_={name: new.excluded[name] for name in table.c.keys() if name not in (*keys, *keep)},  # noqa: SIM118  a column collection
    )
