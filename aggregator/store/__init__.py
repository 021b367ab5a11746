"""The store: all state, on SQLite as the embedded default or on PostgreSQL for many machines."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store import migration
from aggregator.store.copying import Copied, copy_all
from aggregator.store.engine import WAIT, Database
from aggregator.store.presence import at_rest
from aggregator.store.sql import SqlStore

__all__ = ["Copied", "SqlStore", "copy", "migrate", "open_store", "schema_version"]


def open_store(url: str, *, create: bool = True, wait: timedelta = WAIT, books: str = "", check: bool = False) -> SqlStore:
    """The store at a URL, made or brought up to date if `create`, read in whole first to `check` it. Raises StoreError.

    "sqlite:////absolute/path.db", "sqlite://" (in memory, gone when it is closed) or "postgresql://user@host/database". `wait` is how
    long a writer waits for another one before StoreLocked. `books` is the URL of the store where the memory, what was spent and how the
    engines do stand, if that is another one.
    """
    database = _open(url, create=create, wait=wait, check=check)
    try:
        return SqlStore(database, books=database if books in ("", url) else _open(books, create=create, wait=wait))
    except BaseException:
        database.close()
        raise


def _open(url: str, *, create: bool, wait: timedelta, check: bool = False) -> Database:
    database = Database(url, wait=wait)
    try:
        if database.file:
            _examine(database, database.file, create=create, check=check)
        migration.prepare(database, create=create)
    except BaseException:
        database.close()
        raise
    return database


def copy(source: str, target: str) -> list[Copied]:
    """Copy the store at a URL into an empty one at another, which is made where there is none. Raises StoreError, and copies nothing.

    A SQLite store has to be at rest: what is at work on it would go on there.
    """
    with ExitStack() as stack:
        old = _open(source, create=False, wait=WAIT)
        if old.file:
            stack.enter_context(at_rest(old.file.parent))
        return copy_all(old, _open(target, create=True, wait=WAIT))


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


def _examine(database: Database, file: Path, *, create: bool, check: bool) -> None:
    """See that the file may exist, and that it is sound if that is asked for or the last end was not clean.

    Reading all of it takes about a second for each GB, so not every command does it. SQLite itself keeps the books on how it ended: the
    last process to close a file removes its write-ahead log; one that died, or runs beside this one, leaves it.
    """
    if create and not database.is_still:
        _make_folder(file.parent)
    elif not file.exists():
        raise StoreError(f"{file} does not exist: check store.url and paths.data, or let a first `aggregator fetch` make it")
    log = file.with_name(f"{file.name}-wal")
    if file.exists() and (check or (log.exists() and log.stat().st_size)):
        database.check()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} can't be made ({error.strerror}): check its rights, or set paths.data to another folder") from error
