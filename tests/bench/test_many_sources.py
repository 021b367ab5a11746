"""Ten thousand sources in one daemon: how soon it serves, and what memory it takes once it has polled all of them."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest

from tests.bench import crowd
from tests.bench.figures import Record
from tests.system.conftest import Site, gate_of
from tests.system.test_daemon import own_memory, peak_memory

SOURCES = 10_000
MOST = 200  # MB, of both processes: what they share counts once

pytestmark = pytest.mark.bench


def has_polled(polls: int, samples: dict[str, float]) -> bool:
    """Whether the daemon has made so many polls."""
    return crowd.total(samples, "aggregator_polls_total") >= polls


def test_ten_thousand_sources_take_two_hundred_megabytes(tmp_path: Path, record: Record) -> None:
    site = Site(tmp_path)
    with crowd.origin() as origin:
        crowd.configure(site, origin, sources=SOURCES, every="10m")
        began = time.monotonic()
        with crowd.program(site) as (daemon, port):
            record(f"{SOURCES:,} sources: until the daemon serves", time.monotonic() - began, "s")
            for times in (1, 2):
                crowd.until(port, partial(has_polled, times * SOURCES), within=3000)
                peak, more = peak_memory(daemon), own_memory(gate_of(daemon))
                record(f"{SOURCES:,} sources polled {times} times: memory at most", peak + more, "MB", most=MOST)
                crowd.news(origin)
