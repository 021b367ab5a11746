"""What becomes of a stored item that is brought again: nothing, a revision, or a link to one more source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aggregator.core import fulltext
from aggregator.model import Change, Item

MOST = 24  # an item that is edited more often has something in it that is no news


def change(item: Item, stored: Item | None, *, now: datetime) -> Change | None:
    """How an item differs from what is stored under its id; `now` dates an edit that carries no date.

    An edit keeps source, guid and date. Text is never given up for an item without any, and an item that another source brought is
    only touched to give it the text it lacks, and to link it: it stays that source's.
    """
    if stored is None:
        return Change(item=item, kind="new")
    kept = _linked(stored, item.source)
    if item.digest not in (stored.digest, stored.fed_digest):
        item = fulltext.succeeding(item, stored)
        if _is_revision(item, stored):
            return Change(item=_revised(item, kept, now=now), kind="updated")
        if item.digest == stored.digest:  # the page's text stays, though the source's own is another
            kept = replace(kept, fed_digest=item.fed_digest)
    return None if kept is stored else Change(item=kept, kind="linked")


def frozen(changes: Iterable[Change]) -> list[str]:
    """Sentences about the items that have been edited for the last time."""
    edited = (change.item for change in changes if change.kind == "updated" and change.item.revision == MOST)
    return [f"the item {item.id} ({item.url or item.title!r}) was edited {MOST} times; it stays as it is now" for item in edited]


def _linked(stored: Item, source: str) -> Item:
    new = source not in (stored.source, *stored.also_in)
    return replace(stored, also_in=(*stored.also_in, source)) if new else stored


def _is_revision(item: Item, stored: Item) -> bool:
    gives_text = "empty" in stored.flags and "empty" not in item.flags
    loses_text = "empty" in item.flags and "empty" not in stored.flags
    mine = item.source == stored.source
    return item.digest != stored.digest and not loses_text and (mine or gives_text) and stored.revision < MOST


def _revised(item: Item, stored: Item, *, now: datetime) -> Item:
    dated = item.updated and item.updated > (stored.updated or stored.published)
    return replace(
        item,
        source=stored.source,
        guid=stored.guid,
        published=stored.published,
        updated=item.updated if dated else now,
        revision=stored.revision + 1,
        also_in=stored.also_in,
    )
