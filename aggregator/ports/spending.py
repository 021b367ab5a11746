"""The sockets of the budget: the books that are kept of spending, and who says what may be spent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from aggregator.model import Cap, Refusal, Reservation, Tier, Usage


class Ledger(Protocol):
    """The books. Every method is one transaction, and holds against other processes. Synchronous, raises StoreError."""

    def spend(self, usage: Usage, caps: Sequence[Cap] = ()) -> Cap | None:
        """Add to the books, unless that would exceed one of the caps: then nothing is added, and that cap returned.

        Amounts may be negative. What was added is spent, whatever becomes of the process.
        """
        ...

    def usage(self, *, since: date, until: date | None = None) -> Sequence[Usage]:
        """What was spent and done from one day to another, both included, in order of day, engine, source, language."""
        ...


class Budget(Protocol):
    """Asked by the router before and after every call of an engine. Raises StoreError."""

    async def reserve(
        self, engine: str, *, source: str, language: str, characters: int, tiers: Collection[Tier], requests: int = 1
    ) -> Reservation | Refusal:
        """Set aside what a call will cost at most, for texts of these tiers."""
        ...

    def today(self) -> date:
        """The day that what is done now counts to."""
        ...

    def time_to(self, moment: datetime) -> timedelta:
        """How long it is to a moment, from now on."""
        ...

    async def settle(self, reservation: Reservation, *, characters: int, requests: int = 1) -> None:
        """Say what the call did cost. A reservation that is never settled counts as spent."""
        ...
