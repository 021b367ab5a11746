"""What publishing asks of feeds, of several at once: what stands at the front of each, and whether its archives need a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Table, bindparam, exists, or_, select, true

from aggregator.ports.publications import FeedKey, Front
from aggregator.store.prepared import find
from aggregator.store.schema import OUT_OF_TURN, archives, feed_pages, feeds

_NAMES: BindParameter[str] = bindparam("names", expanding=True)


def _same(table: Table) -> list[ColumnElement[bool]]:
    return [table.c.feed == feeds.c.name, table.c.language == feeds.c.language]


_OF_FEED = (feed_pages.c.feed == bindparam("of_feed"), feed_pages.c.language == bindparam("of_language"))
_NEWEST = select(feed_pages.c.item_id).where(*_OF_FEED).order_by(feed_pages.c.age, feed_pages.c.item_id).limit(bindparam("most"))
_LAST_ARCHIVE = select(archives.c.number).where(*_same(archives), archives.c.size > 0).order_by(archives.c.number.desc()).limit(1)
_STANDING = (
    select(feeds.c.name, feeds.c.language, _LAST_ARCHIVE.scalar_subquery().label("archive"))
    .where(feeds.c.name.in_(_NAMES), exists().where(*_same(feed_pages)))
    .order_by(feeds.c.name, feeds.c.language)
)
_LOOSE = select(feed_pages.c.age).where(OUT_OF_TURN, *_same(feed_pages), feed_pages.c.archive == 0).limit(1).offset(bindparam("others"))
_STALE = select(archives.c.number).where(*_same(archives), archives.c.stale == true())
_OVERFLOWING = select(feeds.c.name, feeds.c.language).where(feeds.c.name.in_(_NAMES), or_(_STALE.exists(), _LOOSE.exists()))


def fronts(connection: Connection, keys: Collection[FeedKey], *, limit: int) -> dict[FeedKey, Front]:
    """One for each key: a walk along the key of feed_pages, and two looks at each language of the feed."""
    last = {(row.name, row.language): row.archive or 0 for row in _of_names(connection, _STANDING, keys)}
    languages: dict[str, list[str]] = defaultdict(list)
    for name, language in last:
        languages[name].append(language)
    return {
        (name, language): Front(
            ids=connection.scalars(_NEWEST, {"of_feed": name, "of_language": language, "most": limit}).all(),
            languages=tuple(languages[name]),
            archives=last.get((name, language), 0),
        )
        for name, language in keys
    }


def overflowing(connection: Connection, keys: Collection[FeedKey], *, size: int) -> set[FeedKey]:
    """Those that have an archive out of date, or loose pages enough for another one."""
    return {(row.name, row.language) for row in _of_names(connection, _OVERFLOWING, keys, others=size - 1)} & set(keys)


def _of_names(connection: Connection, statement: Any, keys: Collection[FeedKey], **also: int) -> list[Any]:
    return find(connection, statement, [name for name, _ in keys], **also)
