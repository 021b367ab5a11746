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
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import random

from aggregator import placing
from aggregator.comparing import compared
from aggregator.core import decide, familiar, feeding, gaps, health, hosts, identity, language, paging, retry, revisions, websub
from aggregator.core.bodies import BodyReader, losses, reading_of
from aggregator.core.reading import Reading, polled_of
from aggregator.errors import LostClaim, NoEngine, OutOfBudget, Overtaken, Retryable, TranslationError
from aggregator.model import (
    Document,
    Failed,
    Feed,
    Fetched,
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
from aggregator.ports import Fetcher, Publisher, Store
from aggregator.translators.answers import Answers
from aggregator.translators.items import Made, translate_item
from aggregator.translators.router import Router
from aggregator.translators.spending import made_new

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
ALL_ITEMS = 10_000_000


def utc_now() -> datetime:
    """The one clock of the program."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The parts, put together by wiring. Two of them touch published files, and nothing else does.

    `write` takes a document and its former path or ""; `erase` a document and where it was written, and says whether it went.
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
    hub: str = ""  # that is told of changed feeds (WebSub), or empty
    offline: bool = False
    clock: Callable[[], datetime] = utc_now
    dice: Callable[[], float] = field(default=random)

    # -- poll ---------------------------------------------------------------------------------------------------------------

    async def poll(self, state: PollState) -> Polled:
        """One source from request to stored items."""
        started, reading = await self.read(state)
        return await asyncio.to_thread(self._save, state, reading, started)

    async def take(self, state: PollState, delivered: Fetched) -> Polled | None:
        """A document that a hub delivered for a claimed source, from bytes to stored items; None, and nothing stored, if unreadable."""
        started = time.monotonic()
        reading = await self._read(self.sources[state.source], state, delivered)
        return None if reading.feed is None else await asyncio.to_thread(self._save, state, reading, started)

    async def read(self, state: PollState) -> tuple[float, Reading]:
        """One source from request to changes, nothing stored: also what a dry run is."""
        source, started = self.sources[state.source], time.monotonic()
        try:
            if not state.body_digest:
                self.reader.expect()
            outcome = await self.fetcher.fetch(decide.request_for(source, state, limits=self.limits, now=self.clock()))
            reading = await self._repaired(source, state, await self._read(source, state, outcome))
        except Exception as error:
            log.exception("poll of %s broke", source.name)
            advice = "This is a fault of the program: please report it with the log."
            reading = Reading(outcome=Failed(kind="internal", message=f"{type(error).__name__} while reading {source.name}", advice=advice))
        return started, reading

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
        if not isinstance(outcome, Fetched):
            return Reading(outcome=outcome)
        digest = identity.body_digest(outcome.body)
        if digest == state.body_digest and outcome.status != decide.DELTA and familiar.is_current(source, state):
            return Reading(outcome=outcome, digest=digest)
        contents = await self.reader.read(source, outcome, now=self.clock(), known=familiar.told(state.known))
        if isinstance(contents, Failed):
            return Reading(outcome=replace(contents, status=outcome.status))
        reading = reading_of(outcome, contents, digest=digest, known=state.known)
        reading = await asyncio.to_thread(self._compared, source, reading)
        if reading.is_in_doubt:
            return await self._read(source, replace(state, known=(), body_digest=""), outcome)
        for loss in losses(contents):
            log.warning("%s: %s", source.name, loss)
        return reading

    def _compared(self, source: Source, reading: Reading) -> Reading:
        return compared(reading, source, self.store, sources=self.sources, now=self.clock())

    def _save(self, state: PollState, reading: Reading, started: float) -> Polled:
        source, now = self.sources[state.source], self.clock()
        changed = bool(reading.changes)
        after = decide.after(
            source, state, reading.outcome, feed=reading.feed, digest=reading.digest, changed=changed, now=now, jitter=self.dice(),
            dates=reading.dates, our_outage=self._is_our_outage(state, reading.outcome), marks=reading.marks, entries=reading.entries,
            gap=reading.gap, push_works=self._push_works(state, reading, now=now),
        )  # fmt: skip
        polled = polled_of(source, reading, now=now, took=timedelta(seconds=time.monotonic() - started))
        polled = replace(polled, next_due=after.due_at, rule=after.rule)
        try:
            block = hosts.block_of(state, reading.outcome, now=now) or reading.block
            self.store.save_poll(after, reading.changes, reading.jobs, polled, block=block, aliases=reading.aliases)
        except Overtaken:  # at most as often as there are other sources of the same items
            return self._save(state, self._compared(source, reading), started)
        for sentence in revisions.frozen(reading.changes):
            log.warning("%s: %s", source.name, sentence)
        if not health.is_silent(state, now=state.polled_at or now) and (words := health.silence_in_words(after, now=now)):
            log.warning("%s: %s", source.name, words)
        return polled

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
        return replace(blank, engine=translation.engine, untranslated=translation.untranslated, held=again is not None)

    async def _translation(self, job: Job) -> Made:
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
        """Render claimed marks and write what differs. What can't be written keeps its mark."""
        done = []
        for mark in marks:
            published = self._publish_page(mark) if mark.kind == "page" else self._publish_feed(mark)
            report(published)
            done.append(published)
        self.store.clear_marks([published.mark for published in done if not published.error])
        return done

    def _publish_page(self, mark: Mark) -> Published:
        page = self._pages([mark.key], mark.language).get(mark.key)
        if page is None or page.item.source not in self.sources:
            return Published(mark=mark)
        documents = [document for publisher in self.publishers for document in publisher.page(page)]
        former = self.store.path_of(mark.key, mark.language)
        published = placing.put(mark, documents, self.write, former=former)
        for path in published.paths:
            if path != former and not published.error:
                self.store.record_path(mark.key, mark.language, path)
        return published

    def _publish_feed(self, mark: Mark) -> Published:
        feed = self.feed(mark.key, mark.language)
        documents = self.documents_of(feed)
        published = self.put_feed(mark, feed, documents)
        if self.hub and not published.error:
            self.store.note_topics(websub.topics(documents, base_url=self.site_link), now=self.clock())
        return published

    def put_feed(self, mark: Mark, feed: Feed, documents: Sequence[Document]) -> Published:
        """Write a feed, or an archive of one, and delete the variants and formats that it is not published in any more."""
        return placing.put_feed(mark, feed, documents, self.write, self.erase)

    def documents_of(self, feed: Feed) -> list[Document]:
        """A feed in all its variants and formats."""
        variants = feeding.variants_of(feed, self.sources, bilingual=self.bilingual)
        return [document for variant in variants for publisher in self.publishers for document in publisher.feed(variant)]

    def feed(self, name: str, language: str) -> Feed:
        """A feed as it stands in the store now."""
        ids = self.store.newest(feed=name, language=language, limit=self.feed_limit)
        siblings, archives = self.store.languages_of_feed(name), self.store.newest_archive(feed=name, language=language)
        pages = tuple(self.pages(ids, language))
        return replace(self.empty_feed(name, language), pages=pages, siblings=tuple(siblings), archives=archives)

    def empty_feed(self, name: str, language: str) -> Feed:
        """A feed by name, without its pages."""
        title = feeding.title_of(name, self.sources, site_title=self.site_title)
        link = feeding.link_of(name, self.sources, site_link=self.site_link)
        return Feed(name=name, language=language, title=title, link=link, pages=())

    def pages(self, ids: Sequence[str], language: str) -> list[Page]:
        """The stored items in one language, those that exist in it, in the order asked for."""
        pages = self._pages(ids, language)
        return [pages[id] for id in ids if id in pages]

    def _pages(self, ids: Collection[str], language: str) -> dict[str, Page]:
        items, translations = self.store.items(ids), self.store.translations(ids)
        return {
            id: feeding.page_of(item, language, translations.get(id, {}), self.sources)
            for id, item in items.items()
            if language == item.language or language in translations.get(id, {})
        }
