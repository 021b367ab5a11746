"""What is out of date is found by indexes of that alone, in either database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
import pytest

from aggregator.store import SqlStore

SOME = {"pages_stale", "feeds_stale", "topics_untold"}


@pytest.mark.parametrize("store_url", ["sqlite-file", "postgresql"], indirect=True)  # in memory only the store itself sees them
def test_indexes_of_some_rows_are_of_some_rows(store: SqlStore, store_url: str) -> None:
    written = in_postgresql(store_url) if store_url.startswith("postgresql") else in_sqlite(store_url)
    assert {name for name, sql in written.items() if " WHERE " in sql} >= SOME


def in_sqlite(url: str) -> dict[str, str]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall())


def in_postgresql(url: str) -> dict[str, str]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'").fetchall())
