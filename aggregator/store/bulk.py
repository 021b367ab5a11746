"""Many rows with one statement, which is made once: to have it made of columns each time takes as long as to execute it.

On PostgreSQL they go as one JSON text: a driver that has to find two thousand parameters in a statement takes ten times as long for that as
the server for the rows. On SQLite, in the same process, a statement for each row is as fast.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, text

from aggregator.store.rows import Values


def put_many(connection: Connection, table: Table, values: Sequence[Values], *, keep: tuple[str, ...] = ()) -> None:
    """Insert, or update all but the key and the columns in `keep`. All rows have the same columns."""
    if values:
        names = tuple(values[0])
        postgresql = connection.dialect.name == "postgresql"
        _execute(connection, _upsert(table, names, keep, postgresql=postgresql), table, names, values)


def set_many(connection: Connection, table: Table, values: Sequence[Values], *, of: tuple[str, ...]) -> None:
    """Set the values of rows that are there, found by the columns `of`. All have the same columns."""
    if values:
        names = (*(name for name in values[0] if name not in of), *of)
        statement = _update if connection.dialect.name == "postgresql" else _update_one
        _execute(connection, statement(table, names[: -len(of)], of), table, names, values)


def _execute(connection: Connection, statement: str, table: Table, names: tuple[str, ...], values: Sequence[Values]) -> None:
    rows = _stored(table, names, values, connection.dialect)
    if connection.dialect.name == "postgresql":
        connection.execute(text(statement), {"rows": json.dumps([dict(zip(names, row, strict=True)) for row in rows])})
    else:
        connection.exec_driver_sql(statement, list(rows))


def _stored(table: Table, names: tuple[str, ...], values: Sequence[Values], dialect: Dialect) -> Iterator[tuple[Any, ...]]:
    """The rows as the database has them."""
    columns = [(name, _converter(table, name)) for name in names]
    return (tuple([convert(row[name], dialect) if convert else row[name] for name, convert in columns]) for row in values)


@cache
def _converter(table: Table, name: str) -> Callable[[Any, Dialect], Any] | None:
    return getattr(table.c[name].type, "process_bind_param", None)


@cache
def _upsert(table: Table, names: tuple[str, ...], keep: tuple[str, ...], *, postgresql: bool) -> str:
    keys = [column.name for column in table.primary_key.columns]
    columns = ", ".join(f'"{name}"' for name in names)
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in (*keys, *keep))
    rows = f"SELECT {columns} FROM {_given(table)}" if postgresql else f"VALUES ({', '.join('?' * len(names))})"  # noqa: S608  names of ours
    return f"INSERT INTO {table.name} ({columns}) {rows} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changed}"


@cache
def _update(table: Table, changed: tuple[str, ...], of: tuple[str, ...]) -> str:
    values = ", ".join(f'"{name}" = new."{name}"' for name in changed)
    same = " AND ".join(f'{table.name}."{name}" = new."{name}"' for name in of)
    return f"UPDATE {table.name} SET {values} FROM {_given(table)} AS new WHERE {same}"  # noqa: S608  names of ours


@cache
def _update_one(table: Table, changed: tuple[str, ...], of: tuple[str, ...]) -> str:
    values, same = (join.join(f'"{name}" = ?' for name in names) for join, names in ((", ", changed), (" AND ", of)))
    return f"UPDATE {table.name} SET {values} WHERE {same}"  # noqa: S608  names of ours


def _given(table: Table) -> str:
    return f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"
