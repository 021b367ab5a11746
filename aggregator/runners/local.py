"""The daemon in one process: a heartbeat that fills free places with due rows, and whatever else is to run beside it.

The schedule itself is `due_at` in the store; the heartbeat only looks. Missed beats are dropped (`coalesce`) and never overlap
(`max_instances=1`), so a suspended machine wakes up to one look, not to a burst.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from aggregator.model import Job, PollState
from aggregator.pipeline import Pipeline
from aggregator.runners import work
from aggregator.runners.announcing import announce
from aggregator.runners.beats import Beats
from aggregator.runners.chores import Chore
from aggregator.runners.drain import Drain
from aggregator.runners.memory import be_small
from aggregator.runners.subscribing import Subscriber

log = logging.getLogger(__name__)

BEAT = 1.0  # seconds between looks for due work
SUBSCRIBE_BEAT = 2.0  # between looks for hubs to ask
PUBLISH_BEAT = 5.0  # the same for what is out of date: a feed is rendered once for all that came in between
LAST_BEAT = 2.0  # seconds that a look under way gets to end after a signal, as what it claims would wait for the end of its lease
GRACE = 4.0  # seconds that work under way gets to end after that

Beside = Callable[[asyncio.Event], Awaitable[None]]


async def run(
    pipeline: Pipeline, *, places: int, beside: Beside, subscriber: Subscriber | None = None, chores: Sequence[Chore] = ()
) -> None:
    """Work until SIGTERM or SIGINT, then end in order; a second signal ends at once."""
    be_small()
    stop = asyncio.Event()
    stop_on_signals(stop)
    await asyncio.to_thread(pipeline.store.distrust_hubs, now=pipeline.clock())
    await asyncio.to_thread(work.spread_out, pipeline)
    polls, translations = work.polls(pipeline, work.log_event, places=places), work.translations(pipeline, work.log_event)
    pages = work.pages(pipeline, work.log_event)
    beats = Beats()
    scheduler = heartbeat(pipeline, beats, polls, pages, translations, chores)
    if subscriber:
        scheduler.add_job(beats.of(subscriber.tick), "interval", seconds=SUBSCRIBE_BEAT, id="subscribe", name="subscribe")
    scheduler.start()
    try:
        await beside(stop)
    finally:
        scheduler.pause()
        await beats.end(grace=LAST_BEAT)
        scheduler.shutdown(wait=False)
        await asyncio.gather(polls.stop(grace=GRACE), pages.stop(grace=GRACE), translations.stop(grace=GRACE))


def heartbeat(
    pipeline: Pipeline, beats: Beats, polls: Drain[PollState], pages: Drain[Job], translations: Drain[Job], chores: Sequence[Chore]
) -> AsyncIOScheduler:
    """The ticks as jobs of a scheduler that is not started yet."""

    def tell(event: work.Event) -> None:
        work.log_event(event)
        for chore in chores:
            chore.hear(event)

    async def publish() -> None:
        await work.publish_all(pipeline, tell)

    async def tell_hub() -> None:
        await announce(pipeline)

    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    drains = (("poll", beat(polls)), ("page", beat(pages)), ("translate", beat(translations)))
    slower = (("publish", publish), ("announce", tell_hub), *((chore.name, chore.tick) for chore in chores))
    for name, tick, seconds in (*((name, tick, BEAT) for name, tick in drains), *((name, tick, PUBLISH_BEAT) for name, tick in slower)):
        scheduler.add_job(beats.of(tick), "interval", seconds=seconds, id=name, name=name)
    return scheduler


def beat(drain: Drain[PollState] | Drain[Job]) -> Callable[[], Awaitable[None]]:
    """One look for due rows; what failed since the last one is logged here."""

    async def look() -> None:
        await drain.tick()
        while drain.failures:
            log.error("work broke off and will be taken up again", exc_info=drain.failures.pop())

    return look


def stop_on_signals(stop: asyncio.Event) -> None:
    """The first SIGTERM or SIGINT asks to stop, the second ends the process at once."""

    def ask() -> None:
        if stop.is_set():
            os._exit(1)
        log.warning("stopping: work under way is finished first; a second signal ends at once")
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ask)
