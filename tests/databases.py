"""A PostgreSQL server of our own, for tests of any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of its first database. In CI it has to start; elsewhere the test is skipped where it can't."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pgserver's dependencies warn about missing desktop folders when they are imported
            import pgserver

            server = pgserver.get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
            server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # what the contract says of crashes, SQLite shows
    except (ImportError, OSError, AssertionError, subprocess.SubprocessError) as error:
        not_offered = isinstance(error, ImportError) and sys.version_info >= (3, 13)
        give_up = pytest.fail if os.environ.get("CI") == "true" and not not_offered else pytest.skip
        give_up(f"PostgreSQL can't be started here: {error}")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """The URL of an empty database on a server, which is dropped at the end whoever is still connected to it."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
