"""From bytes to normalized items: what a body holds, every entry for itself."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from aggregator.core import familiar, gaps, twins
from aggregator.core.bounds import CUT, bounded, bounded_feed
from aggregator.core.normalize import normalize, skip_reason
from aggregator.core.reading import Reading
from aggregator.errors import ParseError
from aggregator.model import Failed, Fetched, Item, ParsedFeed, Source
from aggregator.ports import SourceKind

ODD_ENTRY = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)
"""What a single malformed entry can make our own pure code raise."""


_TOLD = 5  # reasons for broken entries that are passed on; the rest are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a body holds: the feed without its entries, the items they became, and why some became none."""

    feed: ParsedFeed
    items: tuple[Item, ...] = ()
    skipped: int = 0
    broken: int = 0
    reasons: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  # of all entries, those that a rule left out too; see core.gaps
    entries: tuple[str, ...] = ()  # what to remember of them, see core.familiar
    repeated: tuple[str, ...] = ()  # ids that do not tell them apart, see core.twins


class _Made(NamedTuple):
    """An entry that could be read: its item, the digest of its text or "", and whether no rule leaves it out."""

    item: Item
    digest: str
    is_wanted: bool


class BodyReader(Protocol):
    """Reads what was fetched, within bounds of time and memory."""

    def expect(self) -> None:
        """Get ready: a body is likely to come."""
        ...

    def read(
        self, source: Source, fetched: Fetched, *, now: datetime, known: Sequence[str] = (), repeated: Sequence[str] = ()
    ) -> Awaitable[Contents | Failed]:
        """What the body holds, without entries that are `known`, or why it can't be read."""
        ...


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
        feed=bounded_feed(replace(feed, entries=(), digests=(), more=feed.more or len(feed.entries) > len(entries))),
        items=tuple(items),
        skipped=len(made) - len(items),
        broken=len(reasons) + feed.broken,
        reasons=tuple(reasons[:_TOLD]),
        marks=gaps.marks_of([one.item for one in made], digests=[one.digest for one in made], home=feed.link),
        entries=familiar.words([(one.digest, one.item if one.is_wanted else None) for one in made], now=now),
        repeated=ambiguous,
    )


def losses(contents: Contents, *, known: Sequence[str] = ()) -> list[str]:
    """What of a body that could be read was wrong, left out or shortened, in sentences for the log, but for `known` complaints."""
    told = [complaint for complaint in contents.feed.complaints if complaint not in known]
    told += [f"an entry could not be read: {reason}" for reason in contents.reasons]
    more = contents.broken - contents.feed.broken - len(contents.reasons)
    if more > 0:
        told.append(f"{more} more entries could not be read")
    if cut := sum(CUT in item.flags for item in contents.items):
        told.append(f"{cut} entries had too long or too many texts and were shortened; they are flagged {CUT!r}")
    if contents.feed.more:
        read = len(contents.items) + contents.skipped + contents.broken + len(contents.feed.unchanged)
        told.append(f"there is more in the document than its first {read} entries, which alone were read")
    return told


def reading_of(outcome: Fetched, contents: Contents, *, digest: str, known: Sequence[str] = ()) -> Reading:
    """What a body that could be read came to so far: nothing is compared with the store yet. `known` is what was familiar."""
    return Reading(
        outcome=outcome, feed=contents.feed, digest=digest, items=contents.items, skipped=contents.skipped, broken=contents.broken,
        marks=contents.marks, entries=contents.entries, unchanged=familiar.unchanged(known, contents.feed),
        repeated=contents.repeated,
    )  # fmt: skip
