"""Looks for due work that end in order: a scheduler that is shut down only cancels its jobs, and a claim cannot be called back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Tick = Callable[[], Awaitable[None]]


class Beats:
    """Knows the scheduler's jobs that are under way."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()
        self._over = False

    def of(self, tick: Tick) -> Tick:
        """The same tick, known here. After the end it is not begun again."""

        async def beat() -> None:
            job = asyncio.current_task()
            if self._over or job is None:
                return
            self._under_way.add(job)
            job.add_done_callback(self._under_way.discard)
            try:
                await tick()
            except asyncio.CancelledError:
                if not self._over:
                    raise

        return beat

    async def end(self, *, grace: float) -> None:
        """Let what is under way end, for `grace` seconds; cancel what takes longer."""
        self._over = True
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
