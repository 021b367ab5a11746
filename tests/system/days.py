"""Days of polling within seconds: the real pipeline, store and fetcher on a clock that jumps from one due time to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.core import decide
from aggregator.core.hosts import host_of
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Polled, Published, Source, Translated
from aggregator.pipeline import Pipeline
from aggregator.runners import work
from aggregator.sources.feed import FeedKind
from aggregator.store import SqlStore, open_store
from aggregator.translators.router import Router
from aggregator.wiring import no_writer
from tests.system.origin import Asked, Origin

MONDAY = datetime(2024, 4, 29, tzinfo=UTC)
LIMITS = decide.Limits(
    user_agent="aggregator-test/1 (+https://example.org/bot)", timeout=timedelta(seconds=10), allow_networks=("127.0.0.0/8",)
)


@dataclass(frozen=True)
class Seen:
    """A request in the origin's log, at the time that the clock showed."""

    at: datetime
    asked: Asked

    @property
    def path(self) -> str:
        return self.asked.path


@dataclass
class Days:
    """An origin and a program that polls it; each `until` is a process of its own, so that nothing lives but what is stored."""

    origin: Origin
    folder: Path
    now: datetime = MONDAY
    jitter: float = 0.0
    sources: list[Source] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    polled: list[Polled] = field(default_factory=list)

    def until(self, end: datetime, *, spread: bool = False) -> None:
        """Poll whatever is due until `end`; with `spread` begin as a daemon does."""
        asyncio.run(self._run(end, spread=spread))
        self.now = end

    def poll(self, names: Collection[str], *, override: bool = True) -> None:
        """Poll these sources now, as a person asks for by name."""
        asyncio.run(self._run(self.now, names, override=override))

    def times(self, path: str) -> list[datetime]:
        """When a path was asked for."""
        return [seen.at for seen in self.seen if seen.path == path]

    async def _run(self, end: datetime, names: Collection[str] | None = None, *, override: bool = False, spread: bool = False) -> None:
        fetcher = HttpFetcher(spacing=timedelta(0))
        with closing(open_store(f"sqlite:///{self.folder / 'store.db'}")) as store:
            pipeline = Pipeline(
                store=store, fetcher=fetcher, kinds={"feed": FeedKind()}, sources={source.name: source for source in self.sources},
                router=Router({}, [], memory=store), publishers=(), write=no_writer, limits=LIMITS, site_title="", site_link="",
                clock=lambda: self.now, dice=lambda: self.jitter,
            )  # fmt: skip
            store.sync_sources(self.sources, now=self.now)
            if spread:
                work.spread_out(pipeline)
            await self._round(pipeline, names, override=override)
            while names is None and (following := self._next(store)) <= end:
                self.now = following
                await self._round(pipeline, None)
        await fetcher.aclose()

    def _next(self, store: SqlStore) -> datetime:
        """When something is due that may be asked, later than now."""
        blocks = store.blocks(now=self.now)
        free = (blocks[host].until if (host := host_of(state.url)) in blocks else MONDAY for state in store.states().values())
        due = (max(state.due_at, at) for state, at in zip(store.states().values(), free, strict=True))
        return max(min(due), self.now + timedelta(milliseconds=1))

    async def _round(self, pipeline: Pipeline, names: Collection[str] | None, *, override: bool = False) -> None:
        known = len(self.origin.log)
        await work.polls(pipeline, self._tell, places=20, names=names, override=override).until_empty()
        self.seen += [Seen(self.now, asked) for asked in self.origin.log[known:]]

    def _tell(self, event: Polled | Translated | Published) -> None:
        if isinstance(event, Polled):
            self.polled.append(event)
