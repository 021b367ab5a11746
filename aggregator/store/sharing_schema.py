"""The tables of what processes on several machines agree on. What changes here changes in `migrations/versions` too."""

from __future__ import annotations

from sqlalchemy import Column, Table

from aggregator.store.columns import Instant, Key, Prose, Words
from aggregator.store.schema import metadata

nodes = Table(
    "nodes",
    metadata,
    Column("name", Key, primary_key=True),
    Column("queues", Words, nullable=False),
    Column("began", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("version", Prose, nullable=False),
    Column("configuration", Prose, nullable=False),
    sqlite_with_rowid=False,
)

# What one process at a time may have, and until when it has it. A row whose time is over says nothing.
holds = Table(
    "holds",
    metadata,
    Column("kind", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("holder", Key, nullable=False),
    Column("until", Instant, nullable=False),
    sqlite_with_rowid=False,
)

# Token buckets, as the moment when each is full again if nothing is taken.
buckets = Table(
    "buckets",
    metadata,
    Column("name", Key, primary_key=True),
    Column("full_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
