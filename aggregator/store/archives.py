"""The archives of feeds: which pages stand in which. Each takes the oldest that stand in none, and never takes another.

So an archive's pages lie side by side in their feed, between the youngest page that was archived before it and its own youngest one, but
for those that came out of turn: with a date before pages that were archived already. These alone are found by an index.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import ColumnElement, Connection, Executable, Select, Update, bindparam, func, insert, select, true, update

from aggregator.model import Archive
from aggregator.store.schema import OUT_OF_TURN, archives, feed_pages
from aggregator.store.statements import many

MOST = 2**31 - 1  # archives
OLDEST = 2**62  # an age that no page has
_PAGES = select(feed_pages.c.age, feed_pages.c.item_id)


def fill(connection: Connection, *, feed: str, language: str, size: int, limit: int) -> list[Archive]:
    """Begin archives of `size` pages each while there are enough, and return those out of date, at most `limit`; empty ones come last."""
    stale = _stale(connection, feed, language, limit)
    last, youngest, total = _last(connection, feed, language)
    while len(stale) < limit and len(loose := connection.execute(_loose(feed, language, size)).all()) == size:
        last += 1
        same = {"of_feed": feed, "of_language": language}
        places = [{"of_age": row.age, "of_item": row.item_id, "of_archive": last if row.age <= youngest else -last} for row in loose]
        many(connection, _put(), [same | place for place in places])
        youngest, total = min(youngest, loose[-1].age), total + size
        row = {"feed": feed, "language": language, "number": last, "size": size, "age": youngest, "total": total}
        connection.execute(insert(archives).values(row | {"gone": 0, "generation": 1, "stale": True}))
        stale.append(Archive(number=last, generation=1))
    return stale


def newest(connection: Connection, *, feed: str, language: str, before: int | None = None) -> int:
    """The number of the newest archive that has a page, of all or of those before one; 0 where there is none."""
    earlier = [] if before is None else [archives.c.number < before]
    query = select(archives.c.number).where(*_of(feed, language), archives.c.size > 0, *earlier)
    return connection.scalars(query.order_by(archives.c.number.desc()).limit(1)).one_or_none() or 0


def record(connection: Connection, archive: Archive, *, feed: str, language: str) -> None:
    """Remember that an archive is as it should be, unless a page has left it since it was claimed."""
    done = update(archives).where(*_of(feed, language), archives.c.number == archive.number)
    connection.execute(done.values(stale=archives.c.generation != archive.generation))


def take_out(connection: Connection, left: Mapping[tuple[str, str, int], int]) -> None:
    """So many pages have left these archives: they are out of date, and where none is left, the one that leads there is, too.

    Rows are locked in the order of their keys, as everywhere: a feed's first one before the others.
    """
    emptied = [key for key, pages in sorted(left.items()) if _shrink(connection, *key, pages=pages) == 0]
    for feed, language, number in emptied:
        following = select(func.min(archives.c.number)).where(*_of(feed, language), archives.c.number > number, archives.c.size > 0)
        connection.execute(_outdate(feed, language, archives.c.number == following.scalar_subquery()))


def pages_of(connection: Connection, *, feed: str, language: str, archive: int) -> list[str]:
    """The ids of the items in an archive, newest first."""
    last, youngest, _ = _last(connection, feed, language, until=archive)
    if last != archive:
        return []
    _, before, _ = _last(connection, feed, language, until=archive - 1)
    in_turn = _PAGES.where(*_in(feed, language, archive), feed_pages.c.age >= youngest, feed_pages.c.age <= before)
    late = _PAGES.where(OUT_OF_TURN, *_in(feed, language, -archive))
    return [id for _, id in sorted(tuple(row) for query in (in_turn, late) for row in connection.execute(query))]


def _stale(connection: Connection, feed: str, language: str, limit: int) -> list[Archive]:
    query = select(archives.c.number, archives.c.generation).where(*_of(feed, language), archives.c.stale == true())
    rows = connection.execute(query.order_by(archives.c.size == 0, archives.c.number).limit(limit))
    return [Archive(**row._asdict()) for row in rows]


def _last(connection: Connection, feed: str, language: str, *, until: int = MOST) -> tuple[int, int, int]:
    """The number of the last archive up to one, the age of the youngest page that it or one before it has taken, and how many they took."""
    query = select(archives.c.number, archives.c.age, archives.c.total).where(*_of(feed, language), archives.c.number <= until)
    row = connection.execute(query.order_by(archives.c.number.desc()).limit(1)).one_or_none()
    return (row.number, row.age, row.total) if row else (0, OLDEST, 0)


def _loose(feed: str, language: str, size: int) -> Select[tuple[int, str]]:
    """The oldest pages that stand in no archive; on PostgreSQL locked, so that none of them goes before it is counted."""
    query = _PAGES.where(OUT_OF_TURN, *_in(feed, language, 0)).with_for_update()
    return query.order_by(feed_pages.c.age.desc(), feed_pages.c.item_id.desc()).limit(size)


def _shrink(connection: Connection, feed: str, language: str, number: int, *, pages: int) -> int | None:
    """How many pages are left in an archive."""
    counted = update(archives).where(*_of(feed, language), archives.c.number == 1)
    connection.execute(counted.values(gone=archives.c.gone + pages))
    smaller = _outdate(feed, language, archives.c.number == number).values(size=archives.c.size - pages)
    return connection.scalars(smaller.returning(archives.c.size)).one_or_none()


def _outdate(feed: str, language: str, which: ColumnElement[bool]) -> Update:
    return update(archives).where(*_of(feed, language), which).values(stale=True, generation=archives.c.generation + 1)


def _of(feed: str, language: str) -> list[ColumnElement[bool]]:
    return [archives.c.feed == feed, archives.c.language == language]


def _in(feed: str, language: str, archive: int) -> list[ColumnElement[bool]]:
    return [feed_pages.c.feed == feed, feed_pages.c.language == language, feed_pages.c.archive == archive]


@cache
def _put() -> Executable:
    keys = (("feed", "of_feed"), ("language", "of_language"), ("age", "of_age"), ("item_id", "of_item"))
    return (
        update(feed_pages).where(*(feed_pages.c[name] == bindparam(given) for name, given in keys)).values(archive=bindparam("of_archive"))
    )
