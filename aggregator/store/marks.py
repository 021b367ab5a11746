"""What is published and out of date: pages and feeds, each mark with a generation that never comes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Executable, Table, bindparam, exists, func, select, true, update

from aggregator.model import LONG_AGO, Item, Mark
from aggregator.ports.publications import FeedKey
from aggregator.store.prepared import execute_many, find
from aggregator.store.rows import Values, mark_values, page_values
from aggregator.store.schema import archives, feed_pages, feeds, pages
from aggregator.store.statements import claimed, claiming, insert_into

_HAS_PAGE = exists().where(feed_pages.c.feed == feeds.c.name, feed_pages.c.language == feeds.c.language)
_OF_THESE_NAMES = select(feeds.c.name, feeds.c.language).where(feeds.c.name.in_(bindparam("names", expanding=True)), _HAS_PAGE)


def mark_shown(connection: Connection, shown: Collection[tuple[Item, str]]) -> None:
    """Mark the pages of these items in these languages; those that don't exist come into being."""
    rows = {(item.id, language): page_values(item, language) for item, language in shown}
    _put_marked(connection, pages, rows)


def mark_feeds(connection: Connection, *, left: Collection[FeedKey], joined: Collection[FeedKey], rest: Collection[FeedKey]) -> None:
    """Mark the feeds that pages have left and joined. `rest` are those of these names that had a page in between, see `with_pages`.

    One that lost its last page or got its first one marks the same feed in other languages as well: each names its siblings.
    """
    before, after = {*rest, *left}, {*rest, *joined}
    changed = {name for name, _ in before ^ after}
    marked = {*left, *joined, *(key for key in after if key[0] in changed)}
    _put_marked(connection, feeds, {(name, language): {"name": name, "language": language} | mark_values() for name, language in marked})


def with_pages(connection: Connection, names: Collection[str]) -> set[FeedKey]:
    """The feeds of these names that have a page, in all languages."""
    return {(row.name, row.language) for row in find(connection, _OF_THESE_NAMES, names)}


def mark_all(connection: Connection) -> int:
    """Mark everything, archives to be written again. Returns how many marks stand."""
    _mark_rows(connection, archives)
    return sum(_mark_rows(connection, table) for table in (pages, feeds))


def claim_marks(connection: Connection, *, now: datetime, limit: int, lease: timedelta, feeds: int | None = None) -> list[Mark]:
    """Pages first, those of the newest items first among them; then feeds."""
    marks = _claim_pages(connection, now=now, limit=limit, lease=lease)
    rest = limit - len(marks) if feeds is None else min(limit - len(marks), feeds)
    return marks + _claim_feeds(connection, now=now, limit=rest, lease=lease) if rest else marks


def clear_marks(connection: Connection, marks: Sequence[Mark]) -> None:
    """End the claims; what was marked again since then stays out of date."""
    _clear(connection, pages.c.item_id, [mark for mark in marks if mark.kind == "page"])
    _clear(connection, feeds.c.name, [mark for mark in marks if mark.kind == "feed"])


def count_marks(connection: Connection) -> int:
    """How many pages and feeds are out of date."""
    return sum(connection.scalars(select(func.count()).select_from(table).where(_stale(table))).one() for table in (pages, feeds))


def _claim_pages(connection: Connection, *, now: datetime, limit: int, lease: timedelta) -> list[Mark]:
    rows = claimed(connection, _claiming(pages), now=now, limit=limit, lease=lease)
    rows.sort(key=lambda row: (row.published, row.item_id, row.language), reverse=True)
    return [Mark(kind="page", key=row.item_id, language=row.language, generation=row.generation) for row in rows]


def _claim_feeds(connection: Connection, *, now: datetime, limit: int, lease: timedelta) -> list[Mark]:
    rows = claimed(connection, _claiming(feeds), now=now, limit=limit, lease=lease)
    rows.sort(key=lambda row: (row.name, row.language))
    return [Mark(kind="feed", key=row.name, language=row.language, generation=row.generation) for row in rows]


@cache
def _claiming(table: Table) -> Executable:
    newest_first = [pages.c.published.desc(), pages.c.item_id.desc(), pages.c.language.desc()]
    return claiming(table, ready=[_stale(table)], order=newest_first if table is pages else [feeds.c.name, feeds.c.language])


def _stale(table: Table) -> Any:
    return table.c.stale == true()  # as in the partial indexes: a bound parameter would not match them


def _mark_rows(connection: Connection, table: Table) -> int:
    """Counted first and in order, which locks the rows in the order that everybody takes on PostgreSQL."""
    rows = select(*table.primary_key.columns).order_by(*table.primary_key.columns).with_for_update().subquery()
    count = connection.scalars(select(func.count()).select_from(rows)).one()
    connection.execute(update(table).values(stale=True, generation=table.c.generation + 1))
    return count


def _put_marked(connection: Connection, table: Table, rows: dict[tuple[str, str], Values]) -> None:
    """Sorted, so that two transactions on PostgreSQL take their row locks in the same order."""
    execute_many(connection, _put_marked_statement(connection.dialect.name, table), [rows[key] for key in sorted(rows)])


@cache
def _put_marked_statement(dialect: str, table: Table) -> Executable:
    return insert_into(dialect, table).on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={"stale": True, "generation": table.c.generation + 1}
    )


def _clear(connection: Connection, key: Column[str], marks: Sequence[Mark]) -> None:
    ordered = sorted(marks, key=lambda mark: (mark.key, mark.language))
    values = [{"of_key": mark.key, "of_language": mark.language, "of_generation": mark.generation} for mark in ordered]
    execute_many(connection, _cleared(key), values)


@cache
def _cleared(key: Column[str]) -> Executable:
    table = key.table
    return (
        update(table)
        .where(key == bindparam("of_key"), table.c.language == bindparam("of_language"))
        .values(lease_until=LONG_AGO, stale=table.c.generation != bindparam("of_generation"))
    )
