"""The part of the store's socket that operating alone needs: what waits, what was spent, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aggregator.model import Backlog, Cap, Incident, PollState


class Operations(Protocol):
    """Called by the daemon's own watch over itself. Every method is one transaction; raises StoreError."""

    def backlog(self, *, now: datetime) -> Backlog:
        """What waits to be done now. Its cost follows what waits, not what is stored."""
        ...

    def spent(self, caps: Sequence[Cap]) -> Sequence[int]:
        """What counts towards each of the caps so far, in their units."""
        ...

    def troubled(self, *, failures: int, since: datetime) -> Sequence[PollState]:
        """The sources that are gone, have failed so often in a row, or have missed items since then; in order of name.

        Those that are not configured any more, and those that a person has paused, are in no trouble.
        """
        ...

    def incidents(self, *, limit: int) -> Sequence[Incident]:
        """Those that are not over, all of them, and the others, the last changed first, `limit` of them at most."""
        ...

    def save_incidents(self, incidents: Sequence[Incident], *, keep: int) -> None:
        """Insert them, or put them in the place of those with the same kind, subject and key; keep so many that are over."""
        ...
