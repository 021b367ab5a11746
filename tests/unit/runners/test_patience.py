from __future__ import annotations

import asyncio
import logging

import pytest

from aggregator.errors import StoreError
from aggregator.runners.patience import patient


def test_what_the_world_does_is_said_once_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    outcomes = iter(["", "full", "full", "held", "", ""])

    async def tick() -> None:
        if words := next(outcomes):
            raise StoreError(words)

    async def beats() -> None:
        patiently = patient("poll", tick)
        for _ in range(6):
            await patiently()

    asyncio.run(beats())
    assert [record.getMessage() for record in caplog.records] == ["poll waits: full", "poll waits: held", "poll goes on"]


def test_a_fault_of_the_program_is_not_hidden() -> None:
    async def tick() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(patient("poll", tick)())
