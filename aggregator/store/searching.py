"""The part of the store that shows people what there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from aggregator.model import Hits, Query
from aggregator.store import indexing, queries, search
from aggregator.store.engine import Database
from aggregator.store.items import find_items
from aggregator.store.search_schema import search_older


class SqlSearch:
    """`ports.Search` on SQLite or PostgreSQL."""

    _database: Database

    def find(self, query: Query, *, after: int | None = None, limit: int = 50) -> Hits:
        """The newest items that match."""
        with self._database.read() as connection:
            return search.find(connection, query, after=after, limit=limit)

    def unindexed(self) -> int:
        """How many items are not in the index yet."""
        with self._database.read() as connection:
            return connection.scalars(select(func.count()).select_from(search_older)).one()

    def index_older(self, *, limit: int) -> None:
        """Put items into the index that were stored before there was one."""
        if not self.unindexed():
            return
        with self._database.write() as connection:
            found = find_items(connection, indexing.older(connection, limit=limit), lock=True)
            indexing.index_older(connection, list(found.values()))

    def feed_sizes(self, names: Collection[str]) -> Mapping[tuple[str, str], tuple[int, datetime]]:
        """(pages, date of the newest) of feeds by (name, language)."""
        with self._database.read() as connection:
            return queries.feed_sizes(connection, names)

    def dated_between(self, bounds: Sequence[datetime]) -> Sequence[int]:
        """How many items were published from each moment to the next one."""
        with self._database.read() as connection:
            return queries.dated_between(connection, bounds)
