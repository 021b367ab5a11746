"""When each beat of the daemon last ended, and how late its event loop is: what readiness, metrics and the watchdog go by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

PERIOD = 0.05  # seconds between two looks at how late the loop is

Tick = Callable[[], Awaitable[object]]


class Pulse:
    """The beats of a daemon by name. `told` is given each lateness of the loop, in seconds."""

    def __init__(self, *, told: Callable[[float], None] = lambda seconds: None, clock: Callable[[], float] = time.monotonic) -> None:
        self._told = told
        self._clock = clock
        self._ended: dict[str, float] = {}

    def beating(self, name: str, tick: Tick) -> Callable[[], Awaitable[None]]:
        """The tick, so that its end is noticed, whatever way it ends. A beat that has not come yet counts from here on."""
        self.beat(name)

        async def noticed() -> None:
            try:
                await tick()
            finally:
                self.beat(name)

        return noticed

    def beat(self, name: str) -> None:
        """This beat has just ended, or a part of one that takes long."""
        self._ended[name] = self._clock()

    def ages(self) -> dict[str, timedelta]:
        """How long ago each beat last ended."""
        now = self._clock()
        return {name: timedelta(seconds=now - ended) for name, ended in self._ended.copy().items()}

    async def feel(self) -> None:
        """Look again and again how late the loop is."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + PERIOD
            await asyncio.sleep(PERIOD)
            self._told(max(loop.time() - due, 0.0))
