"""Less room for the same: ids and digests as bytes on SQLite, texts deflated, and of archived pages an index of those out of turn alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from aggregator.store.compact import compact_hex, compact_name, compact_uuid, packed

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

AT_ONCE = 1000  # rows
INDEXED = ["feed", "language", "archive", "age", "item_id"]
OLDEST = 2**62  # an age that no page has
PACKED = {"items": ("summary", "html"), "translations": ("summary", "body"), "segments": ("source", "text")}
KEYS = {"items": ("id",), "translations": ("item_id", "language"), "segments": ("key",)}
COUNTED = ", characters INTEGER DEFAULT '0' NOT NULL"
UUIDS, DIGESTS = ("id", "item_id"), ("digest", "of_digest", "fed_digest", "key")
HOLDING = {  # the tables that have some, and by what their rows lie
    "items": "rowid", "translations": "rowid", "aliases": "name, source", "jobs": "item_id, language", "pages": "item_id, language",
    "feed_pages": "feed, language, age DESC, item_id DESC", "segments": "rowid", "search_texts": "number", "search_older": "item_id",
}  # fmt: skip

# For each archive with pages: the age of the youngest that it or one before it has, and of the youngest of those before it.
SPANS = """
CREATE TEMPORARY TABLE spans AS SELECT *, lag(youngest) OVER (PARTITION BY feed, language ORDER BY number) AS earlier FROM (
SELECT feed, language, archive AS number, min(min(age)) OVER (PARTITION BY feed, language ORDER BY archive) AS youngest
FROM feed_pages WHERE archive > 0 GROUP BY feed, language, archive) AS found"""
YOUNGEST = """
SELECT youngest FROM spans WHERE spans.feed = archives.feed AND spans.language = archives.language AND spans.number <= archives.number
ORDER BY spans.number DESC LIMIT 1"""
EARLIER = """
SELECT 1 FROM spans WHERE spans.feed = feed_pages.feed AND spans.language = feed_pages.language AND spans.number = feed_pages.archive
AND age > earlier"""
TURNS = (
    SPANS,
    "CREATE INDEX spans_of ON spans (feed, language, number)",
    f"UPDATE archives SET age = COALESCE(({YOUNGEST}), {OLDEST})",  # noqa: S608  names of ours
    f"UPDATE feed_pages SET archive = -archive WHERE archive > 0 AND EXISTS ({EARLIER})",  # noqa: S608  names of ours
    "DROP TABLE spans",
)


def upgrade() -> None:
    """Say of each page in an archive whether it came in turn, then lay the rows out anew."""
    op.add_column("archives", sa.Column("age", sa.BigInteger, nullable=False, server_default="0"))
    for statement in TURNS:
        op.execute(statement)
    op.drop_index("feed_pages_archives", "feed_pages")
    if op.get_bind().dialect.name == "sqlite":
        _lay_out_anew(op.get_bind())
    else:
        for table, texts in PACKED.items():
            _pack(op.get_bind(), table, texts)
    some = -sa.column("archive", sa.Integer) >= sa.literal_column("0")
    op.create_index("feed_pages_out_of_turn", "feed_pages", INDEXED, sqlite_where=some, postgresql_where=some)


def _lay_out_anew(connection: sa.Connection) -> None:
    """New tables of the same names are filled, and the old ones dropped when no row refers to theirs, as SQLite would delete along."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101
    for name, function in (("as_uuid", compact_uuid), ("as_digest", compact_hex), ("as_name", compact_name)):
        driver.create_function(name, 1, function, deterministic=True)
    driver.create_function("packed", 2, lambda *texts: packed(texts), deterministic=True)
    written = {table: list(_written(connection, table)) for table in HOLDING}
    for table, (made, *indexes) in written.items():
        for statement in indexes:
            op.execute(f"DROP INDEX {re.split(' INDEX | ON ', statement)[1]}")
        op.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
        op.execute(_changed(made, table))
    for table, (_, *indexes) in written.items():
        columns = [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
        values = ", ".join(_value(table, column) for column in columns)
        op.execute(f"INSERT INTO {table} ({_listed(columns)}) SELECT {values} FROM old_{table} ORDER BY {HOLDING[table]}")  # noqa: S608  names of ours
        for statement in indexes:
            op.execute(sa.text(statement))
    for table in reversed(HOLDING):
        op.execute(f"DROP TABLE old_{table}")


def _written(connection: sa.Connection, table: str) -> Iterable[str]:
    """The statements that made a table and its indexes."""
    query = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'index'"
    return connection.exec_driver_sql(query, (table,)).scalars()


def _changed(made: str, table: str) -> str:
    """The statement for the new table."""
    if table == "feed_pages":
        return made.replace("age, item_id)", "age DESC, item_id DESC)")
    if table not in PACKED:
        return made
    first, second = PACKED[table]
    made = re.sub(rf"\b{first} TEXT (DEFAULT '' )?NOT NULL,\s*", "", made)
    return re.sub(rf"\b{second} TEXT NOT NULL", f"texts BLOB NOT NULL{COUNTED if table == 'segments' else ''}", made)


def _value(table: str, column: str) -> str:
    if column == "texts":
        return f"packed({', '.join(PACKED[table])})"
    if column == "characters":
        return "length(source)"
    if column in UUIDS:
        return f'as_uuid("{column}")'
    if column == "name":
        return "as_name(name)"
    return f'as_digest("{column}")' if column in DIGESTS else f'"{column}"'


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _pack(connection: sa.Connection, name: str, texts: tuple[str, str]) -> None:
    """On PostgreSQL ids and digests stay as they are, and texts are packed in a new column."""
    op.add_column(name, sa.Column("texts", sa.LargeBinary))
    if name == "segments":
        op.add_column(name, sa.Column("characters", sa.Integer, nullable=False, server_default="0"))
        op.execute("UPDATE segments SET characters = length(source)")
    key = KEYS[name]
    names = (*key, "texts", *texts)
    table = sa.table(name, *(sa.column(column, sa.LargeBinary if column == "texts" else sa.Text) for column in names))
    packing = (
        sa.update(table).where(*(table.c[column] == sa.bindparam(f"of_{column}") for column in key)).values(texts=sa.bindparam("packed"))
    )
    after = sa.select(*(table.c[column] for column in (*key, *texts))).order_by(*(table.c[column] for column in key)).limit(AT_ONCE)
    rows = connection.execute(after).all()
    while rows:
        values = [
            {f"of_{column}": value for column, value in zip(key, row, strict=False)} | {"packed": packed(tuple(row[-2:]))} for row in rows
        ]
        connection.execute(packing, values)
        rows = connection.execute(after.where(sa.tuple_(*(table.c[column] for column in key)) > sa.tuple_(*rows[-1][: len(key)]))).all()
    op.alter_column(name, "texts", nullable=False)
    for text in texts:
        op.drop_column(name, text)
