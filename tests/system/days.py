"""Days of polling within seconds: the real pipeline, store and fetcher on a clock that jumps from one due time to the next."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.core import decide
from aggregator.core.bodies import read_body
from aggregator.core.contents import Contents
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.pages import PageFetcher
from aggregator.model import Block, Failed, Fetched, Polled, Published, Source, Translated
from aggregator.pipeline import Pipeline
from aggregator.ports import SourceKind
from aggregator.runners import work
from aggregator.runners.subscribing import Subscriber
from aggregator.sources.feed import FeedKind
from aggregator.sources.json import JsonKind
from aggregator.store import SqlStore, open_store
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.wiring import no_writer
from tests.system.origin import Origin

MONDAY = datetime(2024, 4, 29, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMITS = decide.Limits(
    user_agent="aggregator-test/1 (+https://example.org/bot)", timeout=timedelta(seconds=10), allow_networks=("127.0.0.0/8",)
)

KINDS: dict[str, SourceKind] = {"feed": FeedKind(), "json": JsonKind()}


def rss(*names: str, head: str = "") -> bytes:
    """A feed of items with these names, the newest first."""
    items = "".join(
        f"<item><guid>{name}</guid><title>Item {name}</title><description>Text of {name}.</description></item>" for name in names
    )
    return f'<rss version="2.0"><channel><title>T</title><link>https://example.org/</link>{head}{items}</channel></rss>'.encode()


class Here:
    """Reads bodies in this process: a child for each of the many processes that are played here would take all the time."""

    def __init__(self, kind: SourceKind | None = None, *, forgetful: bool = False) -> None:
        self.kind = kind
        self.forgetful = forgetful  # reads every document whole
        self.read_last = 0  # entries of the last body
        self.read_of: dict[str, int] = {}  # of each source's

    def expect(self) -> None:
        """There is nothing to get ready."""

    async def read(
        self, source: Source, fetched: Fetched, *, now: datetime, known: Sequence[str] = (), repeated: Sequence[str] = ()
    ) -> Contents | Failed:
        """What the body holds."""
        kind = self.kind or KINDS[source.kind]
        seen, ambiguous = frozenset(() if self.forgetful else known), frozenset(repeated)
        contents = read_body(kind, source, fetched, now=now, known=seen, repeated=ambiguous)
        self.read_last = 0 if isinstance(contents, Failed) else len(contents.marks) + contents.broken
        self.read_of[source.name] = self.read_last
        return contents


@dataclass
class Days:
    """An origin and a program that polls it; each `until` is a process of its own, so that nothing lives but what is stored.

    The origin's log shows the time of this clock. `step` is how far it goes at least from one look for due sources to the next.
    """

    origin: Origin
    folder: Path
    now: datetime = MONDAY
    jitter: Callable[[], float] = lambda: 0.0
    spacing: timedelta = timedelta(0)
    step: timedelta = timedelta(milliseconds=1)
    reader: Here = field(default_factory=Here)
    sources: list[Source] = field(default_factory=list)
    polled: list[Polled] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.origin.clock = lambda: self.now

    def until(self, end: datetime, *, spread: bool = False) -> None:
        """Poll whatever is due until `end`; with `spread` begin as a daemon does."""
        asyncio.run(self._run(end, spread=spread))
        self.now = end

    def poll(self, names: Collection[str], *, override: bool = True) -> None:
        """Poll these sources now, as a person asks for by name."""
        asyncio.run(self._run(self.now, names, override=override))

    def times(self, path: str) -> list[datetime]:
        """When a path was asked for."""
        return [asked.when for asked in self.origin.asked(path)]

    async def _run(self, end: datetime, names: Collection[str] | None = None, *, override: bool = False, spread: bool = False) -> None:
        fetcher = HttpFetcher(spacing=self.spacing)
        with closing(open_store(f"sqlite:///{self.folder / 'store.db'}")) as store:
            pipeline = self._pipeline(store, fetcher)
            store.sync_sources(self.sources, now=self.now)
            if spread:
                work.spread_out(pipeline)
            await self._round(pipeline, names, override=override)
            while names is None and (following := self._next(store)) <= end:
                self.now = following
                await self._round(pipeline, None)
        await fetcher.aclose()

    def _pipeline(self, store: SqlStore, fetcher: HttpFetcher) -> Pipeline:
        return Pipeline(
            store=store, fetcher=fetcher, page_fetcher=PageFetcher(fetcher, clock=lambda: self.now), reader=self.reader,
            sources={source.name: source for source in self.sources},
            router=Router({}, [], SegmentMemory(store, clock=lambda: self.now)),
            publishers=(), write=no_writer, limits=LIMITS, site_title="", site_link="",
            clock=lambda: self.now, dice=lambda: self.jitter(),
        )  # fmt: skip

    def subscriber(self, job: Callable[[Subscriber], Awaitable[None]]) -> None:
        """Do something as the subscriber to hubs on this machine."""

        async def whole() -> None:
            fetcher = HttpFetcher(spacing=timedelta(0))
            with closing(open_store(f"sqlite:///{self.folder / 'store.db'}")) as store:
                await job(Subscriber(self._pipeline(store, fetcher), "http://127.0.0.1:1"))
            await fetcher.aclose()

        asyncio.run(whole())

    def _next(self, store: SqlStore) -> datetime:
        """When something is due that may be asked, later than now."""
        blocks = store.blocks(now=self.now)
        with closing(sqlite3.connect(self.folder / "store.db")) as database:  # all states would be most of what is done in a day
            first = database.execute("SELECT host, min(due_at) FROM sources WHERE NOT asleep GROUP BY host").fetchall()
        due = (max(EPOCH + timedelta(microseconds=at), self._blocked_until(blocks.get(host))) for host, at in first)
        return max(min(due), self.now + self.step)

    @staticmethod
    def _blocked_until(block: Block | None) -> datetime:
        return block.until if block else MONDAY

    async def _round(self, pipeline: Pipeline, names: Collection[str] | None, *, override: bool = False) -> None:
        await work.polls(pipeline, self._tell, places=20, names=names, override=override).until_empty()

    def _tell(self, event: Polled | Translated | Published) -> None:
        if isinstance(event, Polled):
            self.polled.append(event)
