"""The tables of what is spent, of how engines do and of what goes wrong. What changes here changes in `migrations/versions` too."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from aggregator.model import STEPS
from aggregator.store.columns import Day, Instant, Key, Prose
from aggregator.store.schema import metadata

# What translation cost and did. A row only grows, but for what was reserved and not needed.
usage = Table(
    "usage",
    metadata,
    Column("day", Day, primary_key=True),
    Column("engine", Key, primary_key=True),
    Column("source", Key, primary_key=True),
    Column("language", Key, primary_key=True),
    *(
        Column(name, BigInteger, nullable=False)
        for name in ("requests", "characters", "money", "segments", "hits", "saved", "fallbacks", "flags")
    ),
    *(Column(step, BigInteger, nullable=False, server_default="0") for step in STEPS),
    sqlite_with_rowid=False,
)

# How engines do: for a pair of languages what their last test came to, for all of them (both empty) why they are to be left alone.
engines = Table(
    "engines",
    metadata,
    Column("engine", Key, primary_key=True),
    Column("source", Key, primary_key=True),
    Column("target", Key, primary_key=True),
    Column("verdict", Prose, nullable=False),
    Column("until", Instant, nullable=False),
    Column("version", Prose, nullable=False),
    sqlite_with_rowid=False,
)

# What went wrong for long: a row is found again by these three while it lasts, and stays for a while when it is over.
incidents = Table(
    "incidents",
    metadata,
    *(Column(name, Key, primary_key=True) for name in ("kind", "subject", "key")),
    Column("began", Instant, nullable=False),
    Column("updated", Instant, nullable=False),
    Column("ended", Instant),
    *(Column(name, Prose, nullable=False) for name in ("title", "text")),
    sqlite_with_rowid=False,
)
