"""The archives of feeds: which pages stand in which. Each takes the oldest that stand in none, and its set never changes."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, Connection, Executable, Select, bindparam, select, update

from aggregator.store.schema import feed_pages, feeds
from aggregator.store.statements import many


def fill(connection: Connection, *, feed: str, language: str, size: int, limit: int) -> list[int]:
    """Begin archives for as many as `size` pages each while there are enough, and return those not written yet, at most `limit`."""
    written, last = archives(connection, feed=feed, language=language), _last(connection, feed, language)
    while last - written < limit and (loose := connection.execute(_loose(feed, language, size)).all()) and len(loose) == size:
        last += 1
        same = {"of_feed": feed, "of_language": language, "of_archive": last}
        many(connection, _put(), [same | {"of_age": row.age, "of_item": row.item_id} for row in loose])
    return list(range(written + 1, min(last, written + limit) + 1))


def archives(connection: Connection, *, feed: str, language: str) -> int:
    """How many archives of a feed are written."""
    return connection.scalars(select(feeds.c.archives).where(feeds.c.name == feed, feeds.c.language == language)).one_or_none() or 0


def record(connection: Connection, *, feed: str, language: str, archive: int) -> None:
    """Remember that an archive is written, and those before it."""
    connection.execute(update(feeds).where(feeds.c.name == feed, feeds.c.language == language).values(archives=archive))


def pages_of(connection: Connection, *, feed: str, language: str, archive: int) -> list[str]:
    """The ids of the items in an archive, newest first."""
    query = select(feed_pages.c.item_id).where(*_in(feed, language, archive)).order_by(feed_pages.c.age, feed_pages.c.item_id)
    return list(connection.scalars(query))


def _loose(feed: str, language: str, size: int) -> Select[tuple[int, str]]:
    """The oldest pages that stand in no archive."""
    query = select(feed_pages.c.age, feed_pages.c.item_id).where(*_in(feed, language, 0))
    return query.order_by(feed_pages.c.age.desc(), feed_pages.c.item_id.desc()).limit(size)


def _last(connection: Connection, feed: str, language: str) -> int:
    of_feed = select(feed_pages.c.archive).where(feed_pages.c.feed == feed, feed_pages.c.language == language)
    return connection.scalars(of_feed.order_by(feed_pages.c.archive.desc()).limit(1)).one_or_none() or 0


def _in(feed: str, language: str, archive: int) -> list[ColumnElement[bool]]:
    return [feed_pages.c.feed == feed, feed_pages.c.language == language, feed_pages.c.archive == archive]


@cache
def _put() -> Executable:
    keys = (("feed", "of_feed"), ("language", "of_language"), ("age", "of_age"), ("item_id", "of_item"))
    return (
        update(feed_pages).where(*(feed_pages.c[name] == bindparam(given) for name, given in keys)).values(archive=bindparam("of_archive"))
    )
