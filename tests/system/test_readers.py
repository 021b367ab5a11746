"""The children that read bodies: few, used again, without secrets, and gone with the one who started them."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from aggregator import plugins
from aggregator.confined.limits import Limits
from aggregator.confined.pool import Readers
from aggregator.confined.process import Broken
from aggregator.core.contents import Contents
from aggregator.model import Failed, Fetched, Source
from tests.system.conftest import HEAD, Running, Site
from tests.system.family import READER, readers_of, shown
from tests.system.hostile_documents import DOCUMENTS
from tests.system.origin import Origin, plain
from tests.system.papers import rss

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = {name: plugins.target(plugins.SOURCES, name) for name in ("feed", "json")}
SLOW = DOCUMENTS["namespaces one in another"]

Result = TypeVar("Result")


def using(job: Callable[[Readers], Awaitable[Result]], *, limits: Limits | None = None, kinds: Mapping[str, str] = KINDS) -> Result:
    """What the job makes of readers, which are closed then."""

    async def whole() -> Result:
        readers = Readers(kinds, limits=limits)
        try:
            return await job(readers)
        finally:
            await readers.aclose()

    result = asyncio.run(whole())
    assert readers_of() == []
    return result


def read(readers: Readers, body: bytes, *, kind: str = "feed") -> Awaitable[Contents | Failed]:
    url = "https://hostile.example/feed"
    fetched = Fetched(url=url, body=body, headers={"content-type": "application/xml"})
    return readers.read(Source(name="hostile", url=url, kind=kind), fetched, now=NOW)


async def until(fact: Callable[[], bool], *, seconds: float = 20) -> bool:
    """Whether something becomes true in time."""
    never, end = asyncio.Event(), time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        try:
            await asyncio.wait_for(never.wait(), timeout=0.02)
        except TimeoutError:
            continue
    return fact()


# -- limits


def test_the_limit_of_time_holds() -> None:
    async def job(readers: Readers) -> tuple[Contents | Failed, float]:
        body = SLOW()
        await read(readers, rss(range(1)))  # a child is there then
        started = time.monotonic()
        return await read(readers, body), time.monotonic() - started

    outcome, took = using(job)
    assert isinstance(outcome, Failed)
    assert "within 8 seconds" in outcome.message
    assert "max_items" in outcome.advice
    assert took < 12


def test_what_needs_too_much_memory_is_told_so() -> None:
    outcome = using(lambda readers: read(readers, DOCUMENTS["many empty objects"]()))
    assert isinstance(outcome, Failed)
    assert (outcome.kind, "MiB of memory" in outcome.message) == ("too_large", True)


def test_an_answer_has_a_largest_size() -> None:
    outcome = using(lambda readers: read(readers, rss(range(200))), limits=Limits(answer=10_000))
    assert isinstance(outcome, Failed)
    assert (outcome.kind, "is larger than" in outcome.message) == ("too_large", True)


# -- the pool


def test_no_child_is_started_for_nothing_and_one_serves_many_bodies() -> None:
    async def job(readers: Readers) -> tuple[list[int], set[int]]:
        before, seen = readers_of(), set[int]()
        for _ in range(3):
            assert isinstance(await read(readers, rss(range(2))), Contents)
            seen.update(readers_of())
        return before, seen

    before, seen = using(job)
    assert (before, len(seen)) == ([], 1)


def test_a_child_that_is_expected_is_the_one_that_reads() -> None:
    async def job(readers: Readers) -> None:
        readers.expect()
        readers.expect()
        assert await until(lambda: bool(readers_of()))
        (ready,) = readers_of()
        assert isinstance(await read(readers, rss(range(2))), Contents)
        readers.expect()
        assert readers_of() == [ready]

    using(job)


@pytest.mark.parametrize("started", [False, True])
def test_a_child_that_was_expected_in_vain_ends_with_the_pool(started: bool) -> None:
    async def job(readers: Readers) -> None:
        readers.expect()
        if started:
            assert await until(lambda: bool(readers_of()))

    using(job)


def test_there_are_no_more_children_than_places_and_none_stays_idle() -> None:
    async def job(readers: Readers) -> None:
        reading = asyncio.gather(*(read(readers, rss(range(50))) for _ in range(8)))
        most = 0
        while not reading.done():
            await asyncio.wait({reading}, timeout=0.02)
            most = max(most, len(readers_of()))
        assert most == 2
        assert all(isinstance(outcome, Contents) for outcome in await reading)
        assert await until(lambda: readers_of() == [])
        assert isinstance(await read(readers, rss(range(1))), Contents)

    using(job, limits=Limits(places=2, idle=0.3, patience=10))


def test_a_child_is_replaced_after_so_many_bodies() -> None:
    async def job(readers: Readers) -> set[int]:
        seen = set[int]()
        for _ in range(4):
            assert isinstance(await read(readers, rss(range(2))), Contents)
            seen.update(readers_of())
        return seen

    assert len(using(job, limits=Limits(bodies=2))) == 2


# -- ends


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_child_that_dies_costs_its_body_and_no_other(number: signal.Signals) -> None:
    async def job(readers: Readers) -> tuple[Contents | Failed, Contents | Failed]:
        assert isinstance(await read(readers, rss(range(1))), Contents)
        (child,) = readers_of()
        reading = asyncio.ensure_future(read(readers, SLOW()))
        await asyncio.wait({reading}, timeout=0.2)
        os.kill(child, number)
        return await reading, await read(readers, rss(range(1)))

    died, after = using(job)
    assert isinstance(died, Failed)
    assert died.kind == "internal"
    assert number.name in died.message
    assert died.advice
    assert isinstance(after, Contents)


def test_cancelling_ends_the_child() -> None:
    async def job(readers: Readers) -> None:
        assert isinstance(await read(readers, rss(range(1))), Contents)
        reading = asyncio.ensure_future(read(readers, SLOW()))
        await asyncio.wait({reading}, timeout=0.2)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert readers_of() == []
        assert isinstance(await read(readers, rss(range(1))), Contents)

    using(job)


def test_a_fault_of_the_program_is_told_as_one() -> None:
    with pytest.raises(Broken, match="KeyError"):
        using(lambda readers: read(readers, rss(range(1)), kind="html"))
    with pytest.raises(Broken, match="does not start"):
        using(lambda readers: read(readers, rss(range(1))), kinds={"feed": "no.such.module:Kind"})


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_children_end_with_the_program_in_the_middle_of_a_body(
    site: Site, origin: Origin, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    source = f'[sources.hostile]\nurl = "{origin.url("/feed")}"\nheaders = {{ X-Key = {{ env = "KEY" }} }}\n'
    site.configure(source, head=f'{HEAD}parse_timeout = "1m"\n')
    origin.route("/feed", plain(200, SLOW()))
    monkeypatch.setenv("KEY", "canary")
    with Running(site.start_from_nothing("fetch", "hostile")) as program:
        assert asyncio.run(until(lambda: any(map(busy, readers_of(program.process.pid))), seconds=50))
        children = readers_of(program.process.pid)
        assert b"canary" in shown(program.process.pid, "environ")
        assert not any(b"canary" in shown(child, "environ") + shown(child, "cmdline") for child in children)
        program.process.send_signal(number)
        assert asyncio.run(until(lambda: not any(READER in shown(child, "cmdline") for child in children), seconds=3))
        program.process.wait(10)
    assert "Traceback" not in "\n".join(program.said)


def busy(child: int) -> bool:
    """Whether a child is in the middle of a body that takes long: it has been made to give way to others."""
    fields = shown(child, "stat").rpartition(b")")[2].split()
    return bool(fields) and int(fields[16]) > os.getpriority(os.PRIO_PROCESS, 0)  # the 19th of proc(5)
