"""A program: so many processes claim sources of one store and store what came, as fast as they can; prints who polled what in what time."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.model import Polled, Source
from aggregator.store import open_store

LEASE = timedelta(minutes=5)
BATCH = 50
HOUR = timedelta(hours=1)


def work(url: str, now: datetime, told: int) -> None:
    """Claim and save until nothing is due; tell what was polled, and between which moments."""
    store = open_store(url, create=False)
    began, polled = time.monotonic(), []
    while states := store.claim_sources(now=now, limit=BATCH, lease=LEASE, per_host=4, alone=True):
        moment = datetime.now(UTC)
        after = [replace(state, due_at=now + HOUR, polled_at=now, status=304) for state in states]
        store.save_rhythms([(state, Polled(source=state.source, at=moment, outcome="not modified", status=304)) for state in after])
        polled += [state.source for state in after]
    with os.fdopen(told, "w", encoding="utf-8") as pipe:
        json.dump({"polled": polled, "began": began, "ended": time.monotonic()}, pipe)
    store.close()


def crowd(url: str, *, processes: int, sources: int, hosts: int) -> tuple[list[list[str]], float]:
    """Let them work. Returns what each of them polled, and how many seconds it took all of them."""
    now = datetime.now(UTC)
    store = open_store(url)
    store.sync_sources(
        [Source(name=f"s{number:05}", url=f"https://h{number % hosts}.example/{number}") for number in range(sources)], now=now
    )
    store.close()
    ends = [_forked(url, now) for _ in range(processes)]
    told = []
    for child, end in ends:
        with os.fdopen(end, encoding="utf-8") as pipe:
            told.append(json.load(pipe))
        os.waitpid(child, 0)
    seconds = max(each["ended"] for each in told) - min(each["began"] for each in told)
    return [each["polled"] for each in told], seconds


def _forked(url: str, now: datetime) -> tuple[int, int]:
    hear, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(hear)
        work(url, now, told)
        os._exit(0)
    os.close(told)
    return child, hear


if __name__ == "__main__":
    URL, PROCESSES, SOURCES, HOSTS = sys.argv[1], *map(int, sys.argv[2:])
    print(json.dumps(crowd(URL, processes=PROCESSES, sources=SOURCES, hosts=HOSTS)))  # noqa: T201
