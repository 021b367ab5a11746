"""Six processes race for the same sources on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psycopg

CROWD = Path(__file__).parents[1] / "crowding.py"
PROCESSES, SOURCES = 6, 1200


def test_of_six_racing_processes_none_polls_what_another_one_has_polled(url: str) -> None:
    command = [sys.executable, str(CROWD), url, str(PROCESSES), str(SOURCES), str(SOURCES // 3)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    shares, _ = json.loads(done.stdout)
    times = Counter(name for share in shares for name in share)
    assert (len(times), set(times.values())) == (SOURCES, {1})
    assert all(shares)  # each of them had some
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*), count(DISTINCT source) FROM polls").fetchone() == (SOURCES, SOURCES)
