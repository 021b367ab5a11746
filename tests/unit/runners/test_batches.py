"""Rows that are worked on together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from aggregator.runners.batches import Batches


def test_what_comes_at_about_the_same_time_is_done_in_one_go() -> None:
    done: list[list[int]] = []

    async def whole() -> None:
        batches: Batches[int] = Batches(lambda rows: done.append(list(rows)))
        await asyncio.gather(*map(batches.add, range(3)))
        assert done == [[0, 1, 2]]  # it returns when that is done, and not before
        await batches.add(3)

    asyncio.run(whole())
    assert done == [[0, 1, 2], [3]]


def test_what_comes_while_a_batch_is_being_done_is_the_next_one() -> None:
    done, begun, gate = [], threading.Event(), threading.Event()

    def work(rows: Sequence[int]) -> None:
        begun.set()
        gate.wait()
        done.append(list(rows))

    async def whole() -> None:
        batches = Batches(work)
        first = asyncio.ensure_future(batches.add(0))
        await asyncio.to_thread(begun.wait)
        rest = [asyncio.ensure_future(batches.add(row)) for row in (1, 2)]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(first, *rest)

    asyncio.run(whole())
    assert done == [[0], [1, 2]]


def test_a_batch_that_fails_fails_for_all_of_it_and_the_next_goes_on() -> None:
    def work(rows: Sequence[int]) -> None:
        if 0 in rows:
            raise OSError("the disk is full")

    async def whole() -> list[object]:
        batches = Batches(work)
        failed = await asyncio.gather(batches.add(0), batches.add(1), return_exceptions=True)
        return [*failed, await batches.add(2)]

    one, other, later = asyncio.run(whole())
    assert (str(one), str(other), later) == ("the disk is full", "the disk is full", None)


def test_who_gives_up_waiting_takes_nothing_from_the_others() -> None:
    done: list[int] = []

    async def whole() -> None:
        batches: Batches[int] = Batches(done.extend)
        late, other = (asyncio.ensure_future(batches.add(row)) for row in (0, 1))
        await asyncio.sleep(0)
        late.cancel()
        await other
        with pytest.raises(asyncio.CancelledError):
            await late

    asyncio.run(whole())
    assert 1 in done
