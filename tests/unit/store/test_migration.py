"""The store's version."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from aggregator.errors import StoreError
from aggregator.model import Query
from aggregator.store import migrate, migration, open_store, schema_version
from aggregator.store.engine import Database
from aggregator.store.schema import REVISIONS, metadata

TEXTS = ("source", "guid", "url", "title", "html", "summary", "language", "declared", "detected", "image", "label", "digest")
LISTS = ("authors", "media", "tags", "flags")
OLD_ITEM = {"published": 0, "first_seen": 0} | dict.fromkeys(TEXTS, "") | dict.fromkeys(LISTS, "[]")  # as a row of an earlier store


def url_of(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


def test_the_program_knows_all_revisions_in_order() -> None:
    scripts = ScriptDirectory(str(Path(migration.__file__).parent / "migrations"))
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS


def test_migrations_lead_to_the_very_tables_that_the_program_works_with(tmp_path: Path) -> None:
    migrate(url_of(tmp_path))
    migrated, direct = Database(url_of(tmp_path)), Database("sqlite://")
    with closing(migrated), closing(direct):
        with direct.write() as connection:
            metadata.create_all(connection)
        assert definitions(migrated) == definitions(direct)
        with migrated.read() as connection:
            options = {
                "include_name": lambda name, kind, parents: not (name or "").startswith(("search_index", "tallies"))
            }  # no tables of SQLAlchemy's
            assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def definitions(database: Database) -> dict[str, list[str]]:
    """The statements that made the tables and indexes, in parts, in whatever order a table's columns and constraints stand."""
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL")
        return {name: sorted(part.strip(" ()\t") for part in re.split(r"[,\n]", sql) if part.strip(" ()\t")) for name, sql in rows}


def test_what_an_earlier_store_holds_waits_for_the_index_of_texts(tmp_path: Path) -> None:
    upgrade(url_of(tmp_path), to="0017")
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        for id, flags in (("i", "[]"), ("w", '["withheld"]')):
            insert(connection, "items", OLD_ITEM | {"id": id, "source": "a", "title": "阿里", "language": "zh-CN", "flags": flags})
    with closing(open_store(url_of(tmp_path))) as store:
        assert (store.unindexed(), store.find(Query(text="阿里")).ids) == (2, ())
        store.index_older(limit=10)
        assert (store.unindexed(), store.find(Query(text="阿里")).ids) == (0, ("i",))


def test_a_store_has_no_version_then_the_latest(tmp_path: Path) -> None:
    assert schema_version(url_of(tmp_path)) == ""
    assert list(tmp_path.iterdir()) == []
    assert migrate(url_of(tmp_path)) == REVISIONS[-1]
    assert schema_version(url_of(tmp_path)) == REVISIONS[-1]


def test_a_file_without_tables_is_not_filled_unless_allowed(tmp_path: Path) -> None:
    (tmp_path / "store.db").touch()
    with pytest.raises(StoreError, match=r"has schema \(none\), not .*: run `aggregator store migrate`"):
        open_store(url_of(tmp_path), create=False)


def test_a_store_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    migrate(url_of(tmp_path))
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for create in (True, False):
        with pytest.raises(StoreError, match=r"store\.db was written by a newer version of this program .*9999.*: update"):
            open_store(url_of(tmp_path), create=create)
    assert schema_version(url_of(tmp_path)) == "9999"


def test_several_processes_may_make_the_same_store_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(migrate, [url_of(tmp_path)] * 4)) == {REVISIONS[-1]}


def test_what_was_published_in_the_future_comes_back_with_its_migration(tmp_path: Path) -> None:
    upgrade(url_of(tmp_path), to="0013")
    seen, day = 1_770_000_000_000_000, 86_400_000_000
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        for id, published, updated in (("near", seen, seen + day), ("far", 2 * seen, 9 * seen)):
            insert(connection, "items", OLD_ITEM | {"id": id, "published": published, "updated": updated, "first_seen": seen})
            mark = {"language": "en", "generation": 1, "stale": 0, "lease_until": 0}
            insert(connection, "pages", mark | {"item_id": id, "published": published, "path": ""})
            insert(connection, "feeds", mark | {"name": id})
            insert(connection, "feed_pages", {"feed": id, "language": "en", "age": -published, "item_id": id})
    migrate(url_of(tmp_path))
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        items = connection.execute("SELECT id, published, dated, updated > 8 * first_seen FROM items ORDER BY id").fetchall()
        assert items == [("far", seen + day, 2 * seen, 0), ("near", seen, None, 0)]
        assert dict(connection.execute("SELECT item_id, published FROM pages").fetchall()) == {"far": seen + day, "near": seen}
        assert dict(connection.execute("SELECT item_id, age FROM feed_pages").fetchall()) == {"far": -seen - day, "near": -seen}
        assert connection.execute("SELECT name, stale, generation FROM feeds ORDER BY name").fetchall() == [("far", 1, 2), ("near", 0, 1)]


def upgrade(url: str, *, to: str) -> None:
    """A store as an earlier version of the program had it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migration.__file__).parent / "migrations"))
    with closing(Database(url)) as database, database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def insert(connection: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", row)


@pytest.mark.parametrize("url", ["sqlite://", "file"])
def test_alembic_is_not_loaded_for_a_store_that_is_up_to_date(url: str, tmp_path: Path) -> None:
    if url == "file":
        url = url_of(tmp_path)
        migrate(url)
    program = f"""
import sys
from datetime import UTC, datetime
from aggregator.model import Source
from aggregator.store import open_store
store = open_store({url!r})
store.sync_sources([Source(name="a", url="https://a.example/")], now=datetime(2026, 5, 1, tzinfo=UTC))
store.close()
print({{"alembic", "psycopg"}} & sys.modules.keys())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("set()\n", "")
