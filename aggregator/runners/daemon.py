"""What works for one configuration, and goes on for another one without losing what is under way.

A drain keeps its rows and its places and only claims and works by the new configuration from then on; the fetcher with its turns at every
host, the locks on segments, and the store stay the same. So no host is asked twice at once, and nothing is paid for twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from aggregator import wiring
from aggregator.config import Settings
from aggregator.core import hosts
from aggregator.errors import AggregatorError, UsageError
from aggregator.model import PollState
from aggregator.runners import work
from aggregator.runners.announcing import announce
from aggregator.runners.chores import MINUTE, Chore, chores
from aggregator.runners.drain import Drain
from aggregator.runners.subscribing import Subscriber
from aggregator.runners.watch import Watch
from aggregator.wiring import House

log = logging.getLogger(__name__)

BEAT = 1.0  # seconds between looks for due work
SUBSCRIBE_BEAT = 2.0  # between looks for hubs to ask
PUBLISH_BEAT = 5.0  # the same for what is out of date: a feed is rendered once for all that came in between
PER_HOST = 4  # sources of a host to claim at a time where others may claim them, too: more would only wait for each other
CHORES_AT_ONCE = 8  # more than there are
GRACE = 4.0  # seconds that work under way gets to end after a signal

Tick = Callable[[], Awaitable[None]]
Moved = Callable[[House], Awaitable[None]]


async def stay(house: House) -> None:
    """Nobody is to be told of another house."""


class Daemon:
    """The drains, chores and subscriptions of the house that is at work; `moved` is told when it is another one."""

    def __init__(self, house: House, *, moved: Moved = stay) -> None:
        self.house = house
        self._moved = moved
        self.watch = Watch(lambda: self.house)
        self.reread = asyncio.Event()  # set by who wants the configuration to be read again
        self.polls = self._polls_of(house)
        self.pages, self.translations = work.pages(house.pipeline, self.tell), work.translations(house.pipeline, self.tell)
        self._chores: Drain[Chore] = Drain(self._idle_chores, self._do, places=CHORES_AT_ONCE)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # of chores by name: a reload begins none twice
        self._publishing = asyncio.Lock()
        self._unpublished = work.unpublished(house.pipeline)
        self._leaving: set[asyncio.Task[None]] = set()
        self._employ(house)

    def _employ(self, house: House) -> None:
        self.house = house
        self.subscriber = None if house.pipeline.offline else Subscriber(house.pipeline, house.settings.site.base_url, self.tell)
        self.chores = [*chores(house), Chore("incidents", MINUTE, self._note_incidents, always=True)]

    @property
    def _drains(self) -> tuple[Drain[Any], ...]:
        return self.polls, self.pages, self.translations

    def _polls_of(self, house: House) -> Drain[PollState]:
        fetch, shared = house.settings.fetch, wiring.is_shared(house.settings)
        turns = hosts.places(per_host=fetch.per_host, spacing=fetch.spacing, beat=timedelta(seconds=BEAT))
        return work.polls(house.pipeline, self.tell, places=fetch.concurrency, per_host=PER_HOST if shared else turns, alone=shared)

    def tell(self, event: work.Event) -> None:
        """Log what ended, count it, and let the chores know."""
        work.log_event(event)
        self.watch.metrics.hear(event)
        for chore in self.chores:
            chore.hear(event)

    def beats(self) -> Iterable[tuple[str, Tick, float]]:
        """(name, what to do, seconds between two) of what is done again and again."""
        for name, drain in (("poll", self.polls), ("page", self.pages), ("translate", self.translations)):
            yield name, looking(drain), BEAT
        yield "publish", self.publish, PUBLISH_BEAT
        yield "announce", self._announce, PUBLISH_BEAT
        yield "subscribe", self._subscribe, SUBSCRIBE_BEAT
        yield "chores", looking(self._chores), PUBLISH_BEAT

    async def change(self, settings: Settings) -> None:
        """Go on with other settings on the same store. Raises UsageError where they take a restart, or StoreError: all stays as it was."""
        former = self.house
        if (settings.store, settings.paths.data) != (former.settings.store, former.settings.paths.data):
            raise UsageError("another store.url or paths.data takes a restart")
        if former.settings.web.token and not settings.web.token:
            raise UsageError("to take the token out of [web] takes a restart, as this server may be reached from outside")
        house = wiring.rebuild(former, settings)
        async with AsyncExitStack() as stack:
            for turn in (*(drain.turn for drain in self._drains), self._publishing):
                await stack.enter_async_context(turn)
            await asyncio.to_thread(house.sync_sources)
            await asyncio.to_thread(work.spread_out, house.pipeline)
            self._employ(house)
            under_way = self._take_over(house)
        await self._moved(house)
        leaving = asyncio.ensure_future(self._dismiss(former, under_way))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def stop(self) -> None:
        """Claim no more, and give what is under way some seconds to end."""
        await asyncio.gather(*(drain.stop(grace=GRACE) for drain in (*self._drains, self._chores)))
        for leaving in self._leaving:
            leaving.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        await self.house.aclose()

    def _take_over(self, house: House) -> set[asyncio.Task[None]]:
        """Let the drains go on for a house. Returns what is under way for the former one."""
        house.take_turns()
        pages, translations = work.pages(house.pipeline, self.tell), work.translations(house.pipeline, self.tell)
        return self.polls.become(self._polls_of(house)) | self.pages.become(pages) | self.translations.become(translations)

    async def _dismiss(self, former: House, under_way: Collection[asyncio.Task[None]]) -> None:
        """Close what nobody needs any more. A poll that was under way has stored its source with the address that it had then."""
        if under_way:
            await asyncio.wait(under_way)
            async with self.polls.turn:
                await asyncio.to_thread(self.house.sync_sources)
        await former.retire()

    async def look_after(self) -> None:
        """What follows from publishing or comes by the clock, one after the other: tell the hub, and do the chores."""
        await self._announce()
        for chore in await self._idle_chores(CHORES_AT_ONCE):
            await self._do(chore)

    async def publish(self) -> None:
        """Bring what is out of date up to date."""
        more = True
        while more:
            async with self._publishing:
                more = await work.publish_some(self.house.pipeline, self.tell, self._unpublished)
            self.watch.pulse.beat("publish")

    async def _announce(self) -> None:
        await announce(self.house.pipeline)

    async def _subscribe(self) -> None:
        if self.subscriber:
            await self.subscriber.tick()

    async def _idle_chores(self, limit: int) -> list[Chore]:
        return [chore for chore in self.chores if not self._locks[chore.name].locked()][:limit]

    async def _do(self, chore: Chore) -> None:
        async with self._locks[chore.name]:
            await chore.tick()

    async def _note_incidents(self) -> None:
        await asyncio.to_thread(self.watch.note_incidents)


def looking(drain: Drain[Any]) -> Tick:
    """One look for due rows; what failed since the last one is logged here."""

    async def look() -> None:
        await drain.tick()
        while drain.failures:
            say_that_it_broke_off(drain.failures.pop())

    return look


def say_that_it_broke_off(error: BaseException) -> None:
    """Log it: what we raise on purpose says all there is to know, of a fault the place is wanted too."""
    if isinstance(error, AggregatorError):
        log.error("work broke off and will be taken up again: %s", error)
    else:
        log.error("work broke off and will be taken up again", exc_info=error)
