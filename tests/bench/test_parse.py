"""What reading costs against feedparser as it comes, and what an unchanged body costs against a changed one, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import feedparser
import pytest

from aggregator.core import identity
from aggregator.core.bodies import read_body
from aggregator.core.normalize import normalize
from aggregator.model import Fetched, Source
from aggregator.sources.feed import FeedKind

ROOT = Path(__file__).resolve().parents[2]
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 5
COMMON = 20  # entries; publishers keep 20 to 50

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


@pytest.mark.parametrize("new", [0, 1, 3])
@pytest.mark.parametrize(
    ("least", "which"), [(1, ""), (COMMON, f" in well-formed feeds of {COMMON} entries and more")], ids=["all", "common"]
)
def test_reading_what_is_new_against_feedparser(least: int, which: str, new: int) -> None:
    """Over all recorded feeds, of which two are always read whole and many have few entries to spare, and over those of the common kind."""
    kind, source = FeedKind(), Source(name="bench", url="https://bench.example/feed")
    read = [(answer, kind.parse(source, answer)) for answer in (Fetched(url=source.url, body=body) for body in bodies())]
    chosen = [(answer, feed) for answer, feed in read if len(feed.entries) >= least and (feed.digests or not which)]
    pairs = [
        (answer, frozenset((feed.context, feed.around, *feed.digests[new:])) - set(feed.digests[:new])) for answer, feed in chosen
    ]  # fmt: skip
    theirs = cpu(lambda: [feedparser.parse(answer.body) for answer, _ in pairs])
    ours = cpu(lambda: [kind.parse(source, answer, known=known) for answer, known in pairs])
    compare(f"reading {new} new{which}, times feedparser", ours, theirs)


def test_items_read_and_normalized_a_second() -> None:
    """All of them, and with one new item in each document, against feedparser alone; fastfeedparser is told of where it is installed."""
    source = Source(name="bench", url="https://bench.example/feed", language="en")
    answers = [Fetched(url=source.url, body=body) for body in bodies()]
    feeds = [FeedKind().parse(source, answer) for answer in answers]
    known = [frozenset((feed.context, feed.around, *feed.digests[1:])) - set(feed.digests[:1]) for feed in feeds]

    def read(known: Sequence[frozenset[str]]) -> None:
        for answer, seen in zip(answers, known, strict=True):
            read_body(FeedKind(), source, answer, now=NOW, known=seen)

    count = sum(len(feed.entries) for feed in feeds)
    whole, news = cpu(lambda: read([frozenset()] * len(answers))), cpu(lambda: read(known))
    theirs = cpu(lambda: [feedparser.parse(answer.body) for answer in answers])
    print(f"items a second, normalized: {count / whole:.0f}, with one new in each document {count / news:.0f}; ", end="")  # noqa: T201
    print(f"feedparser alone: {count / theirs:.0f}")  # noqa: T201
    if find_spec("fastfeedparser"):
        fast = cpu(lambda: [suppressed(import_module("fastfeedparser").parse, answer.body) for answer in answers])
        print(f"fastfeedparser alone: {count / fast:.0f}")  # noqa: T201
    compare("reading and normalizing, times feedparser", whole, theirs)
    compare("reading and normalizing 1 new, times feedparser", news, theirs)


def suppressed(parse: Callable[[bytes], object], body: bytes) -> None:
    """A peer may refuse what we read."""
    with suppress(Exception):
        parse(body)


def test_an_unchanged_body_against_a_changed_one() -> None:
    documents = bodies()
    source = Source(name="bench", url="https://bench.example/feed", language="en")

    def changed() -> None:
        for feed in read_all(documents):
            for entry in feed.entries:  # type: ignore[attr-defined]
                normalize(entry, source, feed=feed, now=NOW)  # type: ignore[arg-type]

    ours = cpu(lambda: [identity.body_digest(body) for body in documents])
    compare("unchanged body, times a changed one", ours, cpu(changed))
