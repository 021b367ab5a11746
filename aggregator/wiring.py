"""Puts the parts together: the only place that knows which class stands behind which socket."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aggregator import plugins
from aggregator.config import Adapters, Secret, Settings, TranslatorSettings
from aggregator.config import Store as StoreSettings
from aggregator.config.tables import Git
from aggregator.config.values import web_url
from aggregator.confined.limits import Limits
from aggregator.confined.pool import Readers
from aggregator.core import decide, fulltext, slugs
from aggregator.core.glossary import Glossary
from aggregator.discovering import Choice, Discoverer, Found
from aggregator.errors import AggregatorError
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.failures import FetchError
from aggregator.fetch.guard import check_literal, networks
from aggregator.fetch.pages import PageFetcher
from aggregator.fetch.target import parse_target
from aggregator.model import Document, Feed, Page, Pruned, Source
from aggregator.pipeline import Pipeline, utc_now
from aggregator.placing import Eraser, Writer, no_eraser
from aggregator.ports import Publisher, SourceKind, Store, Translator
from aggregator.ports.spending import Budget
from aggregator.pruning import prune
from aggregator.publishers import files, opml
from aggregator.publishers.feeds import FeedPublisher
from aggregator.publishers.index import index
from aggregator.publishers.markdown import MarkdownPublisher
from aggregator.sources import article
from aggregator.sources.guessing import GuessingReader, guesser
from aggregator.store import open_store, presence
from aggregator.translators.deferred import DeferredTranslator
from aggregator.translators.limits import Rate
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.spending import Spending
from aggregator.translators.standing import Standings
from aggregator.translators.watched import WatchedTranslator

Result = TypeVar("Result")
IN_MEMORY = "sqlite://"
LONGEST_WRITE = timedelta(hours=1)
PAGES = {
    fulltext.BY_SELECTOR: "aggregator.sources.article:ArticleBySelector",
    fulltext.BY_LOOKS: "aggregator.sources.found_article:ArticleByLooks",
}


class Place(NamedTuple):
    """Where a feed is found."""

    language: str
    name: str
    title: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A pipeline with what stands around it: the settings it was made from, its store, its publishers."""

    settings: Settings
    pipeline: Pipeline
    store: Store
    fetcher: HttpFetcher
    readers: Readers
    router: Router
    documents: Publisher
    feeds: Publisher

    def today(self) -> date:
        """The day that is running where the site is."""
        return self.pipeline.clock().astimezone(ZoneInfo(self.settings.site.timezone)).date()

    def run(self, job: Callable[[Pipeline], Awaitable[Result]]) -> Result:
        """Run a job on the pipeline in an event loop of its own. Raises AggregatorError where SIGTERM or Ctrl-C stops it."""

        async def whole() -> Result:
            task = asyncio.ensure_future(job(self.pipeline))
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
            try:
                return await task
            except asyncio.CancelledError:
                raise AggregatorError("Stopped. What was done until now is stored; the rest is done the next time.") from None
            finally:
                await self.fetcher.aclose()
                await self.readers.aclose()
                await self.router.aclose()

        return asyncio.run(whole())

    @contextmanager
    def at_work(self, *, daemon: bool = False) -> Iterator[None]:
        """Be known on the data folder as one who claims work, and as its only daemon, while the block runs.

        What killed processes left half written is deleted first: all of it if nobody else is at work, else what is old enough.
        """
        data, began, alone = self.settings.paths.data, self.pipeline.clock(), False
        with ExitStack() as stack:
            if self.settings.store.url != IN_MEMORY:
                if daemon:
                    stack.enter_context(presence.only_daemon(data))
                if self.settings.store.url.startswith("sqlite:"):
                    alone = stack.enter_context(presence.claiming(data, self.store))
                for root in (self.settings.paths.content, self.settings.paths.feeds):
                    files.sweep(root, before=began if alone else began - LONGEST_WRITE)
            yield

    def prune(self) -> list[Pruned]:
        """Take away what retention does not keep. Raises PublishError where a document can't be deleted."""
        return prune(self.pipeline)

    def rendered(self, pages: Sequence[Page]) -> Iterator[str]:
        """The Markdown document of each page, an empty line between two."""
        documents = (document for page in pages for document in self.documents.page(page))
        for number, document in enumerate(documents):
            yield ("\n" if number else "") + document.data.decode()

    def feed_text(self, feed: Feed, extension: str) -> str:
        """One feed in one format."""
        documents = self.feeds.feed(feed)
        return next(document.data.decode() for document in documents if document.path.endswith(f".{extension}"))

    def opml(self, language: str = "") -> bytes:
        """All feeds, or those in one language, as an OPML list in the first of the configured formats."""
        form = self.settings.feeds.formats[0]
        names = [(name, other) for name, other in self.store.feed_names() if language in ("", other)]
        feeds = [self.pipeline.empty_feed(name, other) for name, other in names]
        return opml.opml(feeds, title=self.settings.site.title, base_url=self.settings.site.base_url, form=form)

    def lay_out(self) -> list[str]:
        """Bring the pages around the feeds up to date, where a whole site is wanted. Returns those that were written."""
        if self.settings.paths.site is None:
            return []
        site = self.settings.site
        feeds = [self.pipeline.empty_feed(name, language) for name, language in self.store.feed_names()]
        documents = index(feeds, title=site.title, base_url=site.base_url, formats=self.settings.feeds.formats)
        laid = [self.pipeline.write(document, "") for document in documents]
        return [place.path for place in laid if place.outcome == "written"]

    def places(self) -> list[Place]:
        """(language, name, title, path below /feeds/ without its extension) of every feed."""
        return [
            Place(
                language,
                name,
                self.pipeline.empty_feed(name, language).title,
                slugs.feed_path(name, language, variant="translation", extension="").removesuffix("."),
            )
            for name, language in self.store.feed_names()
        ]


@contextmanager
def open_house(settings: Settings, *, offline: bool = False, write: Writer | None = None) -> Iterator[House]:
    """All parts on the configured store, closed at the end. Raises StoreError.

    `write` takes the place of what writes documents, and then none is deleted.
    """
    store = open_store(settings.store.url, books=settings.books.url if settings.books else "")
    try:
        yield build(settings, store, offline=offline, write=write)
    finally:
        store.close()


def build(settings: Settings, store: Store, *, offline: bool, write: Writer | None) -> House:
    """The parts on a store that is open."""
    documents = MarkdownPublisher(zone=ZoneInfo(settings.site.timezone))
    shown = settings.feeds
    feeds = FeedPublisher(base_url=settings.site.base_url, formats=shown.formats, hub=shown.websub, templates=shown.templates)
    fetcher = HttpFetcher(concurrency=settings.fetch.concurrency, per_host=settings.fetch.per_host, spacing=settings.fetch.spacing)
    reader = readers(settings, kinds(settings))
    memory = SegmentMemory(store, clock=utc_now, profiles=settings.profiles, glossary=Glossary(settings.glossary))
    spending = Spending(store, settings.spending_rules, clock=utc_now, zone=ZoneInfo(settings.site.timezone))
    standings = Standings(store, clock=utc_now, versions=settings.versions)
    translators = engines(settings, spending, standings, offline=offline)
    router = Router(translators, routes(settings), memory, rates=rates(settings), budget=spending, standings=standings)
    pipeline = Pipeline(
        store=store,
        fetcher=fetcher,
        page_fetcher=PageFetcher(fetcher, clock=utc_now),
        reader=GuessingReader(reader, guess) if (guess := guesser(languages(settings))) else reader,
        sources={source.name: source for source in settings.sources},
        router=router,
        publishers=(documents, feeds),
        write=write or writer(settings),
        erase=no_eraser if write else eraser(settings),
        limits=limits(settings),
        site_title=settings.site.title,
        site_link=settings.site.base_url,
        feed_limit=settings.feeds.limit,
        bilingual=settings.feeds.bilingual,
        hub=settings.feeds.websub,
        offline=offline,
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


def kinds(settings: Settings) -> Mapping[str, str]:
    """Where the classes are that read the sources' bodies and their articles' pages, as `module:class`, by kind."""
    bodies = {source.kind: plugins.target(plugins.SOURCES, source.kind) for source in settings.sources}
    return bodies | {(kind := fulltext.kind_of(source)): PAGES[kind] for source in settings.sources if source.full_text}


def languages(settings: Settings) -> list[str]:
    """Every language that the configuration names."""
    of_sources = [tag for source in settings.sources for tag in (source.language, *source.translate_to) if tag]
    of_routes = [tag for route in settings.routes for tag in (route.source, route.target) if tag != "*"]
    return [*settings.site.languages, *of_sources, *of_routes]


def engines(settings: Settings, budget: Budget, standings: Standings, *, offline: bool) -> Mapping[str, Translator]:
    """Each engine that a route names, loaded when it is first asked; offline, one that needs the network is never used."""
    named = dict.fromkeys(name for route in settings.routes for name in route.engines)
    made = {name: partial(engine, name, settings.translators[name], budget, standings) for name in named}
    return {name: DeferredTranslator(name, make, offline=offline) for name, make in made.items()}


def engine(name: str, settings: TranslatorSettings, budget: Budget | None = None, standings: Standings | None = None) -> Translator:
    """An instance of an engine under the name that routes use, behind its daily test, on the budget, where it has one."""
    made: Translator = plugins.load(plugins.TRANSLATORS, settings.engine)(name, **settings.options)
    return WatchedTranslator(made, budget=budget, standings=standings) if getattr(made, "watched", False) else made


def rates(settings: Settings) -> Mapping[str, Rate]:
    """How fast each engine may be asked."""
    return {name: Rate(each.requests_per_minute, each.characters_per_minute) for name, each in settings.translators.items()}


def routes(settings: Settings) -> list[Route]:
    """The configured routes as the router knows them."""
    return [Route(source=route.source, target=route.target, engines=tuple(route.engines)) for route in settings.routes]


def writer(settings: Settings) -> Writer:
    """What puts documents below the configured folders."""
    return lambda document, former: files.write(document, roots(settings), former=former)


def eraser(settings: Settings) -> Eraser:
    """What deletes documents below the configured folders."""
    return lambda document, path: files.erase(document, roots(settings)[document.root], path=path)


def roots(settings: Settings) -> dict[str, Path]:
    """The folder for each root that documents name."""
    paths = settings.paths
    return {"content": paths.content, "feeds": paths.feeds, "site": paths.site or paths.feeds}


def discover(url: str, choose: Choice, *, settings: Settings) -> Found:
    """The feed behind an address; raises AggregatorError where there is none."""

    async def whole() -> Found:
        fetcher, reader = (
            HttpFetcher(concurrency=1, spacing=settings.fetch.spacing),
            readers(settings, {"feed": plugins.target(plugins.SOURCES, "feed")}),
        )
        try:
            return await Discoverer(fetcher=fetcher, reader=reader, limits=limits(settings), clock=utc_now).discover(url, choose)
        finally:
            await fetcher.aclose()
            await reader.aclose()

    return asyncio.run(whole())


def readers(settings: Settings, kinds: Mapping[str, str]) -> Readers:
    """What reads bodies of these kinds."""
    return Readers(kinds, limits=Limits(seconds=settings.fetch.parse_timeout.total_seconds()))


def address_problem(url: str, *, settings: Settings) -> str:
    """Why an address is never fetched, as far as its writing tells, or ""."""
    try:
        web_url(url)
        check_literal(parse_target(url).host, opened=networks(settings.fetch.allow_networks))
    except (FetchError, ValueError) as error:
        return str(error)
    return ""


def exported(settings: Settings) -> str:
    """The configured feeds as an OPML list."""
    return opml.subscriptions(settings.sources, title=settings.site.title).decode()


def limits(settings: Settings) -> decide.Limits:
    """What holds for every request."""
    return decide.Limits(
        user_agent=settings.fetch.user_agent,
        timeout=settings.fetch.timeout,
        max_bytes=settings.fetch.max_bytes,
        allow_networks=settings.fetch.allow_networks,
    )


def no_writer(document: Document, former: str) -> files.Written:
    """Writes nothing."""
    return files.Written(document.path, "kept")


def source_problems(source: Source) -> Sequence[tuple[str, str]]:
    """What is wrong with a source's kind and with what it says to its kind, as (key, message)."""
    try:
        kind: SourceKind = plugins.load(plugins.SOURCES, source.kind)()
    except AggregatorError as error:
        return [("kind", str(error))]
    return [*kind.problems(source), *article.problems(source)]


def engine_problems(name: str, settings: TranslatorSettings) -> Sequence[tuple[str, str]]:
    """Whether an engine is installed and understands its options, as (key, message)."""
    try:
        make = plugins.load(plugins.TRANSLATORS, settings.engine)
        if found := list(plugins.option_problems(make, settings.options, of=f"the engine {settings.engine}")):
            return found
        engine(name, settings)
    except AggregatorError as error:
        return [("engine", str(error))]
    except (TypeError, ValueError) as error:
        return [("", f"the engine {settings.engine} does not take these options: {error}")]
    except Exception as error:  # noqa: BLE001  a plug-in's own, whose message may hold a key
        return [("", f"the engine {settings.engine} breaks with these options: {type(error).__name__}; report it to who made that engine")]
    return []


ADAPTERS = Adapters(source=source_problems, translator=engine_problems)


def for_looking(settings: Settings) -> Settings:
    """The settings on the store as it stands, or on an empty one in memory where none was made yet."""
    if not settings.store.url.startswith("sqlite:///") or Path(settings.store.url.removeprefix("sqlite:///")).exists():
        return settings
    return replace(settings, store=StoreSettings(url=Secret(IN_MEMORY)))


def for_addresses(settings: Settings, addresses: Sequence[str], *, translate_to: Sequence[str]) -> Settings:
    """The settings with one source for each address, no others, and a store that is gone at the end.

    What is paid for holds on: it is remembered and booked where the configured sources' translations are, if there is such a store, or a
    bound that has to be kept.
    """
    hosts = [urlsplit(address).hostname or "feed" for address in addresses]
    names = [f"{host}-{number}" if host in hosts[:number] else host for number, host in enumerate(hosts)]
    sources = tuple(
        Source(name=name, url=address, folder=name, translate_to=tuple(translate_to))
        for name, address in zip(names, addresses, strict=True)
    )
    paths, git = replace(settings.paths, site=None), Git()  # nothing is kept, so nothing is laid out or committed
    books = settings.store if settings.spending_rules.limits else for_looking(settings).store
    return replace(settings, sources=sources, store=StoreSettings(url=Secret(IN_MEMORY)), books=books, paths=paths, git=git)
