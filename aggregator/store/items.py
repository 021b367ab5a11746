"""Statements about items and the pages and feeds they stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from aggregator.core import elsewhere
from aggregator.core.withholding import FLAG
from aggregator.errors import Overtaken
from aggregator.model import Brought, Change, Item
from aggregator.ports.publications import FeedKey, PageKey
from aggregator.store import archives
from aggregator.store.columns import microseconds
from aggregator.store.indexing import index_items
from aggregator.store.marks import mark_feeds, mark_shown, with_pages
from aggregator.store.prepared import execute_many, find
from aggregator.store.rows import ITEM_COLUMNS, Values, item_of, item_values
from aggregator.store.schema import feed_pages, items, jobs, pages
from aggregator.store.statements import put, put_new

_NEVER_MOVES = ("source", "dated", "first_seen")
_THESE = items.c.id.in_(bindparam("ids", expanding=True))
_FIND = select(*ITEM_COLUMNS).where(_THESE).order_by(items.c.id)
_FIND_AND_LOCK = _FIND.with_for_update(key_share=True)
_STORED = select(items.c.id).where(_THESE)
_HOW_MANY = select(func.count()).select_from(items).where(_THESE)
_LANGUAGES = select(pages.c.language).where(pages.c.item_id == bindparam("of_item"))
_PATHS = select(pages.c.item_id, pages.c.language, pages.c.path).where(pages.c.item_id.in_(bindparam("ids", expanding=True)))
_LEAVE = (
    delete(feed_pages)
    .where(*(column == bindparam(f"of_{column.name}") for column in feed_pages.primary_key.columns))
    .returning(feed_pages.c.archive)
)


def find_items(connection: Connection, ids: Collection[str], *, lock: bool = False) -> dict[str, Item]:
    """The stored items of these ids, on PostgreSQL locked against other writers if asked for."""
    query = _FIND_AND_LOCK if lock else _FIND
    return {row.id: item_of(row) for row in find(connection, query, ids)}


def missing(connection: Connection, ids: Collection[str]) -> list[str]:
    """Which of these items are not stored. Asked of all entries that a document still has, and mostly there are none."""
    wanted = set(ids)
    if sum(count for (count,) in find(connection, _HOW_MANY, wanted)) == len(wanted):
        return []
    return sorted(wanted.difference(id for (id,) in find(connection, _STORED, wanted)))


def save_brought(connection: Connection, polls: Sequence[Brought]) -> None:
    """Store the items of some polls, and mark feeds with a new title. Raises Overtaken, also where two have the same item."""
    owners = Counter(id for poll in polls for id in {change.item.id for change in poll.changes})
    if twice := [id for id, polls_with_it in owners.items() if polls_with_it > 1]:
        raise Overtaken(f"the item {twice[0]} has come from two sources at once")
    changes = [change for poll in polls for change in poll.changes]
    renamed = {name for poll in polls for name in poll.renamed}
    if changes or renamed:
        first_seen = {change.item.id: poll.polled.at for poll in polls for change in poll.changes}
        save_items(connection, changes, first_seen=first_seen, renamed=renamed)


def save_items(
    connection: Connection, changes: Collection[Change], *, first_seen: Mapping[str, datetime], renamed: Collection[str] = ()
) -> None:
    """Insert what is new, update what differs, and mark the page and the feeds of each in its own language, but of what is withheld.

    Feeds with a new title are marked, too.

    Inserting comes first: what stands there afterwards is locked, whoever put it there, so it can be compared without a race. Raises
    Overtaken where another poll has stored one of the new items in another form, or the page of one has been read.
    """
    rows = {change.item.id: change.item for change in changes}
    put_new(connection, items, _values(rows.values(), first_seen))
    stored = find_items(connection, rows, lock=True)
    _check_current(changes, stored)
    redated = {change.item.id for change in changes if change.redated}
    kept = [_settled(item, stored[key], may_move=key in redated) for key, item in rows.items()]
    put(connection, items, _values([item for item in kept if item != stored[item.id]], first_seen), keep=_NEVER_MOVES)
    index_items(connection, [(stored[item.id], item) for item in kept])
    moved = [item for item in kept if _place(item) != _place(stored[item.id])]
    left = [feed for item in moved for feed in leave_feeds(connection, stored[item.id], now=item)]
    formers = {item.id: path for item in moved if (path := _leave_language(connection, stored[item.id], item))}
    amended = {change.item.id for change in changes if change.kind == "amended"}
    translated = [
        (item, language) for item in kept if item in moved or item.id in amended for language in languages_of(connection, item.id)
    ]
    own = [(item, item.language) for item in kept if FLAG not in item.flags]
    show(connection, own + translated, left=left, renamed=renamed)
    for item in (item for item in kept if item.id in formers):
        record_paths(connection, [(item.id, item.language, formers[item.id])])


def show(
    connection: Connection,
    shown: Collection[tuple[Item, str]],
    *,
    also_pages: Collection[tuple[Item, str]] = (),
    left: Collection[FeedKey] = (),
    renamed: Collection[str] = (),
) -> None:
    """Let items stand in a language: their pages and feeds there exist and are out of date.

    So are `also_pages`, the feeds that they `left`, and those that are `renamed`, in all languages.

    All in one go, and pages before feeds as everywhere: transactions that mark piecemeal wait for each other in a circle on PostgreSQL.
    """
    mark_shown(connection, [*shown, *also_pages])
    joined = {(feed, language) for item, language in shown for feed in feeds_of(item)}
    rest = with_pages(connection, {name for name, _ in joined.union(left)}.union(renamed))
    put_new(connection, feed_pages, sorted((row for item, language in shown for row in _feed_rows(item, language)), key=_in_order))
    joined |= {key for key in rest if key[0] in renamed}
    mark_feeds(connection, left=left, joined=joined, rest=rest)


_OF_ITEM, _THERE = pages.c.item_id == bindparam("of_item"), pages.c.path == bindparam("at")
_LEFT_BY_OTHERS = update(pages).where(_OF_ITEM, pages.c.language != bindparam("of_language"), _THERE).values(path="")
_WRITTEN_AT = update(pages).where(_OF_ITEM, pages.c.language == bindparam("of_language")).values(path=bindparam("at"))


def feeds_of(item: Item) -> set[str]:
    """The names of the feeds that an item is in, in each of its languages."""
    return {"all", item.source, *item.also_in, *(f"tag/{tag}" for tag in item.tags if tag)}


def languages_of(connection: Connection, item_id: str) -> set[str]:
    """The languages that an item has a page in."""
    return set(connection.scalars(_LANGUAGES, {"of_item": item_id}))


def path_of(connection: Connection, item_id: str, language: str) -> str:
    """Where a page's document was written, or empty."""
    query = select(pages.c.path).where(pages.c.item_id == item_id, pages.c.language == language)
    return connection.scalars(query).one_or_none() or ""


def paths(connection: Connection, keys: Collection[PageKey]) -> dict[PageKey, str]:
    """Where the documents of these pages were written, of those that were."""
    found = {(row.item_id, row.language): row.path for row in find(connection, _PATHS, {id for id, _ in keys}) if row.path}
    return {key: found[key] for key in keys if key in found}


def record_paths(connection: Connection, written: Sequence[tuple[str, str, str]]) -> None:
    """Remember where pages' documents were written, by item and language; a page that does not exist is no error.

    No other page of an item has its document there any more: it would be taken for one that has to be moved away.
    """
    first = {item_id: {"of_item": item_id, "of_language": language, "at": path} for item_id, language, path in reversed(written)}
    rows = list(first.values())
    execute_many(connection, _LEFT_BY_OTHERS, rows)
    execute_many(connection, _WRITTEN_AT, rows)
    if len(rows) < len(written):
        told = [(row["of_item"], row["of_language"], row["at"]) for row in rows]
        record_paths(connection, [each for each in written if each not in told])


def _settled(item: Item, stored: Item, *, may_move: bool) -> Item:
    """The item with what never moves, its date but for once, and linked to all that have brought it, maybe two at the same time."""
    published = item.published if may_move else stored.published
    return elsewhere.settled(replace(item, published=published, dated=stored.dated), stored)


def _place(item: Item) -> tuple[str, datetime, set[str]]:
    return item.language, item.published, feeds_of(item)


def _check_current(changes: Collection[Change], stored: Mapping[str, Item]) -> None:
    for change in changes:
        there, item = stored[change.item.id], change.item
        if change.kind == "new" and (there.source, there.digest) != (item.source, item.digest):
            raise Overtaken(f"the item {item.id} has come from {there.source} in the meantime")
        if change.kind == "amended" and there.digest != item.digest:
            raise Overtaken(f"the item {item.id} was edited in the meantime")
        if there.page_url == item.url != item.page_url:
            raise Overtaken(f"the page of the item {item.id} has been read in the meantime")


def leave_feeds(connection: Connection, old: Item, *, now: Item | None = None) -> list[FeedKey]:
    """Take an item out of its feeds in all its languages, and their archives, but where it stands `now`.

    Returns the feeds that it has left, as (name, language).
    """
    rows = [row for language in languages_of(connection, old.id) for row in _feed_rows(old, language) if not _stays(row, old, now)]
    deleted = [connection.scalars(_LEAVE, {f"of_{name}": value for name, value in row.items()}).one_or_none() for row in rows]
    left = [(row["feed"], row["language"]) for row in rows]
    archives.take_out(connection, Counter((*feed, abs(number)) for feed, number in zip(left, deleted, strict=True) if number))
    return left


def _stays(row: Values, old: Item, now: Item | None) -> bool:
    if now is None or now.published != old.published:
        return False
    return row["feed"] in feeds_of(now) and (row["language"] != old.language or now.language == old.language)


def _leave_language(connection: Connection, old: Item, new: Item) -> str:
    """Take an item out of a language that turned out not to be its own. Returns where its document was written there, or empty."""
    if old.language == new.language:
        return ""
    connection.execute(delete(jobs).where(jobs.c.item_id == new.id, jobs.c.language == new.language))
    page = delete(pages).where(pages.c.item_id == old.id, pages.c.language == old.language)
    return connection.scalars(page.returning(pages.c.path)).one_or_none() or ""


def _feed_rows(item: Item, language: str) -> list[Values]:
    age = -microseconds(item.published)
    return [{"feed": feed, "language": language, "age": age, "item_id": item.id} for feed in feeds_of(item)]


def _in_order(row: Values) -> tuple[str, str, int, str]:
    return (row["feed"], row["language"], row["age"], row["item_id"])


def _values(rows: Collection[Item], first_seen: Mapping[str, datetime]) -> list[Values]:
    return [item_values(item, first_seen=first_seen[item.id]) for item in sorted(rows, key=lambda item: item.id)]
