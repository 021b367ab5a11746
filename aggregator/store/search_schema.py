"""The tables of the search index. What changes here changes in `migrations/versions` too."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, ForeignKey, Index, Integer, Table, event

from aggregator.store.columns import Words
from aggregator.store.compact import Uuid
from aggregator.store.schema import metadata

# The items that can be searched. What their texts hold stands in `search_index`: of an item as it was written under the number that is its
# place, which grows with its date, and of its translations under those that follow, in the order of `languages`.
search_places = Table(
    "search_places",
    metadata,
    Column("place", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("item_id", Uuid, ForeignKey("items.id", ondelete="CASCADE"), nullable=False),
    Column("languages", Words, nullable=False),
    Index("search_places_of_item", "item_id", unique=True),
)
for _dialect, _statement in (
    ("sqlite", "CREATE VIRTUAL TABLE search_index USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii')"),
    ("postgresql", "CREATE TABLE search_index (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)"),
    ("postgresql", "CREATE INDEX search_index_words ON search_index USING gin (words)"),
):
    event.listen(search_places, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]

# Items from before there was an index, which are not in it yet.
search_older = Table(
    "search_older",
    metadata,
    Column("item_id", Uuid, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
