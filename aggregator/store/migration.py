"""The store's version: made on first use, brought up to date, refused when it is newer than the program."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select, text

from aggregator.errors import StoreError
from aggregator.store.engine import Database
from aggregator.store.schema import REVISIONS, metadata

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
_SCRIPTS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 7_309_453_662  # any number that other users of the same PostgreSQL don't lock


def prepare(database: Database, *, create: bool) -> None:
    """See that the store has this program's tables. Raises StoreError where it has others, or none and may not have them made."""
    found = revision(database)
    if found == REVISIONS[-1]:
        return None
    if found and found not in REVISIONS:
        raise StoreError(f"{database} was written by a newer version of this program (its schema is {found}): update this one")
    if not create and not (database.sqlite and database.file is None):
        raise StoreError(f"{database} has schema {found or '(none)'}, not {REVISIONS[-1]}: run `aggregator store migrate`")
    return _upgrade(database) if found else _build(database)


def revision(database: Database) -> str:
    """The schema's revision, or empty for none."""
    with database.read() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table(_version.name):
        return ""
    return connection.scalars(select(_version.c.version_num)).one_or_none() or ""


def _build(database: Database) -> None:
    """A new store has no past to migrate from, so it needs neither the time nor the memory that loading alembic takes."""
    with database.write() as connection:
        _wait_for_others(connection)
        if _revision(connection):
            return  # another process was faster
        metadata.create_all(connection, checkfirst=False)  # in the same transaction nothing was there
        _version.create(connection)
        connection.execute(insert(_version), {"version_num": REVISIONS[-1]})


def _upgrade(database: Database) -> None:
    from alembic import command  # only here: it takes longer to import than the store to open
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with database.write() as connection:
        _wait_for_others(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    if database.sqlite:
        with suppress(StoreError):  # without room for a second copy it stays as large as it is, and fills what is free by and by
            _shrink(database)


def _shrink(database: Database) -> None:
    """Give the room back that a migration has left over, where that is a fourth of the file."""
    with database.driver() as connection:
        free, pages = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
        if 4 * free > pages:
            connection.execute("VACUUM")


def _wait_for_others(connection: Connection) -> None:
    """On SQLite the transaction itself keeps other processes out."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
