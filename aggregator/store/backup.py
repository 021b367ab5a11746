"""Copies of the store."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL

from aggregator.errors import StoreError
from aggregator.store import copies
from aggregator.store.engine import Database


def backup(database: Database, target: Path) -> None:
    """Write a consistent, compact copy to `target`, which must not exist. Raises StoreError."""
    if not database.sqlite:
        raise StoreError(f"PostgreSQL makes its own copies: run `pg_dump --format=custom --file={target} {_libpq(database)}`")
    if target.exists():
        raise StoreError(f"{target} exists already: name a file that does not, so that no earlier copy is lost")
    if not target.parent.is_dir():
        raise StoreError(f"{target.parent} is not a folder: make it, or name another place for the copy")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with database.driver() as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        _make_durable(part)
        part.rename(target)
        _make_durable(target.parent)
        if database.file:
            copies.note(database.file, target)
    except OSError as error:
        raise StoreError(f"{target} can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _libpq(database: Database) -> str:
    url = database.url
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query).render_as_string()


def _make_durable(path: Path) -> None:
    """VACUUM INTO does not sync what it writes (https://sqlite.org/lang_vacuum.html)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
