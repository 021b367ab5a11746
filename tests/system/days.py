"""Days of polling within seconds: the real pipeline, store and fetcher on a clock that jumps from one due time to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.core import decide
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Polled, PollState, Published, Source, Translated
from aggregator.pipeline import Pipeline
from aggregator.runners import work
from aggregator.sources.feed import FeedKind
from aggregator.store import open_store
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

    def until(self, end: datetime) -> None:
        """Poll whatever is due until `end`, as a daemon does."""
        asyncio.run(self._run(end))
        self.now = end

    def poll(self, names: Collection[str]) -> None:
        """Poll these sources now, as a person asks for by name."""
        asyncio.run(self._run(self.now, names))

    def times(self, path: str) -> list[datetime]:
        """When a path was asked for."""
        return [seen.at for seen in self.seen if seen.path == path]

    def states(self) -> dict[str, PollState]:
        """What the store says of the sources."""
        with closing(open_store(f"sqlite:///{self.folder / 'store.db'}")) as store:
            return dict(store.states())

    async def _run(self, end: datetime, names: Collection[str] | None = None) -> None:
        fetcher = HttpFetcher(spacing=timedelta(0))
        with closing(open_store(f"sqlite:///{self.folder / 'store.db'}")) as store:
            pipeline = Pipeline(
                store=store, fetcher=fetcher, kinds={"feed": FeedKind()}, sources={source.name: source for source in self.sources},
                router=Router({}, [], memory=store), publishers=(), write=no_writer, limits=LIMITS, site_title="", site_link="",
                clock=lambda: self.now, dice=lambda: self.jitter,
            )  # fmt: skip
            store.sync_sources(self.sources, now=self.now)
            await self._round(pipeline, names)
            while names is None and (following := self._next(list(store.states().values()))) <= end:
                self.now = following
                await self._round(pipeline, None)
        await fetcher.aclose()

    def _next(self, states: Sequence[PollState]) -> datetime:
        return max(min(state.due_at for state in states), self.now + timedelta(milliseconds=1))

    async def _round(self, pipeline: Pipeline, names: Collection[str] | None) -> None:
        known = len(self.origin.log)
        await work.polls(pipeline, self._tell, places=20, names=names).until_empty()
        self.seen += [Seen(self.now, asked) for asked in self.origin.log[known:]]

    def _tell(self, event: Polled | Translated | Published) -> None:
        if isinstance(event, Polled):
            self.polled.append(event)
