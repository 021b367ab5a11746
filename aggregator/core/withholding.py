"""Items that can't be shown before their own pages are read: stored until then, and shown nowhere.

So wait those that a source's `include` and `exclude` can't decide on yet, and those whose document, once written, is never replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aggregator.core import filters, fulltext
from aggregator.model import Change, Item, Source

FLAG = "withheld"


def noted(change: Change, stored: Item | None, sources: Mapping[str, Source]) -> Change:
    """A change of a poll, with its item flagged where it has to wait; what has been shown once is not hidden again."""
    item, owner = change.item, sources.get(change.item.source)
    if change.kind == "linked" or owner is None or (stored is not None and FLAG not in stored.flags):
        return change
    return replace(change, item=_flagged(item)) if _waits(item, owner, is_stored=stored is not None) else change


def decided(item: Item, source: Source) -> tuple[Item, str]:
    """An item whose page was dealt with: to be shown from now on, or why it is left out. One that another source brought too is not."""
    if FLAG not in item.flags:
        return item, ""
    if (why := filters.reason(item, source)) and not item.also_in:
        return item, why
    return _freed(item), ""


def _waits(item: Item, owner: Source, *, is_stored: bool) -> bool:
    if fulltext.is_wanted(item, owner):
        return owner.keeps_originals or filters.is_open(item, owner)
    return is_stored and filters.reason(item, owner) != ""


def _flagged(item: Item) -> Item:
    return replace(item, flags=(*_freed(item).flags, FLAG))


def _freed(item: Item) -> Item:
    return replace(item, flags=tuple(flag for flag in item.flags if flag != FLAG))
