"""The sockets for what processes on several machines agree on: who is there, who has what, how fast."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from aggregator.model import Held, Job, Node


class Sharing(Protocol):
    """Things that one process at a time may have, and rates that all keep to. Every method is one transaction; raises StoreError."""

    def hold(self, kind: Held, keys: Collection[str], *, holder: str, now: datetime, until: datetime) -> datetime | None:
        """Have all these things for oneself until then, or none of them; who has them already has them longer.

        Returns None, or where another holder has one of them, until when at most that is so.
        """
        ...

    def let_go(self, kind: Held, keys: Collection[str], *, holder: str, free_at: datetime | None = None) -> None:
        """Have these no longer, those that the holder still has. They are free at once, or then."""
        ...

    def held_until(self, kind: Held, key: str, *, now: datetime) -> datetime | None:
        """Until when somebody has this; None where nobody has it."""
        ...

    def take(self, bucket: str, *, cost: timedelta, full: timedelta, now: datetime, longest: timedelta) -> timedelta | None:
        """Take from a bucket, that holds `full` and fills up again as time goes by, what takes `cost` to flow in.

        Returns how long to wait before using it, in the order of those who took; None, and nothing is taken, where that is over `longest`.
        """
        ...


class Nodes(Protocol):
    """Who is at work. Every method is one transaction; raises StoreError."""

    def beat(self, node: Node) -> datetime:
        """Say that a node is at work. Returns the time by the store's own clock, that all of them can go by."""
        ...

    def renew(self, sources: Collection[str], jobs: Sequence[Job], *, now: datetime, lease: timedelta) -> None:
        """Let claims that still hold go on for a whole lease: those of sources, and those of jobs with the same fence."""
        ...

    def leave(self, name: str) -> None:
        """A node has ended in order."""
        ...

    def nodes(self) -> Sequence[Node]:
        """All that have not ended in order, by name."""
        ...

    def forget(self, *, before: datetime) -> None:
        """Forget nodes that were last heard of before then, and things that nobody has had since."""
        ...
