"""Opening a store, and what its errors tell a person."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreError, StoreLocked
from aggregator.model import Source
from aggregator.store import open_store
from aggregator.store.engine import Database

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SOON = timedelta(milliseconds=20)


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


def fill(file: Path, *, sources: int = 500) -> None:
    with closing(open_store(url_of(file))) as store:
        store.sync_sources([Source(name=f"s{number}", url="https://a.example/feed") for number in range(sources)], now=NOW)


def test_the_folder_and_the_file_are_made(tmp_path: Path) -> None:
    file = tmp_path / "data" / "deep" / "store.db"
    fill(file)
    assert [each.name for each in file.parent.iterdir()] == ["store.db"]


def test_a_file_survives_power_loss_as_far_as_the_disk_does(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "store.db"))
    with closing(database), database.driver() as connection:
        settings = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert settings == ["wal", 2, 1]


@pytest.mark.parametrize("url", ["mysql://h/d", "store.db", "", "http://a.example/", "sqlite+nothing://", "oracle:"])
def test_an_address_that_is_none_is_refused_with_examples(url: str) -> None:
    with pytest.raises(StoreError, match=r"store\.url.*sqlite:////.*postgresql://"):
        open_store(url)


def test_a_store_that_must_exist_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"absent\.db does not exist"):
        open_store(url_of(tmp_path / "absent.db"), create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"can't be opened: check that the folder exists"):
        open_store(url_of(tmp_path))


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match=r"data can't be made \(File exists\)"):
        open_store(url_of(tmp_path / "data" / "store.db"))


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match=r"notes\.txt is not a database.*`aggregator store backup`"):
        open_store(url_of(file))
    assert file.read_text() == "Dear diary, " * 100


def test_damage_is_found_when_the_last_end_was_not_clean(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    fill(file)
    spoil(file)
    (tmp_path / "store.db-wal").write_bytes(b"left behind")
    with pytest.raises(StoreError, match=r"store\.db is damaged.*`aggregator store backup`"):
        open_store(url_of(file))


def test_damage_that_is_met_later_is_called_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    fill(file)
    spoil(file)
    with closing(open_store(url_of(file))) as store, pytest.raises(StoreError, match=r"store\.db is damaged"):
        store.states()


def spoil(file: Path) -> None:
    """Overwrite the page that the table of sources begins on."""
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sources'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xa5" * size
    file.write_bytes(content)


def test_whoever_writes_makes_others_wait_to_write_but_not_to_read(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    fill(file, sources=1)
    with closing(open_store(url_of(file), wait=SOON)) as store, closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert set(store.states()) == {"s0"}
        with pytest.raises(StoreLocked, match=r"store\.db was held by another process for more than 0\.02 s"):
            store.sync_sources([], now=NOW)
        holder.execute("ROLLBACK")
        store.sync_sources([], now=NOW)
        assert store.states() == {}


def test_a_writer_in_the_same_process_is_waited_for_as_well(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "store.db"), wait=SOON)
    with closing(database), database.write(), pytest.raises(StoreLocked), database.write():
        pass


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "store.db"))
    with closing(database):
        with pytest.raises(ZeroDivisionError), database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE t (x)")
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            raise ZeroDivisionError
        with database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0


def test_a_full_disk_is_called_by_its_name(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "store.db"))
    with closing(database), pytest.raises(StoreError, match="the disk is full"), database.driver() as connection:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE t (x)")


def test_a_postgresql_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(f"postgresql://user:hunter2@/database?host={tmp_path}")
    assert "user:***@" in str(caught.value)
    assert "hunter2" not in str(caught.value)
