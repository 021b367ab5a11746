"""What one call of an engine costs: set aside before it, told request by request while it lasts, settled after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from aggregator.errors import AuthFailed, Blocked, OutOfBudget, QuotaExhausted, RateLimited, TooLong, Unsupported
from aggregator.model import Refusal, Reservation, Tier
from aggregator.ports.spending import Budget

_REFUSALS = (Blocked, AuthFailed, Unsupported, RateLimited, QuotaExhausted)  # of the last request; nothing was translated
ITSELF = ""  # the source of what an engine sends on its own account


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a call is booked to: the engine, the source that pays, the target language; `tiers` are those of its texts."""

    engine: str
    source: str
    language: str
    tiers: Collection[Tier]


class Call:
    """One call on the budget, if there is one. Entering raises OutOfBudget where there is no room for its `characters` in one request.

    The engine gets `meter` with its hints. One that tells what it sends is booked for that, to the character; any other for the whole call
    as one request. What an engine refused to do is not billed. A call that ends in any other way is taken for done: an answer that came too
    late was paid for too. `refused` is what the engine was told when it wanted to send more than there was room for.
    """

    def __init__(self, budget: Budget | None, account: Account, *, characters: int) -> None:
        self.refused: OutOfBudget | None = None
        self._budget = budget
        self._account = account
        self._aside = characters
        self._sent = self._requests = self._last = 0
        self._is_metered = False

    async def __aenter__(self) -> Call:
        self._first = await self._set_aside(self._aside, 1)
        return self

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._budget is not None and self._first is not None:
            characters, requests = self._billed(self._first.usage.characters, error)
            await self._budget.settle(self._first, characters=characters, requests=requests)

    async def meter(self, characters: int) -> None:
        """Book a request that goes out next; with 0 say that none goes out now. Raises OutOfBudget: then it must not."""
        self._is_metered = True
        if not characters:
            return
        more, another = max(0, self._sent + characters - self._aside), min(1, self._requests)
        self._count(more, characters, 1)
        try:
            if more or another:
                await self._set_aside(more, another)
        except OutOfBudget as error:
            self._count(-more, -characters, -1)
            self.refused = error
            raise
        self._last = characters

    def _count(self, aside: int, sent: int, requests: int) -> None:
        """Before the books are asked, so that requests that are made at the same time don't share room."""
        self._aside += aside
        self._sent += sent
        self._requests += requests

    async def _set_aside(self, characters: int, requests: int) -> Reservation | None:
        if self._budget is None:
            return None
        to = self._account
        got = await self._budget.reserve(
            to.engine, source=to.source, language=to.language, characters=characters, tiers=to.tiers, requests=requests
        )
        if isinstance(got, Refusal):
            raise OutOfBudget(f"{got.cap} is used up until {got.until:%Y-%m-%d %H:%M %Z}", after=self._budget.time_to(got.until))
        return got

    def _billed(self, held: int, error: BaseException | None) -> tuple[int, int]:
        """What remains of the first reservation: without what was set aside and not sent, and what was refused."""
        if not self._is_metered:
            return (0 if isinstance(error, (*_REFUSALS, TooLong)) else held), 1
        refused = self._last if isinstance(error, _REFUSALS) and not isinstance(error, OutOfBudget) else 0
        return held - (self._aside - self._sent) - refused, min(1, self._requests)
