"""One database, SQLite or PostgreSQL: how it is opened, how a transaction begins, and what its errors mean to a person."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, Engine, QueuePool, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from aggregator.errors import StoreDamaged, StoreError, StoreLocked
from aggregator.store import copies

WAIT = timedelta(seconds=30)
_CACHE = "cache_size = -1000"  # KiB, for each connection: with 256 a poll on a large store reads the same pages over and over
_LOG = "wal_autocheckpoint = 4000"  # pages of 4 KB: what is written again and again goes into the file once, and a log grows to 16 MB
_PREPARED = 40  # statements that each connection keeps: three times as many take 5 MB more and no less time
_POOL = {"pool_size": 8, "max_overflow": -1}  # as many as there are threads, but eight at rest
_MEANINGS = {
    sqlite3.SQLITE_READONLY: "can't be written: check the rights of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "can't be opened: check that the folder exists and that this user may write there",
    sqlite3.SQLITE_FULL: "can't grow: the disk is full; free some space, nothing stored is lost",
    sqlite3.SQLITE_IOERR: "can't be read or written: the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_NOTADB: "is not a database",
}
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Database:
    """Connections to one database. `url` is as in the configuration; `wait` is how long to wait for whoever is writing."""

    def __init__(self, url: str, *, wait: timedelta = WAIT) -> None:
        self.url = _parsed(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.file = Path(self.url.database) if self.sqlite and self.url.database else None
        self.is_still = bool(self.file and _is_still(self.file))
        self._wait = wait
        self._engine = _sqlite(self.file, wait, still=self.is_still) if self.sqlite else _postgresql(self.url)
        self._writer = self._engine.execution_options(sqlite_begin="IMMEDIATE")
        self._turn = threading.Lock()

    def __str__(self) -> str:
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises StoreError."""
        # In memory there is one connection, so there is one transaction at a time.
        alone = self._alone() if self.sqlite and not self.file else nullcontext()
        with alone, self._explained(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes, alone among writers on SQLite. Raises StoreError; StoreLocked after waiting in vain."""
        with self._alone() if self.sqlite else nullcontext(), self._explained(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def driver(self) -> Iterator[sqlite3.Connection]:
        """The bare SQLite connection, outside of any transaction, for what can't run inside one. Raises StoreError."""
        with self._alone():
            try:
                with closing(self._engine.raw_connection()) as connection:
                    yield cast(sqlite3.Connection, connection.driver_connection)
            except sqlite3.Error as error:
                raise self._meant(error) from error

    def check(self) -> None:
        """Read the whole SQLite file and refuse it if it is damaged. Raises StoreError."""
        with self.driver() as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise StoreDamaged(f"{self} is damaged ({' '.join(verdict.split())}): {copies.remedy(self.file)}")

    def close(self) -> None:
        """Close all connections; the last one to a SQLite file writes its log back and removes it."""
        self._engine.dispose()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._wait.total_seconds()):
            raise self._locked()
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._meant(error.orig or error) from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self}: {type(error).__name__}: {error}") from error

    def _meant(self, error: BaseException) -> StoreError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        if code in _BUSY:
            return self._locked()
        if code in _BROKEN:
            return StoreDamaged(f"{self} {_MEANINGS[code]} ({error}): {copies.remedy(self.file)}")
        return StoreError(f"{self} {_MEANINGS[code]} ({error})" if code in _MEANINGS else f"{self}: {str(error).strip()}")

    def _locked(self) -> StoreLocked:
        seconds = self._wait.total_seconds()
        return StoreLocked(f"{self} was held by another process for more than {seconds:g} s: let it finish or stop it, then try again")


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
    except (ArgumentError, KeyError, ValueError) as error:
        known = '"sqlite:////absolute/path.db" or "postgresql://user@host/database"'
        raise StoreError(f"store.url is not an address this program knows: write {known}") from error
    return parsed.set(database="") if parsed.database == ":memory:" else parsed


def _is_still(file: Path) -> bool:
    """Whether a file that exists lies on a file system that is read-only: nobody changes it."""
    try:
        return bool(os.statvfs(file).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _sqlite(file: Path | None, wait: timedelta, *, still: bool) -> Engine:
    connect = _reader(file) if file and still else _connector(file, wait)
    if file:
        engine = create_engine("sqlite://", creator=connect, hide_parameters=True, poolclass=QueuePool, **_POOL)
    else:
        engine = create_engine("sqlite://", creator=connect, hide_parameters=True, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")

    return engine


def _connector(file: Path | None, wait: timedelta) -> Callable[[], sqlite3.Connection]:
    """Connections that leave BEGIN to us: by itself the driver begins late, and never before SELECT or DDL (PEP 249 in legacy mode)."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            file or ":memory:", timeout=wait.total_seconds(), isolation_level=None, check_same_thread=False, cached_statements=_PREPARED
        )
        try:
            for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", _CACHE, _LOG):
                connection.execute(f"PRAGMA {setting}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    return connect


def _reader(file: Path) -> Callable[[], sqlite3.Connection]:
    """Connections to a file on a read-only file system, with the log beside it if there is one (https://sqlite.org/wal.html#readonly)."""
    log = file.with_name(f"{file.name}-wal")
    mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False)

    return connect


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, **_POOL)
    except ModuleNotFoundError as error:
        raise StoreError("store.url names PostgreSQL, which needs the extra [postgres]: pip install 'aggregator[postgres]'") from error
