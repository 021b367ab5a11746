"""Gives every host its turns: so many requests at once, and a pause after each (politeness is owed to the host, not to the URL)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakValueDictionary


class _Places(asyncio.Semaphore):
    """A host's places, and how often it has said no, with its last word."""

    noes = 0
    no: Exception | None = None


class Turns:
    """`per_host` exchanges with one host at a time; a place in them stays taken for `spacing` after its exchange."""

    def __init__(self, *, per_host: int, spacing: timedelta) -> None:
        self._per_host = per_host
        self._spacing = spacing.total_seconds()
        self._places: WeakValueDictionary[str, _Places] = WeakValueDictionary()  # a host nobody waits for is forgotten

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a place at this host and hold it. Raises what the host was refused with while we waited."""
        places = self._places.setdefault(host, _Places(self._per_host))
        noes = places.noes
        await places.acquire()
        if places.no is not None and places.noes > noes:
            places.release()
            raise places.no
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(self._spacing, places.release)

    def refuse(self, host: str, error: Exception) -> None:
        """Let everybody who waits for this host get an error instead of a turn. Whoever comes later may ask again."""
        if (places := self._places.get(host)) is not None:
            places.noes += 1
            places.no = error
