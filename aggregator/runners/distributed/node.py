"""A node: what it looks after, how it says that it is there, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

from procrastinate.exceptions import ConnectorException

import aggregator
from aggregator.config import Settings
from aggregator.core import nodes as rules
from aggregator.errors import AggregatorError, StoreError
from aggregator.model import Backlog, Node
from aggregator.runners.daemon import Daemon
from aggregator.runners.distributed.clock import StoreClock
from aggregator.runners.distributed.queue import LookQueue, Work
from aggregator.runners.drain import Drain
from aggregator.runners.local import stop_on_signals
from aggregator.runners.memory import be_small
from aggregator.runners.notifying import ALIVE, READY, STOPPING, Notifier
from aggregator.runners.promptness import be_prompt
from aggregator.runners.reloading import reload_if_asked, reread_on_signal

log = logging.getLogger(__name__)

BEAT = timedelta(seconds=5)  # between two signs of life at most
BEATS_A_LEASE = 4
RELOAD_BEAT = 1.0
AGAIN = 2.0  # seconds until the queue is tried again after it did not answer
PUBLISH_WITHIN = timedelta(seconds=5)  # a feed is rendered once for all that came in between
LAST_LOOKS = 4.0  # seconds that looks under way get to end after a signal


async def run(daemon: Daemon, *, clock: StoreClock, queues: Collection[str], notifier: Notifier, load: Callable[[], Settings]) -> None:
    """Work until SIGTERM or SIGINT, then end in order; a second signal ends at once. SIGHUP lets `load` read the configuration again."""
    be_small()
    be_prompt()
    stop = asyncio.Event()
    stop_on_signals(stop, tell=lambda: notifier.say(STOPPING))
    reread_on_signal(daemon)
    node = _Worker(daemon, clock=clock, queues=tuple(queues), stop=stop)
    await node.begin()
    notifier.say(READY, f"STATUS=At work on {', '.join(queues)}")
    beat = min(BEAT, daemon.house.pipeline.lease / BEATS_A_LEASE)
    beside = [
        asyncio.ensure_future(_again_and_again(node.beat, beat.total_seconds(), then=lambda: notifier.say(ALIVE))),
        asyncio.ensure_future(_again_and_again(partial(reload_if_asked, daemon, notifier, load), RELOAD_BEAT)),
    ]
    try:
        await node.work()
    finally:
        for task in beside:
            task.cancel()
        await daemon.stop()
        await node.end()


class _Worker:
    """The node that this process is."""

    def __init__(self, daemon: Daemon, *, clock: StoreClock, queues: tuple[str, ...], stop: asyncio.Event) -> None:
        self._daemon = daemon
        self._clock = clock
        self._stop = stop
        self._store = daemon.house.store
        began = clock()
        self._node = Node(name=f"{socket.gethostname()}-{os.getpid()}", queues=queues, began=began, seen=began)
        looks = {name: look for name, look in self._looks().items() if look[0] in queues}
        self._queue = LookQueue(daemon.house.settings.store.url, looks, tick=_explained(self._tick))

    async def begin(self) -> None:
        """Say that this node is there. Raises StoreError."""
        await self._say()
        await asyncio.to_thread(self._store.distrust_hubs, now=self._clock())  # nobody of us listens to them
        log.warning("node %s is at work on %s", self._node.name, ", ".join(self._node.queues))

    async def beat(self) -> None:
        """Say that this node is still there, keep what it has claimed, and go by the store's time."""
        try:
            await self._say()
        except StoreError as error:
            log.warning("the store does not answer: %s", error)

    async def end(self) -> None:
        """Say that this node has ended."""
        with suppress(StoreError):
            await asyncio.to_thread(self._store.leave, self._node.name)

    async def work(self) -> None:
        """Take looks until it is time to stop. Where the queue does not answer it is tried again."""
        stopping = asyncio.ensure_future(self._stop.wait())
        while not self._stop.is_set():
            working = asyncio.ensure_future(self._queue.work())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            await _ended(working)
            if not self._stop.is_set():
                await asyncio.wait({stopping}, timeout=AGAIN)
        stopping.cancel()

    async def _say(self) -> None:
        configuration = digest_of(self._daemon.house.settings)
        now = replace(self._node, seen=self._clock(), version=aggregator.__version__, configuration=configuration)
        self._clock.set(await asyncio.to_thread(self._store.beat, now))
        polls, jobs = self._daemon.polls.rows, [*self._daemon.pages.rows, *self._daemon.translations.rows]
        renew = partial(self._store.renew, now=self._clock(), lease=self._daemon.house.pipeline.lease)
        await asyncio.to_thread(renew, [state.source for state in polls], jobs)

    # -- what is looked at --------------------------------------------------------------------------------------------------

    def _looks(self) -> dict[str, tuple[str, Work]]:
        daemon = self._daemon
        return {
            "poll": ("poll", _explained(partial(self._drain, daemon.polls))),
            "page": ("translate", _explained(partial(self._drain, daemon.pages))),
            "translate": ("translate", _explained(partial(self._drain, daemon.translations))),
            "publish": ("publish", _explained(daemon.publish)),
            "chores": ("publish", _explained(daemon.look_after)),
        }

    async def _tick(self) -> None:
        """Ask for as many looks as there are nodes for what waits."""
        backlog, found = await asyncio.to_thread(self._waiting)
        workers = rules.at_work(found, now=self._clock())
        for queue, count in rules.looks(backlog, workers):
            for number in range(count):
                await self._ask(queue, number)
        if workers["publish"]:
            await self._queue.ask("chores", "publish", within=PUBLISH_WITHIN, alone=True)

    async def _ask(self, queue: str, number: int) -> None:
        within = PUBLISH_WITHIN if queue == "publish" else timedelta(0)
        await self._queue.ask(queue, queue, number=number, within=within)
        if queue == "translate":
            await self._queue.ask("page", queue, number=number)

    def _waiting(self) -> tuple[Backlog, Sequence[Node]]:
        return self._store.backlog(now=self._clock()), self._store.nodes()

    async def _drain(self, drain: Drain[Any]) -> None:
        """Fill the free places until no row is left to claim; what is under way goes on beyond that."""
        while not self._stop.is_set():
            await drain.room()
            if self._stop.is_set() or not await drain.tick():
                break
        while drain.failures:
            log.error("work broke off and will be taken up again", exc_info=drain.failures.pop())


def digest_of(settings: Settings) -> str:
    """What nodes have to be told the same of, in short. Secrets and this machine's folders are no part of it."""
    told = (settings.site, settings.fetch, settings.sources, settings.translators, settings.routes, settings.budget, settings.feeds)
    return blake2b(repr(told).encode(), digest_size=4).hexdigest()


def _explained(look: Work) -> Work:
    """The same, with what is wrong with store or files in the log: the rows are there for the next look."""

    async def explained() -> None:
        try:
            await look()
        except AggregatorError as error:
            log.error("%s", error)

    return explained


async def _again_and_again(work: Work, seconds: float, *, then: Callable[[], None] = lambda: None) -> None:
    while True:
        await asyncio.sleep(seconds)
        await work()
        then()


async def _ended(working: asyncio.Task[None]) -> None:
    """Let looks under way end. Where the queue does not answer there is nobody to tell that, which is not waited for."""
    working.cancel()
    await asyncio.wait({working}, timeout=LAST_LOOKS)
    if working.done() and not working.cancelled() and isinstance(error := working.exception(), ConnectorException):
        log.warning("the queue does not answer: %s", error)
