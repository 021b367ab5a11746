"""A whole store into another one, of the other sort or not: row by row, and then compared row by row.

All of it is one transaction of the new store: what is not whole and the same is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, exists, func, insert, literal, select, text

from aggregator.errors import StoreError
from aggregator.store.engine import Database
from aggregator.store.schema import items, metadata
from aggregator.store.search_schema import search_older, search_places
from aggregator.store.sharing_schema import buckets, holds, nodes

_AT_ONCE = 1000  # rows
_MADE_ANEW = (search_places, search_older)  # the index of texts is another one in each sort of store
_OF_NOW = (nodes, holds, buckets)  # what processes say to each other while they work


class Copied(NamedTuple):
    """A table that is the same in both stores: how many rows, and their digest."""

    table: str
    rows: int
    digest: int


def copy_all(source: Database, target: Database) -> list[Copied]:
    """Copy everything into a store that is empty, and compare. Raises StoreError, and then nothing is copied.

    Texts are to be indexed again there, which `run`, `worker` and `fetch` see to.
    """
    with closing(source), closing(target), source.read() as read, target.write() as write:
        tables = [table for table in metadata.sorted_tables if table not in (*_MADE_ANEW, *_OF_NOW)]
        _have_alone(write, tables)
        if full := [table.name for table in tables if write.scalars(select(exists(select(literal(1)).select_from(table)))).one()]:
            raise StoreError(f"{target} is not empty (there are rows in {', '.join(full)}): name a store that is, so that nothing is lost")
        written = [_copy(read, write, table) for table in tables]
        for one in written:
            other = _digested(write, metadata.tables[one.table])
            if one != other:
                raise StoreError(f"{target}: the {other.rows} rows of {other.table} there are not the {one.rows} of {source}: report this")
        write.execute(insert(search_older).from_select(["item_id"], select(items.c.id)))
        return written


def _have_alone(connection: Connection, tables: Sequence[Table]) -> None:
    """Let nobody write beside us. On SQLite the transaction itself sees to it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {', '.join(table.name for table in tables)} IN EXCLUSIVE MODE"))


def _copy(read: Connection, write: Connection, table: Table) -> Copied:
    digest, count = 0, 0
    for rows in _chunks(read, table):
        write.execute(insert(table), [dict(row._mapping) for row in rows])
        digest += _digest(rows)
        count += len(rows)
    return Copied(table.name, count, digest % 2**128)


def _digested(connection: Connection, table: Table) -> Copied:
    digest = sum(_digest(rows) for rows in _chunks(connection, table))
    return Copied(table.name, connection.scalars(select(func.count()).select_from(table)).one(), digest % 2**128)


def _chunks(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """All rows, in the order of their keys."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
    yield from connection.execute(query).partitions()


def _digest(rows: Sequence[Row[Any]]) -> int:
    """The sum of the rows' digests: SQLite sorts keys that it keeps as bytes behind all others, PostgreSQL does not."""
    return sum(int.from_bytes(blake2b(f"{tuple(row)!r}".encode("utf-8", "surrogatepass"), digest_size=16).digest()) for row in rows)
