"""Feeds served while five hundred sources are polled and parsed in the same daemon, and how late its event loop ever is.

What answers and what asks share one core, all else has the others: the machine's turns are not what is to be measured. On two cores for
all, any program that takes a third of one makes the 99th percentile of an idle server ten times as long.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench import crowd
from tests.bench.figures import Record
from tests.system.conftest import Site, gate_of

SOURCES, EVERY, NEWS = 500, "30s", 10.0  # seconds between two items in every feed
SECONDS = 30
MOST_TIMES = 2.0  # the time of an answer at the 99th percentile, against a program that only serves the same files
MOST_LAG = "0.05"  # seconds

CORES = sorted(os.sched_getaffinity(0))  # the last one is for what answers and what asks

pytestmark = pytest.mark.bench


def p99(port: int) -> float:
    """How long a reader waits who asks for a feed again and again, in seconds, at the 99th percentile."""
    command = ["wrk", "-t1", "-c1", f"-d{SECONDS}s", "--latency", f"http://127.0.0.1:{port}/feeds/en/all.rss"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert found, said
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[found[2]]


@contextmanager
def cores(wanted: Collection[int], *processes: int) -> Iterator[None]:
    """What is started in the block has these cores alone, and so have these processes from now on."""
    before = os.sched_getaffinity(0)
    for process in (0, *processes):
        os.sched_setaffinity(process, wanted)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def publishing(origin: int) -> Iterator[None]:
    """News in every feed, again and again."""
    stop = threading.Event()

    def publish() -> None:
        while not stop.wait(NEWS):
            crowd.news(origin)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.skipif(not shutil.which("wrk") or len(CORES) < 2, reason="wrk is not installed, or there is one core only")
def test_readers_hardly_notice_that_five_hundred_sources_are_polled(tmp_path: Path, record: Record) -> None:
    site = Site(tmp_path)
    with cores(CORES[:-1]), crowd.origin() as origin:
        crowd.configure(site, origin, sources=SOURCES, every=EVERY)
        assert site.run("-q", "fetch", "--all", timeout=900).returncode == 0
        with crowd.program(site, "run") as (daemon, port):
            crowd.until(port, lambda samples: crowd.total(samples, "aggregator_polls_total") > 0, within=60)
            with publishing(origin):
                before = crowd.metrics(port)
                with cores(CORES[-1:], gate_of(daemon)):
                    busy = p99(port)
                after = crowd.metrics(port)
        with crowd.program(site, "serve") as (server, port), cores(CORES[-1:], server):
            idle = p99(port)
    polls = crowd.total(after, "aggregator_polls_total") - crowd.total(before, "aggregator_polls_total")
    assert polls > SOURCES / 2
    record("an answer while polls run, 99th percentile, times the idle one", busy / idle, "x", most=MOST_TIMES)
    late = lateness(after, MOST_LAG) - lateness(before, MOST_LAG)
    record(f"looks at which the event loop was {MOST_LAG} s late, at {polls / SECONDS:.0f} polls a second", late, most=0)


def lateness(samples: dict[str, float], limit: str) -> float:
    """How often the loop was later than so many seconds."""
    return samples["aggregator_loop_lag_seconds_count"] - samples[f'aggregator_loop_lag_seconds_bucket{{le="{limit}"}}']
