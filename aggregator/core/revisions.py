"""What becomes of a stored item that is brought again: nothing, a revision, an amendment, or a link to one
more source; and when its text was changed.

Readers that go by dates keep a text until its date of change moves. So that moves with every change that people see, in the original and
in each translation. When it was published does not move, see core.amendments for the exception.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.core import amendments, elsewhere, fulltext
from aggregator.model import Change, Item, Translation

_STEP = timedelta(seconds=1)
MOST = 24  # an item that is edited more often has something in it that is no news


def change(item: Item, stored: Item | None, *, now: datetime, redated: Collection[str] = ()) -> Change | None:
    """How an item differs from what is stored under its id; `now` dates an edit that carries no date, `redated` is as in core.amendments.

    An edit keeps source, guid and date. Text is never given up for an item without any, and an item that another source brought is
    only touched to give it the text it lacks, and to link it: it stays that source's.
    """
    if stored is None:
        return Change(item=item, kind="new")
    kept = elsewhere.linked(stored, item)
    if item.digest not in (stored.digest, stored.fed_digest):
        item = fulltext.succeeding(item, stored)
        if _is_revision(item, stored):
            edited = _revised(item, kept, now=now, redated=redated)
            return Change(item=edited, kind="updated", redated=edited.published != stored.published)
        if item.digest == stored.digest:  # the page's text stays, though the source's own is another
            kept = replace(kept, fed_digest=item.fed_digest)
    if _may_amend(item, stored) and (better := amendments.amended(item, kept, redated=redated)) is not kept:
        return Change(item=better, kind="amended", redated=better.published != stored.published)
    return None if kept is stored else Change(item=kept, kind="linked")


def last_changed(item: Item, translation: Translation | None = None) -> datetime:
    """When the text of an item, or of a translation of it, was last another one; at first that is when it was published."""
    moments = (item.published, item.updated, translation and translation.changed_at)
    return max(moment for moment in moments if moment)


def retold(item: Item, before: Item, *, now: datetime) -> Item:
    """An item with the date of its change, if its text is another than before."""
    return item if item.digest == before.digest else replace(item, updated=_after(last_changed(before), now))


def retranslated(made: Translation, before: Translation | None, item: Item) -> Translation:
    """A translation with the date of its change; none for the first one: that is news, and dated as its item is."""
    if before is None:
        return made
    same = _shown(made) == _shown(before)
    return replace(made, changed_at=before.changed_at if same else _after(last_changed(item, before), made.made_at))


def frozen(changes: Iterable[Change]) -> list[str]:
    """Sentences about the items that have been edited for the last time."""
    edited = (change.item for change in changes if change.kind == "updated" and change.item.revision == MOST)
    return [f"the item {item.id} ({item.url or item.title!r}) was edited {MOST} times; it stays as it is now" for item in edited]


def _after(shown: datetime, moment: datetime) -> datetime:
    """The moment of a change: feeds show whole seconds, so that it is one later than what they showed before."""
    return max(moment, shown + _STEP)


def _shown(translation: Translation) -> tuple[object, ...]:
    """What readers see, what is said about it included."""
    return translation.title, translation.summary, translation.body, translation.untranslated, translation.of_digest


def _is_revision(item: Item, stored: Item) -> bool:
    gives_text = "empty" in stored.flags and "empty" not in item.flags
    loses_text = "empty" in item.flags and "empty" not in stored.flags
    mine = item.source == stored.source
    return item.digest != stored.digest and not loses_text and (mine or gives_text) and stored.revision < MOST


def _may_amend(item: Item, stored: Item) -> bool:
    return item.source == stored.source and item.digest in (stored.digest, stored.fed_digest) and stored.amended < MOST


def _revised(item: Item, stored: Item, *, now: datetime, redated: Collection[str]) -> Item:
    shown = last_changed(stored)
    return replace(
        item,
        source=stored.source,
        guid=stored.guid,
        published=amendments.published(item, stored, redated=redated) if item.source == stored.source else stored.published,
        dated=stored.dated,
        updated=item.updated if item.updated and item.updated > shown else _after(shown, now),
        revision=stored.revision + 1,
        also_in=stored.also_in,
        also_at=stored.also_at,
        amended=stored.amended,
    )
