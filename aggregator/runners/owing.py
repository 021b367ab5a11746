"""Claims on rows whose work could not be stored: a full disk keeps them from being given back, too, so that is done later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

PAUSE = 15.0  # seconds before the same row is worked on again: what could not be stored may cost its origin a request each time

Row = TypeVar("Row")


class Owed(Generic[Row]):
    """Rows to give back with `give`, which raises StoreError while that is no use."""

    def __init__(self, give: Callable[[Sequence[Row]], None], *, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic) -> None:
        self._give = give
        self._pause = pause
        self._clock = clock
        self._since: list[tuple[float, Row]] = []

    def add(self, *rows: Row) -> None:
        """What came of these rows could not be stored."""
        self._since += [(self._clock(), row) for row in rows]

    async def settle(self) -> None:
        """Give back what has been owed for a while. Raises StoreError."""
        over = [entry for entry in self._since if self._clock() - entry[0] >= self._pause]
        if over:
            await asyncio.to_thread(self._give, [row for _, row in over])
            self._since = [entry for entry in self._since if entry not in over]
