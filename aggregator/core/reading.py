"""What one body came to before anything is stored, and the row that tells of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.model import Change, Failed, Fetched, Item, Job, NotModified, Outcome, ParsedFeed, Polled, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one body came to, before anything is stored."""

    outcome: Outcome
    feed: ParsedFeed | None = None
    digest: str = ""
    items: tuple[Item, ...] = ()
    changes: tuple[Change, ...] = ()
    jobs: tuple[Job, ...] = ()
    skipped: int = 0
    broken: int = 0

    @property
    def dates(self) -> list[datetime]:
        """When the items were published, as far as they say so."""
        return [item.published for item in self.items if "undated" not in item.flags]


def polled_of(source: Source, reading: Reading, *, now: datetime, took: timedelta) -> Polled:
    """The row of one poll."""
    blank = Polled(source=source.name, at=now, outcome="unchanged", status=reading.outcome.status, took=took)
    match reading.outcome:
        case Failed(kind=kind, message=message, advice=advice):
            return replace(blank, outcome="failed", error_kind=kind, error=message, advice=advice)
        case NotModified():
            return replace(blank, outcome="not modified")
        case Fetched(body=body) if reading.feed is None:
            return replace(blank, size=len(body))
        case Fetched(body=body):
            new = sum(change.kind == "new" for change in reading.changes)
            return replace(
                blank,
                outcome="fetched",
                size=len(body),
                entries=len(reading.items) + reading.skipped + reading.broken,
                new=new,
                updated=len(reading.changes) - new,
                skipped=reading.skipped,
                broken=reading.broken,
                jobs=len(reading.jobs),
            )
