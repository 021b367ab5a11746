"""The one way of data: calls the ports in order and decides nothing.

    claim sources -> request_for -> FETCH -> PARSE -> normalize -> changes -> SAVE          poll
    claim jobs    -> FETCH page -> EXTRACT -> normalize -> SAVE                             articles.complete
    claim jobs    -> page -> cut -> memory -> TRANSLATE -> join -> verify -> SAVE           translate
    claim marks   -> page, feed -> render -> WRITE if different                             publish

Capitals do I/O. Work to do is always a row in the store, so each of these can be killed anywhere and started again. The runner and
the one-shot commands call the same functions.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from random import random
from typing import TYPE_CHECKING, NamedTuple

from aggregator import placing
from aggregator.core import (
    decide,
    familiar,
    feeding,
    gaps,
    health,
    hosts,
    identity,
    language,
    masthead,
    paging,
    retry,
    revisions,
    states,
    websub,
)
from aggregator.core.contents import BodyReader, reading_of
from aggregator.core.reading import Heard, Reading, polled_of
from aggregator.errors import LostClaim, NoEngine, OutOfBudget, Overtaken, Retryable, TranslationError
from aggregator.model import (
    Brought,
    Document,
    Failed,
    Feed,
    Fetched,
    Item,
    Job,
    Mark,
    Outcome,
    Page,
    Polled,
    PollState,
    Published,
    Source,
    Translated,
    Translation,
    Usage,
)
from aggregator.placing import Ready
from aggregator.ports import Fetcher, Publisher, Store
from aggregator.ports.publications import Noted, PageKey, Standing
from aggregator.ports.room import Room, no_bounds
from aggregator.publishers.places import everywhere
from aggregator.translators.answers import Answers
from aggregator.translators.router import Router
from aggregator.translators.spending import made_new

if TYPE_CHECKING:
    from aggregator.translators.items import Made

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
ALL_ITEMS = 10_000_000


class Keepers(NamedTuple):
    """Who stores polls with others that end at about the same time: those that brought nothing, and the rest, or None if one has to be
    looked at alone.
    """

    steady: Callable[[tuple[PollState, Polled]], Awaitable[None]]
    rest: Callable[[Heard], Awaitable[Polled | None]]


def utc_now() -> datetime:
    """The one clock of the program."""
    return datetime.now(UTC)


def tell_losses(source: Source, reading: Reading) -> None:
    """Log what of a body was wrong or left out."""
    for loss in reading.losses:
        log.warning("%s: %s", source.name, loss)


async def _or_failed(source: Source, reading: Awaitable[Reading]) -> Reading:
    """The reading; or that it failed, where that is a fault of ours."""
    try:
        return await reading
    except Exception as error:
        log.exception("poll of %s broke", source.name)
        advice = "This is a fault of the program: please report it with the log."
        return Reading(outcome=Failed(kind="internal", message=f"{type(error).__name__} while reading {source.name}", advice=advice))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The parts, put together by wiring. Three of them touch published files, and nothing else does.

    `write` takes documents, each with its former path or ""; `erase` a document and where it was written, and says whether it went;
    `present` gives what stands under a root.
    """

    store: Store
    fetcher: Fetcher
    page_fetcher: Fetcher  # for articles' own pages: it keeps to robots.txt
    reader: BodyReader
    sources: Mapping[str, Source]
    router: Router
    publishers: Sequence[Publisher]
    write: placing.Writer
    limits: decide.Limits
    site_title: str
    site_link: str
    feed_limit: int = 50
    bilingual: bool = True
    erase: placing.Eraser = placing.no_eraser
    present: placing.Reader = placing.no_reader
    hub: str = ""  # that is told of changed feeds (WebSub), or empty
    offline: bool = False
    lease: timedelta = LEASE  # how long work that was claimed is nobody else's
    room: Room = no_bounds
    clock: Callable[[], datetime] = utc_now
    dice: Callable[[], float] = field(default=random)

    # -- poll ---------------------------------------------------------------------------------------------------------------

    async def poll(self, state: PollState, *, keep: Keepers | None = None) -> Polled:
        """One source from request to stored items, which `keep` may store together with others'."""
        heard = await self._heard(state)
        if keep and heard.reading.is_old and not state.websub_hub:
            brought = self.brought(heard)
            if states.is_steady(state, brought.state):
                await keep.steady((brought.state, brought.polled))
                self.warn(heard, brought)
                return brought.polled
        if keep and (polled := await keep.rest(heard)):
            return polled
        return await asyncio.to_thread(self._save, heard._replace(reading=await self._examined(heard)))

    async def take(self, state: PollState, delivered: Fetched) -> Polled | None:
        """A document that a hub delivered for a claimed source, from bytes to stored items; None, and nothing stored, if unreadable."""
        started = time.monotonic()
        reading = await self._read(self.sources[state.source], state, delivered)
        return None if reading.feed is None else await asyncio.to_thread(self._save, Heard(state, reading, started))

    async def read(self, state: PollState) -> tuple[float, Reading]:
        """One source from request to changes, nothing stored: also what a dry run is."""
        heard = await self._heard(state)
        return heard.started, await self._examined(heard)

    async def _heard(self, state: PollState) -> Heard:
        source, started = self.sources[state.source], time.monotonic()
        return Heard(state, await _or_failed(source, self._asked(source, state)), started)

    async def _asked(self, source: Source, state: PollState) -> Reading:
        if not state.body_digest:
            self.reader.expect()
        outcome = await self.fetcher.fetch(decide.request_for(source, state, limits=self.limits, now=self.clock()))
        return await self._parsed(source, state, outcome)

    async def _examined(self, heard: Heard) -> Reading:
        """What was heard, compared with the store, and with what it missed."""
        source = self.sources[heard.state.source]
        return await _or_failed(source, self._whole(source, heard.state, heard.reading))

    async def _whole(self, source: Source, state: PollState, reading: Reading) -> Reading:
        return await self._repaired(source, state, await self._settled(source, state, reading))

    async def _repaired(self, source: Source, state: PollState, reading: Reading) -> Reading:
        """The reading with what it missed, from older pages, if it came too late and there are any."""
        trail = gaps.trail(state, reading)
        if trail is None:
            return reading
        while trail.following:
            now, older = self.clock(), paging.page_state(source, state, trail.following)
            outcome = await self.fetcher.fetch(paging.page_request(source, older, of=state, limits=self.limits, now=now))
            page = await self._read(source, older, outcome)
            trail = trail.add(page, block=hosts.block_of(older, outcome, now=now))
        return await asyncio.to_thread(self._compared, source, trail.found(state))

    async def _read(self, source: Source, state: PollState, outcome: Outcome) -> Reading:
        return await self._settled(source, state, await self._parsed(source, state, outcome))

    async def _parsed(self, source: Source, state: PollState, outcome: Outcome) -> Reading:
        if not isinstance(outcome, Fetched):
            return Reading(outcome=outcome)
        digest = identity.body_digest(outcome.body)
        if digest == state.body_digest and outcome.status != decide.DELTA and familiar.is_current(source, state):
            return Reading(outcome=outcome, digest=digest)
        contents = await self.reader.read(source, outcome, now=self.clock(), known=familiar.told(state.known), repeated=state.repeated)
        if isinstance(contents, Failed):
            return Reading(outcome=replace(contents, status=outcome.status))
        reading = reading_of(outcome, contents, digest=digest, known=state.known, complaints=state.complaints)
        return replace(reading, is_reset=not familiar.is_current(source, state))

    async def _settled(self, source: Source, state: PollState, reading: Reading) -> Reading:
        """A reading compared with the store; of its whole document, where what is known of that may be wrong."""
        if reading.feed is None:
            return reading
        reading = await asyncio.to_thread(self._compared, source, reading)
        if reading.is_in_doubt:
            return await self._read(source, replace(state, known=(), body_digest=""), reading.outcome)
        tell_losses(source, reading)
        return reading

    def _compared(self, source: Source, reading: Reading) -> Reading:
        return self.compared([(reading, source)])[0]

    def compared(self, readings: Sequence[tuple[Reading, Source]]) -> list[Reading]:
        """The readings, set against what the store knows."""
        from aggregator.comparing import compared  # not for a round in which nothing came

        return compared(readings, self.store, sources=self.sources, now=self.clock())

    def _save(self, heard: Heard) -> Polled:
        brought = self.brought(heard)
        try:
            self.store.save_polls([brought])
        except Overtaken:  # at most as often as there are other sources of the same items
            return self._save(heard._replace(reading=self._compared(self.sources[heard.state.source], heard.reading)))
        self.warn(heard, brought)
        return brought.polled

    def brought(self, heard: Heard) -> Brought:
        """What follows from what was heard and compared: all that is to be stored."""
        state, reading, started = heard
        source, now, changed = self.sources[state.source], self.clock(), bool(reading.changes)
        after = decide.after(
            source, state, reading.outcome, feed=reading.feed, digest=reading.digest, changed=changed, now=now, jitter=self.dice(),
            dates=reading.dates, our_outage=self._is_our_outage(state, reading.outcome), marks=reading.marks, entries=reading.entries,
            repeated=reading.repeated, gap=reading.gap, push_works=self._push_works(state, reading, now=now),
        )  # fmt: skip
        polled = polled_of(source, reading, now=now, took=timedelta(seconds=time.monotonic() - started))
        return Brought(
            state=after, polled=replace(polled, next_due=after.due_at, rule=after.rule),
            changes=reading.changes, jobs=reading.jobs, aliases=reading.aliases, renamed=masthead.feeds_to_mark(source, state, after),
            block=hosts.block_of(state, reading.outcome, now=now) or reading.block,
        )  # fmt: skip

    def warn(self, heard: Heard, brought: Brought) -> None:
        """Log what a person should know of a poll that was stored."""
        state, now = heard.state, self.clock()
        for sentence in revisions.frozen(brought.changes):
            log.warning("%s: %s", state.source, sentence)
        if not health.is_silent(state, now=state.polled_at or now) and (words := health.silence_in_words(brought.state, now=now)):
            log.warning("%s: %s", state.source, words)

    def _push_works(self, state: PollState, reading: Reading, *, now: datetime) -> bool:
        """Whether a hub brings what is new; one that did not bring what a poll has found is not relied on any more."""
        held = self.store.subscription(source=state.source) if state.websub_hub else None
        if held is None:
            return False
        after = websub.polled(held, reading)
        if after != held:
            self.store.save_subscription(after)
        return websub.works(after, now=now)

    def _is_our_outage(self, state: PollState, outcome: Outcome) -> bool:
        if not hosts.is_cut_off(outcome):
            return False
        last_answer, others = self.store.unreachable()
        return hosts.is_our_outage([hosts.host_of(state.url), *others], last_answer=last_answer, now=self.clock())

    # -- translate ----------------------------------------------------------------------------------------------------------

    async def translate(self, job: Job) -> Translated:
        """One item into one language, from the store to the store."""
        blank = Translated(item_id=job.item_id, source=job.source, language=job.language)
        usage: tuple[Usage, ...] = ()
        try:
            translation, answers = await self._translation(job)
            usage = made_new(answers.usage)
            await self._see_to_progress(translation, answers)
            again = self.clock() + answers.after if answers.after else None
            await asyncio.to_thread(
                self.store.save_translation, job, translation, recalled=answers.recalled, usage=answers.usage, again_at=again
            )
        except TranslationError as error:
            given_up = not await asyncio.to_thread(self._postpone, job, error, usage)
            held, waits = isinstance(error, OutOfBudget), self.offline and isinstance(error, NoEngine)
            return replace(blank, error=str(error), held=held, waits=waits, given_up=given_up)
        except LostClaim as error:
            return replace(blank, error=str(error))
        done = replace(blank, engine=translation.engine, characters=answers.characters)
        return replace(done, untranslated=translation.untranslated, held=again is not None)

    async def _translation(self, job: Job) -> Made:
        from aggregator.translators.items import translate_item  # not for a round that has nothing to translate

        item = (await asyncio.to_thread(self.store.items, [job.item_id]))[job.item_id]
        written_in = language.effective(item.language, item.detected)
        self.router.check(written_in, job.language)
        page = await asyncio.to_thread(feeding.page_of, item, item.language, {}, self.sources)
        return await translate_item(
            self.router, item, page.body, target=job.language, source_language=written_in, now=self.clock(), profile=page.source.profile
        )

    async def _see_to_progress(self, made: Translation, answers: Answers) -> None:
        """Raise TranslationError where a translation is not worth showing yet."""
        if "interrupted" in answers.flags:
            raise Retryable("an engine broke off; what it had translated is remembered, the rest follows")
        if answers.after and not await asyncio.to_thread(self._is_progress, made):
            raise OutOfBudget("the budget leaves no room; what is there stays until it does", after=answers.after)

    def _is_progress(self, made: Translation) -> bool:
        """Whether a translation that lacks a part is more than the one that readers have."""
        before = self.store.translations([made.item_id]).get(made.item_id, {}).get(made.language)
        return before is None or made.untranslated < before.untranslated

    def wanted_jobs(self, names: Collection[str] | None = None) -> list[Job]:
        """Every translation that the sources' settings ask for, made or not, of all stored items whose pages need not be read first."""
        now, unread = self.clock(), {job.item_id for job in self.store.pending_jobs(names) if not job.language}
        sources = [source for name, source in self.sources.items() if names is None or name in names]
        return [
            job
            for source in sources
            for item in self.store.search(source=source.name, limit=ALL_ITEMS)
            if item.id not in unread
            for job in decide.jobs_for(item, self.sources, now=now)
        ]

    def _postpone(self, job: Job, error: TranslationError, usage: Sequence[Usage]) -> bool:
        """Put a job back. Returns whether it will be tried again."""
        due_at = retry.next_try(job, error, now=self.clock(), jitter=self.dice())
        self.store.postpone_job(job, due_at=due_at, error=str(error), is_failure=retry.is_failure(error), usage=usage)
        return due_at is not None

    # -- publish ------------------------------------------------------------------------------------------------------------

    def publish(self, marks: Sequence[Mark], *, report: Callable[[Published], None] = lambda published: None) -> list[Published]:
        """Render claimed marks and write what differs, as many at once as can be held. What can't be written keeps its mark.

        Where StoreError is raised, what was reported is done.
        """
        ready = chain(
            self._ready_pages([mark for mark in marks if mark.kind == "page"]),
            self._ready_feeds([mark for mark in marks if mark.kind == "feed"]),
        )
        return list(chain.from_iterable(map(partial(self._put, report=report), placing.portions(ready))))

    def _ready_pages(self, marks: Sequence[Mark]) -> Iterator[Ready]:
        keys = [(mark.key, mark.language) for mark in marks]
        formers, pages = self.store.paths(keys), self._pages(keys)
        for mark, key in zip(marks, keys, strict=True):
            yield Ready(mark, self._documents_of(pages.pop(key, None)), formers.get(key, ""))

    def _documents_of(self, page: Page | None) -> list[Document]:
        if page is None or page.item.source not in self.sources:
            return []
        return [document for publisher in self.publishers for document in publisher.page(page)]

    def _ready_feeds(self, marks: Sequence[Mark]) -> Iterator[Ready]:
        feeds = self.feeds([(mark.key, mark.language) for mark in marks])
        noted = self.store.parts([path for feed in feeds if feed.pages for path in everywhere(feed)])
        for mark, feed in zip(marks, feeds, strict=True):
            yield Ready(mark, self.documents_of(replace(feed, before=self._before(feed, noted))) if feed.pages else [], feed=feed)

    def _put(self, ready: Sequence[Ready], *, report: Callable[[Published], None]) -> list[Published]:
        """Write pages and feeds, and end the claims on their marks."""
        pages = [each for each in ready if each.feed is None]
        made = [(each.mark, each.feed, each.documents) for each in ready if each.feed is not None]
        written, feeds = placing.put(pages, self.write), self.put_feeds(made)
        if self.hub and made:
            fine = [documents for (_, _, documents), published in zip(made, feeds, strict=True) if not published.error]
            self.store.note_topics(websub.topics(chain.from_iterable(fine), base_url=self.site_link), now=self.clock())
        listed = [
            replace(published, listed=feeding.listed(self._variants(feed))) for published, (_, feed, _) in zip(feeds, made, strict=True)
        ]
        done = written + listed
        standing = Standing(
            paths=[path for each, published in zip(pages, written, strict=True) for path in placing.to_record(each, published)],
            documents={document.path: document for _, _, documents in made for document in documents if document.parts},
            gone=[path for published in feeds for path in published.removed],
        )
        self.store.clear_marks([published.mark for published in done if not published.error], standing=standing)
        for published in done:
            report(published)
        return done

    def put_feeds(self, made: Sequence[tuple[Mark, Feed, Sequence[Document]]]) -> list[Published]:
        """Write feeds, or archives of some, and delete the variants and formats that they are not published in any more."""
        done = placing.put([Ready(mark, documents) for mark, _, documents in made], self.write)
        return [placing.clear(published, feed, documents, self.erase) for published, (_, feed, documents) in zip(done, made, strict=True)]

    def documents_of(self, feed: Feed) -> list[Document]:
        """A feed in all its variants and formats."""
        return [document for variant in self._variants(feed) for publisher in self.publishers for document in publisher.feed(variant)]

    def _before(self, feed: Feed, noted: Mapping[str, Noted]) -> dict[str, Document]:
        """A feed's documents as they stand, those in which it is known where the entries are."""
        known = {path: noted[path] for path in everywhere(feed) if path in noted}
        found = ((path, self.present("feeds", path)) for path in known)
        return {
            path: Document(root="feeds", path=path, data=data, parts=known[path].parts)
            for path, data in found
            if data is not None and identity.body_digest(data) == known[path].digest
        }

    def _variants(self, feed: Feed) -> list[Feed]:
        return list(feeding.variants_of(feed, self.sources, bilingual=self.bilingual))

    def feed(self, name: str, language: str) -> Feed:
        """A feed as it stands in the store now."""
        return self.feeds([(name, language)])[0]

    def feeds(self, keys: Sequence[tuple[str, str]]) -> list[Feed]:
        """Feeds by name and language, as they stand in the store now: an item that is in several is read once."""
        fronts = self.store.fronts(keys, limit=self.feed_limit)
        pages = self._pages({(id, language) for (_, language), front in fronts.items() for id in front.ids}, credited=True)
        return [
            replace(
                feed,
                pages=tuple(pages[id, feed.language] for id in front.ids if (id, feed.language) in pages),
                siblings=front.languages,
                archives=front.archives,
            )
            for feed, front in zip(self.empty_feeds(keys), (fronts[key] for key in keys), strict=True)
        ]

    def empty_feed(self, name: str, language: str) -> Feed:
        """A feed by name, without its pages."""
        return self.empty_feeds([(name, language)])[0]

    def empty_feeds(self, keys: Sequence[tuple[str, str]]) -> list[Feed]:
        """Feeds by name and language, without their pages."""
        told = self.store.mastheads({name for name, _ in keys if name in self.sources})
        return [feeding.empty(*key, self.sources, told, site_title=self.site_title, site_link=self.site_link) for key in keys]

    def pages(self, ids: Sequence[str], language: str) -> list[Page]:
        """The stored items in one language, those that exist in it, in the order asked for."""
        pages = self._pages({(id, language) for id in ids}, credited=True)
        return [pages[id, language] for id in ids if (id, language) in pages]

    def _pages(self, keys: Collection[PageKey], *, credited: bool = False) -> dict[PageKey, Page]:
        """The stored pages, those that exist, by item and language; `credited`, sources have the titles that they give themselves."""
        ids = {id for id, _ in keys}
        items, translations = self.store.items(ids), self.store.translations(ids)
        sources = self._credited(items.values()) if credited else self.sources
        return {
            (id, language): feeding.page_of(items[id], language, translations.get(id, {}), sources)
            for id, language in keys
            if id in items and (language == items[id].language or language in translations.get(id, {}))
        }

    def _credited(self, items: Iterable[Item]) -> dict[str, Source]:
        sources = {item.source: feeding.source_of(item, self.sources) for item in items}
        told = self.store.mastheads([name for name, source in sources.items() if not source.title])
        return {name: feeding.credited(source, told) for name, source in sources.items()}
