"""Copies of the store."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.model import Source
from aggregator.store import SqlStore, open_store
from aggregator.store.backup import backup
from aggregator.store.engine import Database

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def filled(url: str) -> SqlStore:
    store = open_store(url)
    store.sync_sources([Source(name="a", url="https://a.example/")], now=NOW)
    return store


@pytest.mark.parametrize("origin", ["file", "memory"])
def test_a_copy_is_a_store(origin: str, tmp_path: Path) -> None:
    url = "sqlite://" if origin == "memory" else f"sqlite:///{tmp_path / 'store.db'}"
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    with closing(filled(url)) as store:
        (target.parent / "copy.db.part").write_text("left behind by an earlier try")
        store.backup(target)
        assert list(target.parent.iterdir()) == [target]
        states = store.states()
    with closing(open_store(f"sqlite:///{target}")) as copy:
        assert copy.states() == states != {}


def test_a_copy_of_the_store_in_use_is_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    database = Database(url)
    with closing(filled(url)) as store, closing(database):
        with database.read() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sources")
            store.backup(tmp_path / "copy.db")
        store.sync_sources([], now=NOW)
    with closing(open_store(f"sqlite:///{tmp_path / 'copy.db'}", create=False)) as copy:
        assert set(copy.states()) == {"a"}


def test_a_copy_replaces_nothing(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with closing(filled("sqlite://")) as store, pytest.raises(StoreError, match=r"copy\.db exists already"):
        store.backup(target)
    assert target.read_text() == "precious"


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    with closing(filled("sqlite://")) as store, pytest.raises(StoreError, match=r"nowhere is not a folder"):
        store.backup(tmp_path / "nowhere" / "copy.db")


def test_postgresql_is_left_to_its_own_tool(tmp_path: Path) -> None:
    database = Database("postgresql://me:hunter2@db.example/news")
    with closing(database), pytest.raises(StoreError) as caught:
        backup(database, tmp_path / "copy.dump")
    command = f"pg_dump --format=custom --file={tmp_path / 'copy.dump'} postgresql://me@db.example/news"
    assert command in str(caught.value)
    assert "hunter2" not in str(caught.value)
