"""A store of some size with everything that works on it, for measuring: one operation a method."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import count
from pathlib import Path

from aggregator import archiving
from aggregator.model import Fetched, Query, Request, Retention
from aggregator.pipeline import LEASE, Pipeline
from aggregator.pruning import prune
from aggregator.store import SqlStore, open_store
from tests.bench.stores import BEGAN, MUCH_LATER, POOL, SOURCES
from tests.system.press import Press

SHOWN, LISTED = 30, 50  # items of a page of the catalogue, of a feed
NEWS = SOURCES[0]


class Newsroom:
    """Answers every request with a feed of thirty items, the first of which is new."""

    def __init__(self) -> None:
        self._numbers = count(30)

    async def fetch(self, request: Request) -> Fetched:
        newest = next(self._numbers)
        text = "The council has decided that the harbour will be rebuilt, and the minister agrees. " * 4
        items = "".join(
            f"<item><guid isPermaLink='false'>news-{number}</guid><title>News {number} of the harbour</title>"
            f"<link>{NEWS.url}/{number}</link><description>{number}: {text}</description></item>"
            for number in range(newest, newest - 30, -1)
        )
        body = f'<rss version="2.0"><channel><title>Paper</title><link>{NEWS.url}</link>{items}</channel></rss>'
        return Fetched(url=request.url, body=body.encode(), headers={"content-type": "application/rss+xml"})


class Stage:
    """One store, of `size` items to begin with."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size, self.now = folder, size, MUCH_LATER - timedelta(days=1)
        self._newsroom, self._runner, self._copies = Newsroom(), asyncio.Runner(), count()
        self.start()

    def close(self) -> None:
        """End as a program does."""
        self.store.close()

    def end(self) -> None:
        """For good."""
        self.close()
        self._runner.close()

    def _pipeline(self) -> Pipeline:
        """All sources, and no network."""
        made = Press(self.folder, self.store, limit=LISTED).pipeline
        sources = {source.name: replace(source, translate_to=()) for source in SOURCES}
        return replace(made, sources=sources, fetcher=self._newsroom, clock=lambda: self.now)

    def poll(self) -> None:
        """A feed with one new item, from bytes to rows."""
        self.now += timedelta(minutes=1)
        state = self.store.states([NEWS.name])[NEWS.name]
        polled = self._runner.run(self.pipeline.poll(state))
        assert polled.new in (1, 30), polled

    def publish(self) -> None:
        """What that item has put out of date: its page and its feeds."""
        while marks := self.store.claim_marks(now=self.now, limit=8, lease=LEASE):
            archiving.publish(self.pipeline, list(marks))

    def page(self) -> None:
        """The newest items."""
        self._show(Query())

    def deep_page(self) -> None:
        """A page of one source from the middle of the store on."""
        self._show(Query(source=SOURCES[3].name), after=self.middle)

    def feeds(self) -> None:
        """The list of all feeds, with how many items each has."""
        self.store.feed_sizes([name for name, _ in self.store.feed_names()])

    def search_english(self) -> None:
        """Items with two words."""
        self._show(Query(text="harbour minister"))

    def search_chinese(self) -> None:
        """Items with a word of two characters."""
        self._show(Query(text="港口"))

    def search_nothing(self) -> None:
        """A word that is nowhere."""
        assert self.store.find(Query(text="不存在"), limit=SHOWN).ids == ()

    def look(self) -> None:
        """A beat of a daemon that finds nothing to do."""
        now = self.now
        assert not self.store.claim_sources(now=now, limit=20, lease=LEASE)
        assert not self.store.claim_jobs(now=now, limit=4, lease=LEASE)
        assert not self.store.claim_marks(now=now, limit=8, lease=LEASE)

    def start(self) -> None:
        """To open the store, free what the dead had claimed, and know the sources."""
        self.store: SqlStore = open_store(f"sqlite:///{self.folder / 'store.db'}")
        self.store.free_claims()
        assert len(self.store.states()) == len(SOURCES)
        self.pipeline = self._pipeline()

    def status(self) -> None:
        """What there is and what waits."""
        self.store.counts()
        self.store.backlog(now=self.now)

    def prune(self) -> None:
        """Retention that has one item to take away."""
        prune(replace(self.pipeline, sources={NEWS.name: replace(NEWS, retention=Retention(items=self.kept))}))

    def backup(self) -> None:
        """A copy of all."""
        target = self.folder / f"copy{next(self._copies)}.db"
        self.store.backup(target)
        target.unlink()

    @cached_property
    def middle(self) -> int:
        """Where in the search index half of the items are newer."""
        after = self.store.find(Query(until=BEGAN + timedelta(minutes=self.size / 2)), limit=1).after
        return 2**62 if after is None else after

    @property
    def kept(self) -> int:
        """One less than the source has."""
        sizes = self.store.feed_sizes([NEWS.name])
        return sizes[NEWS.name, "en"][0] - 1

    def _show(self, query: Query, after: int | None = None) -> None:
        hits = self.store.find(query, after=after, limit=SHOWN)
        assert len(hits.ids) >= min(SHOWN, self.size // POOL), hits
        self.store.items(hits.ids), self.store.translations(hits.ids)
