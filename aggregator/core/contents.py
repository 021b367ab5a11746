"""What a body holds once it was read, what of it was lost, and what it comes to."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aggregator.core import familiar
from aggregator.core.bounds import CUT
from aggregator.core.reading import Reading
from aggregator.model import Failed, Fetched, Item, ParsedFeed, Source


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


def reading_of(outcome: Fetched, contents: Contents, *, digest: str, known: Sequence[str] = (), complaints: Sequence[str] = ()) -> Reading:
    """What a body that could be read came to so far: nothing is compared with the store yet. `known` is what was familiar.

    What the document before was complained of already, `complaints`, is not told again.
    """
    return Reading(
        outcome=outcome, feed=contents.feed, digest=digest, items=contents.items, skipped=contents.skipped, broken=contents.broken,
        marks=contents.marks, entries=contents.entries, unchanged=familiar.unchanged(known, contents.feed),
        repeated=contents.repeated, losses=tuple(losses(contents, known=complaints)),
    )  # fmt: skip
