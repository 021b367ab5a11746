"""What reading costs against feedparser as it comes, and what an unchanged body costs against a changed one, in one run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import fastfeedparser
import feedparser
import pytest

from aggregator.core import identity
from aggregator.core.bodies import read_body
from aggregator.core.normalize import normalize
from aggregator.model import Fetched, Source
from aggregator.sources.feed import FeedKind
from tests.bench.figures import Record

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 5
LEAST = 0.5  # seconds of CPU in each round
COMMON = 20  # entries; publishers keep 20 to 50

pytestmark = pytest.mark.bench


def bodies() -> list[bytes]:
    """Recorded feeds where they are at hand, the seeds otherwise."""
    recorded = sorted((ROOT.parent / "shared" / "corpus" / "feeds").glob("*.xml"))
    seeds = sorted(path for path in (ROOT / "seeds").rglob("*") if path.suffix in (".xml", ".rdf", ".rss"))
    return [path.read_bytes() for path in (recorded or seeds)]


def cpu(*works: Callable[[], object]) -> list[float]:
    """CPU seconds of this process that each takes, the median of rounds in turn: what else the machine does falls on all of them.

    What takes little is measured several times in a round.
    """
    gc.collect()
    gc.freeze()  # what the test holds is not the work's to look through
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, measured in zip(works, times, strict=True):
            until = time.process_time() + LEAST
            while not measured or time.process_time() < until:
                started = time.process_time()
                work()
                measured.append(time.process_time() - started)
    gc.unfreeze()
    return [median(measured) for measured in times]


def read_all(documents: list[bytes]) -> list[object]:
    kind, source = FeedKind(), Source(name="bench", url="https://bench.example/feed")
    return [kind.parse(source, Fetched(url=source.url, body=body)) for body in documents]


def test_reading_against_feedparser(record: Record) -> None:
    documents = bodies()
    ours, theirs = cpu(lambda: read_all(documents), lambda: [feedparser.parse(body) for body in documents])
    record("reading, times feedparser", theirs / ours, "x")


@pytest.mark.parametrize("new", [0, 1, 3])
@pytest.mark.parametrize(
    ("least", "which"), [(1, ""), (COMMON, f" in well-formed feeds of {COMMON} entries and more")], ids=["all", "common"]
)
def test_reading_what_is_new_against_feedparser(least: int, which: str, new: int, record: Record) -> None:
    """Over all recorded feeds, of which two are always read whole and many have few entries to spare, and over those of the common kind."""
    kind, source = FeedKind(), Source(name="bench", url="https://bench.example/feed")
    read = [(answer, kind.parse(source, answer)) for answer in (Fetched(url=source.url, body=body) for body in bodies())]
    chosen = [(answer, feed) for answer, feed in read if len(feed.entries) >= least and (feed.digests or not which)]
    pairs = [
        (answer, frozenset((feed.context, feed.around, *feed.digests[new:])) - set(feed.digests[:new])) for answer, feed in chosen
    ]  # fmt: skip
    ours, theirs = cpu(
        lambda: [kind.parse(source, answer, known=known) for answer, known in pairs],
        lambda: [feedparser.parse(answer.body) for answer, _ in pairs],
    )
    record(f"reading {new} new{which}, times feedparser", theirs / ours, "x")


def test_items_read_and_normalized_a_second(record: Record) -> None:
    """All of them, and with one new item in each document, against feedparser alone."""
    source = Source(name="bench", url="https://bench.example/feed", language="en")
    answers = [Fetched(url=source.url, body=body) for body in bodies()]
    feeds = [FeedKind().parse(source, answer) for answer in answers]
    known = [frozenset((feed.context, feed.around, *feed.digests[1:])) - set(feed.digests[:1]) for feed in feeds]

    def read(known: Sequence[frozenset[str]]) -> None:
        for answer, seen in zip(answers, known, strict=True):
            read_body(FeedKind(), source, answer, now=NOW, known=seen)

    count = sum(len(feed.entries) for feed in feeds)
    whole, news, theirs = cpu(
        lambda: read([frozenset()] * len(answers)),
        lambda: read(known),
        lambda: [feedparser.parse(answer.body) for answer in answers],
    )
    for what, seconds in (("normalized", whole), ("with one new in each document", news), ("by feedparser alone", theirs)):
        record(f"items a second, {what}", count / seconds)
    record("reading and normalizing, times feedparser", theirs / whole, "x")
    record("reading and normalizing 1 new, times feedparser", theirs / news, "x")


def test_reading_against_fastfeedparser(record: Record) -> None:
    """Over the documents that it reads, whole and with one new item in each: it parses with lxml, and cleans nothing."""
    kind, source = FeedKind(), Source(name="bench", url="https://bench.example/feed")
    documents = [body for body in bodies() if read_by_fastfeedparser(body)]
    answers = [Fetched(url=source.url, body=body) for body in documents]
    feeds = [kind.parse(source, answer) for answer in answers]
    known = [frozenset((feed.context, feed.around, *feed.digests[1:])) - set(feed.digests[:1]) for feed in feeds]
    ours, news, theirs = cpu(
        lambda: read_all(documents),
        lambda: [kind.parse(source, answer, known=seen) for answer, seen in zip(answers, known, strict=True)],
        lambda: [fastfeedparser.parse(body) for body in documents],
    )
    record("documents that fastfeedparser reads", 100 * len(documents) / len(bodies()), "%")
    record("reading, times fastfeedparser", theirs / ours, "x")
    record("reading 1 new, times fastfeedparser", theirs / news, "x")


def read_by_fastfeedparser(body: bytes) -> bool:
    """Whether it does not refuse the document."""
    with suppress(Exception):
        fastfeedparser.parse(body)
        return True
    return False


def test_an_unchanged_body_against_a_changed_one(record: Record) -> None:
    documents = bodies()
    source = Source(name="bench", url="https://bench.example/feed", language="en")

    def changed() -> None:
        for feed in read_all(documents):
            for entry in feed.entries:  # type: ignore[attr-defined]
                normalize(entry, source, feed=feed, now=NOW)  # type: ignore[arg-type]

    ours, theirs = cpu(lambda: [identity.body_digest(body) for body in documents], changed)
    record("unchanged body, times a changed one", theirs / ours, "x")
