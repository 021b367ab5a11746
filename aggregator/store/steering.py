"""The part of the store through which a person steers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from aggregator.model import LONG_AGO
from aggregator.store.engine import Database
from aggregator.store.schema import jobs, sources
from aggregator.store.statements import many

_OF_SOURCE = sources.c.source == bindparam("of_source")


class SqlSteering:
    """`ports.Steering` on SQLite or PostgreSQL."""

    _database: Database

    def pause_sources(self, names: Collection[str], *, paused: bool) -> None:
        """Poll sources no more, or go on."""
        with self._database.write() as connection:
            _for_each(connection, names, {"paused": paused})

    def hurry_sources(self, names: Collection[str], *, now: datetime) -> None:
        """Make sources due that nobody is polling."""
        with self._database.write() as connection:
            _for_each(connection, names, {"due_at": now, "rule": "asked", "gone": False}, only_free=True)

    def hurry_job(self, item_id: str, language: str) -> bool:
        """Make a translation due before all others."""
        hurry = update(jobs).where(jobs.c.item_id == item_id, jobs.c.language == language).values(due_at=LONG_AGO)
        with self._database.write() as connection:
            return connection.execute(hurry).rowcount > 0


def _for_each(connection: Connection, names: Collection[str], values: dict[str, object], *, only_free: bool = False) -> None:
    where = (_OF_SOURCE, sources.c.lease_until == LONG_AGO) if only_free else (_OF_SOURCE,)
    many(connection, update(sources).where(*where).values(**values), [{"of_source": name} for name in sorted(set(names))])
