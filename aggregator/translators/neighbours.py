"""What processes that share a store keep from each other while they translate: segments that are paid for, and an engine's limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from aggregator.errors import Retryable, StoreError
from aggregator.ports.sharing import Sharing
from aggregator.translators.limits import Rate

LOOK = timedelta(seconds=0.2)  # between looks whether segments that another process has are free
PATIENCE = timedelta(seconds=30)  # to wait for them; longer, and the job had better come back later
MINUTE = timedelta(minutes=1)


class SharedSegments:
    """`recalling.AmongAll` on a store: one process at a time pays for a segment. `clock` gives aware times.

    The hold is renewed for as long as that takes. A process that dies in between lets go at the end of the `lease`.
    """

    def __init__(self, store: Sharing, *, clock: Callable[[], datetime], lease: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease

    @asynccontextmanager
    async def __call__(self, keys: Collection[str]) -> AsyncIterator[None]:
        """Hold all of these. Raises Retryable where another process does not let go."""
        holder, until = uuid4().hex, self._clock() + PATIENCE
        while not await self._is_held(keys, holder):
            if self._clock() >= until:
                raise Retryable("another process translates the same text just now", after=MINUTE)
            await asyncio.sleep(LOOK.total_seconds())
        renewing = asyncio.ensure_future(self._renew(keys, holder))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await asyncio.shield(asyncio.to_thread(self._store.let_go, "segment", keys, holder=holder))

    async def _renew(self, keys: Collection[str], holder: str) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            with suppress(StoreError):  # there are two more times
                await self._is_held(keys, holder)

    async def _is_held(self, keys: Collection[str], holder: str) -> bool:
        now = self._clock()
        return await asyncio.to_thread(self._store.hold, "segment", keys, holder=holder, now=now, until=now + self._lease) is None


class SharedLimits:
    """`limits.Limits` of the engine of this name, kept by all processes together."""

    def __init__(self, store: Sharing, name: str, rate: Rate, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._name = name
        self._rate = rate
        self._clock = clock

    async def turn(self, characters: int) -> None:
        """Wait until a request of so many characters may go out. Raises TimeoutError, and books nothing, where that takes over a minute."""
        for unit, most, amount in (("requests", self._rate.requests, 1), ("characters", self._rate.characters, characters)):
            if most:
                await self._take(f"{self._name} {unit}", MINUTE * (min(amount, most) / most))

    async def _take(self, bucket: str, cost: timedelta) -> None:
        take = partial(self._store.take, bucket, cost=cost, full=MINUTE, now=self._clock(), longest=MINUTE)
        wait = await asyncio.to_thread(take)
        if wait is None:
            raise TimeoutError
        await asyncio.sleep(wait.total_seconds())
