"""How many sources two workers claim and store in a second on PostgreSQL, all of it on one machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.figures import Record
from tests.databases import database

CROWD = Path(__file__).parents[1] / "crowding.py"
SOURCES, ROUNDS = 8000, 3

pytestmark = pytest.mark.bench


def test_two_workers_claim_and_store_thousands_of_sources_a_second(postgresql: str, record: Record) -> None:
    """The best of some rounds: what else the machine does only takes away."""
    speed = max(sources_a_second(postgresql, workers=2) for _ in range(ROUNDS))
    record("sources claimed and stored a second, two workers", speed)


def sources_a_second(server: str, *, workers: int) -> float:
    """In a database of its own."""
    with database(server, "bench") as url:
        command = [sys.executable, str(CROWD), url, str(workers), str(SOURCES), str(SOURCES)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    shares, seconds = json.loads(done.stdout)
    assert sum(map(len, shares)) == SOURCES
    return SOURCES / float(seconds)
