"""What one body came to before anything is stored, and the row that tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from aggregator.core.familiar import Entry
from aggregator.model import (
    Alias,
    Block,
    Brought,
    Change,
    Failed,
    Fetched,
    Item,
    Job,
    NotModified,
    Outcome,
    ParsedFeed,
    Polled,
    PollState,
    Source,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A poll that came too late: how many older pages were read for it, whether they reached what is known, and if not what may be lost."""

    pages: int = 0
    closed: bool = False
    lost: int | None = 0  # items at most, None for unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one body came to, before anything is stored; with a `gap`, what older pages brought too."""

    outcome: Outcome
    feed: ParsedFeed | None = None
    digest: str = ""
    items: tuple[Item, ...] = ()
    changes: tuple[Change, ...] = ()
    jobs: tuple[Job, ...] = ()
    aliases: tuple[Alias, ...] = ()  # names that items were not known under
    skipped: int = 0
    broken: int = 0
    marks: tuple[str, ...] = ()  # of all entries, those that a rule left out too; see core.gaps
    entries: tuple[str, ...] = ()  # what to remember of those that were read, see core.familiar
    repeated: tuple[str, ...] = ()  # ids that do not tell them apart, see core.twins
    unchanged: tuple[Entry, ...] = ()  # those that were not read again
    is_in_doubt: bool = False  # whether they have to be, to be sure of what the document holds
    is_reset: bool = False  # whether the document before was read with other settings
    known: frozenset[str] = frozenset()  # ids of items that are stored as this source's
    gap: Gap | None = None
    block: Block | None = None  # asked for by the host of an older page
    losses: tuple[str, ...] = ()  # what of the body was wrong or left out, in sentences for the log

    @property
    def is_old(self) -> bool:
        """Whether the site had nothing else to say than the last time."""
        return self.feed is None and not isinstance(self.outcome, Failed)

    @property
    def dates(self) -> list[datetime]:
        """When the items were published, those of unchanged entries too, as far as they say so."""
        old = [entry.published for entry in self.unchanged if entry.published]
        return [item.published for item in self.items if "undated" not in item.flags] + old


class Heard(NamedTuple):
    """What a source that was asked has answered, and when it was, by the clock that only runs: neither compared nor stored yet."""

    state: PollState
    reading: Reading
    started: float


def touched(brought: Brought) -> set[str]:
    """What two polls that are stored together must not share: sources, items, and names of items that nobody has known so far."""
    items = {change.item.id for change in brought.changes}.union(job.item_id for job in brought.jobs)
    return items.union((alias.name for alias in brought.aliases), [f"source {brought.state.source}"])


def apart(polls: Sequence[Brought]) -> list[bool]:
    """Whether each of these polls shares nothing with any before it."""
    seen, found = set[str](), []
    for brought in polls:
        mine = touched(brought)
        found.append(seen.isdisjoint(mine))
        seen |= mine
    return found


def polled_of(source: Source, reading: Reading, *, now: datetime, took: timedelta) -> Polled:
    """The row of one poll."""
    row = partial(Polled, source=source.name, at=now, status=reading.outcome.status, took=took)
    match reading.outcome:
        case Failed(kind=kind, message=message, advice=advice):
            return row(outcome="failed", error_kind=kind, error=message, advice=advice)
        case NotModified():
            return row(outcome="not modified")
        case Fetched(body=body) if reading.feed is None:
            return row(outcome="unchanged", size=len(body))
        case Fetched(body=body):
            new = sum(change.kind == "new" for change in reading.changes)
            return row(
                outcome="pushed" if reading.outcome.pushed else "fetched",
                size=len(body),
                entries=len(reading.items) + reading.skipped + reading.broken + len(reading.unchanged),
                new=new,
                updated=sum(change.kind in ("updated", "amended") for change in reading.changes),
                skipped=reading.skipped + sum(not entry.item_id for entry in reading.unchanged),
                broken=reading.broken,
                jobs=len(reading.jobs),
                pages=reading.gap.pages if reading.gap else 0,
                lost=reading.gap.lost if reading.gap else 0,
            )
