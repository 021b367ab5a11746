"""Versions in memory."""

from __future__ import annotations

import asyncio
import threading

import pytest

from aggregator.web.versions import Version, Versions, version


def made(text: str, stamp: int = 1) -> Version:
    return version(text.encode(), stamp, modified=0)


def test_the_least_recently_asked_for_is_forgotten_when_there_is_no_more_room() -> None:
    async def run() -> list[bool]:
        memory = Versions(most_bytes=100)
        for key in ("a", "b"):
            await memory.made(key, 1, lambda: made("x" * 20))
        memory.kept("a", 1)
        await memory.made("c", 1, lambda: made("x" * 20))
        await memory.made("huge", 1, lambda: made("x" * 1000))
        return [memory.kept(key, 1) is not None for key in ("a", "b", "c", "huge")]

    assert asyncio.run(run()) == [True, False, True, False]


def test_a_version_in_place_of_another_takes_its_room() -> None:
    async def run() -> list[bool]:
        memory = Versions(most_bytes=100)
        for stamp in range(10):
            await memory.made("a", stamp, lambda stamp=stamp: made("x" * 20, stamp))
        await memory.made("b", 1, lambda: made("x" * 20))
        return [memory.kept("a", 9) is not None, memory.kept("a", 8) is not None, memory.kept("b", 1) is not None]

    assert asyncio.run(run()) == [True, False, True]


def test_what_can_t_be_made_is_raised_for_all_who_wait_and_tried_again() -> None:
    def broken() -> Version:
        raise ValueError("no")

    async def run() -> Version:
        memory = Versions()
        for outcome in await asyncio.gather(*(memory.made("a", 1, broken) for _ in range(3)), return_exceptions=True):
            assert isinstance(outcome, ValueError)
        with pytest.raises(ValueError, match="no"):
            await memory.made("a", 1, broken)
        return await memory.made("a", 1, lambda: made("x"))

    assert asyncio.run(run()).data == b"x"


def test_many_who_ask_at_once_wait_for_one_making_off_the_event_loop() -> None:
    threads: list[int] = []

    def make() -> Version:
        threads.append(threading.get_ident())
        return made("x")

    async def run() -> set[int]:
        memory = Versions()
        return {id(each) for each in await asyncio.gather(*(memory.made("a", 1, make) for _ in range(50)))}

    assert len(asyncio.run(run())) == len(threads) == 1
    assert threads != [threading.get_ident()]


def test_one_who_goes_away_does_not_stop_it_for_the_others() -> None:
    async def run() -> bytes:
        memory, item = Versions(), made("x" * 10_000)
        first, second = (asyncio.ensure_future(memory.coded(item, "br")) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert 0 < len(asyncio.run(run())) < 1000
