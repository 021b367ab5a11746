"""What is asked of the store by publishers and people: it reads and changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, false, func, select, true

from aggregator.model import LONG_AGO, Item
from aggregator.store import tallies
from aggregator.store.columns import storable
from aggregator.store.items import find_items
from aggregator.store.marks import count_marks
from aggregator.store.prepared import find
from aggregator.store.rows import ITEM_COLUMNS, item_of
from aggregator.store.schema import OUT_OF_TURN, archives, feed_pages, feeds, items, jobs

_IN_FEED = (feed_pages.c.feed == feeds.c.name, feed_pages.c.language == feeds.c.language)
_IN_ARCHIVES = (archives.c.feed == feeds.c.name, archives.c.language == feeds.c.language)
_TAKEN = select(archives.c.total).where(*_IN_ARCHIVES).order_by(archives.c.number.desc()).limit(1).scalar_subquery()
_GONE = select(archives.c.gone).where(*_IN_ARCHIVES, archives.c.number == 1).scalar_subquery()
_SIZES = select(
    feeds.c.name,
    feeds.c.language,
    func.coalesce(_TAKEN - _GONE, 0).label("archived"),
    select(func.count()).select_from(feed_pages).where(*_IN_FEED, OUT_OF_TURN, feed_pages.c.archive == 0).scalar_subquery().label("loose"),
    select(func.min(feed_pages.c.age)).where(*_IN_FEED).scalar_subquery().label("age"),
).where(feeds.c.name.in_(bindparam("names", expanding=True)))

_READ = select(items.c.id, items.c.title, items.c.texts).execution_options(yield_per=1000)


def newest_query(*, feed: str, language: str, limit: int) -> Select[Any]:
    """Ids of a feed's newest items: one walk along the key of feed_pages."""
    of_feed = (feed_pages.c.feed == feed, feed_pages.c.language == language)
    return select(feed_pages.c.item_id).where(*of_feed).order_by(feed_pages.c.age, feed_pages.c.item_id).limit(limit)


def feed_names(connection: Connection) -> list[tuple[str, str]]:
    """(name, language) of every feed with a page: a look at each feed, none at its pages but the first."""
    has_page = exists().where(feed_pages.c.feed == feeds.c.name, feed_pages.c.language == feeds.c.language)
    query = select(feeds.c.name, feeds.c.language).where(has_page).order_by(feeds.c.name, feeds.c.language)
    return [(row.name, row.language) for row in connection.execute(query)]


def feed_names_between(connection: Connection, first: str, end: str, *, limit: int, backwards: bool) -> list[str]:
    """Names of feeds with a page from one on and before another: a walk along the key of feeds."""
    has_page = exists().where(feed_pages.c.feed == feeds.c.name, feed_pages.c.language == feeds.c.language)
    query = select(feeds.c.name).distinct().where(feeds.c.name >= first, feeds.c.name < end, has_page)
    return list(connection.scalars(query.order_by(feeds.c.name.desc() if backwards else feeds.c.name).limit(limit)))


def languages_of_feed(connection: Connection, name: str) -> list[str]:
    """The languages in which a feed has a page."""
    has_page = exists().where(feed_pages.c.feed == feeds.c.name, feed_pages.c.language == feeds.c.language)
    return list(connection.scalars(select(feeds.c.language).where(feeds.c.name == name, has_page).order_by(feeds.c.language)))


def feed_sizes(connection: Connection, names: Collection[str]) -> dict[tuple[str, str], tuple[int, datetime]]:
    """(pages, date of the newest) of the feeds of these names by (name, language): archives are counted, and other pages are few."""
    return {
        (row.name, row.language): (row.archived + row.loose, LONG_AGO - timedelta(microseconds=row.age))
        for row in find(connection, _SIZES, names)
        if row.age is not None
    }


def dated_between(connection: Connection, bounds: Sequence[datetime]) -> list[int]:
    """How many items were published from each moment to the next one, counted along the index of dates."""
    counted = select(func.count()).select_from(items)
    spans = [(items.c.published >= since, items.c.published < until) for since, until in pairwise(bounds)]
    return [connection.scalars(counted.where(*span)).one() for span in spans]


def search_query(query: str, *, source: str, language: str, limit: int) -> Select[Any]:
    """Items whose title contains the query, in any case, newest first. Empty arguments don't restrict."""
    found = select(*ITEM_COLUMNS).order_by(items.c.published.desc(), items.c.id.desc()).limit(limit)
    found = found.where(items.c.title.icontains(storable(query), autoescape=True)) if query else found
    found = found.where(items.c.source == source) if source else found
    return found.where(items.c.language == language) if language else found


def search(connection: Connection, query: str, *, source: str, language: str, limit: int) -> list[Item]:
    """The items that `search_query` finds."""
    rows = connection.execute(search_query(query, source=source, language=language, limit=limit))
    return [item_of(row) for row in rows]


def holding(connection: Connection, words: Collection[str]) -> list[Item]:
    """Items with all the words in title, summary or body, as they are written there; a walk through all items."""
    asked = [storable(word) for word in words]
    rows = connection.execute(_READ)
    found = [row.id for row in rows if all(word in text for text in ("\n".join((row.title, *row.texts)),) for word in asked)]
    return sorted(find_items(connection, found).values(), key=lambda item: (item.published, item.id), reverse=True)


def first_seen(connection: Connection, source: str) -> dict[str, datetime]:
    """When each of a source's items was first stored, by id."""
    return {row.id: row.first_seen for row in connection.execute(select(items.c.id, items.c.first_seen).where(items.c.source == source))}


def counts(connection: Connection) -> dict[str, Any]:
    """How much there is of everything."""
    by_source = tallies.items_by_source(connection)
    return {
        "items": sum(by_source.values()),
        "translations": tallies.translations(connection),
        "jobs": connection.scalars(select(func.count()).where(jobs.c.given_up == false())).one(),
        "jobs_given_up": connection.scalars(select(func.count()).where(jobs.c.given_up == true())).one(),
        "marks": count_marks(connection),
        "items_by_source": by_source,
    }
