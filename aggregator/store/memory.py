"""Statements about the translation memory: segments that were translated and verified, by key."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from aggregator.store.schema import segments
from aggregator.store.statements import chunks, put


def recall(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """What is remembered of these keys."""
    queries = (select(segments.c.key, segments.c.text).where(segments.c.key.in_(chunk)) for chunk in chunks(keys))
    return {row.key: row.text for query in queries for row in connection.execute(query)}


def remember(connection: Connection, entries: Mapping[str, str]) -> None:
    """Store entries; a key that is known gets the new text."""
    put(connection, segments, [{"key": key, "text": entries[key]} for key in sorted(entries)])
