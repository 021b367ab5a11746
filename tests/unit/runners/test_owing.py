from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from aggregator.errors import StoreError
from aggregator.runners.owing import PAUSE, Owed


def test_what_is_owed_is_given_back_once_after_a_pause_and_as_soon_as_that_can_be_stored() -> None:
    now, is_full, given = 0.0, True, list[Sequence[str]]()

    def give(rows: Sequence[str]) -> None:
        if is_full:
            raise StoreError("full")
        given.append(rows)

    async def play() -> None:
        nonlocal now, is_full
        owed = Owed[str](give, clock=lambda: now)
        owed.add("a")
        await owed.settle()  # too early
        now = PAUSE
        owed.add("b")
        with pytest.raises(StoreError):
            await owed.settle()
        is_full = False
        await owed.settle()
        await owed.settle()
        now = 2 * PAUSE
        await owed.settle()

    asyncio.run(play())
    assert given == [["a"], ["b"]]
