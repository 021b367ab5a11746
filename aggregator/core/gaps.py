"""Whether a poll came too late to see everything, which pages to read for what it missed, and what may be lost all the same.

A gap is a document that shares nothing with the one before it, though there was one. Older pages are then read until one of them shows
something that is known (RFC 5005): `prev-archive` leads through archives (section 4), `next` or `previous` through pages (section 3).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.core import identity, states
from aggregator.core.reading import Gap, Reading
from aggregator.model import Block, Item, ParsedFeed, PollState

MOST_PAGES = 8  # at one poll; as many whole timeouts end before the claim does
REMEMBERED = 300  # entries of a document
MARK_LENGTH = 12  # hexadecimal digits
NO_MARK = "-"
_DIGEST = 3  # its place in a mark; marks of older versions of this program have none
DELTA = 226  # RFC 3229: no document, but what is new in it
MOST_BELIEVED = 100_000  # an estimate beyond it says more about the dates than about the source
NOW_AND_THEN = timedelta(seconds=1)  # dates that are closer together tell of no rate


def marks_of(items: Sequence[Item], *, digests: Sequence[str] = (), home: str = "") -> tuple[str, ...]:
    """What to know a document's entries by: for each its id, address and text, as digests, and the digest it was read under.

    An address or text tells nothing where several entries have it, and an address not where it is the site's `home`.
    """
    urls, texts = Counter(item.url for item in items), Counter(item.digest for item in items)
    return tuple(
        _mark(
            item.id,
            item.url.partition("://")[2] if urls[item.url] == 1 and item.url != home else "",
            item.digest if texts[item.digest] == 1 and "empty" not in item.flags else "",
            digest,
        )
        for item, digest in zip(items, digests or ("",) * len(items), strict=True)
    )


def remembered(before: Sequence[str], marks: Sequence[str], *, delta: bool, unchanged: Collection[str] = ()) -> tuple[str, ...]:
    """The marks to keep: of the newest document that had any, and of the one before it where only a delta came; evenly thinned out.

    `unchanged` are the digests of entries that were not read again: their marks are the old ones.
    """
    whole = not delta and (marks or unchanged)
    kept = (*marks, *(_still(before, unchanged) if whole else before))
    return kept[:: max(math.ceil(len(kept) / REMEMBERED), 1)]


def _still(before: Sequence[str], unchanged: Collection[str]) -> list[str]:
    there = {_short(digest) for digest in unchanged}
    return [mark for mark in before if not there.isdisjoint(mark.split()[_DIGEST:])]


def overlap(before: Collection[str], marks: Collection[str]) -> bool:
    """Whether two documents share an entry: an id; or, where a feed has changed its ids, half of their addresses or texts."""
    old, new = _parts(before), _parts(marks)
    if old.ids & new.ids:
        return True
    alike = sum(url in old.urls or text in old.texts for _, url, text in (mark.split()[:_DIGEST] for mark in marks))
    return 2 * alike >= max(min(len(before), len(marks)), 1)


@dataclass(frozen=True, slots=True)
class Trail:
    """The way from a document that may have missed something back to what is known: `following` is the next page to read, or empty."""

    reading: Reading
    before: tuple[str, ...] = ()
    relation: str = ""
    following: str = ""
    visited: frozenset[str] = frozenset()
    reached: bool = False
    block: Block | None = None

    def add(self, page: Reading, *, block: Block | None = None) -> Trail:
        """The trail with one more page, or its end where that could not be read; then `block` says whether its host is to be left alone.

        Of a page only what is new counts, as its other entries may be older states of known ones.
        """
        if page.feed is None:
            return replace(self, following="", block=block)
        found = replace(
            self.reading,
            items=self.reading.items + tuple(item for item in page.items if item.id not in page.known),
            skipped=self.reading.skipped + page.skipped,
            broken=self.reading.broken + page.broken,
            repeated=self.reading.repeated + page.repeated,
        )
        visited = self.visited | {self.following}
        reached = bool(page.known) or (bool(page.marks) and overlap(self.before, page.marks))
        following = "" if reached or len(visited) > MOST_PAGES else _link(page.feed, self.relation)
        ended = not reached and self.relation == "prev_archive" and not page.feed.prev_archive  # the whole archive was read
        return replace(self, reading=found, visited=visited, reached=reached or ended, following="" if following in visited else following)

    def found(self, state: PollState) -> Reading:
        """What all pages came to together, with what may be lost between them and the last poll."""
        lost = 0 if self.reached else may_be_lost([item for item in self.reading.items if item.id not in self.reading.known], state)
        return replace(self.reading, gap=Gap(pages=len(self.visited) - 1, closed=self.reached, lost=lost), block=self.block)


def trail(state: PollState, reading: Reading) -> Trail | None:
    """Where to begin to look for what this reading missed; None where it missed nothing as far as can be told.

    The first document of a source and a delta are no gap, nor is one with an unchanged entry, or one that shows nothing but what is known:
    an older state of it. A document that never has more than one entry can't overlap: only its links can tell that there was more.
    """
    if reading.feed is None or reading.feed.unchanged or reading.outcome.status == DELTA or not state.seen or not reading.marks:
        return None
    stale = bool(reading.items) and all(item.id in reading.known for item in reading.items)
    if stale or overlap(state.seen, reading.marks):
        return None
    relation = _relation(reading.feed)
    following, here = _link(reading.feed, relation), getattr(reading.outcome, "url", "")
    if not following and len(state.seen) == len(reading.marks) == 1:
        return None
    return Trail(reading, state.seen, relation, "" if following == here else following, frozenset([here]))


def may_be_lost(items: Sequence[Item], state: PollState) -> int | None:
    """How many items may have come and gone between the last answer and the oldest of these, None where dates tell nothing.

    An estimate from above: the source is taken to have published all that time as it did in its busiest stretch of half of these.
    """
    dates = sorted(item.published for item in items if "undated" not in item.flags)
    half = (len(dates) + 1) // 2
    if half < 2:
        return None
    busiest = min(later - sooner for sooner, later in zip(dates, dates[half - 1 :], strict=False))
    missing = dates[0] - last_answer(state)
    if busiest < NOW_AND_THEN or missing <= timedelta(0):
        return None
    most = math.ceil(missing / busiest * (half - 1))
    return most if most <= MOST_BELIEVED else None


def last_answer(state: PollState) -> datetime:
    """When the source was last known whole."""
    return state.polled_at if state.polled_at and not (state.failures or state.spared) else state.validators.received


def noted(
    state: PollState, marks: Sequence[str], gap: Gap | None, *, delta: bool, now: datetime, unchanged: Collection[str] = ()
) -> PollState:
    """The state with what a document showed and missed. A gap that was closed again leaves no trace."""
    state = states.changed(state, seen=remembered(state.seen, marks, delta=delta, unchanged=unchanged))
    return state if gap is None or gap.closed else replace(state, gap_at=now, lost=gap.lost)


@dataclass(frozen=True, slots=True)
class _Parts:
    ids: frozenset[str]
    urls: frozenset[str]
    texts: frozenset[str]


def _parts(marks: Collection[str]) -> _Parts:
    split = [mark.split() for mark in marks]
    columns = [frozenset(parts[place] for parts in split) - {NO_MARK} for place in range(3)]
    return _Parts(*columns)


def _mark(*parts: str) -> str:
    *told, digest = parts
    return " ".join([*(identity.digest(part)[:MARK_LENGTH] if part else NO_MARK for part in told), _short(digest)])


def _short(digest: str) -> str:
    return digest[:MARK_LENGTH] or NO_MARK


def _relation(feed: ParsedFeed) -> str:
    return next((name for name in ("prev_archive", "next_page", "previous_page") if getattr(feed, name)), "")


def _link(feed: ParsedFeed, relation: str) -> str:
    return str(getattr(feed, relation)) if relation else ""
