"""The books of translation: what was spent and done, by day, engine, source and language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from functools import cache

from sqlalchemy import Connection, Executable, func, select, text

from aggregator.core.budget import first_exceeded
from aggregator.model import Cap, Usage
from aggregator.store.engine import Database
from aggregator.store.operating_schema import usage as books
from aggregator.store.rows import USAGE_COLUMNS, usage_values
from aggregator.store.statements import insert_into

_ONE_AT_A_TIME = 7_309_453_663  # any number that other users of the same PostgreSQL don't lock


class SqlLedger:
    """`ports.spending.Ledger` on SQLite or PostgreSQL."""

    _books: Database

    def spend(self, usage: Usage, caps: Sequence[Cap] = ()) -> Cap | None:
        """Add to the books unless a cap is in the way."""
        with self._books.write() as connection:
            if caps:
                _wait_for_others(connection)
            exceeded = first_exceeded(caps, [spent_under(connection, cap) for cap in caps], usage)
            if exceeded is None:
                add_usage(connection, [usage])
            return exceeded

    def usage(self, *, since: date, until: date | None = None) -> Sequence[Usage]:
        """What stands in the books."""
        query = select(*USAGE_COLUMNS).where(books.c.day >= since).order_by(*books.primary_key.columns)
        query = query if until is None else query.where(books.c.day <= until)
        with self._books.read() as connection:
            return [Usage(**row._asdict()) for row in connection.execute(query)]


def add_usage(connection: Connection, usages: Sequence[Usage]) -> None:
    """Add to the books, in one order: transactions that lock rows in any order wait for each other in a circle."""
    rows = [usage_values(usage) for usage in sorted(usages, key=lambda usage: astuple(usage)[:4])]
    for row in rows:
        connection.execute(_add(connection.dialect.name), row)


def spent_under(connection: Connection, cap: Cap) -> int:
    """What counts towards a cap, in its unit."""
    query = select(func.coalesce(func.sum(books.c[cap.unit]), 0)).where(books.c.day >= cap.since, books.c.day < cap.until.date())
    query = query.where(books.c.engine == cap.engine) if cap.engine else query.where(books.c.engine.not_in(cap.uncounted))
    query = query.where(books.c.source == cap.source) if cap.source else query
    return int(connection.scalars(query).one())


def _wait_for_others(connection: Connection) -> None:
    """One reservation after the other, or two that both fit would together exceed a cap. On SQLite the transaction itself sees to it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})


@cache
def _add(dialect: str) -> Executable:
    new = insert_into(dialect, books)
    keys = [key.name for key in books.primary_key.columns]
    sums = {column.name: column + new.excluded[column.name] for column in books.c if column.name not in keys}
    return new.on_conflict_do_update(index_elements=keys, set_=sums)
