"""Gives every host its turns: so many requests at once, and a pause after each (politeness is owed to the host, not to the URL)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakValueDictionary


class Turns:
    """`per_host` exchanges with one host at a time; a place in them stays taken for `spacing` after its exchange."""

    def __init__(self, *, per_host: int, spacing: timedelta) -> None:
        self._per_host = per_host
        self._spacing = spacing.total_seconds()
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()  # a host nobody waits for is forgotten

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a place at this host and hold it."""
        places = self._places.setdefault(host, asyncio.Semaphore(self._per_host))
        await places.acquire()
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(self._spacing, places.release)
