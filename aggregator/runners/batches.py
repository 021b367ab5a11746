"""Does in one go what many ask for at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")

PATIENCE = 0.01  # seconds that the first of a batch waits for others


class Batches(Generic[Row]):
    """Gathers rows and works on all of them at once, in a thread: what comes in meanwhile is the next batch."""

    def __init__(self, work: Callable[[Sequence[Row]], None]) -> None:
        self._work = work
        self._waiting: list[tuple[Row, asyncio.Future[None]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def add(self, row: Row) -> None:
        """Return when the row has been worked on. Raises what its batch has raised."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._worker is None:
            self._worker = asyncio.ensure_future(self._until_none_waits())
        await done

    async def _until_none_waits(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(PATIENCE)
                batch, self._waiting = self._waiting, []
                await self._work_on(batch)
        finally:
            self._worker = None

    async def _work_on(self, batch: Sequence[tuple[Row, asyncio.Future[None]]]) -> None:
        outcome = await asyncio.gather(asyncio.to_thread(self._work, [row for row, _ in batch]), return_exceptions=True)
        for _, done in batch:
            if not done.done():  # who was cancelled does not wait any more
                _end(done, outcome[0])


def _end(done: asyncio.Future[None], error: BaseException | None) -> None:
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
