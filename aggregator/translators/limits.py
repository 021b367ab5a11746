"""How fast an engine may be asked: buckets that fill up again evenly, for requests and for characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter


class Rate(NamedTuple):
    """What an engine takes in a minute; 0 for no limit."""

    requests: int = 0
    characters: int = 0


class Turns(Protocol):
    """Whoever keeps to the limits of an engine."""

    async def turn(self, characters: int) -> None:
        """Wait until a request of so many characters may go out; TimeoutError where that would take too long."""
        ...


class Limits:
    """The buckets of one engine. They belong to the event loop that they are first used in."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._requests = _bucket(rate.requests)
        self._characters = _bucket(rate.characters)

    async def turn(self, characters: int) -> None:
        """Wait until a request of so many characters may go out. One that is over a whole minute's share waits for that share."""
        if self._requests:
            await self._requests.acquire()
        if self._characters:
            await self._characters.acquire(min(characters, self._rate.characters))


def _bucket(most: int) -> AsyncLimiter | None:
    if not most:
        return None
    from aiolimiter import AsyncLimiter  # most engines have no limits

    return AsyncLimiter(most)
