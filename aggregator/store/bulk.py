"""Many rows with one statement.

On PostgreSQL they go as one JSON text: a driver that has to find two thousand parameters in a statement takes ten times as long for that as
the server for the rows. On SQLite, in the same process, a statement for each row is as fast.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Table, bindparam, text, update

from aggregator.store.rows import Values
from aggregator.store.statements import many, put


def put_many(connection: Connection, table: Table, values: Sequence[Values], *, keep: tuple[str, ...] = ()) -> None:
    """Insert, or update all but the key and the columns in `keep`. All rows have the same columns."""
    if connection.dialect.name != "postgresql":
        put(connection, table, values, keep=keep)
    elif values:
        names = tuple(values[0])
        connection.execute(
            text(_upsert(table, names, keep)), {"rows": json.dumps([_stored(table, row, connection.dialect) for row in values])}
        )


def set_many(connection: Connection, table: Table, values: Sequence[Values], *, of: tuple[str, ...]) -> None:
    """Set the values of rows that are there, found by the columns `of`. All have the same columns."""
    if not values:
        return
    changed = tuple(name for name in values[0] if name not in of)
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(_update(table, changed, of)), {"rows": json.dumps([_stored(table, row, connection.dialect) for row in values])}
        )
    else:
        many(connection, _update_one(table, of), [{f"of_{name}" if name in of else name: row[name] for name in row} for row in values])


def _stored(table: Table, row: Values, dialect: Dialect) -> dict[str, Any]:
    """The row as the database has it."""
    converters = _converters(table)
    return {name: convert(value, dialect) if (convert := converters[name]) else value for name, value in row.items()}


@cache
def _converters(table: Table) -> dict[str, Any]:
    return {column.name: getattr(column.type, "process_bind_param", None) for column in table.c}


@cache
def _upsert(table: Table, names: tuple[str, ...], keep: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key.columns]
    columns = ", ".join(f'"{name}"' for name in names)
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in (*keys, *keep))
    rows = f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"
    return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {rows} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changed}"  # noqa: S608  names of ours


@cache
def _update(table: Table, changed: tuple[str, ...], of: tuple[str, ...]) -> str:
    values = ", ".join(f'"{name}" = new."{name}"' for name in changed)
    same = " AND ".join(f'{table.name}."{name}" = new."{name}"' for name in of)
    rows = f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"
    return f"UPDATE {table.name} SET {values} FROM {rows} AS new WHERE {same}"  # noqa: S608  names of ours


@cache
def _update_one(table: Table, of: tuple[str, ...]) -> Executable:
    return update(table).where(*(table.c[name] == bindparam(f"of_{name}") for name in of))
