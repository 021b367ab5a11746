"""Works rows off: as many at once as there are places, each row claimed only when a place is free for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from aggregator.errors import AggregatorError

Row = TypeVar("Row")


class Drain(Generic[Row]):
    """Claims rows and works on each in a task of its own, so that a slow row holds one place and nothing else.

    `claim(n)` gives at most n rows. An exception of `work` ends up in `failures`: it belongs to a row, not to the others.
    """

    def __init__(self, claim: Callable[[int], Awaitable[Sequence[Row]]], work: Callable[[Row], Awaitable[None]], *, places: int) -> None:
        self._claim = claim
        self._work = work
        self._places = places
        self._tasks: dict[asyncio.Task[None], Row] = {}
        self.failures: list[BaseException] = []
        self.turn = asyncio.Lock()  # whoever holds it can be sure that nothing is claimed meanwhile

    async def tick(self) -> int:
        """Fill the free places. Returns how many rows were claimed."""
        async with self.turn:
            free = self._places - len(self._tasks)
            rows = await self._claim(free) if free > 0 else ()
            for row in rows:
                task = asyncio.ensure_future(self._work(row))
                self._tasks[task] = row
                task.add_done_callback(self._ended)
        return len(rows)

    async def room(self) -> None:
        """Wait until a quarter of the places is free, so that rows are claimed together and not one by one."""
        while self._tasks and self._places - len(self._tasks) < self._places // 4:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    def become(self, other: Drain[Row]) -> set[asyncio.Task[None]]:
        """Claim and do from now on what the other one would. Returns what is under way, which goes on as it began, in its places."""
        self._claim, self._work, self._places = other._claim, other._work, other._places
        return set(self._tasks)

    @property
    def rows(self) -> list[Row]:
        """Those under work."""
        return list(self._tasks.values())

    async def until_empty(self) -> None:
        """Go on until nothing is left to claim, or can be, and every place is free again; raises the first failure after that."""
        try:
            while (claimed := await self.tick()) or self._tasks:
                await (self.room() if claimed else asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED))
        except AggregatorError:
            if self._tasks:
                await asyncio.wait(self._tasks)
            raise
        if self.failures:
            raise self.failures[0]

    async def stop(self, *, grace: float) -> None:
        """Claim no more; give the rows under work `grace` seconds to end, then cancel them."""
        self._places = 0
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()):
            self.failures.append(error)
