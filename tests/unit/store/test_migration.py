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
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from aggregator.errors import StoreError
from aggregator.store import migrate, migration, open_store, schema_version
from aggregator.store.engine import Database
from aggregator.store.schema import REVISIONS, metadata


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
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def definitions(database: Database) -> dict[str, list[str]]:
    """The statements that made the tables and indexes, in parts, in whatever order a table's columns and constraints stand."""
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL")
        return {name: sorted(part.strip(" ()\t") for part in re.split(r"[,\n]", sql) if part.strip(" ()\t")) for name, sql in rows}


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
