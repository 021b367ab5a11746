"""The part of the store's socket that shows people what there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.model import Hits, Query


class Search(Protocol):
    """An index of all texts, kept in the transactions that store them. Every method is one transaction; raises StoreError."""

    def find(self, query: Query, *, after: int | None = None, limit: int = 50) -> Hits:
        """The newest items that match, or those that come after another page's last one."""
        ...

    def unindexed(self) -> int:
        """How many items can't be found yet, as they were stored before there was an index."""
        ...

    def index_older(self, *, limit: int) -> None:
        """Put some of these into the index."""
        ...

    def feed_sizes(self, names: Collection[str]) -> Mapping[tuple[str, str], tuple[int, datetime]]:
        """(pages, date of the newest) of the feeds of these names that have any, by (name, language)."""
        ...

    def dated_between(self, bounds: Sequence[datetime]) -> Sequence[int]:
        """How many items were published from each moment to the next one."""
        ...
