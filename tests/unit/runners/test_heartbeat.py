"""A real scheduler's beats, when the clock is set or the machine sleeps."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.runners.heartbeat import Every, Heartbeat

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("before", [NOW, NOW - SECOND, NOW - timedelta(hours=8), datetime(1970, 1, 1, tzinfo=UTC)])
def test_however_many_beats_were_missed_the_next_is_a_beat_away(before: datetime) -> None:
    assert NOW < Every(1.0).get_next_fire_time(before, NOW) <= NOW + SECOND


def test_beats_come_at_an_even_pace() -> None:
    late = NOW + timedelta(milliseconds=200)
    assert Every(1.0).get_next_fire_time(NOW, late) == NOW + SECOND
    assert Every(1.0).get_next_fire_time(None, NOW) == NOW + SECOND


class Clock:
    """The time of day, which may be set."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


async def beats_after(moved: Callable[[Clock, Heartbeat], None], *, seconds: float = 600.0) -> tuple[int, int]:
    """How often it beats, and the clock is put right, until both have been: the beat alone would take ten minutes to come."""
    clock, beaten, righted = Clock(), asyncio.Event(), asyncio.Event()
    beat = Heartbeat(wall=clock)
    counts = [0, 0]

    async def tick() -> None:
        counts[0] += 1
        beaten.set()

    async def put_right() -> None:
        counts[1] += 1
        righted.set()

    beat.add("poll", tick, seconds=seconds)
    beat.start()
    watch = asyncio.ensure_future(beat.watch(put_right))
    await asyncio.sleep(0)
    moved(clock, beat)
    await asyncio.wait_for(asyncio.gather(beaten.wait(), righted.wait()), 30)
    watch.cancel()
    beat.stop()
    return counts[0], counts[1]


@pytest.mark.parametrize("hours", [-1, 24 * 365 * 56])
def test_a_clock_that_is_set_is_noticed_once_and_the_beats_go_on_at_once(hours: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    def moved(clock: Clock, beat: Heartbeat) -> None:
        clock.ahead = hours * 3600.0

    assert asyncio.run(beats_after(moved)) == (1, 1)
    assert [record.getMessage() for record in caplog.records] == [
        f"the clock is {abs(hours) * 3600} s {'later' if hours > 0 else 'earlier'} than it was: due times are put right"
    ]
