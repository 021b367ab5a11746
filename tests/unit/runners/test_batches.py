"""Rows that are worked on together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from aggregator.runners.batches import Batches


def test_what_comes_at_about_the_same_time_is_done_in_one_go() -> None:
    done: list[list[int]] = []

    def work(rows: Sequence[int]) -> Sequence[str]:
        done.append(list(rows))
        return [str(row) for row in rows]

    async def whole() -> None:
        batches = Batches(work)
        assert await asyncio.gather(*map(batches.add, range(3))) == ["0", "1", "2"]
        assert done == [[0, 1, 2]]  # it returns when that is done, and not before
        await batches.add(3)

    asyncio.run(whole())
    assert done == [[0, 1, 2], [3]]


def test_what_comes_while_a_batch_is_being_done_is_the_next_one() -> None:
    done, begun, gate = [], threading.Event(), threading.Event()

    def work(rows: Sequence[int]) -> Sequence[int]:
        begun.set()
        gate.wait()
        done.append(list(rows))
        return rows

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


def test_a_batch_has_so_many_rows_at_most() -> None:
    done: list[list[int]] = []

    def work(rows: Sequence[int]) -> Sequence[int]:
        done.append(list(rows))
        return rows

    async def whole() -> Sequence[int]:
        batches = Batches(work, most=2)
        return await asyncio.gather(*map(batches.add, range(5)))

    assert asyncio.run(whole()) == [0, 1, 2, 3, 4]
    assert done == [[0, 1], [2, 3], [4]]


def test_a_batch_that_fails_fails_for_all_of_it_and_the_next_goes_on() -> None:
    def work(rows: Sequence[int]) -> Sequence[int]:
        if 0 in rows:
            raise OSError("the disk is full")
        return rows

    async def whole() -> list[object]:
        batches = Batches(work)
        failed = await asyncio.gather(batches.add(0), batches.add(1), return_exceptions=True)
        return [*failed, await batches.add(2)]

    one, other, later = asyncio.run(whole())
    assert (str(one), str(other), later) == ("the disk is full", "the disk is full", 2)


def test_who_gives_up_waiting_takes_nothing_from_the_others() -> None:
    done: list[int] = []

    def work(rows: Sequence[int]) -> Sequence[int]:
        done.extend(rows)
        return rows

    async def whole() -> None:
        batches = Batches(work)
        late, other = (asyncio.ensure_future(batches.add(row)) for row in (0, 1))
        await asyncio.sleep(0)
        late.cancel()
        await other
        with pytest.raises(asyncio.CancelledError):
            await late

    asyncio.run(whole())
    assert 1 in done
