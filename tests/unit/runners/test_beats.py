"""How a real scheduler's ticks end: what claims rows is waited for, what hangs is not, and nobody is shown a traceback."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from aggregator.runners.beats import Beats, Tick

EACH = 0.01  # seconds between two ticks


async def ended_amid(begin: Callable[[asyncio.Event], Tick], *, grace: float) -> float:
    """Let a tick go on until one says that it has begun, and end. Returns the seconds that the end took."""
    begun, beats, scheduler = asyncio.Event(), Beats(), AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(beats.of(begin(begun)), "interval", seconds=EACH, max_instances=1, misfire_grace_time=None)
    scheduler.start()
    await begun.wait()
    since = time.monotonic()
    scheduler.pause()
    await beats.end(grace=grace)
    scheduler.shutdown(wait=False)
    took = time.monotonic() - since
    await asyncio.sleep(5 * EACH)
    return took


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_what_is_under_way_in_a_thread_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    claimed, worked = [], []

    def claiming(begun: asyncio.Event) -> Tick:
        loop = asyncio.get_running_loop()

        def claim() -> int:
            loop.call_soon_threadsafe(begun.set)
            time.sleep(0.2)
            claimed.append(1)
            return 1

        async def tick() -> None:
            worked.append(await asyncio.to_thread(claim))

        return tick

    asyncio.run(ended_amid(claiming, grace=30))
    assert claimed == worked == [1]
    assert errors(caplog) == []


def test_what_hangs_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    def hanging(begun: asyncio.Event) -> Tick:
        async def tick() -> None:
            begun.set()
            await asyncio.sleep(600)

        return tick

    assert asyncio.run(ended_amid(hanging, grace=0.1)) < 30
    assert errors(caplog) == []


def test_what_fails_is_told_and_done_again(caplog: pytest.LogCaptureFixture) -> None:
    times = []

    def failing(begun: asyncio.Event) -> Tick:
        async def tick() -> None:
            times.append(1)
            if len(times) > 1:
                begun.set()
            else:
                raise ValueError("the first time")

        return tick

    asyncio.run(ended_amid(failing, grace=30))
    assert len(times) >= 2
    assert "the first time" in caplog.text
