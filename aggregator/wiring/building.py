"""From settings to a house: which class stands behind which socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from aggregator.config import Settings
from aggregator.core.glossary import Glossary
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.pages import PageFetcher
from aggregator.pipeline import Pipeline, utc_now
from aggregator.placing import Writer, no_eraser
from aggregator.ports import Store
from aggregator.publishers.deferred import DeferredPublisher
from aggregator.sources.guessing import GuessingReader, guesser
from aggregator.store import open_store, presence
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.spending import Spending
from aggregator.translators.standing import Standings
from aggregator.wiring.house import House
from aggregator.wiring.narrowing import IN_MEMORY
from aggregator.wiring.parts import (
    documents_of,
    engines,
    eraser,
    feeds_of,
    kinds,
    languages,
    lease,
    limits,
    present,
    rates,
    readers,
    room,
    routes,
    turns,
    writer,
)
from aggregator.wiring.sharing import neighbours


@contextmanager
def open_house(
    settings: Settings,
    *,
    offline: bool = False,
    write: Writer | None = None,
    clock: Callable[[], datetime] | None = None,
    check: bool = False,
) -> Iterator[House]:
    """All parts on the configured store, closed at the end. Raises StoreError.

    `write` takes the place of what writes documents, and then none is deleted; `clock` that of this machine's. `check` reads the whole
    store first.
    """
    store = open_store(settings.store.url, books=settings.books.url if settings.books else "", check=check)
    try:
        yield build(settings, store, offline=offline, write=write, clock=clock or utc_now)
    finally:
        store.close()


@contextmanager
def only_daemon(settings: Settings) -> Iterator[None]:
    """Be the only daemon on the data folder while the block runs, before the store is looked at. Raises StoreLocked where there is one."""
    with presence.only_daemon(settings.paths.data) if settings.store.url != IN_MEMORY else nullcontext():
        yield


def rebuild(former: House, settings: Settings) -> House:
    """The parts for other settings on the store of a house that is at work, with what the two have to share."""
    return build(settings, former.store, offline=former.pipeline.offline, write=None, former=former, clock=former.pipeline.clock)


def build(
    settings: Settings,
    store: Store,
    *,
    offline: bool,
    write: Writer | None,
    former: House | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> House:
    """The parts on a store that is open; beside a `former` house, its fetchers and locks."""
    near = neighbours(settings, store, clock=clock)
    documents, feeds = DeferredPublisher(partial(documents_of, settings)), DeferredPublisher(partial(feeds_of, settings))
    fetcher = former.fetcher if former else HttpFetcher(**turns(settings), beside=near.hosts)
    pages = former.pipeline.page_fetcher if former else PageFetcher(fetcher, clock=clock, beside=near.hosts)
    reader = readers(settings, kinds(settings))
    held = former.router.memory if former else None
    memory = SegmentMemory(
        store, clock=clock, profiles=settings.profiles, glossary=Glossary(settings.glossary), beside=held, among_all=near.segments
    )
    spending = Spending(store, settings.spending_rules, clock=clock, zone=ZoneInfo(settings.site.timezone))
    standings = Standings(store, clock=clock, versions=settings.versions, circuits=near.circuits)
    translators = engines(settings, spending, standings, offline=offline)
    router = Router(
        translators, routes(settings), memory, rates=rates(settings), budget=spending, standings=standings, limited=near.limited
    )
    pipeline = Pipeline(
        store=store,
        fetcher=fetcher,
        page_fetcher=pages,
        reader=GuessingReader(reader, guess) if (guess := guesser(languages(settings))) else reader,
        sources={source.name: source for source in settings.sources},
        router=router,
        publishers=(documents, feeds),
        write=write or writer(settings),
        erase=no_eraser if write else eraser(settings),
        present=present(settings),
        limits=limits(settings),
        site_title=settings.site.title,
        site_link=settings.site.base_url,
        feed_limit=settings.feeds.limit,
        bilingual=settings.feeds.bilingual,
        hub=settings.feeds.websub,
        offline=offline,
        lease=lease(settings),
        clock=clock,
        room=former.pipeline.room if former else room(settings),
    )
    return House(
        settings=settings,
        pipeline=pipeline,
        store=store,
        fetcher=fetcher,
        readers=reader,
        router=router,
        documents=documents,
        feeds=feeds,
    )
