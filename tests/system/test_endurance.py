"""A daemon that is stopped at any moment ends in order, and one that goes on does not grow."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.bench import crowd
from tests.system.conftest import Running, Site, temporary_files

SOURCES = 40
POLLS, WARM, STEP = 10_000, 2_000, 1_000  # until WARM, caches fill: of statements, pages and what was rendered
GROWTH = 1.05
LONGEST = 3.0  # seconds after which it is stopped at the latest


def stopped_at_random(folder: Path, *, times: int, seed: int) -> None:
    """Start it on the same data again and again, and stop it some time after it began to serve."""
    dice = random.Random(seed)
    site = Site(folder)
    with crowd.origin() as origin:
        crowd.configure(site, origin, sources=SOURCES, every="1s")
        for number in range(times):
            crowd.news(origin)
            moment = dice.uniform(0, LONGEST)
            with Running(site.start("run", "--port", "0")) as daemon:
                daemon.port()
                time.sleep(moment)
                began = time.monotonic()
                assert daemon.end() == 0, f"{number}: after {moment:.3f} s: {daemon.said}"
            assert "Traceback" not in "\n".join(daemon.said), f"{number}: after {moment:.3f} s: {daemon.said}"
            print(f"{number}: stopped after {moment:.3f} s, ended within {time.monotonic() - began:.1f} s")  # noqa: T201
    assert temporary_files(folder) == []


def test_sigterm_at_any_moment_under_load_ends_it_in_order_within_ten_seconds(tmp_path: Path) -> None:
    stopped_at_random(tmp_path, times=4, seed=20_260_501)


@pytest.mark.torture
def test_a_hundred_times(tmp_path: Path) -> None:
    stopped_at_random(tmp_path, times=100, seed=7)


def after(polls: int, origin: int, port: int) -> dict[str, float]:
    """What the daemon says of itself after so many polls; there is news at the beginning of the last of them."""
    crowd.news(origin)
    return crowd.until(port, lambda samples: crowd.total(samples, "aggregator_polls_total") >= polls, within=300)


@pytest.mark.torture
def test_ten_thousand_polls_more_take_no_more_memory_descriptors_or_threads(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with crowd.origin() as origin:
        crowd.configure(site, origin, sources=200, every="1s")
        with crowd.running(site) as port:
            seen = [after(polls, origin, port) for polls in range(WARM, WARM + POLLS + 1, STEP)]
    first, last = seen[0], seen[-1]
    for name in ("process_resident_memory_bytes", "process_open_fds", "process_threads"):
        print(name, [round(samples[name]) for samples in seen])  # noqa: T201
    assert last["process_resident_memory_bytes"] <= GROWTH * first["process_resident_memory_bytes"]
    assert max(samples["process_threads"] for samples in seen[5:]) <= max(samples["process_threads"] for samples in seen[:5])
    assert max(samples["process_open_fds"] for samples in seen[5:]) <= max(samples["process_open_fds"] for samples in seen[:5])
