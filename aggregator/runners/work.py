"""The three kinds of work as rows to drain: which to claim, what to do with one, whom to tell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aggregator import archiving, articles
from aggregator.core import schedule
from aggregator.model import Block, Completed, Job, Mark, Polled, PollState, Published, Translated
from aggregator.pipeline import LEASE, Pipeline
from aggregator.runners.drain import Drain

log = logging.getLogger(__name__)

MARKS_AT_ONCE = 8  # few, so that a stop need not wait long for them
ENGINE_CALLS_AT_ONCE = 4
PAGES_AT_ONCE = 4  # a site may ask for a minute between two: that many must be read within a lease


@dataclass(slots=True)
class Round:
    """What a round of work came to so far, in the order in which things ended."""

    polled: list[Polled] = field(default_factory=list)
    completed: list[Completed] = field(default_factory=list)
    translated: list[Translated] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)  # sources that another process is polling right now
    resting: dict[str, Block] = field(default_factory=dict)  # sources whose host wants to be left alone
    unfinished: str = ""  # what of the rest could not be done: index pages, a commit

    @property
    def written(self) -> list[str]:
        """The documents that were written, in order."""
        return [path for published in self.published for path in published.written]


def trouble(done: Polled | Completed) -> str:
    """What went wrong with a poll or a page, and what a person can do about it."""
    return f"{done.error.rstrip('.')}. {done.advice}".rstrip()


def missed(polled: Polled) -> str:
    """What a poll that came too late made good, and what it could not."""
    lost = {None: "how many items are lost is unknown", 0: "nothing is lost"}.get(polled.lost, f"up to {polled.lost} items may be lost")
    return f"{polled.pages} older pages read, {lost}"


Event = Polled | Completed | Translated | Published
Watcher = Callable[[Event], None]


def log_event(event: Event) -> None:
    """One line of log for each thing that ended."""
    match event:
        case Polled():
            log_poll(event)
        case Completed():
            log_page(event)
        case Translated(held=True):
            log.info("translation of %s into %s waits for the budget, in whole or in part", event.item_id, event.language)
        case Translated(error=""):
            log.info("translated %s into %s by %s", event.item_id, event.language, event.engine)
        case Translated():
            fate = "given up" if event.given_up else "put off"
            log.warning("translation of %s into %s %s: %s", event.item_id, event.language, fate, event.error)
        case Published(error=""):
            files = f"{len(event.written)} written" + (f", moved away from {event.removed[0]}" if event.removed else "")
            log.info("published %s %s %s: %s", event.mark.kind, event.mark.language, event.mark.key, files)
        case Published():
            log.error("not published: %s", event.error)


def log_poll(event: Polled) -> None:
    """The lines of log for a poll."""
    if event.error:
        log.warning("polled %s: %s", event.source, trouble(event))
        return
    if event.pages or event.lost != 0:
        log.warning("polled %s too late: %s", event.source, missed(event))
    log.info("polled %s: %s, %d new, %d updated, next %s", event.source, event.outcome, event.new, event.updated, event.next_due)


def log_page(event: Completed) -> None:
    """The line of log for an article's page."""
    if event.error:
        log.warning("page of %s (%s) %s: %s", event.item_id, event.source, event.outcome, trouble(event))
    else:
        log.info("page of %s (%s) read: its text is %s", event.item_id, event.source, event.outcome)


def spread_out(pipeline: Pipeline) -> None:
    """Let what is due all at once when a daemon starts come one after the other."""
    due = schedule.spread(pipeline.store.states().values(), now=pipeline.clock())
    pipeline.store.postpone_sources(due)


def polls(
    pipeline: Pipeline, tell: Watcher, *, places: int, names: Collection[str] | None = None, override: bool = False
) -> Drain[PollState]:
    """Due sources, or each of the named ones exactly once; `override` asks hosts that want to be left alone, too."""
    waiting = None if names is None else set(names)

    async def claim(limit: int) -> Sequence[PollState]:
        if waiting is not None and not waiting:
            return ()
        now = pipeline.clock()
        states = await asyncio.to_thread(pipeline.store.claim_sources, now=now, limit=limit, lease=LEASE, names=waiting, override=override)
        if waiting is not None:
            waiting.difference_update(state.source for state in states)
        return states

    async def work(state: PollState) -> None:
        try:
            tell(await pipeline.poll(state))
        except asyncio.CancelledError:
            pipeline.store.release_sources([state.source])
            raise

    return Drain(claim, work, places=places)


def translations(
    pipeline: Pipeline,
    tell: Watcher,
    *,
    places: int = ENGINE_CALLS_AT_ONCE,
    sources: Collection[str] | None = None,
    due_by: datetime | None = None,
) -> Drain[Job]:
    """Due translation jobs; with `due_by` those that were due then, so that what is put off does not come back in the same round."""

    async def claim(limit: int) -> Sequence[Job]:
        now = pipeline.clock()
        return await asyncio.to_thread(pipeline.store.claim_jobs, now=now, limit=limit, lease=LEASE, sources=sources, due_by=due_by)

    async def work(job: Job) -> None:
        tell(await pipeline.translate(job))

    return Drain(claim, work, places=places)


def pages(pipeline: Pipeline, tell: Watcher, *, sources: Collection[str] | None = None, due_by: datetime | None = None) -> Drain[Job]:
    """Due articles' pages, beside the translations: a site that wants long pauses is not to hold these up."""

    async def claim(limit: int) -> Sequence[Job]:
        now, claim_jobs = pipeline.clock(), pipeline.store.claim_jobs
        return await asyncio.to_thread(claim_jobs, now=now, limit=limit, lease=LEASE, sources=sources, due_by=due_by, pages=True)

    async def work(job: Job) -> None:
        tell(await articles.complete(pipeline, job))

    return Drain(claim, work, places=PAGES_AT_ONCE)


async def publish_all(pipeline: Pipeline, tell: Watcher) -> None:
    """Bring every page and feed that is out of date up to date."""
    while marks := await asyncio.to_thread(pipeline.store.claim_marks, now=pipeline.clock(), limit=MARKS_AT_ONCE, lease=LEASE):
        for published in await asyncio.to_thread(archiving.publish, pipeline, list[Mark](marks)):
            tell(published)
