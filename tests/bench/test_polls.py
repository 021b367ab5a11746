"""What a poll costs against lemon24/reader: both update the same feeds of one origin, each with its own store, in one run."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

import pytest

from aggregator.confined.pool import Readers
from aggregator.core import decide
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Polled, Source
from aggregator.pipeline import Pipeline
from aggregator.runners import work
from aggregator.store import open_store
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.wiring import loops, no_writer
from tests.bench.costs import note
from tests.bench.figures import Record

FEEDS, ROUNDS, AT_ONCE = 300, 5, 20
CASES = {"304": ("tagged", False), "equal body": ("plain", False), "one new item": ("plain", True)}

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("ignore")]  # the peer's warnings are not ours to mend


@dataclass(frozen=True)
class Cost:
    """Of one update of all feeds, the median of some: CPU seconds for 1,000 polls, and polls in a second."""

    cpu: float
    speed: float


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where the origin listens."""
    with subprocess.Popen([sys.executable, Path(__file__).with_name("origin.py")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline())
        process.kill()


def cpu() -> float:
    """CPU seconds of this process and of the children that read bodies for it, those included that have ended."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    readers = [child for child in children if b"aggregator.confined" in Path(f"/proc/{child}/cmdline").read_bytes()]
    stats = [Path(f"/proc/{reader}/stat").read_text(encoding="ascii").rpartition(")")[2].split() for reader in readers]
    ticks = sum(int(stat[11]) + int(stat[12]) for stat in stats)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK") + ended.ru_utime + ended.ru_stime


def cost(update: Callable[[], object], *, port: int, news: bool) -> Cost:
    """What an update costs once everything has been fetched before."""
    update()
    spent, wall = [], []
    for _ in range(ROUNDS):
        if news:
            urlopen(f"http://127.0.0.1:{port}/publish").close()
        started, began = cpu(), time.monotonic()
        update()
        spent.append(cpu() - started)
        wall.append(time.monotonic() - began)
    return Cost(cpu=median(spent) / FEEDS * 1000, speed=FEEDS / median(wall))


def ours(addresses: list[str], *, folder: Path, port: int, news: bool) -> tuple[Cost, list[Polled]]:
    """The pipeline on SQLite, the guard on, in the event loop of a daemon, a day between two updates."""
    polled: list[Polled] = []
    times = (datetime(2024, 6, 1, tzinfo=UTC) + number * timedelta(days=1) for number in range(ROUNDS + 1))
    sources = [Source(name=f"s{number}", url=address) for number, address in enumerate(addresses)]
    limits = decide.Limits(user_agent="aggregator-bench/1 (+https://example.org/bot)", allow_networks=("127.0.0.0/8",))

    async def round(pipeline: Pipeline) -> None:
        await work.polls(pipeline, polled.append, places=AT_ONCE).until_empty()  # type: ignore[arg-type]

    readers = Readers({"feed": "aggregator.sources.feed:FeedKind"})
    with closing(open_store(f"sqlite:///{folder / 'store.db'}")) as store, asyncio.Runner(loop_factory=loops.lasting()) as runner:
        now = [datetime(2024, 6, 1, tzinfo=UTC)]
        fetcher = HttpFetcher(spacing=timedelta(0))
        pipeline = Pipeline(
            store=store, fetcher=fetcher, page_fetcher=fetcher, reader=readers, sources={s.name: s for s in sources},
            router=Router({}, [], SegmentMemory(store, clock=lambda: now[0])),
            publishers=(), write=no_writer, limits=limits, site_title="", site_link="",
            clock=lambda: now[0],
        )  # fmt: skip
        store.sync_sources(sources, now=now[0])

        def update() -> None:
            now[0] = next(times)
            runner.run(round(pipeline))

        spent = cost(update, port=port, news=news)
        runner.run(readers.aclose())
        return spent, polled


def theirs(addresses: list[str], *, folder: Path, port: int, news: bool) -> Cost:
    """The peer's own update."""
    peer: Any = pytest.importorskip("reader", reason="the peer is not installed: pip install reader sgmllib3k")
    with closing(peer.make_reader(str(folder / "reader.db"))) as reader:
        for address in addresses:
            reader.add_feed(address)
        return cost(lambda: reader.update_feeds(scheduled=False, workers=AT_ONCE), port=port, news=news)


@pytest.mark.parametrize("case", CASES)
def test_a_poll_against_lemon24_reader(case: str, port: int, tmp_path: Path, record: Record) -> None:
    kind, news = CASES[case]
    addresses = [f"http://127.0.{number // 250 + 1}.{number % 250 + 1}:{port}/{kind}/{number}" for number in range(FEEDS)]
    mine, polled = ours(addresses, folder=tmp_path, port=port, news=news)
    expected = {"304": ("not modified", 0), "equal body": ("unchanged", 0), "one new item": ("fetched", 1)}[case]
    assert {(row.outcome, row.new) for row in polled[FEEDS:]} == {expected}
    peers = theirs(addresses, folder=tmp_path, port=port, news=news)
    note(f"poll, {case}", mine.cpu / 1000, bench=__name__)
    for name, found in (("ours", mine), ("lemon24/reader", peers)):
        record(f"{case}, in one process: {name}", found.cpu, "CPU s / 1,000 polls")
    record(f"{case}, CPU", peers.cpu / mine.cpu, "x")
    record(f"{case}, polls a second", mine.speed / peers.speed, "x")
