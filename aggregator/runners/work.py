"""The three kinds of work as rows to drain: which to claim, what to do with one, whom to tell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice

from aggregator import archiving, articles, together
from aggregator.core import jumps, schedule
from aggregator.errors import LostClaim, StoreError
from aggregator.model import Block, Completed, Job, Mark, Polled, PollState, Published, Translated
from aggregator.pipeline import Keepers, Pipeline
from aggregator.runners.batches import Batches
from aggregator.runners.drain import Drain
from aggregator.runners.owing import Owed

log = logging.getLogger(__name__)

MARKS_AT_ONCE, FEEDS_AT_ONCE = 64, 8  # few, so that a stop need not wait long for them
ENGINE_CALLS_AT_ONCE = 4
POLLS_AT_ONCE, PATIENT = 20, 3  # of those that brought something: first documents may be long, and they wait 30 ms at most
NAMES_AT_ONCE = 500  # sources that are looked for together
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
    """One line of log for each thing that ended; the record has the event itself, for who wants its parts."""
    match event:
        case Polled():
            log_poll(event)
        case Completed():
            log_page(event)
        case Translated(held=True):
            say(event, logging.INFO, "translation of %s into %s waits for the budget, in whole or in part", event.item_id, event.language)
        case Translated(error=""):
            say(event, logging.INFO, "translated %s into %s by %s", event.item_id, event.language, event.engine)
        case Translated():
            fate = "given up" if event.given_up else "put off"
            say(event, logging.WARNING, "translation of %s into %s %s: %s", event.item_id, event.language, fate, event.error)
        case Published(error=""):
            files = f"{len(event.written)} written" + (f", moved away from {event.removed[0]}" if event.removed else "")
            say(event, logging.INFO, "published %s %s %s: %s", event.mark.kind, event.mark.language, event.mark.key, files)
        case Published():
            say(event, logging.ERROR, "not published: %s", event.error)


def say(event: Event, level: int, message: str, *words: object) -> None:
    """Log a line about an event."""
    log.log(level, message, *words, extra={"event": event})


def log_poll(event: Polled) -> None:
    """The line of log for a poll, and one before it if that came too late."""
    if event.error:
        say(event, logging.WARNING, "polled %s: %s", event.source, trouble(event))
        return
    if event.pages or event.lost != 0:
        log.warning("polled %s too late: %s", event.source, missed(event))
    result = (event.outcome, event.new, event.updated, event.next_due)
    say(event, logging.INFO, "polled %s: %s, %d new, %d updated, next %s", event.source, *result)


def log_page(event: Completed) -> None:
    """The line of log for an article's page."""
    if event.error:
        say(event, logging.WARNING, "page of %s (%s) %s: %s", event.item_id, event.source, event.outcome, trouble(event))
    elif event.why:
        say(event, logging.INFO, "page of %s (%s) read: the item is left out, as %s", event.item_id, event.source, event.why)
    else:
        say(event, logging.INFO, "page of %s (%s) read: its text is %s", event.item_id, event.source, event.outcome)


def pull_in(pipeline: Pipeline) -> None:
    """Put right what a clock that was ahead has left behind."""
    now = pipeline.clock()
    pipeline.store.pull_in(jumps.due(pipeline.store.ahead(now=now), now=now), now=now, lease=pipeline.lease)


def spread_out(pipeline: Pipeline) -> None:
    """Let what is due all at once when a daemon starts, or after a long pause, come one after the other."""
    pipeline.store.postpone_sources(schedule.spread(pipeline.store.states().values(), now=pipeline.clock()))


def put_right(pipeline: Pipeline) -> None:
    """Both, with one look at the sources: to read ten thousand takes a quarter of a second."""
    states, now = pipeline.store.states(), pipeline.clock()
    due = jumps.due(states.values(), now=now)
    pipeline.store.pull_in(due, now=now, lease=pipeline.lease)
    moved = [replace(state, due_at=due[name]) if name in due else state for name, state in states.items()]
    pipeline.store.postpone_sources(schedule.spread(moved, now=now))


def polls(
    pipeline: Pipeline,
    tell: Watcher,
    *,
    places: int,
    names: Collection[str] | None = None,
    override: bool = False,
    per_host: int | None = None,
    alone: bool = False,
) -> Drain[PollState]:
    """Due sources, or each of the named ones exactly once; `override` asks hosts that want to be left alone, too.

    Of one host `per_host` at most are under way or wait for their turn, so that they leave places to the others; `alone`, of a host of
    which another process has sources none.
    """
    waiting = None if names is None else set(names)
    owed = Owed[PollState](lambda states: pipeline.store.release_sources([state.source for state in states]))
    keep = keepers(pipeline)
    strange: set[str] = set()

    async def claim(limit: int) -> Sequence[PollState]:
        if waiting is not None and not waiting:
            return ()
        await owed.settle()
        states = await asyncio.to_thread(claimed, limit)
        if waiting is not None:
            waiting.difference_update(state.source for state in states)
        return [state for state in states if state.source in pipeline.sources]

    def claimed(limit: int) -> Sequence[PollState]:
        be_sure_of_room(pipeline)
        claim = partial(
            pipeline.store.claim_sources,
            now=pipeline.clock(), lease=pipeline.lease, override=override, per_host=per_host, alone=alone,
        )  # fmt: skip
        states = _first(limit, claim, waiting)
        give_up_strange(pipeline, states, strange)
        return states

    async def work(state: PollState) -> None:
        try:
            tell(await pipeline.poll(state, keep=keep))
        except asyncio.CancelledError:
            pipeline.store.release_sources([state.source])
            raise
        except StoreError:
            pipeline.room.doubt()
            owed.add(state)
            raise

    return Drain(claim, work, places=places)


def _first(limit: int, claim: Callable[..., Sequence[PollState]], names: Collection[str] | None) -> list[PollState]:
    """Up to so many claimed sources, of all or of these names; to look for ten thousand names each time takes longer than the polls."""
    if names is None:
        return list(claim(limit=limit, names=None))
    states: list[PollState] = []
    rest = iter(sorted(names))
    while len(states) < limit and (some := tuple(islice(rest, NAMES_AT_ONCE))):
        states += claim(limit=limit - len(states), names=some)
    return states


def keepers(pipeline: Pipeline) -> Keepers:
    """Who stores polls that end at about the same time in one transaction."""

    def save_rhythms(polls: Sequence[tuple[PollState, Polled]]) -> Sequence[None]:
        pipeline.store.save_rhythms(polls)
        return [None] * len(polls)

    return Keepers(steady=Batches(save_rhythms).add, rest=Batches(partial(together.save, pipeline), most=POLLS_AT_ONCE, waits=PATIENT).add)


def give_up_strange(pipeline: Pipeline, states: Sequence[PollState], strange: set[str]) -> None:
    """Leave what this process does not know to another one, with another configuration, and name it once."""
    others = [state.source for state in states if state.source not in pipeline.sources]
    if others:
        if news := [name for name in others if name not in strange]:
            log.warning("not polled, as this process's configuration does not have them: %s", ", ".join(news))
        strange.update(others)
        pipeline.store.release_sources(others)


def translations(
    pipeline: Pipeline,
    tell: Watcher,
    *,
    places: int = ENGINE_CALLS_AT_ONCE,
    sources: Collection[str] | None = None,
    due_by: datetime | None = None,
) -> Drain[Job]:
    """Due translation jobs; with `due_by` those that were due then, so that what is put off does not come back in the same round."""

    owed = Owed[Job](partial(give_back, pipeline))

    async def claim(limit: int) -> Sequence[Job]:
        await see_that_there_is_room(pipeline)
        await owed.settle()
        claim = partial(pipeline.store.claim_jobs, now=pipeline.clock(), lease=pipeline.lease)
        return await asyncio.to_thread(claim, limit=limit, sources=sources, due_by=due_by)

    async def work(job: Job) -> None:
        try:
            tell(await pipeline.translate(job))
        except StoreError:
            pipeline.room.doubt()
            owed.add(job)
            raise

    return Drain(claim, work, places=places)


def give_back(pipeline: Pipeline, jobs: Sequence[Job]) -> None:
    """End claims on jobs, which are due again at once. Raises StoreError."""
    for job in jobs:
        with suppress(LostClaim):
            pipeline.store.postpone_job(job, due_at=pipeline.clock(), error="what was translated could not be stored")


async def see_that_there_is_room(pipeline: Pipeline) -> None:
    """Raise StoreError where what is going to be paid for could not be stored."""
    await asyncio.to_thread(be_sure_of_room, pipeline)


def be_sure_of_room(pipeline: Pipeline) -> None:
    """Raise StoreError where what is going to be fetched or paid for could not be stored. May wait for the disk."""
    if refusal := pipeline.room():
        raise StoreError(refusal)


def pages(pipeline: Pipeline, tell: Watcher, *, sources: Collection[str] | None = None, due_by: datetime | None = None) -> Drain[Job]:
    """Due articles' pages, beside the translations: a site that wants long pauses is not to hold these up."""

    async def claim(limit: int) -> Sequence[Job]:
        claim = partial(pipeline.store.claim_jobs, now=pipeline.clock(), lease=pipeline.lease)
        return await asyncio.to_thread(claim, limit=limit, sources=sources, due_by=due_by, pages=True)

    async def work(job: Job) -> None:
        tell(await articles.complete(pipeline, job))

    return Drain(claim, work, places=PAGES_AT_ONCE)


def unpublished(pipeline: Pipeline) -> Owed[Mark]:
    """Claims on marks that a full disk kept from being worked off: they cost nobody a request, so they are free again at once."""
    return Owed(lambda marks: pipeline.store.clear_marks([archiving.standing(mark) for mark in marks]), pause=0)


async def publish_some(pipeline: Pipeline, tell: Watcher, owed: Owed[Mark]) -> bool:
    """Bring a few pages and feeds up to date. Returns whether there were any. Raises StoreError."""
    await see_that_there_is_room(pipeline)
    await owed.settle()
    claim = partial(pipeline.store.claim_marks, limit=MARKS_AT_ONCE, lease=pipeline.lease, feeds=FEEDS_AT_ONCE)
    marks = await asyncio.to_thread(claim, now=pipeline.clock())
    done: list[Published] = []
    try:
        if marks:
            await _publish(pipeline, marks, owed, done)
    finally:
        for published in done:
            tell(published)
    return bool(marks)


async def _publish(pipeline: Pipeline, marks: Sequence[Mark], owed: Owed[Mark], done: list[Published]) -> None:
    """Publish claimed marks, into `done`. What can't be written for another reason than a full disk waits for the end of its lease."""
    try:
        await asyncio.to_thread(archiving.publish, pipeline, marks, report=done.append)
    except StoreError:
        pipeline.room.doubt()
        through = {published.mark for published in done if not published.error}
        owed.add(*(mark for mark in marks if mark not in through))
        raise
    if failed := [published.mark for published in done if published.error]:
        pipeline.room.doubt()
        owed.add(*(failed if await asyncio.to_thread(pipeline.room) else ()))


async def publish_all(pipeline: Pipeline, tell: Watcher) -> None:
    """Bring every page and feed that is out of date up to date."""
    owed = unpublished(pipeline)
    while await publish_some(pipeline, tell, owed):
        pass
