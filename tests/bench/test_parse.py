"""What reading costs against feedparser as it comes, and what an unchanged body costs against a changed one, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import feedparser
import pytest

from aggregator.core import identity
from aggregator.core.normalize import normalize
from aggregator.model import Fetched, Source
from aggregator.sources.feed import FeedKind

ROOT = Path(__file__).resolve().parents[2]
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 5

pytestmark = pytest.mark.bench


def bodies() -> list[bytes]:
    """Recorded feeds where they are at hand, the seeds otherwise."""
    recorded = sorted((ROOT.parent / "shared" / "corpus" / "feeds").glob("*.xml"))
    seeds = sorted(path for path in (ROOT / "seeds").rglob("*") if path.suffix in (".xml", ".rdf", ".rss"))
    return [path.read_bytes() for path in (recorded or seeds)]


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process, the median of some rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return median(times)


def compare(name: str, ours: float, theirs: float) -> None:
    """Print the ratio and hold it against its floor."""
    ratio = theirs / ours
    print(f"{name}: {ratio:.2f}x (floor {FLOORS[name]}x)")  # noqa: T201 - what `make bench` is for
    assert ratio >= FLOORS[name]


def read_all(documents: list[bytes]) -> list[object]:
    kind, source = FeedKind(), Source(name="bench", url="https://bench.example/feed")
    return [kind.parse(source, Fetched(url=source.url, body=body)) for body in documents]


def test_reading_against_feedparser() -> None:
    documents = bodies()
    theirs = cpu(lambda: [feedparser.parse(body) for body in documents])
    compare("reading, times feedparser", cpu(lambda: read_all(documents)), theirs)


def test_an_unchanged_body_against_a_changed_one() -> None:
    documents = bodies()
    source = Source(name="bench", url="https://bench.example/feed", language="en")

    def changed() -> None:
        for feed in read_all(documents):
            for entry in feed.entries:  # type: ignore[attr-defined]
                normalize(entry, source, feed=feed, now=NOW)  # type: ignore[arg-type]

    ours = cpu(lambda: [identity.body_digest(body) for body in documents])
    compare("unchanged body, times a changed one", ours, cpu(changed))
