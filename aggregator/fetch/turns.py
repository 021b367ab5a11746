"""Gives every host its turns: so many requests at once, and a pause after each (politeness is owed to the host, not to the URL).

Where processes share a store, each first waits for its own turn at a host, then for that among all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import timedelta
from typing import Protocol
from weakref import WeakValueDictionary

KEPT = 1.0  # seconds that a host's no goes on holding here: as long as it may take until it is stored


class Neighbours(Protocol):
    """The other processes that ask the same hosts."""

    def place(self, host: str, *, places: int, pause: timedelta, lasts: timedelta) -> AbstractAsyncContextManager[None]:
        """Wait for one of a host's places among all processes and hold it for so long at most, and a pause after that.

        Raises what the host has refused another process with while we waited.
        """
        ...


class _Places(asyncio.Semaphore):
    """A host's places, and how often it has said no, with its last word."""

    noes = 0
    no: Exception | None = None
    no_until = 0.0


class Turns:
    """`per_host` exchanges with one host at a time; a place in them stays taken for `spacing` after its exchange."""

    def __init__(self, *, per_host: int, spacing: timedelta, beside: Neighbours | None = None) -> None:
        self._per_host = per_host
        self._spacing = spacing
        self._beside = beside
        self._places: WeakValueDictionary[str, _Places] = WeakValueDictionary()  # a host nobody waits for is forgotten

    @asynccontextmanager
    async def turn(self, host: str, *, lasts: timedelta) -> AsyncIterator[None]:
        """Wait for a place at this host and hold it, for so long at most. Raises what the host has refused others with, just now or
        while we waited.
        """
        places, loop = self._places.setdefault(host, _Places(self._per_host)), asyncio.get_running_loop()
        noes = places.noes
        await places.acquire()
        if places.no is not None and (places.noes > noes or loop.time() < places.no_until):
            places.release()
            raise places.no
        try:
            async with self._among_all(host, lasts):
                yield
        finally:
            loop.call_later(self._spacing.total_seconds(), places.release)

    def _among_all(self, host: str, lasts: timedelta) -> AbstractAsyncContextManager[None]:
        if self._beside is None:
            return nullcontext()
        return self._beside.place(host, places=self._per_host, pause=self._spacing, lasts=lasts)

    def refuse(self, host: str, error: Exception) -> None:
        """Let everybody who waits for this host get an error instead of a turn, and who comes within KEPT. Later ones may ask again."""
        if (places := self._places.get(host)) is not None:
            places.noes += 1
            places.no = error
            places.no_until = asyncio.get_running_loop().time() + KEPT
            asyncio.get_running_loop().call_later(KEPT, lambda: places)  # not forgotten until then
