"""From bytes to normalized items: what a body holds, every entry for itself."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import NamedTuple

from aggregator.core import familiar, gaps, twins
from aggregator.core.bounds import bounded, bounded_feed
from aggregator.core.contents import Contents
from aggregator.core.normalize import normalize, skip_reason
from aggregator.errors import ParseError
from aggregator.model import Failed, Fetched, Item, Source
from aggregator.ports import SourceKind

ODD_ENTRY = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)
"""What a single malformed entry can make our own pure code raise."""

_TOLD = 5  # reasons for broken entries that are passed on; the rest are counted


class _Made(NamedTuple):
    """An entry that could be read: its item, the digest of its text or "", and whether no rule leaves it out."""

    item: Item
    digest: str
    is_wanted: bool


def read_body(
    kind: SourceKind, source: Source, fetched: Fetched, *, now: datetime, known: Set[str] = frozenset(), repeated: Set[str] = frozenset()
) -> Contents | Failed:
    """What the body holds by the source's kind, every entry for itself, or why it can't be read at all.

    Entries whose digest is `known` may be left out: `feed.unchanged` names them. `repeated` are ids that do not tell entries apart.
    """
    try:
        feed = kind.parse(source, fetched, known=known)
    except ParseError as error:
        return Failed(kind=error.kind, message=str(error), advice=error.advice, status=fetched.status)
    entries = feed.entries[: source.max_items]
    made: list[_Made] = []
    reasons: list[str] = []
    for entry, digest in zip(entries, feed.digests or ("",) * len(entries), strict=False):
        try:
            item = bounded(normalize(entry, source, feed=feed, now=now))
            made.append(_Made(item, digest, not skip_reason(entry, item, source)))
        except ODD_ENTRY as error:
            reasons.append(f"{type(error).__name__}: {error}"[:200])
    items, ambiguous = twins.told_apart([one.item for one in made if one.is_wanted], source, repeated=repeated, now=now)
    apart = iter(items)
    made = [one._replace(item=next(apart)) if one.is_wanted else one for one in made]
    return Contents(
        feed=bounded_feed(feed, more=feed.more or len(feed.entries) > len(entries)),
        items=tuple(items),
        skipped=len(made) - len(items),
        broken=len(reasons) + feed.broken,
        reasons=tuple(reasons[:_TOLD]),
        marks=gaps.marks_of([one.item for one in made], digests=[one.digest for one in made], home=feed.link),
        entries=familiar.words([(one.digest, one.item if one.is_wanted else None) for one in made], now=now),
        repeated=ambiguous,
    )
