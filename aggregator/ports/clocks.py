"""The part of the store's socket that a wrong clock needs: to put right what it left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from aggregator.model import PollState


class Clocks(Protocol):
    """Called by the runners when they begin, and when the clock was set. One transaction; raises StoreError."""

    def ahead(self, *, now: datetime) -> Sequence[PollState]:
        """The states of configured sources for which `core.jumps.may_be_ahead` holds; few, where no clock was wrong."""
        ...

    def pull_in(self, due: Mapping[str, datetime], *, now: datetime, lease: timedelta) -> None:
        """Give sources these due times and leave the rule; end what lies further ahead than `core.jumps` allows, claims after a lease."""
        ...
