"""The beats of the daemon and the lateness of its loop."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from aggregator.runners.pulse import Pulse


def test_a_beat_counts_from_its_end_whatever_way_it_ends() -> None:
    now = [0.0]
    pulse = Pulse(clock=lambda: now[0])

    async def broken() -> None:
        now[0] += 5
        raise ValueError

    tick = pulse.beating("poll", broken)
    now[0] = 10.0
    assert pulse.ages() == {"poll": timedelta(seconds=10)}
    with pytest.raises(ValueError):
        asyncio.run(tick())
    assert pulse.ages() == {"poll": timedelta(0)}


def test_a_loop_that_is_held_up_is_felt() -> None:
    async def whole() -> float:
        felt: asyncio.Queue[float] = asyncio.Queue()
        feeling = asyncio.ensure_future(Pulse(told=felt.put_nowait).feel())
        await asyncio.sleep(0)
        time.sleep(0.3)  # noqa: ASYNC251 - on purpose
        late = await felt.get()
        feeling.cancel()
        return late

    assert asyncio.run(whole()) > 0.2
