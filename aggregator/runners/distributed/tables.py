"""The tables of the queue, in a schema of their own beside the store's.

They hold nothing that the store does not know: a job says no more than "look now". So they are not migrated but made anew.
"""

from __future__ import annotations

from hashlib import blake2b

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from aggregator.errors import StoreError

SCHEMA = "aggregator_queue"
_ONE_AT_A_TIME = 7_309_453_664  # any number that other users of the same PostgreSQL don't lock
_VERSION = "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')"


def prepare(url: str, *, renew: bool = False) -> None:
    """See that the tables are those of this procrastinate: make them where there are none, and with `renew` where they are others.

    Raises StoreError, also where they are others and may not be made anew.
    """
    wanted = blake2b(SchemaManager.get_schema().encode(), digest_size=8).hexdigest()
    try:
        with psycopg.connect(conninfo(url)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
            row = connection.execute(_VERSION, [SCHEMA]).fetchone()
            found = row[0] if row else None
            if found == wanted:
                return
            if found and not renew:
                raise StoreError(
                    "the queue's tables are those of another version of procrastinate: install the same version on all nodes, "
                    "stop them, and run `aggregator store migrate`"
                )
            _make(connection, wanted)
    except psycopg.Error as error:
        raise StoreError(f"the queue's tables can't be made: {str(error).strip()}") from error


def conninfo(url: str) -> str:
    """How libpq is told of the store and that the queue's tables are wanted."""
    parts = conninfo_to_dict(url)
    options = f"{parts.pop('options', None) or ''} -c search_path={SCHEMA}".strip()
    return make_conninfo(**parts, options=options)  # type: ignore[arg-type]


def _make(connection: psycopg.Connection, version: str) -> None:
    name = sql.Identifier(SCHEMA)
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    connection.execute(SchemaManager.get_schema())
    connection.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, sql.Literal(version)))
