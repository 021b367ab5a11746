"""A host's places and a site's pauses, kept in the store by all processes that ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from aggregator.fetch.failures import asked_to_wait
from aggregator.model import Block
from aggregator.ports import Store

LOOK = timedelta(seconds=0.2)  # between looks whether a place that is taken has been left early
MARGIN = timedelta(seconds=1)  # for what an exchange does beyond its deadline


class SharedTurns:
    """`turns.Neighbours` and `pages.Queue` on a store. `clock` gives aware times."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    @asynccontextmanager
    async def place(self, host: str, *, places: int, pause: timedelta, lasts: timedelta) -> AsyncIterator[None]:
        """Hold one of the host's places, then leave it taken for a pause. Raises FetchError, see `turns.Neighbours`."""
        keys, holder = [f"{host} {number}" for number in range(places)], uuid4().hex
        key = await self._held(host, keys, holder=holder, lasts=lasts + MARGIN)
        try:
            yield
        finally:
            leave = partial(self._store.let_go, "host", [key], holder=holder, free_at=self._clock() + pause)
            await asyncio.shield(asyncio.to_thread(leave))

    async def turn(self, site: str, *, delay: timedelta) -> None:
        """Wait until a page of the site may be asked for, behind all that wanted one before."""
        if delay:
            take = partial(self._store.take, f"site {site}", cost=delay, full=delay, now=self._clock(), longest=timedelta.max)
            wait = await asyncio.to_thread(take)
            await asyncio.sleep(wait.total_seconds() if wait else 0)

    async def _held(self, host: str, keys: list[str], *, holder: str, lasts: timedelta) -> str:
        """The key of the place that is ours now."""
        has_waited = False
        while True:
            key, wait = await asyncio.to_thread(self._tried, keys, holder, lasts)
            if key and has_waited and (block := await asyncio.to_thread(self._block, host)):
                await asyncio.to_thread(self._store.let_go, "host", [key], holder=holder)
                raise asked_to_wait(host, 429, {"retry-after": str(round((block.until - self._clock()).total_seconds()))})
            if key:
                return key
            has_waited = True
            await asyncio.sleep(min(wait, LOOK).total_seconds())

    def _tried(self, keys: list[str], holder: str, lasts: timedelta) -> tuple[str, timedelta]:
        """The place that was free, or empty, and how long the first of them stays taken."""
        now, waits = self._clock(), []
        for key in keys:
            until = self._store.hold("host", [key], holder=holder, now=now, until=now + lasts)
            if until is None:
                return key, timedelta(0)
            waits.append(until - now)
        return "", min(waits)

    def _block(self, host: str) -> Block | None:
        return self._store.blocks(now=self._clock()).get(host)
