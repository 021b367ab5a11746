"""The store: all state, on SQLite as the embedded default or on PostgreSQL for many machines."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store import migration
from aggregator.store.engine import WAIT, Database
from aggregator.store.sql import SqlStore

__all__ = ["SqlStore", "migrate", "open_store", "schema_version"]


def open_store(url: str, *, create: bool = True, wait: timedelta = WAIT, books: str = "") -> SqlStore:
    """The store at a URL, made or brought up to date if `create`. Raises StoreError.

    "sqlite:////absolute/path.db", "sqlite://" (in memory, gone when it is closed) or "postgresql://user@host/database". `wait` is how
    long a writer waits for another one before StoreLocked. `books` is the URL of the store where the memory, what was spent and how the
    engines do stand, if that is another one.
    """
    database = _open(url, create=create, wait=wait)
    try:
        return SqlStore(database, books=database if books in ("", url) else _open(books, create=create, wait=wait))
    except BaseException:
        database.close()
        raise


def _open(url: str, *, create: bool, wait: timedelta) -> Database:
    database = Database(url, wait=wait)
    try:
        if database.file:
            _examine(database, database.file, create=create)
        migration.prepare(database, create=create)
    except BaseException:
        database.close()
        raise
    return database


def migrate(url: str) -> str:
    """Bring the store at a URL up to date, or make it. Returns its schema's revision. Raises StoreError."""
    open_store(url).close()
    return schema_version(url)


def schema_version(url: str) -> str:
    """The revision of the schema at a URL, or empty where there is none yet; changes nothing. Raises StoreError."""
    database = Database(url)
    try:
        return migration.revision(database) if database.file is None or database.file.exists() else ""
    finally:
        database.close()


def _examine(database: Database, file: Path, *, create: bool) -> None:
    """See that the file may exist, and that it is sound if the last end was not clean.

    Reading all of it takes about a second for each GB, so it is not done each time. SQLite itself keeps the books on how it ended: the
    last process to close a file removes its write-ahead log; one that died, or runs beside this one, leaves it.
    """
    if create:
        _make_folder(file.parent)
    elif not file.exists():
        raise StoreError(f"{file} does not exist: check store.url and paths.data, or let a first `aggregator fetch` make it")
    log = file.with_name(f"{file.name}-wal")
    if file.exists() and log.exists() and log.stat().st_size:
        database.check()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} can't be made ({error.strerror}): check its rights, or set paths.data to another folder") from error
