"""The translation memory: segments that were translated and verified, by key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Select, bindparam, false, func, select, update

from aggregator.model import MemoryCount, Remembered
from aggregator.store.engine import Database
from aggregator.store.prepared import find
from aggregator.store.rows import MEMORY_COLUMNS, memory_of, memory_values
from aggregator.store.schema import segments
from aggregator.store.statements import insert_into, many

_ONCE_SET = ("key", "hits", "used_at")
_RECALL = select(*MEMORY_COLUMNS).where(segments.c.key.in_(bindparam("keys", expanding=True)))  # made once: it is asked all the time
_JUDGED = update(segments).where(segments.c.key == bindparam("of_key")).values(rules=bindparam("by"), flags=bindparam("found"))


class SqlMemory:
    """`ports.memory.Memory` on SQLite or PostgreSQL."""

    _books: Database

    def recall(self, keys: Collection[str]) -> Mapping[str, Remembered]:
        """What is known of these keys."""
        with self._books.read() as connection:
            return recall(connection, keys)

    def remember(self, entries: Sequence[Remembered], *, spare_locked: bool = False) -> int:
        """Keep segments; locked ones give way to locked ones only, or to none."""
        with self._books.write() as connection:
            return remember(connection, entries, spare_locked=spare_locked)

    def note_flags(self, flags: Mapping[str, Sequence[str]], *, rules: str) -> None:
        """Note how segments were judged."""
        with self._books.write() as connection:
            many(connection, _JUDGED, [{"of_key": key, "by": rules, "found": tuple(flags[key])} for key in sorted(flags)])

    def remembered(
        self, *, source_language: str = "", target_language: str = "", locked: bool | None = None, after: str = "", limit: int = 1000
    ) -> Sequence[Remembered]:
        """A page of what is known."""
        query = remembered_query(source_language, target_language, locked=locked, after=after, limit=limit)
        with self._books.read() as connection:
            return [memory_of(row) for row in connection.execute(query)]

    def memory_counts(self) -> Sequence[MemoryCount]:
        """How much is known, by pair of languages and engine."""
        with self._books.read() as connection:
            return memory_counts(connection)


def recall(connection: Connection, keys: Collection[str]) -> dict[str, Remembered]:
    """What is known of these keys, 500 of them with one statement."""
    return {known.key: known for known in map(memory_of, find(connection, _RECALL, keys))}


def remember(connection: Connection, entries: Sequence[Remembered], *, spare_locked: bool = False) -> int:
    """Store entries. Returns how many were new or took the place of one that may be replaced."""
    rows = [memory_values(entry) for entry in sorted(entries, key=lambda entry: entry.key)]
    return len(connection.execute(_put(connection.dialect.name, spare_locked), rows).all()) if rows else 0


def count_hits(connection: Connection, keys: Collection[str], *, now: datetime) -> None:
    """One more use of each of these keys, in their order: transactions that lock rows in any order wait for each other in a circle."""
    used = update(segments).where(segments.c.key == bindparam("of_key")).values(hits=segments.c.hits + 1, used_at=now)
    many(connection, used, [{"of_key": key} for key in sorted(set(keys))])


def remembered_query(source_language: str, target_language: str, *, locked: bool | None, after: str, limit: int) -> Select[Any]:
    """Segments in order of keys; one without its text, from before that was kept, is left out."""
    query = select(*MEMORY_COLUMNS).where(segments.c.key > after, segments.c.characters > 0).order_by(segments.c.key).limit(limit)
    query = query if locked is None else query.where(segments.c.locked == locked)
    query = query.where(segments.c.source_language == source_language) if source_language else query
    return query.where(segments.c.target_language == target_language) if target_language else query


def memory_counts(connection: Connection) -> list[MemoryCount]:
    """One walk through the whole table."""
    by = (segments.c.source_language, segments.c.target_language, segments.c.engine, segments.c.locked)
    sums = (func.count().label("segments"), func.sum(segments.c.characters), func.sum(segments.c.hits))
    rows = connection.execute(select(*by, *sums).group_by(*by).order_by(*by))
    return [MemoryCount(**dict(zip(MemoryCount.__dataclass_fields__, row, strict=True))) for row in rows]


@cache
def _put(dialect: str, spare_locked: bool) -> Executable:
    new = insert_into(dialect, segments)
    free = segments.c.locked == false()
    changed = {name: new.excluded[name] for name in segments.c.keys() if name not in _ONCE_SET}  # noqa: SIM118  a column collection
    allowed = free if spare_locked else free | new.excluded.locked
    return new.on_conflict_do_update(index_elements=[segments.c.key], set_=changed, where=allowed).returning(segments.c.key)
