"""A pipeline with what stands around it, and what can be asked of the whole."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from aggregator.config import Settings
from aggregator.confined.pool import Readers
from aggregator.core import feeding, slugs
from aggregator.core.admission import Keys
from aggregator.errors import AggregatorError
from aggregator.fetch.client import HttpFetcher
from aggregator.model import Feed, Page, Pruned
from aggregator.pipeline import Pipeline
from aggregator.ports import Publisher, Store
from aggregator.pruning import prune
from aggregator.publishers import files
from aggregator.publishers.listing import Shown, listed, names, only
from aggregator.store import presence
from aggregator.translators.router import Router
from aggregator.wiring import loading, loops
from aggregator.wiring.narrowing import IN_MEMORY
from aggregator.wiring.parts import roots, turns

Result = TypeVar("Result")
KEPT_INCIDENTS = 100  # beside those that are not over
LONGEST_WRITE = timedelta(hours=1)


class Place(NamedTuple):
    """Where a feed is found."""

    language: str
    name: str
    title: str
    path: str
    bilingual: bool = False


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
    shown: Shown = field(default_factory=Shown)  # by the pages around the feeds

    def today(self) -> date:
        """The day that is running where the site is."""
        return self.settings.today(self.pipeline.clock())

    def run(self, job: Callable[[Pipeline], Awaitable[Result]], *, lasts: bool = False) -> Result:
        """Run a job on the pipeline in an event loop of its own; `lasts` says that it goes on until it is stopped.

        Raises AggregatorError where SIGTERM or Ctrl-C stops it.
        """

        async def whole() -> Result:
            task = asyncio.ensure_future(job(self.pipeline))
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
            try:
                return await task
            except asyncio.CancelledError:
                raise AggregatorError("Stopped. What was done until now is stored; the rest is done the next time.") from None
            finally:
                await self.aclose()

        with asyncio.Runner(loop_factory=loops.lasting() if lasts else None) as runner:
            return runner.run(whole())

    async def prepare(self) -> None:
        """Load what the first poll, translation and feed would, so that nobody who is served meanwhile has to wait for that."""
        await asyncio.to_thread(loading.load)
        await self.fetcher.prepare()

    async def aclose(self) -> None:
        """Let go of what talks to others; the store stays open."""
        await self.fetcher.aclose()
        await self.retire()

    async def retire(self) -> None:
        """Let go of what another house on the same store does not share."""
        await self.readers.aclose()
        await self.router.aclose()

    def take_turns(self) -> None:
        """Let the fetcher, which may be shared, keep to the limits of these settings."""
        self.fetcher.limit(**turns(self.settings))

    def sync_sources(self) -> None:
        """Make the stored sources those of the configuration. Raises StoreError."""
        self.store.sync_sources(self.settings.sources, now=self.pipeline.clock())

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Be known on the data folder as one who claims work while the block runs.

        What killed processes left half written is deleted first: all of it if nobody else is at work, else what is old enough. Where all
        ended as they should, nothing is looked for: to walk past a hundred thousand documents takes a quarter of a second.
        """
        data, began, company = self.settings.paths.data, self.pipeline.clock(), presence.Company(alone=False, clean=False)
        with ExitStack() as stack:
            if self.settings.store.url != IN_MEMORY:
                if self.settings.store.url.startswith("sqlite:"):
                    company = stack.enter_context(presence.claiming(data, self.store))
                for root in () if company.clean else set(roots(self.settings).values()):
                    files.sweep(root, before=began if company.alone else began - LONGEST_WRITE)
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

    def feed_names(self) -> list[tuple[str, str]]:
        """(name, language) of every feed with a page, but for those of sources that were removed."""
        return [(name, language) for name, language in self.store.feed_names() if feeding.is_kept(name, self.pipeline.sources)]

    def listed(self, of: Collection[str] | None = None) -> list[Feed]:
        """Every published feed, or those of some names, without its pages, each followed by its bilingual variant where there is one."""
        kept = [name for name in of or () if feeding.is_kept(name, self.pipeline.sources)]
        feeds = self.pipeline.empty_feeds(self.feed_names() if of is None else self.store.feeds_named(kept))
        return list(listed(feeds, root=self.settings.paths.feeds, form=self.settings.feeds.formats[0]))

    def lists(self) -> list[str]:
        """The names of the lists that `opml` makes, but for that of all languages."""
        return names(self.listed())

    def titles(self, of: Collection[str]) -> dict[str, str]:
        """What feeds of these names are called in every language."""
        return {feed.name: feed.title for feed in self.pipeline.empty_feeds([(name, "") for name in sorted(of)])}

    @property
    def keys(self) -> Keys | None:
        """What opens the doors of the web, if there is a token."""
        return Keys(self.settings.web.token) if self.settings.web.token else None

    def address(self, path: str) -> str:
        """The whole address of a path below /feeds/, with the feed's token where it needs one."""
        return f"{self.settings.site.base_url}{self.local_address(path)}"

    def local_address(self, path: str) -> str:
        """The same without the host."""
        return f"/feeds/{quote(path)}{self._token_of(path)}"

    def _token_of(self, path: str) -> str:
        return f"?token={self.keys.of_feed(path)}" if self.keys and self.settings.web.feed_tokens else ""

    def is_gone(self, path: str) -> bool:
        """Whether a path below /feeds/ is of a source that was removed."""
        return feeding.is_gone(path, self.pipeline.sources)

    def opml(self, name: str = "") -> bytes:
        """One of `publishers.listing`'s lists, as OPML in the first of the configured formats."""
        from aggregator.publishers import opml

        form, feeds = self.settings.feeds.formats[0], only(self.listed(), name)
        return opml.opml(feeds, title=self.settings.site.title, base_url=self.settings.site.base_url, form=form, query=self._token_of)

    def operations_feed(self) -> bytes:
        """What went wrong for long, as an Atom feed. Raises StoreError."""
        from aggregator.publishers import incidents

        site = self.settings.site
        return incidents.atom(self.store.incidents(limit=KEPT_INCIDENTS), title=site.title, base_url=site.base_url)

    def lay_out(self) -> list[str]:
        """Bring the pages around the feeds up to date, where a whole site is wanted. Returns those that were written."""
        if not self.settings.paths.site:
            return []
        from aggregator.wiring import laying

        return laying.everything(self)

    def lay_out_news(self) -> list[str]:
        """The same for what was published since then, at a cost that does not grow with what there is. Returns what was written."""
        if not self.settings.paths.site:
            return []
        from aggregator.wiring import laying

        return laying.news(self)

    def places(self) -> list[Place]:
        """Where every feed is found, `path` below /feeds/ and without its extension."""
        return [
            Place(
                feed.language,
                feed.name,
                feed.title,
                slugs.feed_path(feed.name, feed.language, variant=feed.variant, extension="").removesuffix("."),
                feed.variant == "bilingual",
            )
            for feed in self.listed()
        ]


def exported(settings: Settings) -> str:
    """The configured feeds as an OPML list."""
    from aggregator.publishers import opml

    return opml.subscriptions(settings.sources, title=settings.site.title).decode()
