"""A drain that goes on with other work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from aggregator.errors import StoreError
from aggregator.runners.drain import Drain


def test_what_is_under_way_ends_as_it_began_and_holds_its_place() -> None:
    done: list[str] = []
    gate = asyncio.Event()

    def drain(name: str, rows: list[int], *, places: int) -> Drain[int]:
        async def claim(limit: int) -> Sequence[int]:
            taken, rows[:] = rows[:limit], rows[limit:]
            return taken

        async def work(row: int) -> None:
            await gate.wait()
            done.append(f"{name} {row}")

        return Drain(claim, work, places=places)

    async def whole() -> None:
        first = drain("old", [1, 2, 3], places=2)
        assert await first.tick() == 2
        under_way = first.become(drain("new", [4, 5], places=3))
        assert len(under_way) == 2
        assert await first.tick() == 1  # two of the three places are taken
        gate.set()
        await asyncio.wait(under_way)
        await first.until_empty()

    asyncio.run(whole())
    assert sorted(done) == ["new 4", "new 5", "old 1", "old 2"]


def test_nothing_is_claimed_while_somebody_has_its_turn() -> None:
    claims = []

    async def claim(limit: int) -> Sequence[int]:
        claims.append(limit)
        return ()

    async def work(row: int) -> None: ...

    async def whole() -> None:
        drain: Drain[int] = Drain(claim, work, places=1)
        async with drain.turn:
            tick = asyncio.ensure_future(drain.tick())
            await asyncio.sleep(0)
            assert claims == []
        await tick

    asyncio.run(whole())
    assert claims == [1]


def test_what_is_under_way_ends_where_nothing_more_can_be_claimed() -> None:
    rows, done = [1, 2], []
    gate = asyncio.Event()

    async def claim(limit: int) -> Sequence[int]:
        if not rows:
            gate.set()
            raise StoreError("full")
        claimed, rows[:] = rows[:], []
        return claimed

    async def work(row: int) -> None:
        if row == 2:
            await gate.wait()
        done.append(row)

    with pytest.raises(StoreError):
        asyncio.run(Drain(claim, work, places=2).until_empty())
    assert done == [1, 2]
