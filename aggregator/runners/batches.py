"""Does in one go what many ask for at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")
Made = TypeVar("Made")

PATIENCE = 0.01  # seconds that the first of a batch waits for others


class Batches(Generic[Row, Made]):
    """Gathers rows and works on all of them at once, in a thread: what comes in meanwhile is the next batch.

    `work` makes something of each row, of at most so many at a time. For further ones is waited as often as that, while any come.
    """

    def __init__(self, work: Callable[[Sequence[Row]], Sequence[Made]], *, most: int = 1000, waits: int = 1) -> None:
        self._work = work
        self._most, self._waits = most, waits
        self._waiting: list[tuple[Row, asyncio.Future[Made]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def add(self, row: Row) -> Made:
        """Return what was made of the row. Raises what its batch has raised."""
        done: asyncio.Future[Made] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._worker is None:
            self._worker = asyncio.ensure_future(self._until_none_waits())
        return await done

    async def _until_none_waits(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._work_on(batch)
        finally:
            self._worker = None

    async def _gather(self) -> None:
        """Wait for others, and on while any come, but not for long."""
        for _ in range(self._waits):
            there = len(self._waiting)
            if there < self._most:
                await asyncio.sleep(PATIENCE)
            if len(self._waiting) == there:
                break

    async def _work_on(self, batch: Sequence[tuple[Row, asyncio.Future[Made]]]) -> None:
        (outcome,) = await asyncio.gather(asyncio.to_thread(self._work, [row for row, _ in batch]), return_exceptions=True)
        waiting = [(place, done) for place, (_, done) in enumerate(batch) if not done.done()]  # who was cancelled does not wait any more
        for place, done in waiting:
            if isinstance(outcome, BaseException):
                done.set_exception(outcome)
            else:
                done.set_result(outcome[place])
