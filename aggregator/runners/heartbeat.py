"""The heartbeat: ticks as jobs of a scheduler, which beat at an even pace whatever is done to the clock.

The scheduler goes by the time of day. So beats that were missed are passed over, not counted up: from 1970 to today there are two thousand
million seconds. And where the clock is set back they are begun anew, or none would come until it has caught up.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from aggregator.core import jumps

log = logging.getLogger(__name__)

LOOK = 1.0  # seconds between two looks at the clock

Tick = Callable[[], Awaitable[None]]


class Every(BaseTrigger):  # type: ignore[misc]
    """A beat every so many seconds, the first after as many; those that were missed come once."""

    def __init__(self, seconds: float) -> None:
        self._pause = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """When to beat next, which is after `now`."""
        following = (previous_fire_time or now) + self._pause
        return following if following > now else now + self._pause


class Heartbeat:
    """Beats, and the watch over the clock that they go by. `wall` and `steady` give seconds; the latter never jumps."""

    def __init__(self, *, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
        self._wall, self._steady = wall, steady

    def add(self, name: str, tick: Tick, *, seconds: float) -> None:
        """Let this be done again and again."""
        self._scheduler.add_job(tick, Every(seconds), id=name, name=name)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def pause(self) -> None:
        """Begin no more."""
        self._scheduler.pause()

    def stop(self) -> None:
        """End for good."""
        self._scheduler.shutdown(wait=False)

    async def watch(self, put_right: Callable[[], Awaitable[Any]]) -> None:
        """Look at the clock again and again; when it was set, or the machine slept, beat at once and put right what that brought."""
        before = self._difference()
        while True:
            await asyncio.sleep(LOOK)
            now = self._difference()
            moved, before = timedelta(seconds=now - before), now
            if jumps.is_jump(moved):
                log.warning("the clock is %s than it was: due times are put right", _in_words(moved))
                self._beat_at_once()
                await put_right()

    def _difference(self) -> float:
        return self._wall() - self._steady()

    def _beat_at_once(self) -> None:
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))


def _in_words(moved: timedelta) -> str:
    return f"{abs(moved).total_seconds():.0f} s {'later' if moved > timedelta(0) else 'earlier'}"
