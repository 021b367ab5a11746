"""The daemon in one process: a heartbeat that fills free places with due rows, and whatever else is to run beside it.

The schedule itself is `due_at` in the store; the heartbeat only looks. Missed beats are dropped and never overlap, so a suspended
machine wakes up to one look, not to a burst.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from functools import partial

from aggregator.config import Settings
from aggregator.errors import AggregatorError
from aggregator.runners import work
from aggregator.runners.beats import Beats
from aggregator.runners.daemon import Daemon
from aggregator.runners.heartbeat import Heartbeat
from aggregator.runners.memory import be_small
from aggregator.runners.notifying import ALIVE, STOPPING, Notifier
from aggregator.runners.patience import patient
from aggregator.runners.promptness import be_prompt
from aggregator.runners.reloading import reload_if_asked, reread_on_signal

log = logging.getLogger(__name__)

RELOAD_BEAT = 1.0  # seconds between looks whether somebody wants the configuration to be read again
LAST_BEAT = 2.0  # seconds that a look under way gets to end after a signal, as what it claims would wait for the end of its lease

Beside = Callable[[asyncio.Event], Awaitable[None]]


async def run(daemon: Daemon, *, beside: Beside, notifier: Notifier, load: Callable[[], Settings]) -> None:
    """Work until SIGTERM or SIGINT, then end in order; a second signal ends at once. SIGHUP lets `load` read the configuration again."""
    be_small()
    be_prompt()
    stop = asyncio.Event()
    stop_on_signals(stop, tell=lambda: notifier.say(STOPPING))
    reread_on_signal(daemon)
    pipeline = daemon.house.pipeline
    await daemon.house.prepare()
    await asyncio.to_thread(pipeline.store.distrust_hubs, now=pipeline.clock())
    await put_right(daemon)
    beats, heartbeat = Beats(), Heartbeat()
    for name, tick, seconds in daemon.beats():
        heartbeat.add(name, beats.of(daemon.watch.pulse.beating(name, patient(name, tick))), seconds=seconds)
    heartbeat.add("reload", beats.of(partial(reload_if_asked, daemon, notifier, load)), seconds=RELOAD_BEAT)
    heartbeat.start()
    beside_it = (daemon.watch.pulse.feel(), keep_alive(daemon, notifier), heartbeat.watch(partial(put_right, daemon)))
    tasks = [asyncio.ensure_future(each) for each in beside_it]
    try:
        await beside(stop)
    finally:
        heartbeat.pause()
        await beats.end(grace=LAST_BEAT)
        heartbeat.stop()
        for task in tasks:
            task.cancel()
        await daemon.stop()


async def put_right(daemon: Daemon) -> None:
    """At the start, after a long sleep, or where the clock was set: no due time lies too far ahead, and there is no burst."""
    pipeline = daemon.house.pipeline
    try:
        await asyncio.to_thread(work.put_right, pipeline)
    except AggregatorError as error:
        log.error("due times stay as they are: %s", error)


async def keep_alive(daemon: Daemon, notifier: Notifier) -> None:
    """Tell the service manager's watchdog that the daemon lives, as long as it does: not while it no longer looks for work."""
    period = notifier.watchdog / 3
    while period:
        if daemon.watch.pulse.ages()["poll"] < notifier.watchdog:
            notifier.say(ALIVE)
        await asyncio.sleep(period.total_seconds())


def stop_on_signals(stop: asyncio.Event, *, tell: Callable[[], None] = lambda: None) -> None:
    """The first SIGTERM or SIGINT asks to stop, which is told; the second ends the process at once."""

    def ask() -> None:
        if stop.is_set():
            os._exit(1)
        log.warning("stopping: work under way is finished first; a second signal ends at once")
        tell()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ask)
